"""What the hotline draws is what the small release holds."""

from datetime import date

import pandas as pd
import pytest

from dashboards.cards import rows as cards_rows
from dashboards.views.hotline import rows as page_rows
from dashboards.views.hotline import staffing
from jike.pages import hotline as questions
from jike.releases.opening import ALL, current_release, rows
from jike.words.language import Words
from tests.fixtures.page_hotline import ONLY_COUNTED
from tests.fixtures.page_views import facts_of


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
    found = page_rows.definitions(parts, Words("zh"))
    assert [round(r["share"], 9) for r in found[:3:2]] == [
        pytest.approx(row["value"]),
        pytest.approx(level["value"]),
    ]
    assert parts["answered"] + parts["abandoned"] + parts["blocked"] == parts["demand"]


def test_without_calls_there_are_no_formulas(ask):
    (parts,) = ask(questions.call_parts("2025YTD", "C01-1"))
    assert page_rows.definitions(parts, Words("en")) == []


def test_a_formula_of_what_was_not_counted_is_left_out(changed):
    given = current_release(changed(*ONLY_COUNTED))
    (parts,) = rows(questions.call_parts("2025-06", "total"), ALL, given)
    found = page_rows.definitions(parts, Words("en"))
    assert [row["formula"] for row in found] == [
        "answered ÷ all demand",
        "answered ÷ (demand − blocked)",
    ]
    partly = parts | {"blocked": 1, "blocks_known": parts["demand"] - 1}
    (own,) = page_rows.definitions(partly, Words("en"))
    assert own["formula"] == "answered ÷ all demand"
    none = parts | {"blocked": None, "blocks_known": None}
    assert page_rows.definitions(none, Words("en")) == [own]


def test_half_hours_add_up_to_a_working_day(ask):
    halves = ask(questions.half_hours("2025-06", "total"))
    calls = ask(questions.call_days("2025-06", "total"))
    working = [r["demand"] for r in calls if r["weekday"] in list("12345")]
    assert sum(r["calls"] for r in halves) == pytest.approx(sum(working) / len(working))
    assert [r["half_hour"] for r in halves] == sorted(r["half_hour"] for r in halves)


def test_days_and_half_hours_are_the_same_of_calls_counted_by_half_hours(ask, changed):
    counted = current_release(changed(*ONLY_COUNTED))
    for period, branch in (("2025-06", "total"), ("2025-08", "C01")):
        asked = questions.call_days(period, branch)
        days, single = rows(asked, ALL, counted), ask(asked)
        assert [d["demand"] for d in days] == [d["demand"] for d in single]
        assert [d["connection_rate"] for d in days] == pytest.approx(
            [d["connection_rate"] for d in single]
        )
        assert {d["ivr_containment"] for d in days} == {None}
        asked = questions.half_hours(period, branch)
        halves, single = rows(asked, ALL, counted), ask(asked)
        assert [h["half_hour"] for h in halves] == [h["half_hour"] for h in single]
        for key in ("calls", "handling_seconds"):
            assert [h[key] for h in halves] == pytest.approx([h[key] for h in single])


def test_calls_counted_by_the_hour_are_not_spread_over_its_halves(changed):
    hourly = (
        "update fct_call_intervals set is_within_half_hour = false where hour = '9'"
    )
    counted = current_release(changed(*ONLY_COUNTED, hourly))
    assert rows(questions.half_hours("2025-06", "total"), ALL, counted) == []


def test_the_worst_block_is_where_the_most_calls_are_missed(home):
    facts = facts_of(home, branch="total")
    grid = page_rows.hours(facts)
    block = page_rows.worst_block(grid)
    assert (block.hours, block.weekdays) == ((9, 11), (2, 5))
    inside = grid[grid["hour"].between(9, 11) & grid["weekday"].between(2, 5)]
    rest = grid.drop(inside.index)
    assert block.inside == pytest.approx(
        inside["answered"].sum() / inside["demand"].sum()
    )
    assert block.outside == pytest.approx(rest["answered"].sum() / rest["demand"].sum())


def week(open_hours, days=range(1, 6), missed=()):
    """The calls of a week: 100 an hour, of which 90 are answered, or 50 in `missed`."""
    return pd.DataFrame(
        [
            {
                "hour": hour,
                "weekday": day,
                "demand": 100.0,
                "answered": 50.0 if (hour, day) in missed else 90.0,
            }
            for hour in open_hours
            for day in days
        ]
    )


