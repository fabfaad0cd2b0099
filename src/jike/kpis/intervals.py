"""Intervals of means and of differences: what differs by more than chance.

Rules of the KPI definitions: two proportions by Newcombe, two means by Welch, 95 %; a
change is called one only when its interval excludes 0; marks over many branches by
Benjamini and Hochberg at 5 %.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from jike.releases.question import Row
from jike.words import wording


@dataclass(frozen=True)
class MeanIntervals:
    """Gives means their 95 % t interval from standard error and degrees of freedom.

    `scale` is the least and the most a mean can be; a limit beyond is that end. The
    mean that is estimated lies on the scale, so that what is cut off never held it.
    """

    scale: tuple[float, float]

    def __call__(self, rows: list[Row]) -> list[Row]:
        """Set low and high of every row that has both."""
        from scipy.special import stdtrit

        for row in rows:
            error, degrees = row.pop("standard_error"), row.pop("degrees")
            if row["value"] is None or error is None or degrees is None or degrees <= 0:
                continue
            half = float(stdtrit(float(degrees), 0.975)) * error
            row["low"] = max(row["value"] - half, self.scale[0])
            row["high"] = min(row["value"] + half, self.scale[1])
        return rows


@dataclass(frozen=True)
class Sample:
    """Mean, variance and number of one sample."""

    n: int
    mean: float
    variance: float


@dataclass(frozen=True)
class Difference:
    """A difference with the limits of its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def is_real(self) -> bool:
        """Its interval excludes 0."""
        return self.low > 0 or self.high < 0


def sample(row: Mapping[str, Any]) -> Sample | None:
    """The sample behind the KPI row of a mean; None when it has no interval.

    The variance is read back from the t interval: half = t × sqrt(variance / n). A
    limit at the end of its scale was cut off: the other one tells.
    """
    from scipy.special import stdtrit

    value, low, high, n = (
        wording.number(row.get(key)) for key in ("value", "low", "high", "n")
    )
    if value is None or low is None or high is None or n is None or n < 2:
        return None
    half = max(high - value, value - low)
    error = half / float(stdtrit(n - 1, 0.975))
    return Sample(int(n), value, error * error * n)


def pooled(samples: Sequence[Sample]) -> Sample | None:
    """Several samples as one; None when there is none."""
    n = sum(one.n for one in samples)
    if n < 2:
        return None
    mean = sum(one.n * one.mean for one in samples) / n
    squares = sum(
        (one.n - 1) * one.variance + one.n * (one.mean - mean) ** 2 for one in samples
    )
    return Sample(n, mean, squares / (n - 1))


def welch(one: Sample, other: Sample) -> Difference:
    """The first mean minus the second, with Welch's interval."""
    from scipy.special import stdtrit

    value = one.mean - other.mean
    own, its = one.variance / one.n, other.variance / other.n
    if own + its == 0:
        return Difference(value, value, value)
    degrees = (own + its) ** 2 / (own**2 / (one.n - 1) + its**2 / (other.n - 1))
    half = float(stdtrit(degrees, 0.975)) * sqrt(own + its)
    return Difference(value, value - half, value + half)


def newcombe(now: Mapping[str, Any], then: Mapping[str, Any]) -> Difference:
    """The share of one KPI row minus that of another, by their Wilson limits."""
    value, before = float(now["value"]), float(then["value"])
    difference = value - before
    below = sqrt((value - float(now["low"])) ** 2 + (float(then["high"]) - before) ** 2)
    above = sqrt((float(now["high"]) - value) ** 2 + (before - float(then["low"])) ** 2)
    return Difference(difference, difference - below, difference + above)


def p_of_shares(part: float, of: float, whole_part: float, whole: float) -> float:
    """How likely so large a gap between a branch's share and the others' is by chance.

    part of `of` are the branch's, `whole_part` of `whole` everybody's, itself included.
    Two-sided, normal approximation of the pooled proportion.
    """
    from scipy.special import ndtr

    others, rest = whole_part - part, whole - of
    if of <= 0 or rest <= 0:
        return 1.0
    share = whole_part / whole
    error = sqrt(share * (1 - share) * (1 / of + 1 / rest))
    if error == 0:
        return 1.0
    return float(2 * ndtr(-abs(part / of - others / rest) / error))


def p_of_means(one: Sample, others: Sample) -> float:
    """How likely so large a gap between two means is by chance (Welch, two-sided)."""
    from scipy.special import stdtr

    own, its = one.variance / one.n, others.variance / others.n
    if own + its == 0:
        return 0.0 if one.mean != others.mean else 1.0
    degrees = (own + its) ** 2 / (own**2 / (one.n - 1) + its**2 / (others.n - 1))
    return float(2 * stdtr(degrees, -abs(one.mean - others.mean) / sqrt(own + its)))


def found(probabilities: Sequence[float], level: float = 0.05) -> list[bool]:
    """Which of many differences are called one (Benjamini and Hochberg)."""
    order = sorted(range(len(probabilities)), key=probabilities.__getitem__)
    last = 0
    for place, i in enumerate(order, start=1):
        if probabilities[i] <= level * place / len(probabilities):
            last = place
    kept = set(order[:last])
    return [i in kept for i in range(len(probabilities))]
