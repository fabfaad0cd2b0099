"""`jike kpi` over calls and interviews, every figure worked out by hand.

Intervals, regressions and ranks are worked out by another library than ours.
"""

import json
from datetime import date

import numpy as np
import pytest
from scipy import stats

from jike.ground.errors import WrongInputError
from jike.kpis.kpi import load_catalogue, run
from jike.releases.opening import current_release
from tests.fixtures import small_service

AS_OF = date(2025, 6, 20)
MAY = "2025-05"
WAVE = "2025H1"

HOTLINE = [
    "call_demand",
    "calls_answered",
    "call_reasons",
    "connection_rate",
    "abandonment_rate",
    "blocked_rate",
    "service_level_15s",
    "ivr_containment",
    "repeat_rate",
    "hotline_coverage",
    "asa",
    "aht",
    "asa_median",
    "asa_p90",
    "calls_answered_monthly_mean",
    "demand_growth",
    "demand_growth_arithmetic",
]
SATISFACTION = [
    "satisfaction",
    "loyalty",
    "emotional",
    "rational",
    "indicator",
    "dissatisfied_share",
    "dissatisfaction_reason_share",
    "response_rate",
    "satisfaction_weighted",
    "account_satisfaction",
    "competitor_lead",
    "consistency",
    "short_board_index",
    "importance",
    "nps",
]
NEEDS = {
    "indicator": "indicator",
    "importance": "indicator",
    "dissatisfaction_reason_share": "reason",
}


def question_of(home):
    def asked(code, period, by=None, **where):
        pairs = [f"{name}={member}" for name, member in where.items()]
        return json.loads(
            run(home, [code], period=period, by=by, where=pairs, fmt="json")
        )

    return asked


@pytest.fixture(scope="module")
def home(tmp_path_factory, served):
    folder = tmp_path_factory.mktemp("delivery") / "2025-06-20"
    return served(small_service.deliver(folder), AS_OF)


@pytest.fixture
def ask(home):
    return question_of(home)


@pytest.fixture
def one(ask):
    def asked(code, period, **where):
        (row,) = ask(code, period, **where)
        return row

    return asked


def by_member(rows, name, key="value"):
    return {row[name]: row[key] for row in rows}


def near(expected):
    return pytest.approx(expected, abs=1e-9)


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


def test_a_month_without_calls_has_a_demand_of_zero_and_no_rate(one, ask):
    assert one("call_demand", "2024-12")["value"] == 0
    assert one("call_demand", "2024-12")["status"] == "ok"
    assert ask("call_demand", "2024-12", by="hour") == []
    row = one("connection_rate", "2024-12")
    assert (row["value"], row["status"]) == (None, "no_data")


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


def test_reasons_say_what_is_not_known_too(ask, one):
    reasons = by_member(ask("call_reasons", MAY, by="reason"), "reason")
    assert reasons == {"network": 5, "tariff": 6, "unknown": 5}
    assert one("call_reasons", MAY)["value"] == 16
    assert one("call_reasons", MAY, reason="tariff")["value"] == 6


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


# Interviews: index of overall of R1 to R12 in the wave, ten times each.
INDEX = {
    "R1": 100,
    "R2": 75,
    "R3": 50,
    "R4": 50,
    "R5": 100,
    "R6": 25,
    "R7": 0,
    "R8": 100,
    "R9": 50,
    "R10": 500 / 9,
    "R11": 600 / 9,
    "R12": 75,
}


def mean(*names):
    return near(sum(INDEX[name] for name in names) / len(names))


def test_satisfaction_is_the_mean_index_of_complete_interviews_of_customers(one):
    row = one("satisfaction", WAVE)
    assert row["value"] == mean(*INDEX)
    assert (row["n"], row["denominator"]) == (120, 120)
    assert row["numerator"] == near(10 * sum(INDEX.values()))
    interval = stats.ttest_1samp(
        np.repeat(list(INDEX.values()), 10), 0
    ).confidence_interval()
    assert (row["low"], row["high"]) == near((interval.low, interval.high))
    assert (row["status"], row["is_partial"]) == ("ok", False)


