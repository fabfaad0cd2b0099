"""What can be asked of a release: one function a question, SQL from fixed words only.

Names of tables and columns come from the catalogue of the release and are checked once
more here; whatever a viewer types or chooses is a bound value.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from jike.errors import WrongInputError

if TYPE_CHECKING:
    from jike.kpis import Kpi, Part

TOTAL = "total"
OWN = "own"
UNKNOWN = "unknown"
WORD = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Question:
    """One query: the release tables it may touch, its text, its bound values."""

    tables: tuple[str, ...]
    sql: str
    values: tuple[Any, ...] = ()


Where = tuple[tuple[str, str], ...]
"""Pairs of dimension and member; several members of one dimension: any of them."""

BRANCH_MEMBERS = {
    "branch": "tree.branch_id",
    "city": "coalesce(placed.city_id, 'unknown')",
    "county": "coalesce(placed.county_id, 'unknown')",
}

TREE_JOIN = """
            inner join dim_branch_descendants as tree
                on parts.branch_id = tree.descendant_id and tree.branch_id <> 'total'"""

PLACED_JOIN = """
            left join dim_branches as placed on parts.branch_id = placed.branch_id"""

TABLES = (
    "dim_branch_descendants",
    "dim_branches",
    "dim_build",
    "dim_period_months",
    "dim_periods",
)


def kpi(
    kpi: "Kpi", periods: tuple[str, ...], by: tuple[str, ...] = (), where: Where = ()
) -> Question:
    """Ask for the rows of a KPI.

    Gives one row per period and crossed members of `by`: kpi, period, a column per
    dimension, numerator, denominator, value (null when nothing was measured), n, low,
    high, status (ok, no_data, low_base, hidden), is_partial; with branch, city or
    county in `by` also rank (dense, 1 = best) and gap to the first among siblings.
    Without `by` every period has its row; a cut has the rows there are.
    Source: the kpi_<family> marts of its parts, for composed KPIs kpi_values.

    Raises:
        WrongInputError: the KPI is not cut by one of the dimensions.
    """
    for dimension in (*by, *(name for name, _ in where)):
        if dimension not in kpi.dimensions:
            raise WrongInputError(
                "{kpi} is not cut by {dimension}; it has {known}",
                kpi=kpi.kpi,
                dimension=dimension,
                known=kpi.dimensions,
            )
    if kpi.numerator is None:
        measured, values, tables = _composed(kpi, periods, by, where)
    else:
        measured, values, tables = _summed(kpi, periods, by, where)
    return Question(
        tables=tuple(sorted({*TABLES, *tables})),
        sql=_finished(kpi, periods, by, measured),
        values=(*values, *periods),
    )


def _summed(
    kpi: "Kpi", periods: tuple[str, ...], by: tuple[str, ...], where: Where
) -> tuple[str, tuple[Any, ...], set[str]]:
    """Roll up the parts of a KPI: sum of numerators over sum of denominators."""
    sides: list[str] = []
    values: list[Any] = []
    tables: set[str] = set()
    for part, side in ((kpi.numerator, "numerator"), (kpi.denominator, "denominator")):
        if part is None:
            continue
        text, bound = _side(part, side, periods, by, where)
        sides.append(text)
        values += bound
        tables.add(_word(f"kpi_{part.family}"))
    names = "".join(f", {_word(name)}" for name in by)
    text = f"""
        select
            period{names},
            sum(numerator) as numerator,
            sum(denominator) as denominator,
            cast(null as double) as composed,
            cast(null as double) as composed_low,
            cast(null as double) as composed_high
        from ({" union all ".join(sides)}) as sides
        group by period{names}"""
    return text, tuple(values), tables


def _side(
    part: "Part", side: str, periods: tuple[str, ...], by: tuple[str, ...], where: Where
) -> tuple[str, list[Any]]:
    members = "".join(f", {_member(name)} as {_word(name)}" for name in by)
    amount = f"parts.{_word(part.measure)} * months.month_weight"
    columns = {
        "numerator": f"{amount} as numerator, null as denominator",
        "denominator": f"null as numerator, {amount} as denominator",
    }[side]
    asked = (*by, *(name for name, _ in where))
    joins = TREE_JOIN if "branch" in by else ""
    joins += PLACED_JOIN if {"city", "county"} & {*asked} else ""
    conditions = [
        "months.over_time = ?",
        f"months.period in ({_marks(periods)})",
        f"parts.{_word(part.measure)} is not null",
        *(f"{_member(name)} is not null" for name in by),
    ]
    values: list[Any] = [part.over_time, *periods]
    for text, bound in _conditions(by, where):
        conditions.append(text)
        values += bound
    text = f"""
        select months.period{members}, {columns}
        from kpi_{_word(part.family)} as parts
            inner join dim_period_months as months
                on parts.kpi_month = months.kpi_month{joins}
        where {" and ".join(conditions)}"""
    return text, values


def _conditions(by: tuple[str, ...], where: Where) -> list[tuple[str, list[Any]]]:
    found: list[tuple[str, list[Any]]] = []
    ordered = sorted(where, key=lambda pair: pair[0])
    for dimension, pairs in groupby(ordered, key=lambda pair: pair[0]):
        members = [member for _, member in pairs]
        if dimension != "branch":
            found.append((f"{_member(dimension)} in ({_marks(members)})", members))
            continue
        below = (
            "(select descendant_id from dim_branch_descendants "
            f"where branch_id in ({_marks(members)}))"
        )
        found.append((f"parts.branch_id in {below}", members))
        if "branch" in by:
            found.append((f"tree.branch_id in {below}", members))
    return found


def _composed(
    kpi: "Kpi", periods: tuple[str, ...], by: tuple[str, ...], where: Where
) -> tuple[str, tuple[Any, ...], set[str]]:
    """Look a composed KPI up: it is made per branch and cannot be added."""
    conditions = ["parts.kpi = ?", f"parts.period in ({_marks(periods)})"]
    values: list[Any] = [kpi.kpi, *periods]
    joins = ""
    if len(where) > 1 or (where and where[0][0] != "branch" and by):
        raise WrongInputError(
            "{kpi} is made per branch; give one --where branch=MEMBER", kpi=kpi.kpi
        )
    if by:
        joins = (
            " inner join dim_branches as placed on parts.branch_id = placed.branch_id"
        )
        conditions += [
            f"placed.level = '{_word(name)}'" for name in by if name != "branch"
        ]
        for _, member in where:
            conditions.append(
                "parts.branch_id in (select descendant_id from dim_branch_descendants "
                "where branch_id = ?)"
            )
            values.append(member)
    else:
        conditions.append("parts.branch_id = ?")
        values.append(where[0][1] if where else TOTAL)
    names = "".join(f", parts.branch_id as {_word(name)}" for name in by)
    text = f"""
        select
            parts.period{names},
            cast(null as double) as numerator,
            cast(null as double) as denominator,
            parts.kpi_value as composed,
            parts.low as composed_low,
            parts.high as composed_high
        from kpi_values as parts{joins}
        where {" and ".join(conditions)}"""
    return text, tuple(values), {"kpi_values"}


def _finished(
    kpi: "Kpi", periods: tuple[str, ...], by: tuple[str, ...], measured: str
) -> str:
    """Turn parts into a KPI row: value, interval, status, rank."""
    names = [_word(name) for name in by]
    own = "".join(f"{name}, " for name in names)
    join = "left" if not by else "inner"
    ranked = _ranked(kpi, names)
    return f"""
    with measured as ({measured}),
    dated as (
        select
            asked.period, {"".join(f"measured.{name}, " for name in names)}
            {_numerator(kpi)} as numerator,
            measured.denominator,
            measured.composed, measured.composed_low, measured.composed_high,
            asked.is_partial,
            build.low_base_n, build.hidden_n
        from dim_periods as asked
            cross join dim_build as build
            {join} join measured on asked.period = measured.period
        where asked.period in ({_marks(periods)})
    ),
    valued as (
        select *, {_value(kpi)} as value, {_base(kpi)} as n from dated
    ),
    stated as (
        select
            *,
            case
                when value is null then 'no_data'
                when {_is_hidden(kpi)} then 'hidden'
                when n < low_base_n then 'low_base'
                else 'ok'
            end as status
        from valued
    ),
    finished as (
        select
            '{_word(kpi.kpi)}' as kpi, period, {own}
            case when status <> 'hidden' then numerator end as numerator,
            case when status <> 'hidden' then denominator end as denominator,
            case when status <> 'hidden' then value end as value,
            n,
            case when status <> 'hidden' then {_bound(kpi, "low")} end as low,
            case when status <> 'hidden' then {_bound(kpi, "high")} end as high,
            status, is_partial
        from stated
    )
    {ranked}
    order by period{"".join(f", {name}" for name in names)}"""


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


def _value(kpi: "Kpi") -> str:
    if kpi.numerator is None:
        return "composed"
    if kpi.denominator is None:
        return "cast(numerator as double)"
    # A share of growth means nothing where the whole did not grow.
    sign = ">" if kpi.denominator.over_time == "ytd_growth" else "<>"
    return (
        f"case when denominator {sign} 0 "
        "then cast(numerator as double) / cast(denominator as double) end"
    )


def _base(kpi: "Kpi") -> str:
    if kpi.kind in ("prop", "mean"):
        return "cast(denominator as bigint)"
    return "cast(null as bigint)"


def _is_hidden(kpi: "Kpi") -> str:
    return "n between 1 and hidden_n - 1" if kpi.family == "satisfaction" else "false"


def _bound(kpi: "Kpi", side: str) -> str:
    """Wilson's 95 % interval of a share; a composed KPI brings its own."""
    if kpi.numerator is None:
        return f"composed_{side}"
    if kpi.kind != "prop":
        return "cast(null as double)"
    z = "1.959963984540054"
    middle = f"(value + {z} * {z} / (2 * n))"
    half = f"{z} * sqrt(value * (1 - value) / n + {z} * {z} / (4.0 * n * n))"
    scale = f"(1 + {z} * {z} / n)"
    if side == "low":
        return f"greatest(({middle} - {half}) / {scale}, 0)"
    return f"least(({middle} + {half}) / {scale}, 1)"


