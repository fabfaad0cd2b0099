"""`jike kpi` over rivals and importance, every figure worked out by hand.

Intervals, regressions and ranks are worked out by another library than ours.
"""

import numpy as np
import pytest
from scipy import stats

from jike.kpis.importance import INDICATORS, Importance
from tests.fixtures import small_service
from tests.fixtures.answers import by_member, near

MAY = "2025-05"


WAVE = "2025H1"


@pytest.fixture(scope="module")
def home(of_contacts):
    return of_contacts


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
    assert row["status"] == ("low_base" if row["n"] < 30 else "ok")


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


@pytest.mark.parametrize(("low_base_n", "status"), [(60, "ok"), (61, "low_base")])
def test_importance_of_a_low_base_is_marked(low_base_n, status):
    drawn = np.random.default_rng(1).normal(50, 9, (60, 7))
    names = [f"{name}_points" for name in INDICATORS]
    cases = [
        dict(zip(["overall_score", *names], map(float, scores), strict=True))
        | {"period": "P", "is_partial": False, "reason": None}
        | {"hidden_n": 10, "low_base_n": low_base_n}
        for scores in drawn
    ]
    rows = Importance(("indicator",), INDICATORS)(cases)
    assert {(row["n"], row["status"]) for row in rows} == {(60, status)}
    assert all(row["value"] is not None for row in rows)