def test_a_period_holds_every_wave_and_a_wave_its_own_interviews(one, ask):
    # May: R1 to R11 and ten interviews of `pilot` (100); April: R12.
    points = 10 * (sum(INDEX.values()) - 75)
    assert one("satisfaction", MAY)["value"] == near((points + 1000) / 120)
    assert one("satisfaction", "2025-04")["value"] == 75
    waves = by_member(ask("satisfaction", MAY, by="wave"), "wave")
    assert waves == {WAVE: near(points / 110), "pilot": 100}
    assert one("satisfaction", "pilot")["value"] == 100
    assert one("satisfaction", "2025Q2", wave="pilot")["value"] == 100


def test_other_constructs_are_means_of_theirs(one):
    # renew is 10 for R1 to R6, else 1; trust 10 and 1; value 4
    assert one("loyalty", WAVE)["value"] == near(50)
    assert one("loyalty", WAVE)["n"] == 120
    row = one("emotional", WAVE)
    assert (row["value"], row["n"], row["status"]) == (near(50), 20, "low_base")
    row = one("rational", WAVE)
    assert (row["value"], row["n"]) == (near(100 / 3), 10)


@pytest.mark.parametrize(
    ("dimension", "members"),
    [
        (
            "role",
            {
                "decision_maker": mean("R1", "R2", "R3"),
                "contact": mean("R4", "R5", "R6", "R7", "R12"),
                "member": mean("R8", "R9", "R10", "R11"),
                "hall_visitor": near(850 / 11),
            },
        ),
        (
            "tier",
            {
                "A1": mean("R1", "R2", "R4"),
                "B1": mean("R3", "R5"),
                "C": mean("R6", "R7", "R8", "R9", "R10", "R11"),
                "unknown": 75,
            },
        ),
        (
            "tier_group",
            {
                "A": mean("R1", "R2", "R4"),
                "B": mean("R3", "R5"),
                "C": mean("R6", "R7", "R8", "R9", "R10", "R11"),
                "unknown": 75,
            },
        ),
        (
            "branch",
            {
                "P": mean(*INDEX),
                "C1": mean("R1", "R2", "R4", "R7", "R8", "R9", "R12"),
                "C2": mean("R3", "R5", "R6", "R10", "R11"),
                "K1": mean("R1", "R2", "R4"),
                "K2": mean("R8", "R9"),
            },
        ),
        (
            "mode",
            {
                "cati": mean(*(set(INDEX) - {"R11", "R12"})),
                "web": 75,
                "unknown": near(600 / 9),
            },
        ),
        ("agency", {"own": mean(*(set(INDEX) - {"R12"})), "G1": 75}),
    ],
)
def test_satisfaction_is_cut_by_who_was_asked_and_how(ask, one, dimension, members):
    rows = ask("satisfaction", WAVE, by=dimension)
    assert by_member(rows, dimension) == members
    for member, value in members.items():
        assert one("satisfaction", WAVE, **{dimension: member})["value"] == value


def test_hall_visitors_appear_by_role_or_hall_only(ask, one):
    rows = {row["hall"]: row for row in ask("satisfaction", WAVE, by="hall")}
    assert (rows["H1"]["value"], rows["H1"]["n"]) == (80, 10)
    assert rows["H2"] | {"kpi": ""} == {
        "kpi": "",
        "period": WAVE,
        "hall": "H2",
        "numerator": None,
        "denominator": None,
        "value": None,
        "n": 1,
        "low": None,
        "high": None,
        "status": "hidden",
        "is_partial": False,
    }
    assert one("satisfaction", WAVE, hall="H1")["value"] == 80
    assert one("satisfaction", WAVE, role="hall_visitor", branch="K1")["n"] == 11


def test_by_competitor_the_rows_are_the_interviews_about_that_rival(ask, one):
    about = {
        rival: [
            (row["scores"]["overall"] - 1) / 9 * 100
            for row in small_service.drawn()
            if row["competitor"] == rival
        ]
        for rival in ("CO1", "CO2")
    }
    rivals = by_member(ask("satisfaction", "2024H2", by="competitor"), "competitor")
    assert rivals == {rival: near(np.mean(points)) for rival, points in about.items()}
    (row,) = ask("satisfaction", WAVE, by="competitor")
    assert (row["competitor"], row["n"], row["status"]) == ("CO3", 3, "hidden")
    assert one("satisfaction", "2024H2", competitor="CO1")["n"] == 12


