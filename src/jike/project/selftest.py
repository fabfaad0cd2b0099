"""Runs everything the project checks itself with, one step after the other."""

import importlib.util
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jike.ground.errors import JikeError
from jike.ground.home import PROJECT, Home

TOOLS = ("ruff", "mypy", "sqlfluff", "pytest", "xdist", "hypothesis")


@dataclass(frozen=True)
class Step:
    """One check of the project and how it went."""

    name: str
    passed: bool
    seconds: float


def run_selftest(everything: bool, told: Callable[[str], None]) -> list[Step]:
    """Run ruff, mypy, the dbt unit tests and pytest; go on after a failure.

    Without `everything` slow tests and tests in a browser are left out. On a CI
    machine (CI is set) a browser test that was skipped counts as a failure.

    Raises:
        JikeError: a tool is not installed.
    """
    missing = [name for name in TOOLS if importlib.util.find_spec(name) is None]
    if missing:
        raise JikeError(
            "{missing} not installed; start with ./jike test, which installs "
            "what tests need",
            missing=missing,
        )
    steps = []
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "pytest.xml"
        for name, run in _plan(everything, report).items():
            told(f"{name} …")
            started = time.monotonic()
            passed = run()
            steps.append(Step(name, passed, round(time.monotonic() - started, 1)))
    return steps


def _plan(everything: bool, report: Path) -> dict[str, Callable[[], bool]]:
    tests = [*_python("pytest"), "-n", "auto", "--dist", "loadfile"]
    if everything:
        tests += ["-rs", f"--junitxml={report}"]
    else:
        tests += ["-m", "not slow and not browser"]
    plan = {
        "ruff check": lambda: _passes([*_python("ruff"), "check", "."]),
        "ruff format": lambda: _passes([*_python("ruff"), "format", "--check", "."]),
        "mypy": lambda: _passes(_python("mypy")),
        "dbt unit tests": _unit_tests_pass,
        "pytest": lambda: _passes(tests) and not _skipped_in_browser(report),
    }
    return {"sqlfluff": _sql_is_laid_out, **plan} if everything else plan


def _python(module: str) -> list[str]:
    return [sys.executable, "-P", "-m", module]


def _passes(command: list[str]) -> bool:
    return subprocess.run(command, cwd=PROJECT, check=False).returncode == 0


def _sql_is_laid_out() -> bool:
    from jike.build.dbt import run_dbt
    from jike.deliveries.lists import assemble_seeds
    from jike.ground.parameters import declared_vars

    command = [*_python("sqlfluff"), "lint", "models", "tests/sql"]
    with tempfile.TemporaryDirectory() as folder:
        # Models ask the registry of measures while they are compiled.
        database, output = Path(folder) / "lint.duckdb", Path(folder)
        assemble_seeds(Home(output), output / "seeds")
        run_dbt(["seed"], PROJECT, database, output, declared_vars(PROJECT))
        environment = os.environ | {
            "DBT_TARGET_PATH": folder,
            "DBT_LOG_PATH": folder,
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "JIKE_BUILD_FILE": str(database),
        }
        done = subprocess.run(
            [*command, "--disable-progress-bar"],
            cwd=PROJECT,
            env=environment,
            check=False,
        )
    return done.returncode == 0


def _unit_tests_pass() -> bool:
    module = "jike.project.selftest"
    code = f"import sys; from {module} import unit_tests; sys.exit(unit_tests())"
    return _passes([sys.executable, "-P", "-c", code])


def unit_tests(project: Path = PROJECT) -> int:
    """Run the dbt unit tests on empty tables; give 0 when some ran and all passed.

    Writes one line per failing model or test to the error output.
    """
    import duckdb

    from jike.build.dbt import run_dbt
    from jike.deliveries import raw
    from jike.deliveries.lists import assemble_seeds
    from jike.ground.parameters import declared_vars

    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder)
        database = output / "unit.duckdb"
        with duckdb.connect(str(database)) as con:
            raw.empty_raw(con)
        assemble_seeds(Home(output), output / "seeds")
        verb = ["build", "--empty", "--exclude-resource-type", "test"]
        outcome = run_dbt(verb, project, database, output, declared_vars(project))
    for finding in outcome.failures:
        sys.stderr.write(finding.sentence + "\n")
    sys.stderr.write(
        f"{outcome.unit_tests} unit tests, {len(outcome.failures)} failed\n"
    )
    return int(bool(outcome.failures) or not outcome.unit_tests)


def _skipped_in_browser(report: Path) -> bool:
    if not os.environ.get("CI") or not report.exists():
        return False
    skipped = skipped_browser_tests(report)
    for name in skipped:
        sys.stderr.write(f"skipped, which is not allowed here: {name}\n")
    return bool(skipped)


def skipped_browser_tests(report: Path) -> list[str]:
    """Give the tests below tests/browser that a JUnit report says were skipped."""
    cases = ET.parse(report).getroot().iter("testcase")  # noqa: S314 (our own file)
    return [
        f"{case.get('classname')}.{case.get('name')}"
        for case in cases
        if case.find("skipped") is not None
        and str(case.get("classname")).startswith("tests.browser")
    ]
