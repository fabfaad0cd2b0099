"""What tests of KPIs share: questions to the home of their module."""

import pytest

from tests.fixtures import small_service
from tests.fixtures.answers import question_of


@pytest.fixture(scope="session")
def of_contacts(tmp_path_factory, served):
    """A home with calls and interviews, as of 20 June 2025."""
    folder = tmp_path_factory.mktemp("delivery") / "2025-06-20"
    return served(small_service.deliver(folder), small_service.AS_OF)


@pytest.fixture
def ask(home):
    """Ask `jike kpi` about the home of the module."""
    return question_of(home)


@pytest.fixture
def one(ask):
    """Ask for what has one row."""

    def asked(code, *period, **where):
        (row,) = ask(code, *period, **where)
        return row

    return asked
