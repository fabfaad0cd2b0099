"""Differences that are more than chance, against figures computed elsewhere."""

from math import inf, nan

import numpy as np
import pytest
from scipy import stats

from jike.kpis.change import relative_change
from jike.kpis.intervals import (
    MeanIntervals,
    Sample,
    found,
    newcombe,
    p_of_means,
    p_of_shares,
    pooled,
    sample,
    welch,
)

DRAWN = np.random.default_rng(3)
ONE, OTHER = DRAWN.normal(86, 9, 60), DRAWN.normal(81, 14, 25)


def of(values):
    return Sample(len(values), float(values.mean()), float(values.var(ddof=1)))


def test_two_means_are_compared_as_welch_does():
    expected = stats.ttest_ind(ONE, OTHER, equal_var=False)
    limits = expected.confidence_interval(0.95)
    difference = welch(of(ONE), of(OTHER))
    assert difference.value == pytest.approx(ONE.mean() - OTHER.mean())
    assert (difference.low, difference.high) == pytest.approx((limits.low, limits.high))
    assert p_of_means(of(ONE), of(OTHER)) == pytest.approx(expected.pvalue)


def test_a_sample_is_read_back_from_its_interval():
    limits = stats.t.interval(0.95, 59, ONE.mean(), stats.sem(ONE))
    row = {"value": ONE.mean(), "low": limits[0], "high": limits[1], "n": 60}
    assert sample(row).variance == pytest.approx(ONE.var(ddof=1))
    assert sample(row | {"low": None}) is None
    assert sample(row | {"n": 1}) is None


def test_pooled_samples_are_one_sample():
    both, whole = pooled([of(ONE), of(OTHER)]), of(np.concatenate([ONE, OTHER]))
    assert (both.n, both.mean, both.variance) == pytest.approx(
        (whole.n, whole.mean, whole.variance)
    )
    assert pooled([]) is None


def test_two_shares_are_compared_as_newcombe_did():
    # Newcombe (1998), example (a): 56/70 against 48/80, method 10: 0.0524 to 0.3339.
    now = {"value": 56 / 70, "low": 0.6917, "high": 0.8769}
    then = {"value": 48 / 80, "low": 0.4904, "high": 0.7003}
    difference = newcombe(now, then)
    assert difference.low == pytest.approx(0.0524, abs=2e-4)
    assert difference.high == pytest.approx(0.3339, abs=2e-4)
    assert difference.is_real


def test_a_share_is_held_against_the_others():
    table = [[83, 17], [720, 80]]
    expected = stats.chi2_contingency(table, correction=False).pvalue
    assert p_of_shares(83, 100, 803, 900) == pytest.approx(expected)
    assert p_of_shares(83, 100, 83, 100) == 1.0


def test_of_many_differences_few_are_found_by_chance():
    # Benjamini and Hochberg (1995), their table of 15.
    table = [
        *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
        *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0),
    ]
    assert sum(found(table)) == 4
    assert found([]) == []
    assert found([0.9, 0.001]) == [False, True]


def test_equal_answers_differ_by_exactly_their_difference():
    one, other = Sample(5, 80.0, 0.0), Sample(6, 79.0, 0.0)
    assert welch(one, other).is_real
    assert p_of_means(one, other) == 0.0
    assert p_of_means(one, one) == 1.0


def test_a_change_is_relative_to_what_was_above_nothing_only():
    assert relative_change(110, 100) == pytest.approx(0.1)
    assert relative_change(-50, 100) == pytest.approx(-1.5)
    for then in (0, -900, None, nan):
        assert relative_change(-1_900, then) is None
    assert relative_change(None, 100) is None


@pytest.mark.parametrize(
    ("value", "scale", "low", "high"),
    [
        (50.0, (0.0, 100.0), 50 - 22.62157, 50 + 22.62157),
        (95.0, (0.0, 100.0), 95 - 22.62157, 100.0),
        (5.0, (0.0, inf), 0.0, 5 + 22.62157),
        (-95.0, (-100.0, 100.0), -100.0, -95 + 22.62157),
    ],
)
def test_an_interval_stays_on_its_scale_and_the_sample_is_read_back(
    value, scale, low, high
):
    row = {"value": value, "n": 10, "standard_error": 10.0, "degrees": 9.0}
    (row,) = MeanIntervals(scale)([row | {"low": None, "high": None}])
    assert (row["low"], row["high"]) == pytest.approx((low, high), abs=1e-4)
    assert sample(row).variance == pytest.approx(1000)