def cells(hours, days):
    return {(hour, day) for hour in hours for day in days}


NOON, WEDNESDAY = (9, 10, 11, 13, 14), (1, 2, 4, 5)


@pytest.mark.parametrize(
    ("grid", "hours", "days"),
    [
        # Open from nine to five on working days: never from midnight, nor all week.
        (week(range(9, 17), missed=cells((9, 10), (1, 2))), (9, 10), (1, 2)),
        (week(range(9, 17), missed=cells((15, 16), (5,))), (15, 16), (5, 5)),
        # Closed at noon, or on Wednesday: what lies on one side of it.
        (week(NOON, missed=cells((11, 13), (1, 2))), (11, 11), (1, 2)),
        (week((9, 10), WEDNESDAY, cells((9,), (2, 4, 5))), (9, 9), (4, 5)),
        # Hours of some days only are at no edge.
        (
            pd.concat([week((8, 9), (1,)), week((9,), (2, 3), cells((9,), (2, 3)))]),
            (9, 9),
            (2, 3),
        ),
        (
            pd.concat([week((9, 10), (1, 3)), week((11,), (3,), {(11, 3)})]),
            (11, 11),
            (3, 3),
        ),
    ],
)
def test_the_worst_block_is_made_of_hours_that_have_calls(grid, hours, days):
    block = page_rows.worst_block(grid)
    assert (block.hours, block.weekdays) == (hours, days)


def test_a_week_without_a_bad_block_has_none(home):
    grid = page_rows.hours(facts_of(home, branch="total"))
    level = grid.assign(answered=0.8 * grid["demand"])
    assert page_rows.worst_block(level) is None
    assert page_rows.worst_block(grid.iloc[:0]) is None


def test_months_of_a_year_to_date_are_those_of_its_year(home):
    months = cards_rows.call_months(facts_of(home, branch="total"))
    assert [m.month for m in months["month"]] == list(range(1, 10))
    assert (months["answered"] + months["unanswered"] == months["demand"]).all()
    march = facts_of(home, branch="total", period="2025-03")
    assert len(cards_rows.call_months(march)) == 9


def test_reasons_of_calls_are_held_against_the_year_before(home, names):
    facts = facts_of(home, branch="total")
    frame = page_rows.call_reasons(facts, names)
    assert set(frame["label"]) == {"账单查询", "专线故障", "流量包"}
    assert frame["share"].sum() == pytest.approx(1)
    # Nobody called for it a year before, so it has not gained places either.
    new = frame[frame["label"] == "流量包"].iloc[0]
    assert new["moved"] != new["moved"]
    early = facts_of(home, branch="total", period="2024-03")
    assert page_rows.call_reasons(early, names)["moved"].isna().all()


def test_a_reason_that_no_list_names_is_shown_as_delivered(home):
    frame = page_rows.call_reasons(facts_of(home, branch="total"), {})
    assert set(frame["label"]) == {"bill_enquiry", "line_fault", "data_pack"}


def test_coverage_is_counted_in_cities(home):
    frame = page_rows.coverage(facts_of(home, branch="total"))
    assert set(frame["cities"]) == {3}
    assert list(frame["covered"].drop_duplicates()) == [1, 2]


def test_weekdays_of_a_period_are_counted():
    counted = page_rows.days_of_week(date(2025, 9, 1), date(2025, 9, 30))
    assert (counted[1], counted[3]) == (5, 4)
    assert sum(counted.values()) == 30


@pytest.mark.parametrize(
    ("calls", "handling", "aht"),
    [(4, 0.2, 10), (4, None, 180), (9_000, 7_200.0, 7_200)],
)
def test_staffing_takes_whatever_a_half_hour_was_like(calls, handling, aht):
    usual = staffing.usual({"calls": calls, "handling_seconds": handling}, 15)
    given = staffing.WhatIf("09:00", "09:00", ("09:00",), usual, usual)
    assert usual["aht"] == aht
    assert usual["agents"] > calls * aht / 1_800
    assert all(low <= usual[key] <= high for key, (low, high) in given.limits.items())
    assert len(staffing.met(given, 15, Words("en"))) == 5
