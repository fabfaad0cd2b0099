"""The invented province's tickets, waits, usage, visits and orders as a whole."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from jike.deliveries.contract import contract
from tests.sample.fixtures.sample_rows import AS_OF, one
from tests.sample.fixtures.ticket_and_hall_rows import opened


@pytest.fixture(scope="module")
def con(sample: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with opened(sample) as connection:
        yield connection


# The shape of the whole


def test_tickets_are_three_to_five_thousand_a_month_from_2024_on(con):
    counts = con.execute(
        "select count(*) from tickets group by date_trunc('month', opened_at)"
    ).fetchall()
    assert len(counts) == 21
    assert all(3_000 < n < 5_000 for (n,) in counts)


def test_most_promises_are_kept_and_some_tickets_are_open(con):
    kept, still_open, reopened, withdrawn = one(
        con,
        """
        select
            count(*) filter (replied_at <= promised_at)
            / count(*) filter (
                promised_at < date '2025-10-01' and status != 'withdrawn'
            ),
            count(*) filter (status = 'open'),
            count(*) filter (reopened_at < closed_at + interval 7 day)
            / count(*) filter (closed_at is not null),
            count(*) filter (status = 'withdrawn') / count(*)
        from tickets
        """,
    )
    assert 0.92 < kept < 0.97
    assert 100 < still_open < 500
    assert 0.005 < reopened < 0.05
    assert 0.01 < withdrawn < 0.03


def test_a_ticket_in_twenty_goes_to_the_wrong_unit_and_its_dispatches_are_counted(con):
    (wrong,) = one(
        con,
        """
        select count(*) filter (is_wrong) / count(*) from (
            select bool_or(was_wrong) as is_wrong from ticket_routes group by ticket_id
        )
        """,
    )
    assert 0.03 < wrong < 0.06
    assert one(
        con,
        """
        select count(*) from (
            select ticket_id from ticket_routes
            group by 1 having max(seq) != count(*) or min(seq) != 1
        )
        """,
    ) == (0,)


def test_waits_are_longest_when_it_is_busy_and_at_the_end_of_the_month(con):
    means = dict(
        con.execute("select is_busy, avg(minutes) from waits group by 1").fetchall()
    )
    assert 1.8 * means[False] < means[True] < 15
    per_day = dict(
        con.execute(
            """
            select is_month_end, count(*) / count(distinct cast(taken_at as date))
            from waits group by 1
            """
        ).fetchall()
    )
    assert per_day[True] > 1.4 * per_day[False]


def test_some_who_take_a_number_leave_before_they_are_called(con):
    left, no_start, longest = one(
        con,
        """
        select
            count(*) filter (called_at is null and started_at is null) / count(*),
            count(*) filter (started_at is null and called_at is not null) / count(*),
            max(minutes)
        from waits
        """,
    )
    assert 0.02 < left < 0.10
    assert 0.01 < no_start < 0.06
    assert longest < 120


def test_usage_has_a_row_for_every_line_attached_in_a_month_from_april_2024_on(con):
    missing, extra = one(
        con,
        """
        with months as (select distinct month from member_usage),
        attached as (
            select member_id, month from members cross join months
            where joined_on <= last_day(month) and coalesce(left_on >= month, true)
        )
        select
            (select count(*) from attached anti join member_usage
                using (member_id, month)),
            (select count(*) from member_usage anti join attached
                using (member_id, month))
        """,
    )
    assert (missing, extra) == (0, 0)
    assert one(
        con,
        "select count(distinct month), min(month)::varchar, max(month)::varchar"
        " from member_usage",
    ) == (18, "2024-04-01", "2025-09-01")


def test_voice_falls_and_data_grows_from_year_to_year(con):
    voice, data, charge = one(
        con,
        """
        select
            avg(voice_minutes) filter (month = date '2025-08-01')
            / avg(voice_minutes) filter (month = date '2024-08-01'),
            avg(data_mb) filter (month = date '2025-08-01')
            / avg(data_mb) filter (month = date '2024-08-01'),
            avg(charge)
        from member_usage
        """,
    )
    assert 0.9 < voice < 1
    assert 1.1 < data < 1.5
    assert 50 < charge < 80


def test_managers_visit_higher_tiers_more_often_and_never_at_weekends(con):
    visits = dict(
        con.execute(
            f"""
            select tier, count(visit_id) / count(distinct customer_id)
            from customers left join visits
                using (customer_id)
            where snapshot_on = date '{AS_OF}' and status = 'active'
            group by 1
            """
        ).fetchall()
    )
    by_tier = [visits[tier] for tier in ("A1", "A2", "B1", "B2", "C")]
    assert by_tier == sorted(by_tier, reverse=True)
    assert by_tier[0] > 20
    assert one(con, "select max(isodow(visited_on)) from visits") == (5,)
    assert one(con, "select count(*) from visits where executive") > (100,)


def test_lines_that_must_be_built_take_longest_to_build(con):
    days = dict(
        con.execute(
            """
            select step, median(epoch(finished_at - started_at)) / 86400
            from order_steps group by 1
            """
        ).fetchall()
    )
    assert len(days) == 8
    assert max(days, key=days.__getitem__) == "build"
    assert one(
        con,
        """
        select count(*) from order_steps inner join orders using (order_id)
        where started_at < ordered_at or finished_at > completed_at
        """,
    ) == (0,)
    assert one(con, "select count(*) from order_steps where finished_at is null") > (
        100,
    )


def test_moments_come_in_their_order(con):
    for entity, wrong in {
        "tickets": "replied_at < opened_at or closed_at < opened_at"
        " or reopened_at < closed_at or promised_at < opened_at"
        " or waiting_hours < 0"
        " or (status = 'closed') > (closed_at is not null)",
        "hall_queue": "called_at < taken_at or started_at < called_at"
        " or ended_at < coalesce(started_at, called_at)",
        "order_steps": "finished_at < started_at",
        "hall_transactions": "minutes <= 0 or minutes > 60",
        "member_usage": "voice_minutes < 0 or voice_minutes > 44640 or data_mb < 0"
        " or charge < 0 or competitor_contacts < 0",
    }.items():
        assert one(con, f"select count(*) from {entity} where {wrong}") == (0,), entity
    for entity, column in (
        ("tickets", "closed_at"),
        ("tickets", "replied_at"),
        ("tickets", "reopened_at"),
        ("hall_queue", "ended_at"),
    ):
        latest = f"select max({column}) < timestamp '2025-10-01' from {entity}"
        assert one(con, latest) == (True,)


def test_every_kind_of_row_occurs(con):
    for entity, columns in {
        "tickets": ("source", "class", "first_class", "status"),
        "hall_queue": ("brand", "lane"),
        "hall_transactions": ("service",),
        "order_steps": ("step",),
        "competitor_events": ("move", "outcome"),
        "control_totals": ("measure",),
    }.items():
        for column in columns:
            found = con.execute(f"select distinct {column} from {entity}").fetchall()
            wanted = contract().entities[entity].column(column).values
            assert {value for (value,) in found} - {None} == set(wanted), column
    assert one(con, "select count(distinct complaint_type) from tickets") == one(
        con, "select count(*) from complaint_types"
    )
