"""The invented province's planted warnings: ten signals scored once more from raw rows,
against who is lost in the three months after.

Nothing of the project's models is used. Lines, bills, tickets and visits are read as
they stood at the end of a month; thresholds and points are those of the shipped list.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.sample.fixtures.sample_rows import delivery, one

SCORED = [f"2024-{m:02}-01" for m in range(7, 13)] + [
    f"2025-{m:02}-01" for m in range(1, 7)
]
ENDS = "select unnest(range(date '2024-07-01', date '2025-10-01', interval 1 month))"

# Points of the ten signals of one month, per customer with any.
SIGNALS = """
create or replace macro month_of(d) as cast(date_trunc('month', d) as date);

create or replace macro signals_in(m) as table
with edge as (
    select m as first_day, last_day(m) as last_day,
        cast(m - interval 3 month as date) as three_before
),
lines as (
    select
        members.*,
        joined_on < first_day and coalesce(left_on >= first_day, true) as was_attached,
        joined_on <= last_day and coalesce(left_on > last_day, true) as is_attached
    from members cross join edge
),
churned as (
    select customer_id
    from lines cross join edge
    where was_attached
    group by all
    having count(*) filter (
        left_on <= last_day and left_how in ('left_network', 'ported_out')
    ) / count(*) >= 0.03
),
billed as (
    select
        customer_id,
        sum(amount) filter (
            bill_month = first_day and kind in ('recurring', 'usage')
        ) as now,
        sum(amount) filter (
            bill_month < first_day and kind in ('recurring', 'usage')
        ) / 3 as before,
        sum(amount) filter (bill_month < first_day) / 3 as owed_a_month
    from bills cross join edge
    where bill_month between three_before and first_day
    group by 1
),
used as (
    select
        customer_id,
        sum(voice_minutes) filter (month = first_day) as now,
        sum(voice_minutes) filter (month < first_day) / 3 as before
    from member_usage inner join members using (member_id) cross join edge
    where month between three_before and first_day
    group by 1
),
contacted as (
    select lines.customer_id
    from lines
    cross join edge
    left join member_usage as usage
        on lines.member_id = usage.member_id and usage.month = first_day
    where is_attached
    group by 1
    having sum(coalesce(competitor_contacts, 0)) / count(*) >= 0.5
),
terms as (
    select customer_id, contract_ends_on
    from orders cross join edge
    where status = 'completed' and contract_ends_on is not null
        and cast(completed_at as date) <= last_day
    qualify 1 = row_number() over (
        partition by subscription_id order by completed_at desc
    )
),
interviewed as (
    select
        customer_id,
        sum(weight * (score - 1)) / sum(weight) / 9 * 100 as points
    from survey_answers
    inner join survey_items using (item_code)
    inner join (
        from survey_responses cross join edge
        where status = 'complete' and competitor is null and customer_id is not null
            and answered_at < last_day + 1
            and answered_at >= last_day - interval 12 month
        qualify 1 = row_number() over (
            partition by customer_id order by answered_at desc, response_id desc
        )
    ) using (response_id)
    where construct = 'overall'
    group by 1
),
visited as (
    select customer_id, max(visited_on) as last_visit
    from visits cross join edge where visited_on <= last_day group by 1
),
owing as (
    select customer_id, sum(amount) as arrears
    from bills cross join edge
    where due_on < last_day and coalesce(paid_on > last_day, true)
    group by 1
),
fired as (
    select customer_id, 'member_churn' as signal from churned
    union all
    select customer_id, 'revenue_fall' from billed
    where before > 0 and coalesce(now, 0) <= 0.8 * before
    union all
    select customer_id, 'traffic_fall' from used
    where before > 0 and now <= 0.8 * before
    union all
    select customer_id, 'competitor_contacts' from contacted
    union all
    select distinct customer_id, 'contract_expiry' from terms cross join edge
    where contract_ends_on - last_day between 0 and 60
    union all
    select distinct customer_id, 'overdue_promise' from tickets cross join edge
    where promised_at < last_day + 1 and coalesce(replied_at >= last_day + 1, true)
        and customer_id is not null
    union all
    select customer_id, 'low_satisfaction' from interviewed where points <= 60
    union all
    select customer_id, 'no_visit'
    from visited
    inner join customers using (customer_id)
    inner join tiers using (tier)
    inner join edge on snapshot_on = last_day
    where last_day - last_visit > visit_days
    union all
    select customer_id, 'arrears' from owing inner join billed using (customer_id)
    where owed_a_month > 0 and arrears >= owed_a_month
    union all
    select distinct customer_id, 'competitor_event'
    from competitor_events cross join edge
    where observed_on <= last_day and observed_on >= first_day - interval 2 month
        and customer_id is not null
)
select customer_id, signal, points
from fired
inner join (from warning_rules where tier_group = 'C') using (signal)
"""


@pytest.fixture(scope="module")
def con(sample: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with delivery(sample) as connection:
        connection.execute(SIGNALS)
        connection.execute(
            "create table activity (month date, customer_id text, is_active bool)"
        )
        for (month,) in connection.execute(ENDS).fetchall():
            day = f"date '{month:%Y-%m-%d}'"
            connection.execute(
                f"""
                insert into activity
                select {day}, customer_id, is_active from active_on(last_day({day}))
                where customer_id not in (
                    select customer_id from customers where closed_reason = 'merged'
                )
                """
            )
        connection.execute(
            "create table fired (month date, customer_id text, signal text, points int)"
        )
        for month in SCORED:
            connection.execute(
                f"insert into fired select '{month}', * from signals_in(date '{month}')"
            )
        connection.execute(
            """
            create table judged as
            select
                now.month,
                now.customer_id,
                coalesce(scores.points, 0) as points,
                coalesce(scores.points, 0) >= 40 as is_warned,
                exists (
                    from activity as later
                    where later.customer_id = now.customer_id
                        and later.month > now.month
                        and later.month <= now.month + interval 3 month
                        and not later.is_active
                ) as is_lost
            from activity as now
            left join (
                select month, customer_id, sum(points) as points from fired group by all
            ) as scores using (month, customer_id)
            where now.is_active and now.month <= date '2025-06-01'
            """
        )
        yield connection


def rates(con: duckdb.DuckDBPyConnection, where: str = "true") -> tuple:
    """Precision, recall and lift over the evaluated months."""
    return one(
        con,
        f"""
        select
            count(*) filter (is_warned and is_lost) / count(*) filter (is_warned)
                as precision,
            count(*) filter (is_warned and is_lost) / count(*) filter (is_lost),
            precision / (count(*) filter (is_lost) / count(*))
        from judged where {where}
        """,
    )


def test_warnings_precede_losses_far_oftener_than_chance(con):
    precision, recall, lift = rates(con)
    assert 0.3 < precision < 0.5
    assert 0.5 < recall < 0.7
    assert lift > 20


def test_no_month_is_without_warnings_that_came_true_or_did_not(con):
    months = con.execute(
        """
        select count(*) filter (is_warned and is_lost),
            count(*) filter (is_warned and not is_lost),
            count(*) filter (is_lost and not is_warned)
        from judged group by month
        """
    ).fetchall()
    assert len(months) == 12
    assert min(min(counts) for counts in months) > 10


def test_every_signal_is_commoner_before_a_loss_but_contracts_that_end(con):
    shares = con.execute(
        """
        with judged_signals as (
            select signal, is_lost, count(*) as n
            from fired inner join judged using (month, customer_id) group by all
        )
        select
            signal,
            sum(n) filter (is_lost) / (select count(*) from judged where is_lost),
            sum(n) filter (not is_lost)
            / (select count(*) from judged where not is_lost)
        from judged_signals group by 1
        """
    ).fetchall()
    assert len(shares) == 10
    told = {signal for signal, lost, stayed in shares if lost > 2 * stayed}
    assert told == {signal for signal, *_ in shares} - {"contract_expiry"}


def test_silent_losses_are_warned_of_too(con):
    # Lost without a closure in the list and without an order that ends service.
    (share, lost) = one(
        con,
        """
        select count(*) filter (is_warned) / count(*), count(*) from judged
        where is_lost
            and customer_id not in (
                select customer_id from orders where order_type = 'terminate'
            )
            and customer_id not in (
                select customer_id from customers
                where closed_reason in ('lost_to_competitor', 'business_closed')
            )
        """,
    )
    assert lost > 50
    assert 0.3 < share < 0.9


def test_nobody_is_put_under_pressure_in_the_golden_county(con):
    golden = (
        "customer_id in (select customer_id from customers where branch_id = 'C01-1')"
    )
    assert one(
        con, f"select count(*) filter (is_warned) from judged where {golden}"
    ) <= (3,)
