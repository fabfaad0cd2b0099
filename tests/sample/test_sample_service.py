"""The invented province's calls and interviews: their promised figures, counted here
once more from raw rows, and the truths that are planted in them.

Nothing of the project's models is used: every definition is written down a second time.
"""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from jike.deliveries.contract import contract
from jike.ground.home import PROJECT
from jike.sample.write import write_sample

ENTITIES = ("customers", "survey_responses", "survey_answers", "calls")
INDICATORS = (
    "product",
    "manager",
    "channel",
    "communication",
    "relationship",
    "network",
)

# An interview's index of a construct and of an indicator, over the items it answered.
VIEWS = """
create view timed_calls as
select
    *,
    coalesce(queued_at, ivr_at, ended_at) as happened_at,
    outcome in ('answered', 'abandoned', 'blocked') as is_demand
from calls
where outcome not in ('outbound', 'test');

create view complete as
from survey_responses where status = 'complete' and competitor is null;

create view construct_index as
select
    response_id, construct, sum(weight * (score - 1)) / sum(weight) / 9 * 100 as points
from survey_answers inner join survey_items using (item_code)
where weight > 0 group by all;

create view indicator_index as
select
    response_id, indicator, sum(weight * (score - 1)) / sum(weight) / 9 * 100 as points
from survey_answers inner join survey_items using (item_code)
where indicator is not null group by all;

create view july as
select complete.*, left(halls.branch_id, 3) as city_id
from complete inner join halls using (hall_id)
where role = 'hall_visitor'
    and answered_at between timestamp '2025-07-01' and timestamp '2025-07-31 23:59:59';
"""


def delivery(folder: Path) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    for entity in ENTITIES:
        con.execute(f"create view {entity} as from '{folder / entity}.parquet'")
    for path in (
        folder / "reference/halls.csv",
        PROJECT / "seeds/survey_items.csv",
        PROJECT / "seeds/dissatisfaction_reasons.csv",
    ):
        con.execute(
            f"create view {path.stem} as from read_csv('{path}', header = true)"
        )
    con.execute(VIEWS)
    return con


