"""What the service pages draw is what the small release holds."""

from datetime import date

import pytest

from dashboards.cards import rows as cards_rows
from dashboards.pages.hotline import rows as hotline_rows
from dashboards.pages.satisfaction import rows as satisfaction_rows
from jike.pages import frame as frame_questions
from jike.pages import hotline as questions
from jike.words.language import Words
from tests.fixtures.page_views import facts_of, wave


def test_only_the_days_of_the_broken_menu_stand_out(ask):
    days = ask(questions.call_days("2025YTD", "total"))
    assert len(days) == 273
    marked = [row["day"] for row in days if row["is_marked"]]
    assert marked == [date(2025, 8, 12), date(2025, 8, 13), date(2025, 8, 14)]
    june = ask(questions.call_days("2025-06", "total"))
    assert len(june) == 30
    assert not any(row["is_marked"] for row in june)


def test_the_parts_of_the_calls_are_those_of_the_kpi(home, ask):
    (parts,) = ask(questions.call_parts("2025YTD", "C01"))
    row = facts_of(home, branch="C01").row("connection_rate")
    assert (parts["answered"], parts["demand"]) == (
        row["numerator"],
        row["denominator"],
    )
    level = facts_of(home, branch="C01").row("service_level_15s")
    found = hotline_rows.definitions(parts, Words("zh"))
    assert [round(r["share"], 9) for r in found[:3:2]] == [
        pytest.approx(row["value"]),
        pytest.approx(level["value"]),
    ]
    assert parts["answered"] + parts["abandoned"] + parts["blocked"] == parts["demand"]


def test_without_calls_there_are_no_formulas(ask):
    (parts,) = ask(questions.call_parts("2025YTD", "C01-1"))
    assert hotline_rows.definitions(parts, Words("en")) == []


def test_half_hours_add_up_to_a_working_day(ask):
    halves = ask(questions.half_hours("2025-06", "total"))
    calls = ask(questions.call_days("2025-06", "total"))
    working = [r["demand"] for r in calls if r["weekday"] in list("12345")]
    assert sum(r["calls"] for r in halves) == pytest.approx(sum(working) / len(working))
    assert [r["half_hour"] for r in halves] == sorted(r["half_hour"] for r in halves)


def test_the_worst_block_is_where_the_most_calls_are_missed(home):
    facts = facts_of(home, branch="total")
    grid = hotline_rows.hours(facts)
    block = hotline_rows.worst_block(grid)
    assert (block.hours, block.weekdays) == ((9, 11), (2, 5))
    inside = grid[grid["hour"].between(9, 11) & grid["weekday"].between(2, 5)]
    rest = grid.drop(inside.index)
    assert block.inside == pytest.approx(
        inside["answered"].sum() / inside["demand"].sum()
    )
    assert block.outside == pytest.approx(rest["answered"].sum() / rest["demand"].sum())


def test_a_week_without_a_bad_block_has_none(home):
    grid = hotline_rows.hours(facts_of(home, branch="total"))
    level = grid.assign(answered=0.8 * grid["demand"])
    assert hotline_rows.worst_block(level) is None
    assert hotline_rows.worst_block(grid.iloc[:0]) is None


def test_months_of_a_year_to_date_are_those_of_its_year(home):
    months = cards_rows.call_months(facts_of(home, branch="total"))
    assert [m.month for m in months["month"]] == list(range(1, 10))
    assert (months["answered"] + months["unanswered"] == months["demand"]).all()
    march = facts_of(home, branch="total", period="2025-03")
    assert len(cards_rows.call_months(march)) == 9


def test_reasons_of_calls_are_held_against_the_year_before(home, names):
    facts = facts_of(home, branch="total")
    frame = hotline_rows.call_reasons(facts, names)
    assert set(frame["label"]) == {"账单查询", "专线故障", "流量包"}
    assert frame["share"].sum() == pytest.approx(1)
    # Nobody called for it a year before, so it has not gained places either.
    new = frame[frame["label"] == "流量包"].iloc[0]
    assert new["moved"] != new["moved"]
    early = facts_of(home, branch="total", period="2024-03")
    assert hotline_rows.call_reasons(early, names)["moved"].isna().all()


