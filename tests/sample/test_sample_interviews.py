"""The invented province's interviews: their promised figures, counted here
once more from raw rows, and the truths that are planted in them.

Nothing of the project's models is used: every definition is written down a second time.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from jike.deliveries.contract import contract
from tests.sample.fixtures.contact_rows import ENTITIES, INDICATORS, delivery
from tests.sample.fixtures.sample_rows import one


@pytest.fixture(scope="module")
def con(sample: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with delivery(sample) as connection:
        yield connection


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
def test_at_scale_two_the_figures_of_interviews_hold(sample_of_two):
    with delivery(sample_of_two) as larger:
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
