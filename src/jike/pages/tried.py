"""Every question the pages can ask: what is tried on a file before it is let out."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from jike import pages
from jike.kpis.ask import kpi_rows
from jike.kpis.cuts import TOTAL
from jike.kpis.known import load_catalogue
from jike.pages import frame
from jike.releases.manifest import Release
from jike.releases.opening import rows
from jike.releases.question import Question
from jike.releases.scope import ALL

PAGES = tuple(
    import_module(f"{pages.__name__}.{module.name}")
    for module in iter_modules(pages.__path__)
    if f"{pages.__name__}.{module.name}" != __name__
)
"""The rooms of questions beside this one: of the frame, and one a page."""


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
