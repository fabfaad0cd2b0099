"""The invented province's calls: their promised figures, counted here once more from
raw rows, without the project's models.
"""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from tests.sample.fixtures.contact_rows import delivery
from tests.sample.fixtures.sample_rows import one


@pytest.fixture(scope="module")
def con(sample: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with delivery(sample) as connection:
        yield connection


# Golden D

DEMAND = (45550, 50606, 56223, 62464, 69397, 77101, 85659)


ANSWERED = (37805, 42002, 46664, 51844, 57598, 63992, 71095)


def by_month(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    return con.execute(
        """
        select
            date_trunc('month', happened_at)::date::varchar,
            count(*) filter (is_demand),
            count(*) filter (outcome = 'answered')
        from timed_calls group by 1 order by 1
        """
    ).fetchall()


def test_the_hotline_has_the_promised_demand_and_answers_from_january_to_july(con):
    months = [row for row in by_month(con) if "2025-01-01" <= row[0] <= "2025-07-01"]
    assert tuple(demand for _, demand, _ in months) == DEMAND
    assert tuple(answered for _, _, answered in months) == ANSWERED
    assert (sum(DEMAND), sum(ANSWERED)) == (447_000, 371_000)


def test_demand_grows_by_11_1_percent_and_83_percent_connect_in_every_month():
    growth = [after / before for before, after in pairwise(DEMAND)]
    assert {round(rate - 1, 3) for rate in growth} == {0.111}
    rates = [got / wanted for got, wanted in zip(ANSWERED, DEMAND, strict=True)]
    assert {round(rate, 3) for rate in rates} == {0.83}


def test_calls_begin_in_2024_with_less_demand_and_go_on_to_september_2025(con):
    months = by_month(con)
    assert (len(months), months[0][0], months[-1][0]) == (
        21,
        "2024-01-01",
        "2025-09-01",
    )
    assert all(10_000 < demand < 45_550 for _, demand, _ in months[:12])
    assert all(85_659 < demand < 105_000 for _, demand, _ in months[-2:])
    assert all(0.75 < answered / demand < 0.85 for _, demand, answered in months)


def test_it_is_hardest_to_get_through_from_nine_to_eleven_when_most_call(con):
    hours = con.execute(
        """
        select hour(happened_at) as h, count(*) filter (is_demand) as demand,
            count(*) filter (outcome = 'answered') / demand as rate
        from timed_calls where happened_at >= timestamp '2025-01-01'
        group by 1 order by 1
        """
    ).fetchall()
    assert len(hours) == 24
    busiest = sorted(hours, key=lambda row: -row[1])[:4]
    assert {hour for hour, _, _ in busiest} == {9, 10, 15, 16}
    hardest = sorted(hours, key=lambda row: row[2])[:2]
    assert {hour for hour, _, _ in hardest} == {9, 10}


def test_fewer_call_on_weekends_than_on_working_days(con):
    weekdays = dict(
        con.execute(
            """
            select isodow(happened_at), count(*) from timed_calls
            where is_demand and happened_at between '2025-06-02' and '2025-07-28'
            group by 1
            """
        ).fetchall()
    )
    assert max(weekdays[6], weekdays[7]) < 0.6 * min(
        weekdays[day] for day in range(1, 6)
    )
    assert max(weekdays, key=lambda day: weekdays[day]) == 1


def test_waits_and_talks_of_calls_are_believable(con):
    level, asa, talk, menu, short = one(
        con,
        """
        select
            count(*) filter (
                outcome = 'answered' and answered_at <= queued_at + interval 15 second
            )
            / count(*) filter (
                is_demand and queued_at is not null and not (
                    outcome = 'abandoned' and ended_at <= queued_at + interval 5 second
                )
            ),
            avg(epoch(answered_at - queued_at)),
            avg(epoch(ended_at - answered_at)),
            count(*) filter (outcome = 'ivr_contained')
            / count(*) filter (ivr_at is not null),
            count(*) filter (
                outcome = 'abandoned' and ended_at <= queued_at + interval 5 second
            )
            / count(*) filter (outcome = 'abandoned')
        from timed_calls
        """,
    )
    assert 0.65 < level < 0.75
    assert 20 < asa < 40
    assert 180 < talk < 300
    assert 0.27 < menu < 0.33
    assert 0.05 < short < 0.25


def test_about_one_in_ten_who_got_through_calls_again_within_a_week(con):
    (repeated,) = one(
        con,
        """
        with asked as (
            select outcome, happened_at, lead(happened_at) over (
                partition by caller, reason order by happened_at
            ) as again_at
            from timed_calls
            where is_demand and caller is not null and reason is not null
        )
        select count(*) filter (again_at <= happened_at + interval 7 day) / count(*)
        from asked
        where outcome = 'answered' and happened_at < timestamp '2025-09-23'
        """,
    )
    assert 0.08 < repeated < 0.12


def test_reasons_of_calls_change_their_rank_over_the_months(con):
    ranks = [
        [
            reason
            for (reason,) in con.execute(
                f"""
                select reason from timed_calls
                where is_demand and reason is not null
                    and date_trunc('month', happened_at) = date '{month}'
                group by 1 order by count(*) desc
                """
            ).fetchall()
        ]
        for month in ("2024-07-01", "2025-06-01", "2025-07-01")
    ]
    assert all(len(ranking) == 13 for ranking in ranks)
    assert ranks[0] != ranks[2]
    assert ranks[1] != ranks[2]


def test_the_switch_leaves_out_some_of_what_it_should_note(con):
    shares = one(
        con,
        """
        select
            avg((customer_id is null)::int), avg((city_branch_id is null)::int),
            avg((centre_id is null)::int), avg((caller is null)::int),
            avg((lane = 'key_person')::int)
        from calls
        """,
    )
    low = (0.1, 0.005, 0.04, 0.002, 0.02)
    high = (0.3, 0.03, 0.12, 0.03, 0.08)
    for smallest, share, largest in zip(low, shares, high, strict=True):
        assert smallest < share < largest
    assert one(
        con,
        """
        select count(*) filter (ivr_at is null) > 20000,
            count(*) filter (outcome = 'blocked' and queued_at is null) > 5000,
            count(*) filter (outcome = 'outbound' and queued_at is not null),
            count(distinct agent_id) between 200 and 400
        from calls where outcome != 'ivr_contained'
        """,
    ) == (True, True, 0, True)


def test_the_centre_of_a_call_is_the_one_that_covers_its_city_on_the_day(con, sample):
    assert one(
        con,
        f"""
        select count(*) filter (calls.centre_id != coverage.centre_id)
        from timed_calls as calls
        inner join read_csv('{sample}/reference/centre_coverage.csv') as coverage
            using (city_branch_id)
        where happened_at >= valid_from
            and happened_at < coalesce(valid_to, date '2099-01-01') + interval 1 day
        """,
    ) == (0,)


def test_moments_of_a_call_come_in_their_order(con):
    assert one(
        con,
        """
        select count(*) from calls
        where ivr_at > coalesce(queued_at, ended_at) or queued_at > ended_at
            or answered_at < queued_at or answered_at > ended_at
            or (outcome in ('answered', 'outbound')) != (answered_at is not null)
            or (outcome = 'abandoned' and queued_at is null)
        """,
    ) == (0,)


# Planted: the broken IVR


def test_for_three_days_in_august_the_voice_menu_keeps_nobody(con):
    days = con.execute(
        """
        select
            happened_at::date::varchar as d,
            count(*) filter (is_demand) as demand,
            count(*) filter (outcome = 'answered') / demand as rate,
            count(*) filter (outcome = 'ivr_contained')
            / count(*) filter (ivr_at is not null) as kept
        from timed_calls
        where happened_at between '2025-07-14' and '2025-09-06'
            and isodow(happened_at) <= 5
        group by 1 order by 1
        """
    ).fetchall()
    planted = {"2025-08-12", "2025-08-13", "2025-08-14"}
    broken = [row for row in days if row[0] in planted]
    usual = [row for row in days if row[0] not in planted]
    assert (len(broken), len(usual)) == (3, 37)
    # Farther away than twice the whole range of the other working days.
    for place, sign in ((1, 1), (2, -1), (3, -1)):
        values = [sign * row[place] for row in usual]
        spread = max(values) - min(values)
        assert min(sign * row[place] for row in broken) > max(values) + spread


@pytest.mark.slow
def test_at_scale_two_calls_double(con, sample_of_two):
    with delivery(sample_of_two) as larger:
        doubled = [(month, 2 * d, 2 * a) for month, d, a in by_month(con)]
        assert by_month(larger) == doubled
