"""What every verb that asks a release needs first: its catalogue and its periods."""

from jike.ground.errors import Message, WrongInputError
from jike.kpis.catalogue import Kpi, catalogue
from jike.releases.opening import ALL, Release, rows
from jike.releases.question import Question


def load_catalogue(release: Release) -> dict[str, Kpi]:
    """Read the catalogue that a release was made with, keyed by KPI."""
    kpi_rows = rows(Question(("dim_kpis",), "select * from dim_kpis"), ALL, release)
    part_rows = rows(Question(("dim_parts",), "select * from dim_parts"), ALL, release)
    return catalogue(kpi_rows, part_rows)


def period_kind(period: str, release: Release) -> str:
    """Say what kind of period a code is: month, quarter, year, ytd or wave.

    Raises:
        WrongInputError: there is no such period; the message says which there are.
    """
    question = Question(
        ("dim_periods",),
        "select period, period_kind from dim_periods order by starts_on, period",
    )
    known = {row["period"]: row["period_kind"] for row in rows(question, ALL, release)}
    if period in known:
        return str(known[period])
    spans = []
    for kind in ("month", "quarter", "year", "ytd", "wave"):
        codes = [code for code, its_kind in known.items() if its_kind == kind]
        if codes:
            spans.append(_span(kind, codes[0], codes[-1]))
    raise WrongInputError(
        "there is no period {period}; there are {spans}", period=period, spans=spans
    )


def check_has_waves(kpi: Kpi, period: str, kind: str) -> None:
    """Refuse a wave for a KPI that reads no survey; kind: period_kind().

    Raises:
        WrongInputError: the period is a wave, and the KPI has none.
    """
    if kind == "wave" and not kpi.is_of_surveys:
        raise WrongInputError(
            "{kpi} has no waves, and {period} is one; give a month or year",
            kpi=kpi.kpi,
            period=period,
        )


def _span(kind: str, first: str, last: str) -> Message:
    """The periods of a kind that can be asked for."""
    return {
        "month": Message("months {first} to {last}", first=first, last=last),
        "quarter": Message("quarters {first} to {last}", first=first, last=last),
        "year": Message("years {first} to {last}", first=first, last=last),
        "ytd": Message("years to date {first} to {last}", first=first, last=last),
        "wave": Message("waves {first} to {last}", first=first, last=last),
    }[kind]
