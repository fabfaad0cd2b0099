"""Rows the page draws, put together from the answers of its questions."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dashboards.cards.facts import Facts, Row
from dashboards.cards.rows import Names, bars, named, rows_of
from jike.kpis.cuts import UNKNOWN
from jike.words import wording

if TYPE_CHECKING:
    from dashboards.cards.rows import Frame


def waits(found: Sequence[Mapping[str, object]], facts: Facts, names: Names) -> "Frame":
    """Mean waits of every brand in busy and idle hours against their limits, minutes.

    found: jike.pages.halls.waits(). Columns: BARS (member brand|busy; before is null,
    verdict says on which side of the limit) and p90 (minutes, null without).
    """
    import pandas as pd

    slow = {
        (row["brand"], row["busy"]): row["value"]
        for row in rows_of(facts, "hall_wait_p90", ("brand", "busy"))
    }
    rows = []
    for row in found:
        key = (str(row["brand"]), str(row["busy"]))
        wait = float(str(row["wait_minutes"]))
        limit = float(str(row["limit_minutes"]))
        said = [
            named(names, dimension, member, facts.words)
            for dimension, member in zip(("brand", "busy"), key, strict=True)
        ]
        rows.append(
            {
                "member": "|".join(key),
                "label": " · ".join(said),
                "value": wait,
                "before": None,
                "limit": limit,
                "n": row["waits"],
                "growth": None,
                "verdict": 1 if wait <= limit else -1,
                "p90": slow.get(key),
            }
        )
    frame = bars(rows)
    frame["p90"] = pd.Series([row["p90"] for row in rows], dtype=float)
    return frame


def passes(facts: Facts, names: Names) -> list[Row]:
    """Every hall of the scope: verdict, why it has none, mean wait, share in time.

    Keys: hall, label, verdict (pass, fail, no_data), because (closed, few_visit_days,
    few_waits, or None), wait (minutes), within (share), low, high, n, status,
    numerator, denominator. The smallest share first, halls without one last.
    """
    wait = {row["hall"]: row for row in rows_of(facts, "hall_wait", ("hall",))}
    within = {
        row["hall"]: row for row in rows_of(facts, "hall_within_limit", ("hall",))
    }
    rows = []
    for row in rows_of(facts, "hall_passes", ("hall",)):
        hall = row["hall"]
        if hall == UNKNOWN:
            continue
        share = within.get(hall, {})
        keys = ("value", "low", "high", "n", "status", "numerator", "denominator")
        rows.append(
            {key: share.get(key) for key in keys}
            | {
                "hall": hall,
                "label": named(names, "hall", hall, facts.words),
                "verdict": row["verdict"],
                "because": row["because"],
                "wait": wait.get(hall, {}).get("value"),
                "within": share.get("value"),
            }
        )
    rows.sort(
        key=lambda row: (
            wording.is_missing(row["within"]),
            row["within"] if not wording.is_missing(row["within"]) else 0,
            row["hall"],
        )
    )
    return rows


def beside(one: "Frame", other: "Frame", column: str, name: str) -> "Frame":
    """A column of another frame of months, under a name of its own."""
    return one.merge(
        other[["month", column]].rename(columns={column: name}), "left", on="month"
    )
