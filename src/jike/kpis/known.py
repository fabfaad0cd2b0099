"""What a release knows: its catalogue, its periods, the members of its dimensions."""

from jike.ground.errors import Message, WrongInputError
from jike.kpis.catalogue import BRANCH_DIMENSIONS, Kpi, catalogue
from jike.kpis.cuts import OWN, UNKNOWN, Cut, Where
from jike.releases.manifest import Release
from jike.releases.opening import rows
from jike.releases.question import Question
from jike.releases.scope import ALL
from jike.words import deployment


def load_catalogue(release: Release) -> dict[str, Kpi]:
    """Read the catalogue that a release was made with, keyed by KPI.

    What is written from here on is in the currency of the release.
    """
    for row in rows(Question(("dim_build",), "select * from dim_build"), ALL, release):
        deployment.choose(row)
    kpi_rows = rows(Question(("dim_kpis",), "select * from dim_kpis"), ALL, release)
    part_rows = rows(Question(("dim_parts",), "select * from dim_parts"), ALL, release)
    cuts = Question(("dim_free_cuts",), "select * from dim_free_cuts order by free_cut")
    return catalogue(kpi_rows, part_rows, rows(cuts, ALL, release))


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


def check_members(kpi: Kpi, where: Where, release: Release) -> None:
    """Refuse a member that a dimension of the KPI does not have in the release.

    Raises:
        WrongInputError: there is one; the message says which there are.
    """
    for dimension, member in where:
        known = _members(kpi, dimension, release)
        if member not in known:
            shown = ", ".join(known[:30]) + (", …" if len(known) > 30 else "")
            raise WrongInputError(
                "{dimension} has no member {member}; there are {shown}",
                dimension=dimension,
                member=member,
                shown=shown,
            )


def _members(kpi: Kpi, dimension: str, release: Release) -> list[str]:
    if dimension in BRANCH_DIMENSIONS:
        question = Question(
            ("dim_branches",), "select branch_id, level from dim_branches order by 1"
        )
        listed = [
            row["branch_id"]
            for row in rows(question, ALL, release)
            if dimension in ("branch", row["level"])
        ]
        own = [] if dimension == "branch" else [OWN]
        return [*listed, *own, UNKNOWN]
    if dimension in kpi.free_cuts:
        table, text = f"fct_parts_{kpi.family}", Cut(kpi, ()).member(dimension)
        question = Question(
            (table,),
            f"select distinct {text} as member from {table} as parts order by 1",
        )
        return [row["member"] for row in rows(question, ALL, release)]
    question = Question(
        ("dim_members",),
        "select member from dim_members where dimension = ? "
        "order by sort_order, member",
        (dimension,),
    )
    return [row["member"] for row in rows(question, ALL, release)]
