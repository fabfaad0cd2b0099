"""Every question the pages can ask: what is tried on a file before it is let out."""

import importlib
import pkgutil
from collections.abc import Iterator

from jike import pages
from jike.kpis.ask import kpi_rows
from jike.kpis.cuts import TOTAL
from jike.kpis.known import load_catalogue
from jike.pages import frame
from jike.releases.manifest import Release
from jike.releases.opening import rows
from jike.releases.question import Question
from jike.releases.scope import ALL

TRIED = "all_questions"
PAGES = tuple(
    page
    for _, name, _ in pkgutil.iter_modules(pages.__path__, "jike.pages.")
    if name != __name__ and hasattr(page := importlib.import_module(name), TRIED)
)
"""The files of questions, so that a new one is tried on the day it is made."""


def all_questions(period: str, branch: str) -> tuple[Question, ...]:
    """Every question of every page, for one period and branch."""
    return tuple(
        question for page in PAGES for question in page.all_questions(period, branch)
    )


def questions_of_pages(release: Release) -> Iterator[Question]:
    """Give everything the pages ask for the newest period, and every KPI by one cut."""
    periods = rows(frame.periods(), ALL, release)
    period = str(periods[0]["period"]) if periods else ""
    yield from all_questions(period, TOTAL)
    for kpi in load_catalogue(release).values():
        by = kpi.needs_dimension[:1] or kpi.dimensions[:1]
        yield kpi_rows(kpi, (period,), by=by)
