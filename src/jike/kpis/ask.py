"""Ask a release for the rows of a KPI: one query with bound values."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from jike.ground.errors import WrongInputError
from jike.kpis.compositions import rows
from jike.kpis.compositions.by_name import COMPOSITIONS, SERIES
from jike.kpis.compositions.columns import given
from jike.kpis.cuts import BRANCH_MEMBERS, TOTAL, Cut, Where, marks, summed_rows, word
from jike.kpis.importance import INDICATORS, Importance
from jike.kpis.intervals import MeanIntervals
from jike.releases.question import Question

if TYPE_CHECKING:
    from jike.kpis.catalogue import Kpi, Part

TABLES = (
    "dim_branch_descendants",
    "dim_branches",
    "dim_build",
    "dim_period_months",
    "dim_periods",
)


def kpi_rows(
    kpi: "Kpi", periods: tuple[str, ...], by: tuple[str, ...] = (), where: Where = ()
) -> Question:
    """Ask for the rows of a KPI.

    Gives one row per period and crossed members of `by`: kpi, period, a column per
    dimension, numerator, denominator, value (null when nothing was measured), n, low,
    high, status (ok, no_data, low_base, hidden), is_partial; with branch, city or
    county in `by` also rank (dense, 1 = best) and gap to the first among siblings; rows
    of importance also say their method, hall_passes by hall also verdict (pass, fail,
    no_data) and because (why no_data).
    Without `by` every period has its row; a cut has the rows there are.
    Source: the kpi_<family> marts of its parts, kpi_values for what is composed per
    branch, the fct_<family> rows for quantiles.

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
        tables=tuple(sorted({*TABLES, *tables})),
        sql=_finished(cut, text),
        values=(*values, *periods),
        finish=MeanIntervals() if _has_t_interval(kpi) else None,
    )