def test_a_reason_that_no_list_names_is_shown_as_delivered(home):
    frame = hotline_rows.call_reasons(facts_of(home, branch="total"), {})
    assert set(frame["label"]) == {"bill_enquiry", "line_fault", "data_pack"}


def test_coverage_is_counted_in_cities(home):
    frame = hotline_rows.coverage(facts_of(home, branch="total"))
    assert set(frame["cities"]) == {3}
    assert list(frame["covered"].drop_duplicates()) == [1, 2]


def test_roles_carry_low_base_and_withheld_states(home, names):
    rows_, verdicts = satisfaction_rows.roles(
        wave(home), wave(home, "2024H2"), None, names
    )
    states = dict(zip(rows_["n"], rows_["status"], strict=True))
    assert states[7.0] == "hidden"
    assert states[18.0] == "low_base"
    assert states[150.0] == "ok"
    hidden = rows_[rows_["status"] == "hidden"].iloc[0]
    assert hidden["value"] != hidden["value"]
    assert set(verdicts) == {"contact", "decision_maker", "member"}
    assert satisfaction_rows.roles(wave(home), None, 60.0, names)[1]["contact"] == 1


def test_product_and_communication_come_first(home, names):
    frame = satisfaction_rows.priorities(wave(home), names)
    first = frame[frame["is_first"]]["indicator"]
    assert set(first) == {"product", "communication"}
    assert len(frame) == 6


def test_too_few_interviews_make_no_map(home, names):
    few = wave(home, own=(("role", "member"), ("tier_group", "A")))
    assert satisfaction_rows.priorities(few, names).empty


def test_the_web_differs_in_the_biased_wave_only(home, names):
    _frame, biased = satisfaction_rows.modes(wave(home), (), names)
    assert biased.difference.is_real
    assert biased.difference.value == pytest.approx(6, abs=1.0)
    _frame, sound = satisfaction_rows.modes(wave(home, "2024H2"), (), names)
    assert not sound.difference.is_real


def test_reasons_of_the_dissatisfied_keep_children_below_their_head(home, names):
    visitors = wave(home, "2025-07", own=(("role", "hall_visitor"),))
    frame = satisfaction_rows.dissatisfaction(visitors, (), names)
    labels = list(frame["label"])
    heads = frame[~frame["is_child"]]
    assert list(heads["rows"]) == sorted(heads["rows"], reverse=True)
    assert frame.iloc[0]["is_marked"]
    staff = labels.index(names["reason", "D1"]["name_zh"])
    assert frame.iloc[staff + 1]["is_child"]
    assert (frame["share"] <= 1).all()


def test_rivals_and_cities_are_there_when_they_were_asked(home, names, ask):
    branches = {r["branch_id"]: r["name_zh"] for r in ask(frame_questions.branches())}
    assert list(satisfaction_rows.rivals(wave(home), names)["label"]) == ["对手乙"]
    assert satisfaction_rows.rivals(wave(home, "2024H1"), names).empty
    cities = cards_rows.cities(wave(home), (), branches)
    assert set(cities["label"]) == {"望溪", "松涧", "云澜"}


def test_a_filter_that_surveys_are_not_cut_by_leaves_no_rows(home, names):
    cut = wave(home, where=(("industry", "EDU"),))
    assert cards_rows.rows_of(cut, "satisfaction", ("role",)) == []


def test_weekdays_of_a_period_are_counted():
    counted = hotline_rows.days_of_week(date(2025, 9, 1), date(2025, 9, 30))
    assert (counted[1], counted[3]) == (5, 4)
    assert sum(counted.values()) == 30
