"""What a release says of its deliveries: days, books, closed months; invented."""

from datetime import date, timedelta

import pandas as pd

from jike.releases.closing import CLOSED_MONTHS
from jike.releases.restated import RESTATEMENTS

LAST = date(2025, 9, 30)
AUGUST = date(2025, 8, 1)
WHY = (
    "第 3 次载入（crm 的 2025-10-02 交付）带来 2025-08 的 bills 1 行",
    "load 3, the delivery of 2025-10-02 from crm, brought 1 rows of bills for 2025-08",
)


def days() -> pd.DataFrame:
    """dim_entity_days: calls every day but the 20th, few on the 21st; visits seldom."""
    rows = []
    for back in range(40):
        day = LAST - timedelta(days=back)
        calls = {date(2025, 9, 20): 0, date(2025, 9, 21): 40}.get(day, 100)
        rows.append(("calls", day, calls, 100.0))
        rows.append(("visits", day, int(day.day == 3), 0.0))
    return pd.DataFrame(
        rows, columns=["entity", "happened_on", "rows_count", "usual_rows"]
    )


def books() -> pd.DataFrame:
    """fct_control_totals: July agrees, August of the whole is a cent short."""
    gap, share = "reconciliation_gap", "info_revenue_share_company"
    july, measure = date(2025, 7, 1), "enterprise_revenue"
    rows = [
        (gap, july, "total", measure, 900.25, 900.25, "ledger"),
        (gap, AUGUST, "total", measure, 900.24, 900.25, "ledger"),
        (gap, AUGUST, "total", "complaints", None, 12.0, None),
        (share, AUGUST, "total", "operating_revenue", 400.0, 4000.0, "ledger"),
        (gap, AUGUST, "C01", measure, 100.0, 100.0, "ledger"),
    ]
    names = "kpi kpi_month branch_id measure measured_value control_value origin"
    return pd.DataFrame(rows, columns=names.split())


def closed() -> pd.DataFrame:
    """closed_months: August, as release 1 showed it."""
    row = (AUGUST, 1, LAST, "2025-09-05T01:00:00+00:00", 240)
    return pd.DataFrame([row], columns=[name for name, _ in CLOSED_MONTHS])


def restated() -> pd.DataFrame:
    """restatements: the total's informatisation revenue of August, twice."""
    first = (AUGUST, "info_revenue", "total", 1, 3.0e6, 3.0e6, 3.1e6)
    later = (AUGUST, "info_revenue", "total", 2, 3.0e6, 3.1e6, 3.2e6)
    rows = [
        (*first, "crm", date(2025, 10, 1), 2, "bills", *WHY),
        (*later, "crm", date(2025, 10, 2), 3, "bills", *WHY),
        (AUGUST, "nrr", "C02", 1, 0.9, 0.9, None, None, None, None, None, *WHY),
    ]
    return pd.DataFrame(rows, columns=[name for name, _ in RESTATEMENTS])


def tables() -> dict[str, pd.DataFrame]:
    """The tables of this fixture by name."""
    return {
        "dim_entity_days": days(),
        "fct_control_totals": books(),
        "closed_months": closed(),
        "restatements": restated(),
    }


DATES = {
    "dim_entity_days": ("happened_on",),
    "fct_control_totals": ("kpi_month",),
    "closed_months": ("kpi_month", "as_of"),
    "restatements": ("kpi_month", "delivered_on"),
}
