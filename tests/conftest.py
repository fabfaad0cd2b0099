"""What the tests with and without a browser share: the sample province, served."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
DEMO_SECONDS = 900


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory):
    """The sample province, loaded, built, audited and published once.

    JIKE_E2E_HOME names one that is there already.
    """
    given = os.environ.get("JIKE_E2E_HOME")
    if given:
        return Path(given)
    home = tmp_path_factory.mktemp("demo") / "home"
    made = subprocess.run(
        [sys.executable, "-P", "-m", "jike.cli", "demo", "--no-serve"],
        env=os.environ | {"JIKE_HOME": str(home)},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=DEMO_SECONDS,
        check=False,
    )
    assert made.returncode == 0, made.stderr[-2_000:]
    return home
