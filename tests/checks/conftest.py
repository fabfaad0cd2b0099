"""What tests of the gate share: a home without anything."""

from pathlib import Path

import pytest

from jike.ground.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")
