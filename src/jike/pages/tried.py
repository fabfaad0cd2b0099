"""Every question the pages can ask: what is tried on a file before it is let out."""

from jike.pages import (
    customers,
    definitions,
    frame,
    halls,
    hotline,
    orders,
    quality,
    retention,
    revenue,
    scorecard,
    tickets,
)
from jike.releases.question import Question

PAGES = (
    frame,
    scorecard,
    retention,
    customers,
    revenue,
    orders,
    hotline,
    halls,
    tickets,
    quality,
    definitions,
)


def all_questions(period: str, branch: str) -> tuple[Question, ...]:
    """Every question of every page, for one period and branch."""
    return tuple(
        question for page in PAGES for question in page.all_questions(period, branch)
    )