@pytest.fixture(scope="module")
def con(sample: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with delivery(sample) as connection:
        yield connection


def one(con: duckdb.DuckDBPyConnection, sql: str) -> tuple:
    (row,) = con.execute(sql).fetchall()
    return row


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


# Golden E


def panel(con: duckdb.DuckDBPyConnection, construct: str, role: str, tiers: str):
    """Mean index and interviews of the wave 2025H1, in one role."""
    return one(
        con,
        f"""
        select avg(points), count(*)
        from complete inner join construct_index using (response_id)
        where wave = '2025H1' and construct = '{construct}' and role = '{role}'
            and tier similar to '{tiers}'
        """,
    )


@pytest.mark.parametrize(
    ("construct", "role", "tiers", "mean"),
    [
        ("overall", "contact", "[AB].*", 86.0),
        ("overall", "decision_maker", "[AB].*", 83.0),
        ("loyalty", "contact", "[AB].*", 90.0),
        ("loyalty", "decision_maker", "[AB].*", 87.0),
        ("overall", "member", ".*", 78.0),
    ],
)
def test_a_panel_of_2025h1_has_its_promised_index(con, construct, role, tiers, mean):
    index, interviews = panel(con, construct, role, tiers)
    assert round(index, 1) == mean
    assert interviews >= 400


def test_every_wave_before_it_was_a_little_less_satisfied(con):
    waves = con.execute(
        """
        select wave, avg(points)
        from complete inner join construct_index using (response_id)
        where construct = 'overall' and role = 'contact' and tier != 'C'
        group by 1 order by 1
        """
    ).fetchall()
    assert [wave for wave, _ in waves] == [
        "2023H1",
        "2023H2",
        "2024H1",
        "2024H2",
        "2025H1",
    ]
    means = [mean for _, mean in waves]
    assert means == sorted(means)
    assert means[-1] - means[0] < 5


def standardised_fit(con: duckdb.DuckDBPyConnection) -> tuple[dict, dict, list[float]]:
    """Mean index and standardised coefficient by indicator, and the inflations."""
    import numpy as np

    columns = ", ".join(
        f"max(points) filter (indicator = '{name}') as {name}" for name in INDICATORS
    )
    rows = con.execute(
        f"""
        select {columns}, any_value(score)
        from indicator_index
        inner join complete using (response_id)
        inner join survey_answers using (response_id)
        where wave = '2025H1' and role != 'hall_visitor' and item_code = 'overall'
        group by response_id
        """
    ).fetchall()
    table = np.array([row for row in rows if None not in row], dtype=float)
    assert len(table) > 2_000
    scaled = (table - table.mean(axis=0)) / table.std(axis=0, ddof=1)
    found, *_ = np.linalg.lstsq(scaled[:, :6], scaled[:, 6], rcond=None)
    inflations = np.diag(np.linalg.inv(np.corrcoef(scaled[:, :6].T)))
    means = table[:, :6].mean(axis=0)
    return (
        dict(zip(INDICATORS, means.tolist(), strict=True)),
        dict(zip(INDICATORS, found.tolist(), strict=True)),
        inflations.tolist(),
    )


def test_product_and_communication_are_the_weak_and_important_indicators(con):
    performance, importance, inflations = standardised_fit(con)
    middle = sum(performance.values()) / 6, sum(importance.values()) / 6
    weak = {name for name in INDICATORS if performance[name] < middle[0] - 2}
    weighty = {name for name in INDICATORS if importance[name] > middle[1] + 0.05}
    assert weak == weighty == {"product", "communication"}
    for name in set(INDICATORS) - weak:
        assert performance[name] > middle[0]
        assert importance[name] < middle[1]
    assert max(inflations) < 5


def test_the_rivals_are_asked_about_with_the_same_questionnaire_and_less_liked(con):
    rivals = con.execute(
        """
        select competitor, avg(points), count(*)
        from survey_responses inner join construct_index using (response_id)
        where wave = '2025H1' and status = 'complete' and construct = 'overall'
            and competitor is not null
        group by 1 order by 1
        """
    ).fetchall()
    assert [name for name, _, _ in rivals] == ["对手丙", "对手乙", "对手甲"]
    assert sum(n for _, _, n in rivals) >= 300
    assert all(74 < index < 83 for _, index, _ in rivals)
    assert one(
        con,
        """
        select count(*) from (
            select distinct competitor from survey_responses
            where competitor is not null
                and competitor not in (select competitor from customers
                    where competitor is not null)
        )
        """,
    ) == (0,)


def test_about_half_of_the_customers_asked_complete_the_interview(con):
    rates = con.execute(
        """
        select count(*) filter (status = 'complete')
            / count(*) filter (status != 'invalid')
        from survey_responses
        where competitor is null and role != 'hall_visitor' group by wave
        """
    ).fetchall()
    assert len(rates) == 5
    assert all(0.4 < rate < 0.6 for (rate,) in rates)


# Planted: the biased mode


def test_answers_on_the_web_are_six_points_higher_in_2025h1_only(con):
    gaps = dict(
        con.execute(
            """
            select wave, avg(points) filter (mode = 'web')
                - avg(points) filter (mode != 'web')
            from complete inner join construct_index using (response_id)
            where construct = 'overall' and role != 'hall_visitor'
            group by 1
            """
        ).fetchall()
    )
    assert abs(gaps.pop("2025H1") - 6) < 0.5
    assert all(abs(gap) < 2 for gap in gaps.values())


def test_the_mode_is_biased_inside_each_panel_so_that_golden_figures_hold(con):
    gaps = con.execute(
        """
        select avg(points) filter (mode = 'web') - avg(points) filter (mode != 'web')
        from complete inner join construct_index using (response_id)
        where construct = 'overall' and wave = '2025H1' and role != 'hall_visitor'
        group by role, tier = 'C'
        """
    ).fetchall()
    assert len(gaps) == 6
    assert all(abs(gap - 6) < 0.5 for (gap,) in gaps)


# Golden J


def test_59_of_the_100_customers_of_tier_c_whom_rivals_approached_would_switch(con):
    vote = """
        select *, row_number() over (
            partition by customer_id
            order by role = 'decision_maker' desc, answered_at desc, response_id desc
        ) as turn
        from complete
        where wave = '2025H1' and role in ('decision_maker', 'contact')
    """
    assert one(
        con,
        f"""
        select count(*), count(*) filter (intent.score >= 8)
        from ({vote}) as vote
        inner join survey_answers as approached
            on vote.response_id = approached.response_id
            and approached.item_code = 'approached' and approached.answer_code = 'yes'
        inner join survey_answers as intent
            on vote.response_id = intent.response_id
            and intent.item_code = 'switch_intent' and intent.score is not null
        where vote.turn = 1 and vote.tier = 'C'
        """,
    ) == (100, 59)


def test_votes_that_were_not_approached_or_not_complete_would_give_another_share(con):
    everybody, partial = one(
        con,
        """
        select
            count(*) filter (status = 'complete'),
            count(*) filter (status = 'partial')
        from survey_responses inner join survey_answers using (response_id)
        where wave = '2025H1' and item_code = 'switch_intent'
        """,
    )
    assert everybody > 500
    assert partial == 0
    assert one(
        con,
        """
        select count(*) > 10
        from survey_responses inner join survey_answers using (response_id)
        where wave = '2025H1' and item_code = 'approached' and status = 'partial'
        """,
    ) == (True,)


# Golden F


def test_538_of_8800_visitors_of_halls_are_dissatisfied_in_july(con):
    assert one(con, "select count(*) from july") == (8_800,)
    assert one(
        con,
        """
        select count(*), count(*) filter (score <= 6)
        from july inner join survey_answers using (response_id)
        where item_code = 'overall'
        """,
    ) == (8_800, 538)


def test_every_city_has_at_least_100_visitors_asked_in_july(con):
    cities = con.execute("select count(*) from july group by city_id").fetchall()
    assert len(cities) == 21
    assert min(cities) >= (100,)


def test_reasons_of_the_dissatisfied_are_the_promised_counts(con):
    reasons = dict(
        con.execute(
            """
            with named as (
                select july.response_id, answers.answer_code as reason
                from july
                inner join survey_answers as answers using (response_id)
                inner join survey_answers as verdict using (response_id)
                where answers.item_code = 'reason'
                    and verdict.item_code = 'overall' and verdict.score <= 6
            ),
            rolled as (
                select response_id, reason from named
                union
                select response_id, parent
                from named inner join dissatisfaction_reasons using (reason)
                where parent is not null
            )
            select reason, count(*) from rolled group by 1
            """
        ).fetchall()
    )
    assert reasons == {
        **{"D1": 253, "D11": 206, "D12": 42, "D19": 5},
        **{"D2": 101, "D21": 82, "D22": 9, "D29": 10},
        **{"D3": 63, "D31": 31, "D32": 24, "D39": 8},
        **{"D4": 58},
        **{"D5": 114, "D51": 36, "D52": 29, "D53": 16, "D54": 8, "D59": 25},
    }


def test_some_dissatisfied_visitors_name_two_reasons_and_some_none(con):
    assert one(
        con,
        """
        select count(distinct response_id), count(*)
        from july inner join survey_answers using (response_id)
        where item_code = 'reason'
        """,
    ) == (530, 589)


def test_other_months_have_fewer_visitors_and_partial_interviews_answer_too(con):
    months = con.execute(
        """
        select date_trunc('month', answered_at)::date::varchar, count(*)
        from complete where role = 'hall_visitor' group by 1 order by 1
        """
    ).fetchall()
    assert [month for month, _ in months] == [f"2025-{m:02}-01" for m in range(1, 10)]
    assert all(1_500 < n < 2_500 for month, n in months if month != "2025-07-01")
    assert one(
        con,
        """
        select count(*) > 50
        from survey_responses inner join survey_answers using (response_id)
        where role = 'hall_visitor' and status = 'partial' and item_code = 'overall'
        """,
    ) == (True,)


def test_nobody_is_asked_in_a_hall_that_is_closed(con):
    assert one(
        con,
        """
        select count(*) from survey_responses inner join halls using (hall_id)
        where cast(coalesce(answered_at, invited_on) as date)
            between closed_from and closed_to
        """,
    ) == (0,)


def test_a_branch_of_a_visitors_interview_is_the_one_of_its_hall(con):
    assert one(
        con,
        """
        select count(*) filter (survey_responses.branch_id != halls.branch_id)
        from survey_responses inner join halls using (hall_id)
        """,
    ) == (0,)


# Golden L


def cities(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    return con.execute(
        """
        select city_id, avg(points)
        from july inner join construct_index using (response_id)
        where construct = 'overall' group by 1 order by 2 desc
        """
    ).fetchall()


def test_the_golden_city_is_1_4_points_below_the_first_in_july(con):
    ranking = cities(con)
    (first, best), (_, second) = ranking[:2]
    golden = dict(ranking)["C01"]
    assert first != "C01"
    assert best - second > 0.3
    assert round(best - golden, 1) == 1.4
    assert abs(best - golden - 1.4) < 0.02


# The shape of the whole


def test_every_outcome_role_mode_and_status_occurs(con):
    for entity, columns in {
        "calls": ("outcome", "lane"),
        "survey_responses": ("role", "mode", "status"),
    }.items():
        for column in columns:
            values = con.execute(f"select distinct {column} from {entity}").fetchall()
            known = contract().entities[entity].column(column).values
            assert {value for (value,) in values} == set(known)


def test_calls_and_answers_are_no_more_than_the_figures_need(con):
    counts = {e: one(con, f"select count(*) from {e}")[0] for e in ENTITIES[1:]}
    assert 1_200_000 < counts["calls"] < 1_500_000
    assert 40_000 < counts["survey_responses"] < 60_000
    assert 300_000 < counts["survey_answers"] < 400_000


def test_interviews_are_dated_in_their_order_and_unanswered_ones_say_nothing(con):
    assert one(
        con,
        """
        select count(*) from survey_responses
        where cast(answered_at as date) < invited_on
            or (answered_at is null) != (status in ('refused', 'no_answer'))
            or (role = 'hall_visitor') != (hall_id is not null)
            or (role = 'hall_visitor' and customer_id is not null)
        """,
    ) == (0,)
    assert one(
        con,
        """
        select count(*) from survey_answers inner join survey_responses
            using (response_id)
        where status not in ('complete', 'partial')
        """,
    ) == (0,)


def test_the_tier_of_an_interview_is_the_customers_on_the_list_before_the_wave(con):
    assert one(
        con,
        """
        select count(*)
        from survey_responses as asked
        inner join customers on asked.customer_id = customers.customer_id
            and customers.snapshot_on = case right(asked.wave, 1)
                when '1' then make_date(left(asked.wave, 4)::int, 2, 1)
                else make_date(left(asked.wave, 4)::int, 8, 1) end
                + interval 1 month - interval 1 day
        where asked.tier != customers.tier or customers.status != 'active'
        """,
    ) == (0,)


@pytest.mark.slow
def test_at_scale_two_calls_double_and_the_figures_of_interviews_hold(con, tmp_path):
    write_sample(tmp_path, scale=2)
    with delivery(tmp_path) as larger:
        doubled = [(month, 2 * d, 2 * a) for month, d, a in by_month(con)]
        assert by_month(larger) == doubled
        for construct, role, tiers, mean in (
            ("overall", "contact", "[AB].*", 86.0),
            ("loyalty", "decision_maker", "[AB].*", 87.0),
            ("overall", "member", ".*", 78.0),
        ):
            assert round(panel(larger, construct, role, tiers)[0], 1) == mean
        test_59_of_the_100_customers_of_tier_c_whom_rivals_approached_would_switch(
            larger
        )
        test_product_and_communication_are_the_weak_and_important_indicators(larger)
        test_reasons_of_the_dissatisfied_are_the_promised_counts(larger)
        test_the_golden_city_is_1_4_points_below_the_first_in_july(larger)
