"""Which indicator matters how much for the overall score: a regression on answers."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jike.releases.question import Row

if TYPE_CHECKING:
    import numpy as np

INDICATORS = (
    "product",
    "manager",
    "channel",
    "communication",
    "relationship",
    "network",
)

FEWEST_CASES = 50
HIGHEST_INFLATION = 5.0
LEAST_SQUARES, SPEARMAN = "least_squares", "spearman"


@dataclass(frozen=True)
class Importance:
    """Turns complete cases into the importance of each of the indicators wanted.

    The standardised coefficient of a least-squares regression of the item overall on
    the indicator indices; Spearman's correlation where a variance inflation factor
    exceeds 5; no data for fewer than 50 cases. Each row says its `method`:
    least_squares, spearman, or null without a value. `by`: dimensions of the rows.
    """

    by: tuple[str, ...]
    wanted: tuple[str, ...]

    def __call__(self, rows: list[Row]) -> list[Row]:
        """Give one row per period, cell of the other dimensions and indicator."""
        others = [name for name in self.by if name != "indicator"]
        cells: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
        for row in rows:
            cells[row["period"], *(row[name] for name in others)].append(row)
        found = []
        for key, cases in cells.items():
            complete = [case for case in cases if case["overall_score"] is not None]
            weights, method = _coefficients(complete)
            for indicator in self.wanted:
                cell = dict(zip(["period", *others], key, strict=True))
                cell["indicator"] = indicator
                row = _row(cell, self.by, cases[0], len(complete), weights, indicator)
                found.append(row | {"method": method})
        return found


def _row(
    cell: Row,
    by: Sequence[str],
    case: Row,
    n: int,
    weights: dict[str, float],
    indicator: str,
) -> Row:
    value = weights.get(indicator)
    hidden = 1 <= n < case["hidden_n"]
    status = "hidden" if hidden else "no_data" if value is None else "ok"
    if status == "ok" and n < case["low_base_n"]:
        status = "low_base"
    return {
        "kpi": "importance",
        "period": cell["period"],
        **{name: cell[name] for name in by},
        "numerator": None,
        "denominator": None,
        "value": value,
        "n": n,
        "low": None,
        "high": None,
        "status": status,
        "is_partial": case["is_partial"],
        "reason": case["reason"],
    }


def _coefficients(cases: list[Row]) -> tuple[dict[str, float], str | None]:
    """Give the weight of each indicator and the method it was found by."""
    import numpy as np

    if len(cases) < FEWEST_CASES:
        return {}, None
    columns = [[case[f"{name}_points"] for case in cases] for name in INDICATORS]
    x = np.array(columns, dtype=float).T
    y = np.array([case["overall_score"] for case in cases], dtype=float)
    spread = x.std(axis=0)
    if y.std() == 0 or (spread == 0).any():
        return {}, None
    z = (x - x.mean(axis=0)) / spread
    target = (y - y.mean()) / y.std()
    if _inflation(z) > HIGHEST_INFLATION:
        return _ranked(x, y), SPEARMAN
    weights = np.linalg.lstsq(z, target, rcond=None)[0]
    return dict(zip(INDICATORS, map(float, weights), strict=True)), LEAST_SQUARES


def _inflation(z: "np.ndarray") -> float:
    """Give the largest variance inflation factor of standardised columns."""
    import numpy as np

    correlation = z.T @ z / len(z)
    if np.linalg.matrix_rank(correlation) < len(correlation):
        return float("inf")
    return float(np.diag(np.linalg.inv(correlation)).max())


def _ranked(x: "np.ndarray", y: "np.ndarray") -> dict[str, float]:
    import numpy as np
    from scipy.stats import rankdata

    ranks = rankdata(y)
    return {
        name: float(np.corrcoef(rankdata(x[:, at]), ranks)[0, 1])
        for at, name in enumerate(INDICATORS)
    }