def test_indicators_are_means_of_what_was_answered(ask, one):
    # product: R1 50, R2 100; network: R1 0, R3 33.3
    rows = ask("indicator", WAVE, by="indicator")
    assert by_member(rows, "indicator") == {
        "product": near(75),
        "manager": near(100),
        "channel": near(200 / 3),
        "network": near(100 / 6),
    }
    assert by_member(rows, "indicator", "n")["product"] == 20
    # reliability (fit, speed): R1 (100 + 0) / 2, R2 100, R3 33.3
    rows = ask("indicator", WAVE, by="servqual")
    assert by_member(rows, "servqual") == {
        "reliability": near((50 + 100 + 100 / 3) / 3),
        "assurance": near(50),
        "responsiveness": near(200 / 3),
    }
    rows = ask("indicator", WAVE, by="indicator,servqual")
    crossed = {(row["indicator"], row["servqual"]): row["value"] for row in rows}
    assert crossed == {
        ("product", "reliability"): near(100),
        ("product", "assurance"): near(0),
        ("manager", "assurance"): near(100),
        ("channel", "responsiveness"): near(200 / 3),
        ("network", "reliability"): near(100 / 6),
    }
    assert one("indicator", WAVE, indicator="product")["value"] == near(75)
    assert one("indicator", WAVE, servqual="assurance")["n"] == 20


def test_the_dissatisfied_are_those_of_six_and_less(one):
    # R3 R6 R7 R10 of all but R9, who did not answer the item
    row = one("dissatisfied_share", WAVE)
    assert (row["numerator"], row["denominator"], row["n"]) == (40, 110, 110)
    assert row["status"] == "ok"


def test_reasons_are_shares_of_all_dissatisfied_interviews(ask, one):
    rows = ask("dissatisfaction_reason_share", WAVE, by="reason")
    assert by_member(rows, "reason", "numerator") == {
        "D1": 20,
        "D11": 10,
        "D12": 10,
        "D4": 20,
    }
    assert {row["denominator"] for row in rows} == {40}
    assert one("dissatisfaction_reason_share", WAVE, reason="D1")["value"] == 0.5
    row = one("dissatisfaction_reason_share", WAVE, reason="D2")
    assert (row["numerator"], row["value"], row["status"]) == (0, 0, "ok")
    rows = ask("dissatisfaction_reason_share", WAVE, by="tier,reason")
    crossed = {(row["tier"], row["reason"]): row["value"] for row in rows}
    assert crossed == {
        ("B1", "D1"): 1,
        ("B1", "D11"): 1,
        ("B1", "D12"): 1,
        ("C", "D1"): near(1 / 3),
        ("C", "D4"): near(2 / 3),
    }
    # Nobody of A1 is dissatisfied, so there is nothing to take a share of.
    tiers = ask("dissatisfaction_reason_share", WAVE, by="tier", reason="D4")
    assert by_member(tiers, "tier") == {
        "A1": None,
        "B1": 0,
        "C": near(2 / 3),
        "unknown": None,
    }


def test_the_response_rate_is_of_all_own_interviews_but_the_invalid(one):
    # complete R1 to R12; R13 partial, R14 refused, R15 without an answer; R16 invalid
    row = one("response_rate", WAVE)
    assert (row["numerator"], row["denominator"], row["value"]) == (120, 150, 0.8)
    # April: R12, and R15 by its invitation
    row = one("response_rate", "2025-04")
    assert (row["numerator"], row["denominator"]) == (10, 20)


