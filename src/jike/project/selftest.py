"""Runs everything the project checks itself with, two steps at a time."""

import importlib.util
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from jike.ground.errors import JikeError, Message
from jike.ground.home import PROJECT, Home

TOOLS = ("ruff", "mypy", "sqlfluff", "pytest", "xdist", "hypothesis")
TESTS = "pytest"
DEMO = "demo"


@dataclass(frozen=True)
class Step:
    """One check of the project, how it went, and of pytest what failed and how many."""

    name: str
    passed: bool
    seconds: float
    counted: Message | None = None
    failed: tuple[str, ...] = ()


def run_selftest(everything: bool, told: Callable[[str], None]) -> list[Step]:
    """Run ruff, mypy, the dbt unit tests and pytest; go on after a failure.

    Without `everything` slow tests and tests in a browser are left out. On a CI
    machine (CI is set) a browser test that was skipped counts as a failure. What a
    step writes is told when it is over; pytest writes as it goes.

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
    with tempfile.TemporaryDirectory() as folder:
        steps = []
        for step, written in _at_once(_plan(everything, Path(folder))):
            told(f"{step.name} …\n{written}".rstrip())
            steps.append(step)
        told(f"{TESTS} …")
        return [*steps, _tests(everything, Path(folder))]


@dataclass(frozen=True)
class _Command:
    words: list[str]
    settings: dict[str, str]


def _plan(everything: bool, folder: Path) -> dict[str, _Command]:
    """Give the steps before pytest: those that take longest first."""
    demo = {"JIKE_HOME": str(folder / DEMO)}
    long = {
        DEMO: _Command([*_python("jike.cli"), "demo", "--no-serve"], demo),
        "sqlfluff": _Command(_function("lint_sql"), {}),
    }
    return {
        **(long if everything else {}),
        "dbt unit tests": _Command(_function("unit_tests"), {}),
        "mypy": _Command(_python("mypy"), {}),
        "ruff check": _Command([*_python("ruff"), "check", "."], {}),
        "ruff format": _Command([*_python("ruff"), "format", "--check", "."], {}),
    }


def _at_once(plan: dict[str, _Command]) -> Iterator[tuple[Step, str]]:
    """Run the steps two at a time; give each with what it wrote, as it ends."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        running = [pool.submit(_run, *item) for item in plan.items()]
        for done in as_completed(running):
            yield done.result()


def _run(name: str, command: _Command) -> tuple[Step, str]:
    started = time.monotonic()
    done = subprocess.run(
        command.words,
        cwd=PROJECT,
        env=os.environ | command.settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    seconds = round(time.monotonic() - started, 1)
    return Step(name, done.returncode == 0, seconds), done.stdout


def _tests(everything: bool, folder: Path) -> Step:
    """Run pytest: file by file in their order, browsers first, the demo made before."""
    report = folder / "pytest.xml"
    words = [*_python("pytest"), "-n", "auto", "--dist", "loadfile"]
    words += ["--no-loadscope-reorder", f"--junitxml={report}"]
    words += ["-rs"] if everything else ["-m", "not slow and not browser"]
    made = (folder / DEMO / "releases" / "current.json").exists()
    settings = {"JIKE_E2E_HOME": str(folder / DEMO)} if made else {}
    started = time.monotonic()
    done = subprocess.run(words, cwd=PROJECT, env=os.environ | settings, check=False)
    seconds = round(time.monotonic() - started, 1)
    skipped = _skipped_in_browser(report)
    if not report.exists():
        return Step(TESTS, False, seconds)
    return Step(
        TESTS,
        done.returncode == 0 and not skipped,
        seconds,
        counted(report),
        (*failed_tests(report), *skipped),
    )


def _python(module: str) -> list[str]:
    return [sys.executable, "-P", "-m", module]


def _function(name: str) -> list[str]:
    """Give the command that runs a function of this module and exits with its code."""
    code = f"import sys; from {__name__} import {name}; sys.exit({name}())"
    return [sys.executable, "-P", "-c", code]


def lint_sql() -> int:
    """Hold the layout of all SQL against .sqlfluff; give sqlfluff's exit code."""
    from jike.build.dbt import run_dbt
    from jike.deliveries.lists import assemble_seeds
    from jike.ground.parameters import declared_vars

    with tempfile.TemporaryDirectory() as folder:
        # Models ask the registry of measures while they are compiled.
        database, output = Path(folder) / "lint.duckdb", Path(folder)
        assemble_seeds(Home(output), output / "seeds")
        run_dbt(["seed"], PROJECT, database, output, declared_vars(PROJECT))
        settings = {
            "DBT_TARGET_PATH": folder,
            "DBT_LOG_PATH": folder,
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "JIKE_BUILD_FILE": str(database),
        }
        lint = [*_python("sqlfluff"), "lint", "models", "tests/sql"]
        lint += ["--disable-progress-bar"]
        done = subprocess.run(lint, cwd=PROJECT, env=os.environ | settings, check=False)
    return done.returncode


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


def _skipped_in_browser(report: Path) -> list[str]:
    """Give the browser tests that were skipped where that is not allowed."""
    if not os.environ.get("CI") or not report.exists():
        return []
    return skipped_browser_tests(report)


def skipped_browser_tests(report: Path) -> list[str]:
    """Give the tests below tests/browser that a JUnit report says were skipped."""
    return [
        name
        for name, case in _cases(report)
        if case.find("skipped") is not None and name.startswith("tests.browser")
    ]


def failed_tests(report: Path) -> list[str]:
    """Give the tests that a JUnit report says failed, or could not be set up."""
    return [
        name
        for name, case in _cases(report)
        if case.find("failure") is not None or case.find("error") is not None
    ]


def counted(report: Path) -> Message:
    """Say how many tests of a JUnit report passed, failed and were skipped."""
    every = [case for _, case in _cases(report)]
    failed = len(set(failed_tests(report)))
    skipped = sum(case.find("skipped") is not None for case in every)
    return Message(
        "{passed} passed, {failed} failed, {skipped} skipped",
        passed=len(every) - failed - skipped,
        failed=failed,
        skipped=skipped,
    )


def _cases(report: Path) -> list[tuple[str, ET.Element]]:
    """Give every test of a JUnit report with its name."""
    cases = ET.parse(report).getroot().iter("testcase")  # noqa: S314 (our own file)
    return [(f"{case.get('classname')}.{case.get('name')}", case) for case in cases]