def _check(cut: Cut) -> None:
    kpi = cut.kpi
    for dimension in sorted(cut.asked):
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
    squares = (
        f"sum(parts.{word(part.measure + '_squared')})"
        if cut.kpi.kind == "mean" and side == "numerator"
        else "null"
    )
    return summed_rows(
        cut,
        f"kpi_{part.family}",
        part.over_time,
        f"sum({measure} * months.month_weight) as {side}, {squares} as squares",
        # A share of which one side was not delivered is not a share of 0.
        condition=f"{measure} is not null" if cut.kpi.is_measured else "false",
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
    with cases as ({text})
    select asked.period{cases.names("cases.")}, asked.is_partial, build.hidden_n,
        cases.overall_score, {", ".join(f"cases.{name}" for name in points)}
    from dim_periods as asked
        cross join dim_build as build
        {"left" if not cases.by else "inner"} join cases on asked.period = cases.period
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


def _finished(cut: Cut, measured: str) -> str:
    """Turn parts into a KPI row: value, interval, status, rank."""
    kpi, names = cut.kpi, [word(name) for name in cut.by]
    own = "".join(f"{name}, " for name in names)
    join = "left" if not cut.by else "inner"
    extra = ", standard_error, degrees" if _has_t_interval(kpi) else ""
    if kpi.kpi == "hall_passes" and "hall" in cut.by:
        extra = ", verdict, because"
    return f"""
    with measured as ({measured}),
    dated as (
        select
            asked.period, {"".join(f"measured.{name}, " for name in names)}
            {_numerator(kpi)} as numerator,
            measured.denominator, measured.squares,
            measured.composed, measured.composed_low, measured.composed_high,
            measured.composed_n,
            measured.standard_error as composed_error,
            measured.degrees as composed_degrees,
            measured.verdict, measured.because,
            asked.is_partial,
            build.low_base_n, build.hidden_n
        from dim_periods as asked
            cross join dim_build as build
            {join} join measured on asked.period = measured.period
        where asked.period in ({marks(cut.periods)})
    ),
    valued as (
        select *, {_value(kpi)} as value, {_base(kpi)} as n from dated
    ),
    stated as (
        select
            *,
            {_spread(kpi)},
            case
                when {_is_hidden(kpi)} then 'hidden'
                when value is null then 'no_data'
                when {_is_low_base(kpi)} then 'low_base'
                else 'ok'
            end as status
        from valued
    ),
    finished as (
        select
            '{word(kpi.kpi)}' as kpi, period, {own}
            {_shown("numerator", kpi)} as numerator,
            {_shown("denominator", kpi)} as denominator,
            case when status <> 'hidden' then value end as value,
            n,
            case when status <> 'hidden' then {_bound(kpi, "low")} end as low,
            case when status <> 'hidden' then {_bound(kpi, "high")} end as high,
            status, is_partial{extra},
            {_is_whole(kpi)} as is_whole
        from stated
    )
    {_ranked(kpi, names)}
    order by period{"".join(f", {name}" for name in names)}"""


def _has_t_interval(kpi: "Kpi") -> bool:
    return kpi.kind == "mean" or kpi.kpi == "competitor_lead"


def _numerator(kpi: "Kpi") -> str:
    if kpi.denominator is not None:
        return (
            "case when measured.denominator <> 0 then coalesce(measured.numerator, 0) "
            "else measured.numerator end"
        )
    part = kpi.numerator
    if part is not None and part.is_measured and part.when_empty == "zero":
        return "coalesce(measured.numerator, 0)"
    return "measured.numerator"


def _is_composed(kpi: "Kpi") -> bool:
    return kpi.numerator is None or (
        kpi.kind in ("index", "quantile") and kpi.denominator is None
    )


def _value(kpi: "Kpi") -> str:
    if _is_composed(kpi):
        return "composed"
    if kpi.denominator is None:
        return "cast(numerator as double)"
    # A share of growth means nothing where the whole did not grow.
    sign = ">" if kpi.denominator.over_time == "ytd_growth" else "<>"
    per = "" if kpi.counted_per == 1 else f" * {int(kpi.counted_per)}"
    return (
        f"case when denominator {sign} 0 "
        f"then cast(numerator as double) / cast(denominator as double){per} end"
    )


def _base(kpi: "Kpi") -> str:
    if _is_composed(kpi):
        return "composed_n"
    if kpi.kind in ("prop", "mean") or (kpi.kind == "index" and kpi.reads_answers):
        return "cast(denominator as bigint)"
    return "cast(null as bigint)"


def _spread(kpi: "Kpi") -> str:
    """Standard error and degrees of freedom of a mean, from its sum and squares."""
    if kpi.kind != "mean":
        return "composed_error as standard_error, composed_degrees as degrees"
    variance = (
        "greatest(squares - cast(numerator as double) * cast(numerator as double) / n, "
        "0) / (n - 1)"
    )
    return (
        f"case when n > 1 then sqrt({variance} / n) end as standard_error, "
        "cast(n - 1 as double) as degrees"
    )


def _is_hidden(kpi: "Kpi") -> str:
    if kpi.reads_answers and kpi.kpi != "consistency":
        return "n between 1 and hidden_n - 1"
    return "false"


def _is_low_base(kpi: "Kpi") -> str:
    return "n < low_base_n" if kpi.kind in ("prop", "mean") else "false"


def _is_whole(kpi: "Kpi") -> str:
    """A total score of less than all weight is shown and not ranked."""
    if kpi.kpi != "scorecard":
        return "true"
    return "numerator is not distinct from denominator"


def _shown(side: str, kpi: "Kpi") -> str:
    if kpi.kind in ("index", "quantile"):
        return "cast(null as double)"
    return f"case when status <> 'hidden' then {side} end"


def _bound(kpi: "Kpi", side: str) -> str:
    """Wilson's 95 % interval of a share; a composed KPI brings its own."""
    if _is_composed(kpi):
        return f"composed_{side}"
    if kpi.kind != "prop":
        return "cast(null as double)"
    z = "1.959963984540054"
    middle = f"(least(value, 1) + {z} * {z} / (2 * n))"
    # More customers than an old count of the market has units: more than all of them.
    share = "least(value, 1)"
    half = f"{z} * sqrt({share} * (1 - {share}) / n + {z} * {z} / (4.0 * n * n))"
    scale = f"(1 + {z} * {z} / n)"
    if side == "low":
        return f"greatest(({middle} - {half}) / {scale}, 0)"
    return f"least(({middle} + {half}) / {scale}, 1)"


def _ranked(kpi: "Kpi", names: Sequence[str]) -> str:
    """Rank branches among siblings with status ok; gap to the first of them."""
    level = next((name for name in names if name in BRANCH_MEMBERS), None)
    if level is None:
        return "select * exclude (is_whole) from finished"
    others = [f"finished.{name}" for name in names if name != level]
    siblings = ", ".join(
        ["finished.period", "siblings.parent_id", "siblings.level", *others]
    )
    ok = (
        "finished.status = 'ok' and siblings.branch_id is not null "
        "and finished.is_whole"
    )
    window = f"partition by {siblings}, {ok}"
    if kpi.direction == "none":
        rank, gap = "cast(null as bigint)", "cast(null as double)"
    else:
        order, best = ("desc", "max") if kpi.direction == "up" else ("asc", "min")
        rank = (
            f"case when {ok} then dense_rank() over ({window} "
            f"order by finished.value {order} nulls last) end"
        )
        gap = (
            f"case when {ok} then finished.value - {best}(finished.value) "
            f"over ({window}) end"
        )
    return f"""select finished.* exclude (is_whole), {rank} as rank, {gap} as gap
    from finished
        left join dim_branches as siblings on finished.{level} = siblings.branch_id"""
