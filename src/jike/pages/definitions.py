"""What a definition says of its checks.

One function a question. Every docstring says the frame's columns and the mart it reads.
SQL is made of fixed words; codes and texts chosen by a viewer are bound values.
"""

from jike.pages.frame import select_checks
from jike.releases.question import Question


def checks_of(kpi: str) -> Question:
    """Ask for the checks of the release's own run that touch a KPI, the worst first.

    Columns: as of jike.pages.quality.checks(). Source: checks, whose `kpis` are codes
    and spaces.
    """
    touched = "and position(' ' || ? || ' ' in ' ' || kpis || ' ') > 0"
    return Question(tables=("checks",), sql=select_checks(touched), values=(kpi,))


def all_questions(period: str, branch: str) -> tuple[Question, ...]:
    """Every question of the page, for one period and branch: what publish tries."""
    return (checks_of("info_revenue"),)
