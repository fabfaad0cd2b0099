"""KPIs that stand beside the operator's books."""

from typing import Any

from jike.ground.errors import WrongInputError
from jike.kpis.compositions.columns import Composition, given
from jike.kpis.cuts import BRANCH_MEMBERS, Cut, marks, word

BOOKS = "fct_control_totals"
WHOLE = "enterprise_revenue"


def reconciliation_gap(cut: Cut) -> Composition:
    """What was measured minus the books, over the months that have a figure.

    Without a measure it is that of enterprise revenue: revenue and calls do not add.
    """
    condition = "true" if "measure" in cut.asked else f"parts.measure = '{WHOLE}'"
    gap = (
        "case when count(parts.measured_value) = count(*) "
        "then sum(parts.measured_value) - sum(parts.control_value) end"
    )
    return _beside_the_books(cut, given(composed=gap), condition)


def info_revenue_share_company(cut: Cut) -> Composition:
    """Informatisation revenue over the company's revenue in the operator's books."""
    measured, books = "sum(parts.measured_value)", "sum(parts.control_value)"
    share = f"case when {books} <> 0 then {measured} / cast({books} as double) end"
    columns = given(numerator=measured, denominator=books, composed=share)
    return _beside_the_books(cut, columns, "true")


def _beside_the_books(cut: Cut, columns: str, condition: str) -> Composition:
    """Sum the figures of the books; those of a branch hold its descendants already."""
    levels = [name for name in cut.by if name in BRANCH_MEMBERS]
    asked = [chosen for name, chosen in cut.where if name in BRANCH_MEMBERS]
    measures = [chosen for name, chosen in cut.where if name == "measure"]
    if len(asked) > 1:
        raise WrongInputError(
            "{kpi} is made per branch; give one --where branch=MEMBER", kpi=cut.kpi.kpi
        )
    conditions = [
        "parts.kpi = ?",
        "months.over_time = 'sum'",
        "months.wave is null",
        f"months.period in ({marks(cut.periods)})",
        condition,
        *(f"placed.level = '{name}'" for name in levels if name != "branch"),
    ]
    values: list[Any] = [cut.kpi.kpi, *cut.periods]
    if levels and asked:
        conditions.append(
            "parts.branch_id in (select descendant_id from dim_branch_descendants "
            "where branch_id = ?)"
        )
    elif not levels:
        conditions.append("parts.branch_id = ?")
    if asked or not levels:
        values.append(asked[0] if asked else "total")
    if measures:
        conditions.append(f"parts.measure in ({marks(measures)})")
        values += measures
    member = {name: "parts.branch_id" for name in BRANCH_MEMBERS}
    names = [member.get(name, f"parts.{word(name)}") for name in cut.by]
    shown = "".join(
        f", {text} as {word(name)}" for text, name in zip(names, cut.by, strict=True)
    )
    placed = "inner join dim_branches as placed on parts.branch_id = placed.branch_id"
    text = f"""
        select months.period{shown}, {columns}
        from {BOOKS} as parts
            inner join dim_period_months as months
                on parts.kpi_month = months.kpi_month
            {placed if levels else ""}
        where {" and ".join(conditions)}
        group by {", ".join(["months.period", *names])}"""
    return text, values, {BOOKS}
