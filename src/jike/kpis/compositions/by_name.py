"""The functions that compose a KPI, by the name in the column composed_by."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from jike.kpis.compositions import books, rows, series, surveys, verdicts
from jike.kpis.compositions.columns import Composition
from jike.kpis.cuts import Cut

if TYPE_CHECKING:
    from jike.kpis.catalogue import Part

COMPOSITIONS: dict[str, Callable[[Cut], Composition]] = {
    function.__name__: function
    for function in (
        surveys.satisfaction_weighted,
        surveys.account_satisfaction,
        surveys.short_board_index,
        surveys.competitor_lead,
        surveys.consistency,
        surveys.score_distribution,
        rows.revenue_top10_share,
        rows.revenue_hhi,
        rows.traffic_top20_share,
        rows.customers_per_manager,
        rows.warning_lift,
        books.reconciliation_gap,
        books.info_revenue_share_company,
        verdicts.hall_passes,
    )
}
"""Of one cut."""

SERIES: dict[str, Callable[[Cut, "Part"], Composition]] = {
    function.__name__: function
    for function in (
        series.monthly_mean,
        series.growth_geometric,
        series.growth_arithmetic,
    )
}
"""Of one cut, from the months of the KPI's part."""