def _ranked(kpi: "Kpi", names: Sequence[str]) -> str:
    """Rank branches among siblings with status ok; gap to the first of them."""
    level = next((name for name in names if name in BRANCH_MEMBERS), None)
    if level is None:
        return "select * from finished"
    others = [f"finished.{name}" for name in names if name != level]
    siblings = ", ".join(
        ["finished.period", "siblings.parent_id", "siblings.level", *others]
    )
    window = (
        f"partition by {siblings}, "
        "finished.status = 'ok' and siblings.branch_id is not null"
    )
    if kpi.direction == "none":
        rank, gap = "cast(null as bigint)", "cast(null as double)"
    else:
        order, best = ("desc", "max") if kpi.direction == "up" else ("asc", "min")
        ok = "finished.status = 'ok' and siblings.branch_id is not null"
        rank = (
            f"case when {ok} then dense_rank() over ({window} "
            f"order by finished.value {order} nulls last) end"
        )
        gap = (
            f"case when {ok} then finished.value - {best}(finished.value) "
            f"over ({window}) end"
        )
    return f"""select finished.*, {rank} as rank, {gap} as gap
    from finished
        left join dim_branches as siblings on finished.{level} = siblings.branch_id"""


def _member(dimension: str) -> str:
    return BRANCH_MEMBERS.get(dimension) or f"parts.{_word(dimension)}"


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" for _ in values)


def _word(name: str) -> str:
    """Let only a plain lower-case word into the text of a query."""
    if not WORD.fullmatch(name):
        raise WrongInputError("{name!r} is not a name of the catalogue", name=name)
    return name
