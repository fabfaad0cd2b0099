"""`jike kpi` over interviews, every figure worked out by hand.

Intervals are worked out by another library than ours.
"""

import numpy as np
import pytest
from scipy import stats

from tests.fixtures import small_service
from tests.fixtures.answers import by_member, near

MAY = "2025-05"


WAVE = "2025H1"


@pytest.fixture(scope="module")
def home(of_contacts):
    return of_contacts


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
        "reason": None,
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


def test_reasons_of_all_interviews_are_told_apart_from_those_of_the_dissatisfied(ask):
    # R11 names D4 and is not dissatisfied; R13 is not complete.
    rows = ask("reason_share", WAVE, by="reason")
    assert by_member(rows, "reason", "numerator") == {
        "D1": 20,
        "D11": 10,
        "D12": 10,
        "D4": 30,
    }
    assert {row["denominator"] for row in rows} == {120}


def test_scores_are_summed_up_on_the_scale_of_their_item(ask, one):
    # stars, 1 to 5: R1 5, R2 4, R3 2.5, R4 1, R5 3; R13 is not complete
    row = one("score_mean", WAVE, item="stars")
    assert (row["numerator"], row["denominator"], row["n"]) == (155, 50, 50)
    assert row["value"] == near(3.1)
    # Squared distances from 3.1 add up to 92; t of 49 degrees is 2.009575.
    half = 2.009575237 * np.sqrt(92 / 49 / 50)
    assert (row["low"], row["high"]) == (
        pytest.approx(3.1 - half),
        pytest.approx(3.1 + half),
    )
    top, bottom = "top_box_share", "bottom_box_share"
    row = one(top, WAVE, item="stars")  # from 4 on
    assert (row["numerator"], row["denominator"]) == (20, 50)
    row = one(bottom, WAVE, item="stars")  # up to 2
    assert (row["numerator"], row["denominator"]) == (10, 50)
    # mood, -2 to 2, has no limits, and a mean below 0.
    row = one("score_mean", WAVE, item="mood")
    assert (row["value"], row["low"], row["high"], row["n"]) == (-2, -2, -2, 10)
    for code in (top, bottom):
        row = one(code, WAVE, item="mood")
        assert (row["value"], row["status"]) == (None, "no_data")
    # Without a word the item overall: R1 R2 R4 R5 R8 R12 10, R11 7, R10 6, three 1.
    assert one("score_mean", WAVE)["value"] == near(76 / 11)
    assert one(top, WAVE)["value"] == near(60 / 110)
    assert one(bottom, WAVE)["value"] == one("dissatisfied_share", WAVE)["value"]
    means = by_member(ask("score_mean", WAVE, by="item"), "item")
    assert means["stars"] == near(3.1)
    assert means["renew"] == near(5.5)
    # One star of one visitor is withheld.
    row = one("score_mean", WAVE, item="stars", role="hall_visitor")
    assert (row["value"], row["n"], row["status"]) == (None, 1, "hidden")


def test_every_score_of_an_item_is_counted(ask, one):
    rows = ask("score_distribution", WAVE, by="score", item="stars")
    assert by_member(rows, "score") == dict.fromkeys(["1", "2.5", "3", "4", "5"], 10)
    assert {(row["n"], row["numerator"], row["denominator"]) for row in rows} == {
        (50, 10, None)
    }
    row = one("score_distribution", WAVE, item="stars")
    assert (row["value"], row["status"]) == (50, "ok")
    # Nobody gave 7 stars; 7 is a score of the item overall.
    assert one("score_distribution", WAVE, item="stars", score="7")["value"] == 0
    assert one("score_distribution", WAVE, score="7")["value"] == 10
    crossed = ask("score_distribution", WAVE, by="tier,score", item="stars")
    assert {(row["tier"], row["score"]) for row in crossed} == {
        ("A1", "5"),
        ("A1", "4"),
        ("B1", "2.5"),
        ("A1", "1"),
        ("B1", "3"),
    }
    (row,) = ask(
        "score_distribution", WAVE, by="score", item="stars", role="hall_visitor"
    )
    assert (row["value"], row["numerator"], row["n"]) == (None, None, 1)
    assert row["status"] == "hidden"


def test_items_of_other_scales_make_one_index(one):
    # V1 gives trust, 1 to 10, a 1 and trust5, 1 to 5 and of weight 3, 4.5.
    assert one("emotional", "pilot")["value"] == near((0 + 3 * 87.5) / 4)


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
