"""Ask a release for the rows of a KPI: one query with bound values."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from jike.ground.errors import WrongInputError
from jike.kpis.answered import answered, has_t_interval, lacking
from jike.kpis.compositions import rows
from jike.kpis.compositions.by_name import COMPOSITIONS, SERIES
from jike.kpis.compositions.columns import given
from jike.kpis.cuts import TOTAL, Cut, Where, marks, summed_rows, word
from jike.kpis.importance import INDICATORS, Importance
from jike.kpis.intervals import MeanIntervals
from jike.releases.question import Question

if TYPE_CHECKING:
    from jike.kpis.catalogue import Kpi, Part

TABLES = (
    "dim_branch_descendants",
    "dim_branches",
    "dim_build",
    "dim_part_periods",
    "dim_period_months",
    "dim_periods",
)


def kpi_rows(
    kpi: "Kpi", periods: tuple[str, ...], by: tuple[str, ...] = (), where: Where = ()
) -> Question:
    """Ask for the rows of a KPI.

    Gives one row per period and crossed members of `by`: kpi, period, a column per
    dimension, numerator, denominator, value (null when nothing was measured), n, low,
    high, status (ok, no_data, low_base, hidden), is_partial, reason (of no_data, when
    something was not delivered, else null; left out of a cut by reason); with branch,
    city or county in `by` also rank (dense, 1 = best) and gap to the first among
    siblings; rows of importance also say their method, hall_passes by hall also
    verdict (pass, fail, no_data) and because (why no_data).
    Without `by` every period has its row; a cut has the rows there are.
    Source: the kpi_<family> marts of its parts, kpi_values for what is composed per
    branch, the fct_<family> rows for quantiles, fct_parts_<family> for free cuts.

    Raises:
        WrongInputError: the KPI is not cut by one of the dimensions, or means nothing
            without one that is not asked for.
    """
    cut = Cut(kpi, periods, by, where)
    _check(cut)
    if kpi.composed_by == "importance":
        return _importance(cut)
    text, values, tables = _measured(cut)
    return Question(
        tables=tuple(sorted({*TABLES, *map(cut.table, tables)})),
        sql=answered(cut, text),
        values=(*values, *periods),
        finish=MeanIntervals(kpi.scale) if has_t_interval(kpi) else None,
    )


def _check(cut: Cut) -> None:
    kpi = cut.kpi
    for dimension in sorted(cut.asked):
        if dimension in kpi.free_cuts and not kpi.is_of_rows:
            raise WrongInputError(
                "{kpi} is not cut by {dimension}, because it is not counted from the "
                "rows of {entity} alone; it has {known}",
                kpi=kpi.kpi,
                dimension=dimension,
                entity=kpi.free_cuts[dimension].entity,
                known=kpi.dimensions,
            )
        if dimension not in kpi.dimensions:
            raise WrongInputError(
                "{kpi} is not cut by {dimension}; it has {known}",
                kpi=kpi.kpi,
                dimension=dimension,
                known=kpi.dimensions,
            )
    needed = kpi.needs_dimension
    if needed and not cut.asked & {*needed}:
        raise WrongInputError(
            "{kpi} means nothing in total; give {needed} in --by or --where",
            kpi=kpi.kpi,
            needed=" | ".join(needed),
        )


def _measured(cut: Cut) -> tuple[str, Sequence[Any], set[str]]:
    kpi, part = cut.kpi, cut.kpi.numerator
    if kpi.composed_by in COMPOSITIONS:
        return COMPOSITIONS[kpi.composed_by](cut)
    if part is None:
        return _stored(cut)
    if kpi.composed_by in SERIES:
        return SERIES[kpi.composed_by](cut, part)
    if part.quantile is not None:
        return rows.quantile(cut, part)
    return _divided(cut, part, kpi.denominator)


def _divided(
    cut: Cut, part: "Part", whole: "Part | None"
) -> tuple[str, Sequence[Any], set[str]]:
    """Roll up the parts of a KPI: sum of numerators over sum of denominators."""
    above, values = _side(cut, part, "numerator")
    if whole is None:
        columns = given(numerator="numerator", squares="squares")
        text = f"select period{cut.names()}, {columns} from ({above}) as sides"
        return text, values, {_table(part)}
    below_cut = cut.without(whole.ignores) if whole.ignores else cut
    below, more = _side(below_cut, whole, "denominator")
    # What a share is taken of is not cut by the members of the share.
    join = "left join" if whole.ignores in cut.by else "full join"
    names = "".join(
        f", coalesce(above.{word(name)}, below.{word(name)}) as {word(name)}"
        if name in below_cut.by
        else f", above.{word(name)}"
        for name in cut.by
    )
    columns = given(
        numerator="above.numerator",
        denominator="below.denominator",
        squares="above.squares",
    )
    text = f"""
        select coalesce(above.period, below.period) as period{names}, {columns}
        from ({above}) as above
            {join} ({below}) as below on {below_cut.joined("above", "below")}"""
    return text, [*values, *more], {_table(part), _table(whole)}


def _side(cut: Cut, part: "Part", side: str) -> tuple[str, Sequence[Any]]:
    measure = f"parts.{word(part.measure)}"
    squared = f"parts.{word(part.measure + '_squared')}"
    # Of what came summed up nobody knows the spread: then there is no interval.
    squares = (
        f"case when count({squared}) = count({measure}) then sum({squared}) end"
        if cut.kpi.kind == "mean" and side == "numerator"
        else "null"
    )
    return summed_rows(
        cut,
        f"kpi_{part.family}",
        part.over_time,
        f"sum({measure} * months.month_weight) as {side}, {squares} as squares",
        condition=f"{measure} is not null",
    )


def _table(part: "Part") -> str:
    return word(f"kpi_{part.family}")


def _stored(cut: Cut) -> tuple[str, Sequence[Any], set[str]]:
    """Look up a KPI that is made per branch and period and cannot be added."""
    kpi = cut.kpi
    conditions = ["parts.kpi = ?", f"parts.period in ({marks(cut.periods)})"]
    values: list[Any] = [kpi.kpi, *cut.periods]
    joins = ""
    if len(cut.where) > 1 or (cut.where and cut.where[0][0] != "branch" and cut.by):
        raise WrongInputError(
            "{kpi} is made per branch; give one --where branch=MEMBER", kpi=kpi.kpi
        )
    if cut.by:
        joins = (
            " inner join dim_branches as placed on parts.branch_id = placed.branch_id"
        )
        conditions += [
            f"placed.level = '{word(name)}'" for name in cut.by if name != "branch"
        ]
        for _, chosen in cut.where:
            conditions.append(
                "parts.branch_id in (select descendant_id from dim_branch_descendants "
                "where branch_id = ?)"
            )
            values.append(chosen)
    else:
        conditions.append("parts.branch_id = ?")
        values.append(cut.where[0][1] if cut.where else TOTAL)
    names = "".join(f", parts.branch_id as {word(name)}" for name in cut.by)
    columns = given(
        numerator="parts.numerator",
        denominator="parts.denominator",
        composed="parts.kpi_value",
        composed_low="parts.low",
        composed_high="parts.high",
    )
    text = f"""
        select parts.period{names}, {columns}
        from kpi_values as parts{joins}
        where {" and ".join(conditions)}"""
    return text, values, {"kpi_values"}


def _importance(cut: Cut) -> Question:
    """Ask for the complete cases; the regression is worked out on them."""
    wanted = [chosen for name, chosen in cut.where if name == "indicator"]
    cases = cut.without("indicator")
    kpi = replace(cut.kpi, dimensions=cases.kpi.dimensions)
    cases = replace(cases, kpi=replace(kpi, dimensions=_without_items(kpi.dimensions)))
    points = [f"{name}_points" for name in INDICATORS]
    text, values = summed_rows(
        cases,
        "fct_satisfaction",
        "sum",
        "count(*) as cases",
        condition=" and ".join(
            f"parts.{name} is not null" for name in ("overall_score", *points)
        ),
        further=("response_id", "overall_score", *points),
    )
    sql = f"""
    with cases as ({text}), lacking as ({lacking(cut)})
    select asked.period{cases.names("cases.")}, asked.is_partial, lacking.reason,
        build.low_base_n, build.hidden_n,
        cases.overall_score, {", ".join(f"cases.{name}" for name in points)}
    from dim_periods as asked
        cross join dim_build as build
        {"left" if not cases.by else "inner"} join cases on asked.period = cases.period
        left join lacking on asked.period = lacking.period
    where asked.period in ({marks(cut.periods)})
    order by asked.period{cases.names("cases.")}, cases.response_id"""
    return Question(
        tables=tuple(sorted({*TABLES, "fct_satisfaction"})),
        sql=sql,
        values=(*values, *cut.periods),
        finish=Importance(cut.by, tuple(wanted) or INDICATORS),
    )


def _without_items(dimensions: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in dimensions if name not in ("indicator", "servqual"))
