"""Where a KPI is seen: what the scorecard shows, and the page of each family."""

from dashboards.cards.facts import Card

SCORECARDS = (
    Card(
        "info_revenue",
        against=("info_revenue_lead", "yoy"),
        notes=("info_revenue_completion", "yoy"),
    ),
    Card(
        "target_market_retention",
        against=("retention_lead", "yoy"),
        notes=("counts", "retention_expected"),
    ),
    Card("nrr", against=("base", "yoy"), notes=("base", "challenge")),
    Card(
        "satisfaction",
        against=("mom",),
        notes=("interval", "wave"),
        cut=(("role", "contact"), ("tier_group", "A"), ("tier_group", "B")),
        who="contact",
    ),
    Card("connection_rate", against=("base", "yoy"), notes=("base", "calls")),
    Card("active_customers", against=("yoy",), notes=("mom",)),
    Card("lost_customers", against=("yoy",), notes=("last_month",)),
    Card("info_revenue_share", against=("yoy",), notes=("info_growth_contribution",)),
)

# The first page that shows one of a family wins.
PAGES = {
    "customers": "scorecard",
    "retention": "retention",
    "revenue": "revenue",
    "satisfaction": "satisfaction",
    "hotline": "hotline",
    "halls": "halls",
    "tickets": "tickets",
    "orders": "orders",
}


def page_of(kpi: str, family: str) -> str:
    """The page where a KPI is seen; "" when there is none."""
    if kpi in {card.kpi for card in SCORECARDS}:
        return "scorecard"
    return PAGES.get(family, "")
