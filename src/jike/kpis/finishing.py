"""What is worked out on the answer to a question: t intervals and the regression."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

Row = dict[str, Any]

FEWEST_CASES = 50
HIGHEST_INFLATION = 5.0
LEAST_SQUARES, SPEARMAN = "least_squares", "spearman"


def intervals(rows: list[Row], _: Sequence[str]) -> list[Row]:
    """Give means their 95 % t interval from standard error and degrees of freedom."""
    from scipy.special import stdtrit

    for row in rows:
        error, degrees = row.pop("standard_error"), row.pop("degrees")
        if row["value"] is None or error is None or degrees is None or degrees <= 0:
            continue
        half = float(stdtrit(float(degrees), 0.975)) * error
        row["low"], row["high"] = row["value"] - half, row["value"] + half
    return rows


def importance(rows: list[Row], arguments: Sequence[str]) -> list[Row]:
    """Turn complete cases into the importance of each indicator.

    The standardised coefficient of a least-squares regression of the item overall on
    the indicator indices; Spearman's correlation where a variance inflation factor
    exceeds 5; no data for fewer than 50 cases. Each row says its `method`:
    least_squares, spearman, or null without a value. `arguments`: the dimensions, then
    the indicators wanted after a bar.
    """
    bar = arguments.index("|")
    by, wanted = arguments[:bar], arguments[bar + 1 :]
    others = [name for name in by if name != "indicator"]
    cells: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        cells[row["period"], *(row[name] for name in others)].append(row)
    found = []
    for key, cases in cells.items():
        complete = [case for case in cases if case["overall_score"] is not None]
        weights, method = _coefficients(complete)
        for indicator in wanted or INDICATORS:
            cell = dict(zip(["period", *others], key, strict=True))
            cell["indicator"] = indicator
            row = _row(cell, by, cases[0], len(complete), weights, indicator)
            found.append(row | {"method": method})
    return found


INDICATORS = (
    "product",
    "manager",
    "channel",
    "communication",
    "relationship",
    "network",
)


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
    status = "hidden" if hidden else "ok" if value is not None else "no_data"
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


FINISHES: dict[str, Callable[[list[Row], Sequence[str]], list[Row]]] = {
    "intervals": intervals,
    "importance": importance,
}
"""By the name a question carries."""
