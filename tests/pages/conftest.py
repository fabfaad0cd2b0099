"""What tests of the pages share: a small release, and a page opened over it."""

import hashlib
import re

import pytest

from dashboards.kit import behind
from jike.ground.home import Home
from jike.pages import frame as frame_questions
from jike.releases.opening import ALL, current_release, rows
from tests.fixtures.page_release import write_release
from tests.fixtures.page_views import one_page
from tests.fixtures.shared import made_once


@pytest.fixture(scope="session")
def changed(tmp_path_factory):
    """A home whose release some SQL has changed; made once for the same SQL."""

    def with_changes(*changes):
        key = hashlib.sha256(repr(changes).encode()).hexdigest()[:12]

        def make(folder):
            write_release(folder, changes=changes)

        return Home(made_once(tmp_path_factory, f"release-{key}", make))

    return with_changes


@pytest.fixture(scope="session")
def home(changed):
    """The small release as it is."""
    return changed()


# A figure as it is read: signed, with decimals or as a percentage.
WRITTEN = re.compile(r"[-+−]\d.*|\d[\d,]*\.\d+\D*|\d[\d,.]* ?%")


@pytest.fixture
def files(monkeypatch):
    """Every file that is offered: its rows as they are read and as they are held."""
    offered = []
    real = behind.as_csv

    def as_csv(table):
        offered.append(table)
        return real(table)

    monkeypatch.setattr(behind, "as_csv", as_csv)
    return offered


@pytest.fixture
def look(home, files, monkeypatch):
    """Open a page with a view in its URL; another home can be given.

    Whatever page it is, its files hold figures as numbers.
    """

    def open_page(page="scorecard", at=home, **url):
        monkeypatch.setenv("JIKE_HOME", str(at.root))
        app = one_page(page)
        for key, value in url.items():
            app.query_params[key] = value
        app.run()
        assert not app.exception
        cells = [cell for table in files for row in table.values for cell in row]
        texts = [cell for cell in cells if isinstance(cell, str)]
        assert [text for text in texts if WRITTEN.fullmatch(text)] == []
        return app

    return open_page


@pytest.fixture(scope="module")
def ask(home):
    """Ask the release a question, in a scope when one is given."""
    release = current_release(home)
    return lambda question, scope=ALL: rows(question, scope, release)


@pytest.fixture
def names(ask):
    """What is known of every member: its row, by dimension and member."""
    listed = ask(frame_questions.members())
    return {(row["dimension"], row["member"]): row for row in listed}
