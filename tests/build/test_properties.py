"""What must hold whatever is delivered: the models over deliveries drawn at random."""

import os
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fixtures.compiled_models import build_again, compiled

AS_OF = date(2025, 6, 20)
FIRST = date(2024, 11, 1)
WANTED = ("kpi_customers", "kpi_retention", "fct_warnings", "fct_member_months")
WANTED += ("dim_period_months", "dim_periods", "fct_tier_moves", "fct_customer_values")


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory):
    """A database with lists and empty raw tables, and the SQL of the models."""
    # Both windows of NRR lie within the eight months that bills are drawn for.
    values = {"as_of": AS_OF.isoformat(), "nrr_lag_months": 3}
    with compiled(tmp_path_factory.mktemp("dbt"), WANTED, values) as made:
        yield made


DAYS = st.dates(date(2024, 10, 15), date(2025, 7, 10))
MONTHS = st.sampled_from(
    [date(2024, 11, 1), date(2024, 12, 1), *(date(2025, n, 1) for n in range(1, 7))]
)
PHOTOGRAPHS = st.sampled_from(
    [date(2024, 11, 30), date(2025, 2, 28), date(2025, 5, 31)]
)
CUSTOMERS = st.sampled_from([f"E{number}" for number in range(1, 6)])
AMOUNTS = st.integers(-20, 60)

DELIVERIES = st.fixed_dictionaries(
    {
        "customers": st.dictionaries(
            st.tuples(PHOTOGRAPHS, CUSTOMERS),
            st.tuples(
                st.sampled_from(["A1", "B1", "C"]),
                st.sampled_from(["K1", "K2", None]),
                st.sampled_from(["active", "active", "suspended", "closed"]),
                st.sampled_from(["merged", "dissolved", None]),
                CUSTOMERS,
                DAYS,
            ),
            min_size=3,
            max_size=12,
        ),
        "orders": st.lists(
            st.tuples(
                CUSTOMERS,
                st.sampled_from(["new", "new", "terminate", "renew"]),
                DAYS,
                st.one_of(st.none(), DAYS),
            ),
            max_size=14,
        ),
        "bills": st.lists(
            st.tuples(CUSTOMERS, MONTHS, AMOUNTS, st.one_of(st.none(), DAYS), DAYS),
            max_size=20,
        ),
        "members": st.lists(
            st.tuples(
                CUSTOMERS,
                DAYS,
                st.one_of(st.none(), DAYS),
                st.sampled_from(["left_group", "left_network", "ported_out", "moved"]),
            ),
            max_size=10,
        ),
        "events": st.lists(st.tuples(CUSTOMERS, DAYS), max_size=8),
    }
)


def fill(con, delivery):
    """Put a delivery into the raw tables."""
    for table in ("customers", "orders", "bills", "members", "competitor_events"):
        con.execute(f"delete from raw.{table}")
    known = {customer for _, customer in delivery["customers"]}

    def insert(table, columns, rows):
        names = columns.split(", ")
        marks = ", ".join("?" for _ in names)
        for row in rows:
            con.execute(f"insert into raw.{table} ({columns}) values ({marks})", row)

    insert(
        "customers",
        "snapshot_on, customer_id, tier, branch_id, status, closed_reason, "
        "successor_id, closed_on, is_target_market, joined_on, employees",
        [
            [
                *(day, customer, tier, branch, status, reason, successor, closed_on),
                *(True, date(2020, 1, 1), len(customer)),
            ]
            for (day, customer), (
                tier,
                branch,
                status,
                reason,
                successor,
                closed_on,
            ) in delivery["customers"].items()
        ],
    )
    insert(
        "orders",
        "order_id, subscription_id, customer_id, product_id, order_type, ordered_at, "
        "status, contract_ends_on",
        [
            [f"O{n}", f"S{customer}", customer, "V01", kind, day, "completed", ends_on]
            for n, (customer, kind, day, ends_on) in enumerate(delivery["orders"])
            if customer in known
        ],
    )
    insert(
        "bills",
        "bill_line_id, customer_id, product_id, bill_month, amount, kind, paid_on, "
        "due_on",
        [
            [f"B{n}", customer, "V01", month, amount, "recurring", paid_on, due_on]
            for n, (customer, month, amount, paid_on, due_on) in enumerate(
                delivery["bills"]
            )
            if customer in known
        ],
    )
    insert(
        "members",
        "member_id, customer_id, joined_on, left_on, left_how",
        [
            [f"M{n}", customer, joined_on, left_on, how]
            for n, (customer, joined_on, left_on, how) in enumerate(delivery["members"])
            if customer in known
        ],
    )
    insert(
        "competitor_events",
        "event_id, customer_id, observed_on, competitor, move",
        [
            [f"X{n}", customer, day, "CO1", "bundle"]
            for n, (customer, day) in enumerate(delivery["events"])
            if customer in known
        ],
    )
    delivered = ["customers"] + [
        entity for entity in ("orders", "bills", "members") if delivery[entity]
    ]
    con.execute(
        "update raw.entities set is_delivered = entity in "
        f"({', '.join('?' for _ in delivered)}), rows_accepted = 1, first_on = "
        "case when entity in ('customers', 'bills') then ?::date end",
        [*delivered, FIRST],
    )
    con.execute("update raw.presence set source = 'any', is_present = true")


def build(warehouse, delivery):
    """Run every model over a delivery and give the connection."""
    con, models = warehouse
    fill(con, delivery)
    build_again(con, models)
    return con


def offending(con, sql):
    return con.execute(sql).fetchall()