def test_weighted_satisfaction_stands_for_the_active_customers_by_tier(one, ask):
    # Active: A1 1, B1 2, C 5 (E10 is not billed); A2 1 was not asked.
    tier_c = sum(INDEX[f"R{at}"] for at in range(6, 12)) / 6
    row = one("satisfaction_weighted", WAVE)
    assert row["value"] == near((1 * 75 + 2 * 75 + 5 * tier_c) / 8)
    # 64 / (1/30 + 4/20 + 25/60) = 98.46
    assert (row["n"], row["status"]) == (98, "ok")
    assert (row["numerator"], row["low"]) == (None, None)
    # C1: A1 1, C 2 with 75 and 50: 9 / (1/30 + 4/30); C2: B1 2, C 3: 25 / (4/20 + 9/30)
    rows = {r["city"]: r for r in ask("satisfaction_weighted", WAVE, by="city")}
    assert rows["C1"]["value"] == near(175 / 3)
    assert rows["C1"]["n"] == 54
    c2 = (25 + 500 / 9 + 600 / 9) / 3
    assert rows["C2"]["value"] == near((2 * 75 + 3 * c2) / 5)
    assert rows["C2"]["n"] == 50


def test_account_satisfaction_weighs_the_roles_that_are_there(one, ask):
    member = (100 + 50 + 500 / 9 + 600 / 9) / 4
    row = one("account_satisfaction", WAVE)
    assert row["value"] == near(0.4 * 75 + 0.4 * 50 + 0.2 * member)
    assert row["n"] == 120
    tiers = by_member(ask("account_satisfaction", WAVE, by="tier"), "tier")
    # A1: decision makers 87.5, contacts 50, no member
    assert tiers["A1"] == near((0.4 * 87.5 + 0.4 * 50) / 0.8)


def test_the_short_board_is_satisfaction_with_the_three_lowest_indicators(one):
    whole = sum(INDEX.values()) / 12
    row = one("short_board_index", WAVE)
    assert row["value"] == near((whole + 100 / 6 + 200 / 3 + 75) / 4)
    assert row["n"] == 120
    # R12 alone: no indicator was answered
    assert one("short_board_index", WAVE, agency="G1")["status"] == "no_data"


def test_consistency_is_the_spread_of_cities_with_thirty_interviews(one, ask):
    # C1 70 interviews, C2 50
    c1 = sum(INDEX[f"R{at}"] for at in (1, 2, 4, 7, 8, 9, 12)) / 7
    c2 = sum(INDEX[f"R{at}"] for at in (3, 5, 6, 10, 11)) / 5
    row = one("consistency", WAVE)
    assert row["value"] == near(np.std([c1, c2], ddof=1))
    assert (row["n"], row["status"]) == (2, "ok")
    # Members: C1 20, C2 20: no city has thirty; decision makers of A1 only in C1
    row = one("consistency", WAVE, role="member")
    assert (row["value"], row["status"]) == (None, "no_data")
    row = one("consistency", WAVE, tier="A1")
    assert (row["value"], row["n"], row["status"]) == (None, 1, "no_data")


def test_promoters_minus_detractors(one):
    # R1 9, R2 10, R3 8, R4 8, R5 0
    row = one("nps", WAVE)
    assert (row["value"], row["n"]) == (near(20), 50)
    assert (row["numerator"], row["denominator"], row["low"]) == (None, None, None)
    assert one("nps", "2024H2")["status"] == "no_data"


def interviews(wave, **others):
    return [
        row
        for row in small_service.drawn()
        if row["wave"] == wave
        and all(row[name] in members for name, members in others.items())
    ]


def indices(rows):
    return [(row["scores"]["overall"] - 1) / 9 * 100 for row in rows]


@pytest.mark.parametrize(
    ("rival", "rivals", "roles"),
    [
        ("CO1", ["CO1"], ["contact"]),
        ("CO2", ["CO2"], ["contact", "decision_maker"]),
        (None, ["CO1", "CO2"], ["contact", "decision_maker"]),
    ],
)
def test_the_lead_compares_the_roles_the_rival_sample_has(
    one, ask, rival, rivals, roles
):
    own = indices(interviews("2024H2", competitor=[""], role=roles))
    theirs = indices(interviews("2024H2", competitor=rivals))
    if rival is None:
        row = one("competitor_lead", "2024H2")
    else:
        rows = ask("competitor_lead", "2024H2", by="competitor")
        (row,) = [row for row in rows if row["competitor"] == rival]
        asked = one("competitor_lead", "2024H2", competitor=rival)
        assert asked["value"] == near(row["value"])
    assert row["value"] == near(np.mean(own) - np.mean(theirs))
    assert row["n"] == min(len(own), len(theirs))
    welch = stats.ttest_ind(own, theirs, equal_var=False).confidence_interval()
    assert (row["low"], row["high"]) == near((welch.low, welch.high))
    assert row["status"] == "ok"


