"""`jike kpi` over calls to the hotline, every figure worked out by hand.

Intervals are worked out by another library than ours.
"""

import pytest
from scipy import stats

from jike.kpis.kpi import run
from tests.fixtures.answers import by_member, near

MAY = "2025-05"


@pytest.fixture(scope="module")
def home(of_contacts):
    return of_contacts


# The hotline in May: 10 answered, 3 abandoned, 3 blocked.


def test_demand_is_answered_abandoned_and_blocked_and_the_rates_add_to_one(one):
    assert one("call_demand", MAY)["value"] == 16
    assert one("calls_answered", MAY)["value"] == 10
    rates = [
        one(code, MAY)
        for code in ("connection_rate", "abandonment_rate", "blocked_rate")
    ]
    assert [row["numerator"] for row in rates] == [10, 3, 3]
    assert {row["denominator"] for row in rates} == {16}
    assert sum(row["value"] for row in rates) == near(1)
    wilson = stats.binomtest(10, 16).proportion_ci(method="wilson")
    assert (rates[0]["low"], rates[0]["high"]) == near((wilson.low, wilson.high))
    assert (rates[0]["n"], rates[0]["status"]) == (16, "low_base")


def test_calls_after_as_of_outbound_calls_and_tests_are_in_no_kpi(one):
    assert one("call_demand", "2025-06")["value"] == 3
    assert one("call_demand", "2025-06")["is_partial"] is True
    # January 1, February 2, March 1, April 2, May 16, June 3
    assert one("call_demand", "2025YTD")["value"] == 25


def test_a_month_before_the_first_call_has_neither_a_demand_nor_a_rate(one, ask):
    for code in ("call_demand", "connection_rate", "demand_growth"):
        row = one(code, "2024-12")
        assert (row["value"], row["status"]) == (None, "no_data"), code
        assert row["reason"] == "not delivered: calls or call_intervals", code
    assert ask("call_demand", "2024-12", by="hour") == []


def test_the_service_level_leaves_short_abandons_and_calls_never_queued_out(one):
    # In time: 15, 5, 10, 2, 8, 4 s; late: 15.5, 20, 30 s. Queued demand 13 (not M5,
    # M15, M16), without the abandon of exactly 5 s: 12.
    row = one("service_level_15s", MAY)
    assert (row["numerator"], row["denominator"], row["value"]) == (6, 12, 0.5)


def test_speed_of_answer_and_handling_time_have_t_intervals(one):
    waits = [15, 15.5, 5, 10, 20, 30, 2, 8, 4]
    row = one("asa", MAY)
    assert (row["numerator"], row["denominator"], row["n"]) == (109.5, 9, 9)
    assert row["value"] == near(109.5 / 9)
    mean = stats.ttest_1samp(waits, 0).confidence_interval()
    assert (row["low"], row["high"]) == near((mean.low, mean.high))
    assert row["status"] == "low_base"
    handled = [120, 60, 30, 90, 60, 120, 30, 60, 30, 60]
    row = one("aht", MAY)
    assert (row["value"], row["n"]) == (66, 10)
    mean = stats.ttest_1samp(handled, 0).confidence_interval()
    assert (row["low"], row["high"]) == near((mean.low, mean.high))


def test_quantiles_are_interpolated_anew_for_every_cut(one, ask):
    # 2 4 5 8 10 15 15.5 20 30: place 7.2 of 8 is 20 + .2 × 10
    assert one("asa_median", MAY)["value"] == 10
    assert one("asa_p90", MAY)["value"] == near(22)
    assert one("asa_p90", MAY)["n"] is None
    # C1: 2 5 15 15.5; C2: 10 20 30; P itself: 4; without a city: 8
    cities = by_member(ask("asa_median", MAY, by="city"), "city")
    assert cities == {"C1": 10, "C2": 20, "own": 4, "unknown": 8}
    assert one("asa_median", MAY, branch="P")["value"] == 12.5


def test_the_monthly_mean_is_over_the_months_that_are_over(one):
    # January to May: 1, 1, 0, 2, 10
    assert one("calls_answered_monthly_mean", "2025Q1")["value"] == near(2 / 3)
    assert one("calls_answered_monthly_mean", "2025Q2")["value"] == 6
    assert one("calls_answered_monthly_mean", "2025")["value"] == near(14 / 5)
    assert one("calls_answered_monthly_mean", "2025-06")["status"] == "no_data"


def test_growth_runs_from_january_to_the_last_full_month(one, ask):
    # 1, 2, 1, 2, 16: sixteenfold in four steps; +100 %, −50 %, +100 %, +700 %
    for period in (MAY, "2025-06", "2025Q2", "2025", "2025YTD"):
        assert one("demand_growth", period)["value"] == near(1)
        assert one("demand_growth_arithmetic", period)["value"] == near(8.5 / 4)
    assert one("demand_growth", "2025-03")["value"] == near(0)
    assert one("demand_growth_arithmetic", "2025-03")["value"] == near(0.25)
    assert one("demand_growth", "2025-01")["status"] == "no_data"
    # C1: 1, 1, 1, 1, 7; the others have no call in January
    cities = by_member(ask("demand_growth", MAY, by="city"), "city")
    assert cities == {
        "C1": near(7**0.25 - 1),
        "C2": None,
        "own": None,
        "unknown": None,
    }