MOVED = """
    with stocks as (
        select kpi_month, tier, sum(active_customers) as customers
        from marts.kpi_customers where active_customers is not null group by all
    ),
    expected as (
        select period, over_time, tier, customers
        from marts.dim_period_months inner join marts.dim_periods using (period)
            inner join stocks using (kpi_month)
        where over_time in ('opening', 'last') and period_kind <> 'wave'
    ),
    moves as (
        select period, 'opening' as over_time, from_tier as tier,
            sum(moved_customers) as customers
        from marts.kpi_customers
        where moved_customers is not null and from_tier <> 'entered' group by all
        union all
        select period, 'last', to_tier, sum(moved_customers)
        from marts.kpi_customers
        where moved_customers is not null and to_tier <> 'left' group by all
    )
    select * from expected full join moves using (period, over_time, tier)
    where expected.customers is distinct from moves.customers
"""
CHURNED = """
    select period, sum(churned_customers) as churned,
        sum(moved_customers) filter (where to_tier = 'left') as gone
    from marts.kpi_customers where period is not null group by all
    having churned is distinct from gone
"""
FLOWS = """
    with counts as (
        select kpi_month, coalesce(sum(active_customers), 0) as closing,
            coalesce(sum(new_customers), 0) + coalesce(sum(back_customers), 0)
            - coalesce(sum(lost_customers), 0) as gained
        from marts.kpi_customers group by all
    ),
    months as (
        select *, lag(closing, 1, 0) over (order by kpi_month) as opening
        from (
            select kpi_month, coalesce(closing, 0) as closing,
                coalesce(gained, 0) as gained
            from (
                select kpi_month from marts.dim_period_months
                where over_time = 'last' group by all
            ) left join counts using (kpi_month)
        )
    )
    select * from months where opening + gained <> closing
"""
LINES = """
    with months as (
        select kpi_month from marts.dim_period_months where over_time = 'last'
        group by all
    ),
    lines as (
        select kpi_month, coalesce(sum(lines_at_start), 0) as at_start,
            coalesce(sum(lines_at_end), 0) as at_end,
            coalesce(sum(churned_lines + exited_lines), 0) as gone
        from months left join marts.fct_member_months using (kpi_month) group by all
    )
    select * from (
        select *, lag(at_end) over (order by kpi_month) as at_end_before from lines
    )
    where at_start <> at_end_before or gone > at_start
"""
EVALUATED = """
    select * from marts.kpi_retention
    where evaluated_warned_lost_customers > evaluated_warned_customers
        or evaluated_warned_lost_customers > evaluated_lost_customers
        or evaluated_warned_customers > evaluated_customers
        or evaluated_lost_customers > evaluated_customers
"""
LATE = """
    select kpi_month from marts.kpi_retention
    where evaluated_customers is not null
        and last_day(kpi_month + interval 3 month) > date '2025-06-20'
"""
KEPT = """
    select * from marts.kpi_retention
    where grr_kept_yuan > nrr_base_yuan or grr_kept_yuan > nrr_current_yuan
        or grr_kept_yuan < 0
"""
SCORES = """
    select kpi_month, avg(revenue_rank) as mean_rank from marts.fct_customer_values
    where revenue_rank is not null group by all
    having count(*) > 1 and abs(mean_rank - 50) > 1e-9
"""


@pytest.mark.slow
@settings(
    max_examples=int(os.environ.get("JIKE_EXAMPLES", "40")),
    deadline=None,
    derandomize=True,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
@given(delivery=DELIVERIES)
def test_movements_moves_lines_and_warnings_add_up_whatever_is_delivered(
    warehouse, delivery
):
    con = build(warehouse, delivery)
    for sql in (MOVED, CHURNED, FLOWS, LINES, EVALUATED, LATE, KEPT, SCORES):
        assert offending(con, sql) == [], sql


def test_a_move_that_is_missing_is_found(warehouse):
    delivery = {
        "customers": {
            (date(2024, 11, 30), "E1"): ("C", "K1", "active", None, "E1", AS_OF),
            (date(2025, 2, 28), "E1"): ("B1", "K1", "active", None, "E1", AS_OF),
        },
        "orders": [],
        "bills": [],
        "members": [("E1", date(2024, 10, 20), None, "moved")],
        "events": [],
    }
    con = build(warehouse, delivery)
    assert offending(con, MOVED) == []
    assert offending(con, "select 1 from marts.fct_tier_moves where to_tier = 'B1'")
    con.execute("delete from marts.kpi_customers where to_tier = 'B1'")
    assert offending(con, MOVED)
    con.execute("delete from marts.kpi_customers where kpi_month = '2025-03-01'")
    assert offending(con, FLOWS)
    con.execute("update marts.fct_member_months set lines_at_start = 99")
    assert offending(con, LINES)


def test_more_kept_than_there_was_is_found(warehouse):
    months = [date(2024, 11, 1), *(date(2025, n, 1) for n in range(1, 7))]
    delivery = {
        "customers": {
            (date(2024, 11, 30), "E1"): ("C", "K1", "active", None, "E1", AS_OF)
        },
        "orders": [],
        "bills": [("E1", month, 10, None, AS_OF) for month in months],
        "members": [],
        "events": [],
    }
    con = build(warehouse, delivery)
    assert offending(con, "from marts.kpi_retention where grr_kept_yuan > 0")
    assert offending(con, KEPT) == []
    con.execute("update marts.kpi_retention set grr_kept_yuan = nrr_base_yuan + 1")
    assert offending(con, KEPT)
