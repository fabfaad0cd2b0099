"""From the parts of a KPI to its rows: value, interval, status, rank and gap."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from jike.kpis.cuts import BRANCH_MEMBERS, Cut, marks, word

if TYPE_CHECKING:
    from jike.kpis.catalogue import Kpi


def answered(cut: Cut, measured: str) -> str:
    """Turn a select of parts into one of KPI rows: value, interval, status, rank.

    `measured` gives period, the dimensions of the cut, and the columns of a
    composition. Where what the KPI needs was not delivered for a period there is no
    value: its row says the reason, and a cut has no row.
    """
    kpi, names = cut.kpi, [word(name) for name in cut.by]
    shown = "status not in ('hidden', 'no_data')"
    own = "".join(f"{name}, " for name in names)
    join = "left" if not cut.by else "inner"
    # Where reasons of calls or answers are the cut, the word is theirs.
    why = "" if "reason" in cut.by else ", reason"
    extra = ", standard_error, degrees" if has_t_interval(kpi) else ""
    if kpi.kpi == "hall_passes" and "hall" in cut.by:
        extra = ", verdict, because"
    return f"""
    with lacking as ({lacking(cut)}),
    measured as (
        select * from ({measured}) where period not in (select period from lacking)
    ),
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
            lacking.reason,
            asked.is_partial,
            build.low_base_n, build.hidden_n
        from dim_periods as asked
            cross join dim_build as build
            {join} join measured on asked.period = measured.period
            left join lacking on asked.period = lacking.period
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
            case when {shown} then {_bound(kpi, "low")} end as low,
            case when {shown} then {_bound(kpi, "high")} end as high,
            status, is_partial{why}{extra},
            {_is_whole(kpi)} as is_whole
        from stated
    )
    {_ranked(kpi, names)}
    order by period{"".join(f", {name}" for name in names)}"""


def lacking(cut: Cut) -> str:
    """Select the periods a cut is not measured in, each with the reason in words.

    A free cut says nothing of months in which only counted facts came.
    """
    rests_on = [word(part) for part in cut.kpi.rests_on]
    rests_on += [
        f"{word(free.entity)}.{word(name)}"
        for name, free in cut.kpi.free_cuts.items()
        if name in cut.asked
    ]
    listed = ", ".join(f"'{part}'" for part in rests_on)
    each = "flatten(list(string_split(lacking, ', ') order by part))"
    return f"""
        select
            period,
            'not delivered: ' || replace(array_to_string(list_sort(
                list_distinct({each})), ', '), '|', ' or ') as reason
        from dim_part_periods
        where part in ({listed}) and not is_measured
        group by period"""


def has_t_interval(kpi: "Kpi") -> bool:
    """Its interval is worked out on the rows, from standard error and degrees."""
    return kpi.kind == "mean" or kpi.kpi == "competitor_lead"


def _numerator(kpi: "Kpi") -> str:
    if kpi.denominator is not None:
        return (
            "case when measured.denominator <> 0 then coalesce(measured.numerator, 0) "
            "else measured.numerator end"
        )
    if kpi.numerator is not None and kpi.numerator.when_empty == "zero":
        return (
            "case when lacking.reason is null then coalesce(measured.numerator, 0) end"
        )
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
        f"case when n > 1 and squares is not null then sqrt({variance} / n) end "
        "as standard_error, "
        "cast(n - 1 as double) as degrees"
    )


def _counts_interviews(kpi: "Kpi") -> bool:
    """Its n are interviews; those of consistency are cities."""
    return kpi.reads_answers and kpi.kpi != "consistency"


def _is_hidden(kpi: "Kpi") -> str:
    return "n between 1 and hidden_n - 1" if _counts_interviews(kpi) else "false"


def _is_low_base(kpi: "Kpi") -> str:
    """Whether n observations are few; a sum of answers is no estimate."""
    of_interviews = _counts_interviews(kpi) and kpi.kind != "sum"
    may_be = kpi.kind in ("prop", "mean") or of_interviews
    return "n < low_base_n" if may_be else "false"


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
