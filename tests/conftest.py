"""What several tests share: the language of messages, the dbt project, the sample."""

import atexit
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jike.ground.home import PROJECT
from tests.fixtures.shared import made_once

DEMO_SECONDS = 900
# Tests quote English sentences; those on language choose for themselves.
os.environ["JIKE_LANG"] = "en"
ENDS_WITH: list[int] = []


@atexit.register
def _end_at_once():
    """Leave before DuckDB's binding lists, over pages, what still lives by then.

    Registered first, so called last: when everything else has cleaned up.
    """
    if ENDS_WITH:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(ENDS_WITH[-1])


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(exitstatus):
    ENDS_WITH.append(int(exitstatus))


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory):
    """The sample province, loaded, built, audited and published once.

    JIKE_E2E_HOME names one that is there already.
    """
    given = os.environ.get("JIKE_E2E_HOME")
    if given:
        return Path(given)

    def make(folder):
        made = subprocess.run(
            [sys.executable, "-P", "-m", "jike.cli", "demo", "--no-serve"],
            env=os.environ | {"JIKE_HOME": str(folder / "home")},
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=DEMO_SECONDS,
            check=False,
        )
        assert made.returncode == 0, made.stderr[-2_000:]

    return made_once(tmp_path_factory, "demo", make) / "home"


@pytest.fixture(scope="session")
def manifest(tmp_path_factory):
    """dbt's manifest of the project, parsed once."""
    from dbt.cli.main import dbtRunner

    def make(target):
        os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
        result = dbtRunner().invoke(
            [
                "parse",
                *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
                *("--target-path", str(target), "--log-path", str(target)),
                *("--log-level", "none", "--log-level-file", "none"),
            ]
        )
        assert result.success, result.exception

    target = made_once(tmp_path_factory, "manifest", make)
    return json.loads((target / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def sample(tmp_path_factory):
    """The folder of the sample delivery, written once."""
    from jike.sample.write import write_sample

    return made_once(tmp_path_factory, "sample", write_sample)


@pytest.fixture(scope="session")
def sample_of_two(tmp_path_factory):
    """The folder of the sample at scale two, written once."""
    from jike.sample.write import write_sample

    def make(folder):
        write_sample(folder, scale=2)

    return made_once(tmp_path_factory, "sample-of-two", make)


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """A home that serves a delivery, built with the project's SQL compiled once."""
    from jike.ground.home import Home
    from tests.fixtures import small_province
    from tests.fixtures.compiled_models import compiled_once

    def serve(folder, as_of=None, **parameters):
        home = Home(tmp_path_factory.mktemp("home"))
        with compiled_once(tmp_path_factory):
            small_province.served(home, folder, as_of, **parameters)
        return home

    return serve


@pytest.fixture(scope="session")
def province(served, tmp_path_factory):
    """The nine customers of the small province, all delivered, as of 31 March 2025."""
    from tests.fixtures import small_province

    folder = tmp_path_factory.mktemp("delivery") / "2025-03-31"
    return served(small_province.deliver(folder, "customers", "orders", "bills"))
