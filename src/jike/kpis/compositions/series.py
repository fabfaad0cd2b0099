"""KPIs composed of the months of a part: means and growth of a series."""

from typing import TYPE_CHECKING, Any

from jike.kpis.compositions.columns import Composition, given
from jike.kpis.cuts import Cut, marks, summed_rows, word

if TYPE_CHECKING:
    from jike.kpis.catalogue import Part

FROM_JANUARY = (
    "count(*) = max(spans.months_counted) and min(amount) > 0 and count(*) > 1 "
    "and max(extract(month from spans.first_month)) = 1"
)


def monthly_mean(cut: Cut, part: "Part") -> Composition:
    """Mean over the full months of the period, months without rows included."""
    series, values = _series(cut, part)
    text = f"""
        with series as ({series}), spans as ({_spans(cut)})
        select series.period{cut.names("series.")},
            {given(composed="sum(amount) / max(spans.months_counted)")}
        from series inner join spans on series.period = spans.period
        group by series.period{cut.names("series.")}"""
    return text, [*values, part.over_time, *cut.periods], {f"kpi_{part.family}"}


def growth_geometric(cut: Cut, part: "Part") -> Composition:
    """Geometric mean of monthly growth from January on; null where a month is 0."""
    growth = (
        f"case when {FROM_JANUARY} then power("
        "cast(arg_max(amount, series.kpi_month) as double) "
        "/ arg_min(amount, series.kpi_month), 1.0 / (count(*) - 1)) - 1 end"
    )
    return _grown(cut, part, growth)


def growth_arithmetic(cut: Cut, part: "Part") -> Composition:
    """Arithmetic mean of monthly growth from January on."""
    return _grown(
        cut,
        part,
        f"case when {FROM_JANUARY} then "
        "avg(cast(amount as double) / amount_before - 1) end",
    )


def _grown(cut: Cut, part: "Part", growth: str) -> Composition:
    series, values = _series(cut, part)
    text = f"""
        with summed as ({series}),
        series as (
            select *, lag(amount) over (
                partition by period{cut.names()} order by kpi_month
            ) as amount_before
            from summed
        ),
        spans as ({_spans(cut)})
        select series.period{cut.names("series.")}, {given(composed=growth)}
        from series inner join spans on series.period = spans.period
        group by series.period{cut.names("series.")}"""
    return text, [*values, part.over_time, *cut.periods], {f"kpi_{part.family}"}


def _series(cut: Cut, part: "Part") -> tuple[str, list[Any]]:
    measure = f"parts.{word(part.measure)}"
    return summed_rows(
        cut,
        f"kpi_{part.family}",
        part.over_time,
        f"sum({measure}) as amount",
        condition=f"{measure} is not null",
        further=("kpi_month",),
    )


def _spans(cut: Cut) -> str:
    return (
        "select period, count(*) as months_counted, min(kpi_month) as first_month "
        "from dim_period_months "
        f"where over_time = ? and period in ({marks(cut.periods)}) group by period"
    )