def test_a_lead_over_three_interviews_is_hidden_and_without_a_rival_there_is_none(one):
    row = one("competitor_lead", WAVE)
    assert (row["value"], row["n"], row["status"]) == (None, 3, "hidden")
    assert (row["low"], row["high"]) == (None, None)
    assert one("competitor_lead", "pilot")["status"] == "no_data"


def indicator_points(rows):
    return np.array(
        [
            [(row["scores"][item] - 1) / 9 for item in small_service.INDICATOR_ITEMS]
            for row in rows
        ]
    )


INDICATORS = (
    "product",
    "manager",
    "channel",
    "communication",
    "relationship",
    "network",
)


def inflation(x):
    """Variance inflation of each column, by regressing it on the others."""
    found = []
    for at in range(x.shape[1]):
        others = np.column_stack([np.ones(len(x)), np.delete(x, at, axis=1)])
        weights = np.linalg.lstsq(others, x[:, at], rcond=None)[0]
        left = x[:, at] - others @ weights
        found.append(x[:, at].var() / left.var())
    return max(found)


def regressed(rows):
    """Slopes of a regression with a constant, scaled by the standard deviations."""
    x = indicator_points(rows)
    y = np.array([row["scores"]["overall"] for row in rows], dtype=float)
    assert inflation(x) < 5
    slopes = np.linalg.lstsq(np.column_stack([np.ones(len(x)), x]), y, rcond=None)[0]
    return dict(zip(INDICATORS, slopes[1:] * x.std(axis=0) / y.std(), strict=True))


def test_importance_is_the_standardised_coefficient_over_complete_cases(one, ask):
    # Of 101 interviews one did not answer about the network.
    rows = ask("importance", "2024H2", by="indicator")
    complete = [
        row for row in interviews("2024H2", competitor=[""]) if "speed" in row["scores"]
    ]
    assert by_member(rows, "indicator") == near(regressed(complete))
    assert {(row["n"], row["status"], row["low"], row["method"]) for row in rows} == {
        (100, "ok", None, "least_squares")
    }
    assert one("importance", "2024H2", indicator="manager")["value"] == near(
        regressed(complete)["manager"]
    )


def test_importance_needs_fifty_cases_in_every_cell(ask, one):
    rows = ask("importance", "2024H2", by="city,indicator")
    cells = {(row["city"], row["indicator"]): row for row in rows}
    assert cells["C1", "product"]["n"] == 49
    assert cells["C1", "product"]["status"] == "no_data"
    c2 = [
        row
        for row in interviews("2024H2", competitor=[""], branch_id=["C2"])
        if "speed" in row["scores"]
    ]
    assert cells["C2", "product"]["n"] == 51
    assert cells["C2", "product"]["value"] == near(regressed(c2)["product"])
    row = one("importance", WAVE, indicator="product")
    assert (row["value"], row["n"], row["status"]) == (None, 0, "no_data")
    assert row["method"] is None


def test_indicators_that_move_together_are_ranked_instead(ask):
    rows = interviews("2024H1")
    x = indicator_points(rows)
    assert inflation(x) > 5
    y = [row["scores"]["overall"] for row in rows]
    expected = {
        name: stats.spearmanr(x[:, at], y).statistic
        for at, name in enumerate(INDICATORS)
    }
    found = ask("importance", "2024H1", by="indicator")
    assert by_member(found, "indicator") == near(expected)
    assert {row["method"] for row in found} == {"spearman"}


def test_a_small_cell_of_answers_is_hidden_and_a_count_of_interviews_is_not(one):
    row = one("satisfaction", WAVE, role="contact", competitor="CO3")
    assert (row["n"], row["status"], row["numerator"]) == (3, "hidden", None)
    row = one("response_rate", WAVE, role="contact", competitor="CO3")
    assert (row["n"], row["status"], row["value"]) == (3, "low_base", 1)


