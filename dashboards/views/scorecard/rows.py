"""Rows the page draws, put together from the answers of its questions."""

from collections.abc import Mapping, Sequence
from typing import Any

from jike.kpis.catalogue import Kpi
from jike.words import wording
from jike.words.language import Words

Row = dict[str, Any]
FIGURES = {
    "actual": "actual",
    "base": "base_target",
    "challenge": "challenge_target",
}


def kpis(rows: Sequence[Row], catalogue: Mapping[str, Kpi], words: Words) -> list[Row]:
    """The scores with names and figures as written, in the order given.

    rows: jike.pages.scorecard.scores(). Keys: name, score, weight, goal, window, and
    actual, base and challenge as far as the year has gone, as texts in the KPI's unit
    actual_text, base_text and challenge_text.
    """
    found = []
    for row in rows:
        kpi = catalogue[row["kpi"]]
        found.append(
            {
                "kpi": row["kpi"],
                "name": kpi.name(words.language),
                "score": wording.number(row["score"]),
                "weight": float(row["weight"] or 0),
                "goal": row["goal"],
                "window": row["kpi_window"],
                **{key: wording.number(row[column]) for key, column in FIGURES.items()},
                **{
                    f"{key}_text": _written(row[column], kpi, words)
                    for key, column in FIGURES.items()
                },
            }
        )
    return found


def _written(value: object, kpi: Kpi, words: Words) -> str:
    return wording.value(wording.number(value), kpi.unit, words.language, kpi.decimals)


def coverage(rows: Sequence[Row]) -> float | None:
    """The share of the weight that has a score; None without any weight.

    rows: kpis().
    """
    whole = sum(row["weight"] for row in rows)
    known = sum(row["weight"] for row in rows if row["score"] is not None)
    return known / whole if whole else None


def subtotals(rows: Sequence[Row], words: Words) -> list[tuple[str, float]]:
    """The weighted mean score by goal and by window, each with its name.

    rows: kpis(). A goal or window of which nothing has a score is left out, and so is
    one that has all of the weight: the total says it already.
    """
    _ = words
    named = {
        ("goal", "service"): _("service"),
        ("goal", "customer"): _("customer"),
        ("goal", "revenue"): _("revenue"),
        ("goal", "product"): _("product"),
        ("window", "hall"): _("halls"),
        ("window", "hotline"): _("hotline"),
    }
    known = [row for row in rows if row["score"] is not None]
    found = []
    for (column, code), name in named.items():
        of = [row for row in known if row[column] == code]
        weight = sum(row["weight"] for row in of)
        if weight and len(of) < len(known):
            scored = sum(row["weight"] * row["score"] for row in of)
            found.append((name, scored / weight))
    return found
