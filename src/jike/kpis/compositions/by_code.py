"""Which function composes a KPI, by its code."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from jike.kpis.compositions import books, rows, series, surveys, verdicts
from jike.kpis.compositions.columns import Composition
from jike.kpis.cuts import Cut

if TYPE_CHECKING:
    from jike.kpis.catalogue import Part

COMPOSITIONS: dict[str, Callable[[Cut], Composition]] = {
    "satisfaction_weighted": surveys.satisfaction_weighted,
    "account_satisfaction": surveys.account_satisfaction,
    "short_board_index": surveys.short_board_index,
    "competitor_lead": surveys.competitor_lead,
    "consistency": surveys.consistency,
    "revenue_top10_share": rows.revenue_top10_share,
    "revenue_hhi": rows.revenue_hhi,
    "traffic_top20_share": rows.traffic_top20_share,
    "customers_per_manager": rows.customers_per_manager,
    "warning_lift": rows.warning_lift,
    "reconciliation_gap": books.reconciliation_gap,
    "info_revenue_share_company": books.info_revenue_share_company,
    "hall_passes": verdicts.hall_passes,
}
"""Of one cut."""

SERIES: dict[str, Callable[[Cut, "Part"], Composition]] = {
    "calls_answered_monthly_mean": series.monthly_mean,
    "demand_growth": series.growth_geometric,
    "demand_growth_arithmetic": series.growth_arithmetic,
}
"""Of one cut, from the months of the KPI's part."""