def test_a_repeat_is_of_the_same_caller_and_reason_within_seven_days(one):
    # Judged: M1 M2 M3 M4 M6 M7 M8 M10; M3 repeats M1, M6 repeats M4 to the second, M7
    # comes a second late.
    row = one("repeat_rate", MAY)
    assert (row["numerator"], row["denominator"]) == (2, 8)
    # June: the seven days of J3 are not over on the 20th, those of J2 end that day.
    row = one("repeat_rate", "2025-06")
    assert (row["numerator"], row["denominator"]) == (2, 2)


def test_a_matter_is_settled_in_the_answered_call_that_says_so(one, ask):
    # M1 and M3 of M1 M2 M3
    row = one("first_contact_resolution", MAY)
    assert (row["numerator"], row["denominator"], row["n"]) == (2, 3, 3)
    lanes = by_member(ask("first_contact_resolution", MAY, by="lane"), "lane")
    assert lanes == {"key_person": 1, "standard": 0.5}
    assert one("first_contact_resolution", "2025-06")["status"] == "no_data"


def test_reasons_say_what_is_not_known_too(ask, one):
    reasons = by_member(ask("call_reasons", MAY, by="reason"), "reason")
    assert reasons == {"network": 5, "tariff": 6, "unknown": 5}
    assert one("call_reasons", MAY)["value"] == 16
    assert one("call_reasons", MAY, reason="tariff")["value"] == 6


def test_reasons_of_calls_are_not_why_there_is_no_value(home):
    asked = {"codes": ["call_reasons"], "period": MAY, "by": "reason"}
    head, *lines = run(home, **asked, fmt="csv").splitlines()
    assert head.split(",").count("reason") == 1
    assert "reason_1" not in head
    names, *rows = str(run(home, **asked)).splitlines()
    assert names.split() == head.split(",")
    assert len(rows) == len(lines) == 3


def test_containment_is_of_calls_that_met_the_ivr(one, ask):
    # M1 M5 M15 I1 I2, of which I1 I2; I3 has no time of the IVR.
    row = one("ivr_containment", MAY)
    assert (row["numerator"], row["denominator"]) == (2, 5)
    hours = by_member(ask("ivr_containment", MAY, by="hour"), "hour")
    assert hours == {"8": 1, "9": 0.5, "10": 0, "12": 0}


def test_coverage_is_that_of_the_last_day_of_the_period(one, ask):
    assert one("hotline_coverage", "2024-12")["value"] == 0
    assert one("hotline_coverage", "2025Q1")["value"] == 1
    # In April C2 answers itself; in the first half of May C1 does too.
    assert one("hotline_coverage", "2025-04")["value"] == 0.5
    assert one("hotline_coverage", MAY)["value"] == 0.5
    assert one("hotline_coverage", MAY)["denominator"] == 2
    cities = by_member(ask("hotline_coverage", MAY, by="city"), "city")
    assert cities == {"C1": 1, "C2": 0}


@pytest.mark.parametrize(
    ("dimension", "members"),
    [
        # K1 and K2 lie in C1, whose centre is its own until the 15th, then R2.
        ("centre", {"own": 11, "R2": 2, "R9": 1, "unknown": 2}),
        ("lane", {"key_person": 1, "standard": 14, "unknown": 1}),
        ("hour", {"9": 3, "10": 8, "11": 2, "12": 3}),
        ("weekday", {"1": 2, "2": 13, "7": 1}),
        ("city", {"C1": 7, "C2": 7, "own": 1, "unknown": 1}),
        ("county", {"K1": 1, "K2": 1, "own": 13, "unknown": 1}),
        ("branch", {"P": 15, "C1": 7, "C2": 7, "K1": 1, "K2": 1, "unknown": 1}),
    ],
)
def test_demand_is_cut_by_place_and_time(ask, one, dimension, members):
    assert by_member(ask("call_demand", MAY, by=dimension), dimension) == members
    for member, value in members.items():
        assert one("call_demand", MAY, **{dimension: member})["value"] == value


def test_a_cut_without_demand_has_no_row_for_the_rates_of_demand(ask):
    for code in ("connection_rate", "service_level_15s"):
        hours = by_member(ask(code, MAY, by="hour"), "hour", "denominator")
        assert "8" not in hours, code
    # Nobody was queued at twelve but M14, which was blocked.
    levels = by_member(ask("service_level_15s", MAY, by="hour"), "hour")
    assert levels == {"9": near(2 / 3), "10": near(2 / 6), "11": 1, "12": 0}
