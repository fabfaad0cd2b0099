"""What tests of mappings share: a home without anything, and a delivery's folder."""

import pytest

from jike.ground.home import Home
from tests.mappings.fixtures.small_mapping import DAY


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / DAY
    made.mkdir()
    return made