@pytest.mark.parametrize("code", NEEDS)
def test_a_kpi_that_means_nothing_in_total_says_by_what_it_is_cut(home, code):
    with pytest.raises(WrongInputError, match=f"{code} means nothing .*{NEEDS[code]}"):
        run(home, [code], period=WAVE)


def test_only_kpis_of_surveys_have_waves(home):
    with pytest.raises(WrongInputError, match="call_demand has no waves"):
        run(home, ["call_demand"], period=WAVE)
    with pytest.raises(WrongInputError, match=r"no period 2023H1; .* waves 2024H1 to"):
        run(home, ["satisfaction"], period="2023H1")


def test_the_catalogue_has_the_codes_of_both_families(home):
    kpis = load_catalogue(current_release(home)).values()
    families = {
        family: sorted(kpi.kpi for kpi in kpis if kpi.family == family)
        for family in ("hotline", "satisfaction")
    }
    assert families == {
        "hotline": sorted(HOTLINE),
        "satisfaction": sorted(SATISFACTION),
    }


def test_values_per_branch_agree_with_the_parts_they_are_rolled_up_from(home, ask):
    from jike.releases.opening import ALL, rows
    from jike.releases.question import Question

    question = Question(
        ("kpi_values", "dim_kpis"),
        "select v.* from kpi_values as v inner join dim_kpis as k on v.kpi = k.kpi "
        "where k.family in ('hotline', 'satisfaction') and v.branch_id <> 'total' "
        "and (v.period = ? or v.period = ? and k.family = 'satisfaction')",
        (MAY, WAVE),
    )
    stored = rows(question, ALL, current_release(home))
    asked = {
        (row["kpi"], row["period"], row["branch"]): row["value"]
        for code, period in {(row["kpi"], row["period"]) for row in stored}
        for row in ask(code, period, by="branch")
    }
    compared = 0
    for row in stored:
        key = row["kpi"], row["period"], row["branch_id"]
        if key in asked:
            assert row["kpi_value"] == (
                None if asked[key] is None else near(asked[key])
            ), key
            compared += asked[key] is not None
    assert compared > 50


def test_without_calls_and_interviews_there_is_no_data(tmp_path_factory, served):
    folder = small_service.deliver(tmp_path_factory.mktemp("delivery") / "2025-06-20")
    for name in ("calls", "survey_responses", "survey_answers"):
        (folder / f"{name}.csv").unlink()
    ask = question_of(served(folder, AS_OF))
    for code in [*HOTLINE, *SATISFACTION]:
        member = {"indicator": "product", "reason": "D1"}.get(NEEDS.get(code))
        where = {NEEDS[code]: member} if member else {}
        # The lists alone say which city has a centre.
        if code != "hotline_coverage":
            (row,) = ask(code, MAY, **where)
            assert (row["value"], row["status"]) == (None, "no_data"), code
            assert row["numerator"] is None, code


@pytest.mark.slow
def test_calls_delivered_empty_are_no_calls_and_limits_can_be_set(
    tmp_path_factory, served
):
    folder = small_service.deliver(tmp_path_factory.mktemp("delivery") / "2025-06-20")
    (folder / "calls.csv").write_text(
        small_service.CALL_COLUMNS + "\n", encoding="utf-8"
    )
    limits = {"hidden_n": "2", "low_base_n": "20", "dissatisfied_limit": "7"}
    ask = question_of(served(folder, AS_OF, **limits))
    (row,) = ask("call_demand", MAY)
    assert (row["value"], row["status"]) == (0, "ok")
    assert ask("call_demand", MAY, by="city") == []
    (row,) = ask("abandonment_rate", MAY)
    assert (row["value"], row["status"]) == (None, "no_data")
    (row,) = ask("satisfaction", WAVE, by="competitor")
    assert (row["competitor"], row["value"], row["status"]) == ("CO3", 0, "low_base")
    # R11 gave 7.
    (row,) = ask("dissatisfied_share", WAVE)
    assert (row["numerator"], row["denominator"]) == (50, 110)
    # Members: C1 100 and 50, C2 55.6 and 66.7, twenty each
    (row,) = ask("consistency", WAVE, role="member")
    spread = np.std([75, (500 / 9 + 600 / 9) / 2], ddof=1)
    assert (row["value"], row["n"]) == (near(spread), 2)
