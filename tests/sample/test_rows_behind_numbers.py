"""Behind a number stand as many rows as it counts, for a branch and a tier alike."""

import json

import pytest

from jike.ground.home import Home
from jike.kpis.kpi import run
from jike.releases.opening import ALL, current_release, rows
from jike.releases.question import Question

pytestmark = pytest.mark.slow

TREE = "dim_branch_descendants"
MONTHS = {
    "2025Q2": "kpi_month between date '2025-04-01' and date '2025-06-01'",
    "2025-09": "kpi_month = date '2025-09-01'",
    "2025Q3": "kpi_month between date '2025-07-01' and date '2025-09-01'",
}
ALL_ROWS = "count(*)"

# Of a KPI: the period, the rows behind it, which of them, and what of them its value
# (a count or sum), or its numerator and its denominator, is.
BEHIND = {
    "active_customers": ("2025-09", "fct_customer_months", "true", ALL_ROWS),
    "lost_customers": ("2025Q3", "fct_lost_customers", "true", ALL_ROWS),
    "cohort_retention": (
        *("2025-09", "fct_cohort", "true"),
        *("count(*) filter (is_active)", ALL_ROWS),
    ),
    "warnings": ("2025-09", "fct_warnings", "true", ALL_ROWS),
    "info_revenue": (
        *("2025Q3", "fct_bills", "is_informatisation"),
        "sum(billed_amount_yuan)",
    ),
    "arrears": ("2025-09", "fct_arrears", "true", "sum(arrears_yuan)"),
    "dissatisfied_share": (
        *("2025Q2", "fct_satisfaction"),
        "status = 'complete' and competitor = 'us' and role <> 'hall_visitor' "
        "and overall_score is not null",
        *("count(*) filter (is_dissatisfied)", ALL_ROWS),
    ),
    "promise_compliance": (
        *("2025Q3", "fct_tickets", "counted_as = 'promised'"),
        *("count(*) filter (is_replied_in_time)", ALL_ROWS),
    ),
    "tickets_opened": ("2025Q3", "fct_tickets", "counted_as = 'opened'", ALL_ROWS),
    "orders_received": ("2025Q3", "fct_orders", "counted_as = 'received'", ALL_ROWS),
    "unmanaged_share": (
        *("2025-09", "fct_attended", "true"),
        *("count(*) filter (manager_number is null)", ALL_ROWS),
    ),
    "executive_visits": ("2025Q3", "fct_visits", "is_executive", ALL_ROWS),
    "competitor_events": ("2025Q3", "fct_competitor_events", "true", ALL_ROWS),
    "connection_rate": (
        *("2025-09", "fct_hotline", "is_demand"),
        *("count(*) filter (outcome = 'answered')", ALL_ROWS),
    ),
    "walk_away_rate": (
        *("2025-09", "fct_halls", "record_kind = 'queue'"),
        *("count(*) filter (is_walked_away)", ALL_ROWS),
    ),
}
# A caller and a visitor have no tier, and executives visit large customers only.
FURTHER = {
    "connection_rate": ("lane", "key_person"),
    "walk_away_rate": ("ownership", "own_own"),
    "executive_visits": ("tier", "A1"),
}


def behind(release, code, where):
    """What is counted of the rows behind a KPI, within its members."""
    period, table, condition, *counted = BEHIND[code]
    conditions, values = [MONTHS[period], condition], []
    for dimension, member in where:
        within = f"{dimension} = ?"
        if dimension == "branch":
            within = f"branch_id in (select descendant_id from {TREE} "
            within += "where branch_id = ?)"
        conditions.append(within)
        values.append(member)
    question = Question(
        (table, TREE),
        f"select {counted[0]} as above, {counted[-1]} as below from {table} "
        f"where {' and '.join(conditions)}",
        tuple(values),
    )
    (row,) = rows(question, ALL, release)
    return row["above"] or 0, row["below"] or 0


def cuts(code):
    further = FURTHER.get(code, ("tier", "C"))
    return [(("branch", "C01"),), (further,), (("branch", "C02"), further)]


@pytest.mark.parametrize("code", BEHIND)
def test_as_many_rows_stand_behind_a_number_as_it_says(demo_home, code):
    home = Home(demo_home)
    release = current_release(home)
    found = []
    for where in cuts(code):
        (row,) = json.loads(
            run(
                home,
                [code],
                period=BEHIND[code][0],
                where=["=".join(pair) for pair in where],
                fmt="json",
            )
        )
        above, below = behind(release, code, where)
        assert row["numerator"] == pytest.approx(float(above), abs=0.005), where
        if row["denominator"] is not None:
            assert row["denominator"] == below, where
        found.append(below)
    assert all(found)
