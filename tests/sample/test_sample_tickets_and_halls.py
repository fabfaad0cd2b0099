"""The invented province's tickets, halls, usage, visits and books: their promised
figures, counted here once more from raw rows, and the truths that are planted in them.

Nothing of the project's models is used: every definition is written down a second time.
"""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.sample.fixtures.sample_rows import AS_OF, one
from tests.sample.fixtures.ticket_and_hall_rows import opened


@pytest.fixture(scope="module")
def con(sample: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with opened(sample) as connection:
        yield connection


# Golden G


def golden_complaints(con: duckdb.DuckDBPyConnection, where: str) -> tuple[int, ...]:
    """Hall complaints of the golden city in June and July 2025."""
    return one(
        con,
        f"""
        select
            count(*) filter (month = '2025-06'), count(*) filter (month = '2025-07')
        from hall_complaints where city_id = 'C01' and {where}
        """,
    )


@pytest.mark.parametrize(
    ("where", "june", "july", "change"),
    [
        ("true", 275, 319, 0.160),
        ("ownership = 'own_own'", 166, 195, 0.175),
        ("ownership = 'own_other'", 109, 124, 0.138),
        ("complaint_type = 'C02'", 49, 66, 0.347),
    ],
)
def test_hall_complaints_of_the_golden_city_rise_as_promised(
    con, where, june, july, change
):
    assert golden_complaints(con, where) == (june, july)
    assert round(july / june - 1, 3) == change


def test_the_golden_city_has_no_partner_hall_and_books_every_ticket_where_it_was(con):
    assert golden_complaints(con, "ownership = 'partner'") == (0, 0)
    assert one(
        con,
        "select count(*) from hall_complaints where city_id = 'C01'"
        " and booked_hall_id != hall_id",
    ) == (0,)


def test_wrong_explanations_in_the_golden_city_are_all_complained_of_in_halls(con):
    assert one(
        con,
        """
        select count(*)
        from tickets
        left join (select distinct customer_id, branch_id as listed_id from customers)
            using (customer_id)
        where complaint_type = 'C02' and hall_id is null
            and coalesce(branch_id, listed_id) like 'C01%'
            and strftime(opened_at, '%Y-%m') in ('2025-06', '2025-07')
        """,
    ) == (0,)


# Golden H


def watched_halls(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The verdict of July 2025 on each watched hall."""
    rows = con.execute(
        """
        with cells as (
            select hall_id, brand, is_busy, avg(minutes) as mean
            from waits where month = '2025-07'
            group by all having count(minutes) >= 5
        ),
        verdicts as (
            select hall_id, bool_and(mean <= wait_limits.minutes) as is_within
            from cells
            inner join wait_limits
                on cells.brand = wait_limits.brand
                and if(is_busy, 'busy', 'idle') = wait_limits.busy
            group by 1
        ),
        days as (
            select hall_id, count(distinct cast(taken_at as date)) as days
            from waits where month = '2025-07' group by 1
        )
        select
            hall_id,
            case
                when days < 12 then 'no data'
                when is_within then 'passes'
                else 'fails'
            end
        from halls inner join verdicts using (hall_id) inner join days using (hall_id)
        where is_watched order by hall_id
        """
    ).fetchall()
    return dict(rows)


def test_of_the_watched_halls_two_pass_one_fails_and_one_has_no_data(con):
    assert watched_halls(con) == {
        "H01": "passes",
        "H02": "passes",
        "H03": "fails",
        "H04": "no data",
    }


def test_the_fourth_watched_hall_reopened_on_22_july_and_had_ten_days(con):
    assert one(
        con,
        """
        select min(cast(taken_at as date))::varchar,
            count(distinct cast(taken_at as date))
        from waits where hall_id = 'H04' and month = '2025-07'
        """,
    ) == ("2025-07-22", 10)
    for moments in ("select taken_at as t", 'select "at" as t'):
        entity = "hall_queue" if "taken" in moments else "hall_transactions"
        assert one(
            con,
            f"""
            select count(*) from ({moments}, hall_id from {entity})
            inner join halls using (hall_id)
            where cast(t as date) between closed_from and closed_to
            """,
        ) == (0,)


def test_every_hall_has_waits_in_all_four_cells_and_some_fail(con):
    rows = con.execute(
        """
        select hall_id, bool_and(mean <= limit_minutes), min(n)
        from (
            select hall_id, waits.brand, is_busy, avg(waits.minutes) as mean,
                count(waits.minutes) as n,
                any_value(wait_limits.minutes) as limit_minutes
            from waits
            inner join wait_limits
                on waits.brand = wait_limits.brand
                and if(is_busy, 'busy', 'idle') = wait_limits.busy
            where month = '2025-09'
            group by 1, 2, 3
        )
        group by 1
        """
    ).fetchall()
    assert len(rows) == 60
    assert 3 <= sum(not within for _, within, _ in rows) <= 20
    assert min(n for _, _, n in rows) >= 5


# Golden I


def machines(con: duckdb.DuckDBPyConnection, hall: str, month: str) -> tuple:
    """Payments at machines and all payments of a hall's month."""
    return one(
        con,
        f"""
        select count(*) filter (self_service), count(*) from kpi_trades
        where service = 'payment' and month = '{month}' and hall_id = '{hall}'
        """,
    )


def test_hall_h05_doubles_its_self_service_from_30_to_60_percent(con):
    may, july = machines(con, "H05", "2025-05"), machines(con, "H05", "2025-07")
    assert 10 * may[0] == 3 * may[1] > 0
    assert 10 * july[0] == 6 * july[1] > 0


def test_three_in_twenty_take_the_fast_lane_of_h05_at_the_end_of_july(con):
    fast, taken = one(
        con,
        """
        select count(*) filter (lane = 'fast'), count(*) from waits
        where hall_id = 'H05' and month = '2025-07' and is_month_end
        """,
    )
    assert 20 * fast == 3 * taken > 0


def test_replacing_a_card_takes_h05_five_minutes_less_in_july_than_in_may(con):
    may, july = (
        one(
            con,
            f"""
            select sum(minutes), count(*) from kpi_trades
            where hall_id = 'H05' and service = 'card_replacement'
                and month = '{month}'
            """,
        )
        for month in ("2025-05", "2025-07")
    )
    assert may[0] / may[1] - july[0] / july[1] == 5
    assert min(may[1], july[1]) >= 30


# Golden K


def test_all_12_schools_of_the_golden_county_have_home_school_messaging(con):
    assert one(
        con,
        f"""
        with schools as (
            select customer_id from customers
            where snapshot_on = date '{AS_OF}' and branch_id = 'C01-1'
                and industry = 'EDU' and status = 'active'
        ),
        last_orders as (
            from orders
            where product_id = 'I01' and status = 'completed'
                and order_type in ('new', 'change', 'terminate')
            qualify 1 = row_number() over (
                partition by subscription_id order by completed_at desc
            )
        )
        select
            (select count(*) from schools), count(distinct customer_id), sum(quantity)
        from last_orders inner join schools using (customer_id)
        where order_type != 'terminate'
        """,
    ) == (12, 12, 13_700)


# Golden M


def test_the_largest_fifth_of_the_lines_used_four_fifths_of_the_data(con):
    top, all_data = one(
        con,
        """
        select sum(data_mb) filter (where place <= ceil(n / 5)), sum(data_mb)
        from data_places where month = date '2025-09-01'
        """,
    )
    assert 5 * top == 4 * all_data > 0


def test_before_september_the_share_is_about_the_same(con):
    shares = con.execute(
        """
        select sum(data_mb) filter (where place <= ceil(n / 5)) / sum(data_mb)
        from data_places where month < date '2025-09-01' group by month
        """
    ).fetchall()
    assert len(shares) == 17
    assert all(0.78 < share < 0.81 for (share,) in shares)


# Planted truths


def test_a_partner_hall_books_to_own_halls_in_2025_only(con):
    rows = con.execute(
        """
        select
            here.hall_id,
            count(*) filter (booked_hall_id != here.hall_id) / count(*) as share,
            count(*) filter (booked_hall_id != here.hall_id) as n,
            count(*) filter (
                booked_hall_id != here.hall_id and booked.ownership = 'own_own'
            ) as own
        from tickets
        inner join halls as here on tickets.hall_id = here.hall_id
        left join halls as booked on tickets.booked_hall_id = booked.hall_id
        where opened_at >= date '2025-01-01'
        group by 1 order by 2 desc
        """
    ).fetchall()
    (hall, share, n, own), (_, second, *_) = rows[:2]
    assert hall == "H21"
    assert 0.35 < share < 0.55
    assert second < 0.06
    assert own == n
    assert one(
        con,
        "select count(*) from tickets where hall_id = 'H21'"
        " and booked_hall_id != 'H21' and opened_at < date '2025-01-01'",
    ) == (0,)


def test_the_rival_that_took_the_banks_was_seen_there_before(con):
    rows = con.execute(
        """
        select industry, events.competitor, count(*) as n
        from competitor_events as events
        inner join (select distinct customer_id, industry from customers)
            using (customer_id)
        where observed_on between date '2025-03-01' and date '2025-07-31'
        group by all order by n desc
        """
    ).fetchall()
    assert rows[0][:2] == ("FIN", "对手乙")
    assert rows[0][2] > 1.5 * rows[1][2]


def books(con: duckdb.DuckDBPyConnection, measure: str, rows: str) -> list[tuple]:
    """Where the books and the rows differ: branch, month, books − rows."""
    return con.execute(
        f"""
        with counted as ({rows}),
        summed as (
            select month, branches.branch_id, sum(figure) as figure
            from counted
            inner join branches
                on branches.branch_id = 'P'
                or (level = 'city' and left(counted.branch_id, 3) = branches.branch_id)
            group by all
        )
        select branch_id, month::varchar, value - coalesce(figure, 0) as gap
        from (from control_totals where measure = '{measure}') as books
        full join summed using (month, branch_id)
        where value is distinct from figure
        order by all
        """
    ).fetchall()


BILLED = """
    select bill_month as month, branch_id, sum(amount) as figure
    from bills
    inner join (select distinct customer_id, branch_id from customers)
        using (customer_id)
    inner join products using (product_id)
    where {} group by all
"""


def test_the_books_agree_with_the_bills_to_the_cent_but_for_one_posting(con):
    gap = Decimal("12480.00")
    assert books(con, "enterprise_revenue", BILLED.format("true")) == [
        ("C13", "2025-03-01", gap),
        ("P", "2025-03-01", gap),
    ]
    assert books(con, "info_revenue", BILLED.format("is_informatisation")) == []


def test_the_books_of_the_province_count_the_answered_calls_of_its_cities(con):
    calls = """
        select
            cast(date_trunc('month', coalesce(queued_at, ivr_at, ended_at)) as date)
                as month,
            'P' as branch_id, count(*) as figure
        from calls inner join branches on city_branch_id = branches.branch_id
        where outcome = 'answered' group by all
    """
    assert books(con, "calls_answered", calls) == []


def test_the_books_agree_with_the_complaints_but_for_twelve(con):
    complaints = """
        select
            cast(date_trunc('month', opened_at) as date) as month,
            coalesce(tickets.branch_id, halls.branch_id, listed_id) as branch_id,
            count(*) as figure
        from tickets
        left join halls using (hall_id)
        left join (select distinct customer_id, branch_id as listed_id from customers)
            using (customer_id)
        where class = 'complaint' group by all
    """
    assert books(con, "complaints", complaints) == [
        ("C16", "2025-08-01", 12),
        ("P", "2025-08-01", 12),
    ]


def test_the_company_earns_more_than_its_enterprise_customers_pay(con):
    low, high, months, branches = one(
        con,
        """
        select min(enterprise.value / company.value),
            max(enterprise.value / company.value),
            count(distinct company.month), count(distinct company.branch_id)
        from (from control_totals where measure = 'operating_revenue') as company
        left join (from control_totals where measure = 'enterprise_revenue')
            as enterprise
            on company.month = enterprise.month
            and company.branch_id = enterprise.branch_id
        """,
    )
    assert (months, branches) == (33, 22)
    assert 0.25 < low < high < 0.45
    assert one(
        con,
        """
        select count(*) from (
            select month from control_totals where measure = 'operating_revenue'
            group by 1
            having sum(value) filter (branch_id = 'P')
                != sum(value) filter (branch_id != 'P')
        )
        """,
    ) == (0,)


# Any size


@pytest.mark.slow
def test_at_scale_two_the_ratios_of_tickets_halls_and_usage_hold(sample_of_two):
    with opened(sample_of_two) as larger:
        assert golden_complaints(larger, "true") == (550, 638)
        assert golden_complaints(larger, "ownership = 'own_own'") == (332, 390)
        assert golden_complaints(larger, "complaint_type = 'C02'") == (98, 132)
        assert sorted(watched_halls(larger).values()) == [
            "fails",
            "no data",
            "passes",
            "passes",
        ]
        test_hall_h05_doubles_its_self_service_from_30_to_60_percent(larger)
        test_three_in_twenty_take_the_fast_lane_of_h05_at_the_end_of_july(larger)
        test_replacing_a_card_takes_h05_five_minutes_less_in_july_than_in_may(larger)
        test_all_12_schools_of_the_golden_county_have_home_school_messaging(larger)
        test_the_largest_fifth_of_the_lines_used_four_fifths_of_the_data(larger)
        test_the_books_agree_with_the_bills_to_the_cent_but_for_one_posting(larger)
