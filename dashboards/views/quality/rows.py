"""Rows the page draws, put together from the answers of its questions."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from dashboards.kit.behind import Behind
from dashboards.views.quality import findings
from jike.kpis.catalogue import Kpi
from jike.releases.kept import Listed
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd

Rows = Sequence[Mapping[str, Any]]

PLACES = ("source", "delivered_on", "entity", "file", "line", "column_name", "rule")
MOST_DECIMALS = 8

# Results of checks, the worst last.
GRADES = ("passed", "warning", "failed")


def by_rule(rows: "pd.DataFrame", words: Words) -> "pd.DataFrame":
    """Rejected rows as bars: label (feed and rule), rows, is_marked; most first.

    rows: jike.pages.quality.quarantine().
    """
    bars = rows[["rows"]].copy()
    bars["label"] = [
        f"{findings.feed(entity, words)} · {findings.rule(rule, words)}"
        for entity, rule in zip(rows["entity"], rows["rule"], strict=True)
    ]
    bars["is_marked"] = [place == 0 for place in range(len(rows))]
    return bars


def with_held(
    rows: "pd.DataFrame",
    results: Sequence[Mapping[str, Any]],
    held_on: date | None,
    words: Words,
) -> "pd.DataFrame":
    """The delivery grid with the held delivery as its last column.

    rows: jike.pages.quality.deliveries() with `label`. results: data.held_results(); a
    feed's cell shows the worst of its own checks. Feeds without any did not arrive.
    """
    import pandas as pd

    worst: dict[str, str] = {}
    for result in results:
        schema, _dot, feed = str(result["checked_table"]).rpartition(".")
        if schema == "raw" and result["status"] in GRADES:
            worst[feed] = max(
                result["status"], worst.get(feed, "passed"), key=GRADES.index
            )
    feeds = [feed for feed in dict.fromkeys(rows["entity"]) if feed in worst]
    if held_on is None or not feeds:
        return rows
    day = pd.Timestamp(held_on)
    column = [
        {
            "entity": feed,
            "label": findings.feed(feed, words),
            "delivered_on": day,
            "status": worst[feed],
        }
        for feed in feeds
    ]
    return pd.concat([rows[rows["delivered_on"] != day], pd.DataFrame(column)])


def released(kept: Sequence[Listed], words: Words) -> list[dict[str, Any]]:
    """The releases kept as rows, and which one is shown."""
    return [
        {
            "number": one.number,
            "state": _state_of(one, words),
            "as_of": one.as_of or wording.MISSING,
            "published": one.published_at,
            "passed": one.checks_passed,
            "warned": one.checks_warned,
            "hash": one.file.removesuffix(".duckdb").rpartition("_")[2],
        }
        for one in kept
    ]


def _state_of(row: Listed, words: Words) -> str:
    _ = words
    if row.trouble:
        return _("damaged")
    return _("shown now") if row.is_current else _("kept")


def places(rows: Rows) -> Behind:
    """The places of rejected rows as a file for whoever delivers them."""
    values = [
        [
            row[name] if name == "line" else str(row[name] if row[name] else "")
            for name in PLACES
        ]
        for row in rows
    ]
    return Behind(PLACES, [], values)


def restated(rows: Rows, kpis: Mapping[str, Kpi], words: Words) -> list[dict[str, Any]]:
    """The rows of jike.pages.quality.restatements() with their figures as written."""
    return [{**row, **_figures(row, kpis.get(row["kpi"]), words)} for row in rows]


def _figures(row: Mapping[str, Any], kpi: Kpi | None, words: Words) -> dict[str, str]:
    """The old, the new and the first figure, with decimals until old and new differ."""
    values = {"old": row["old_value"], "new": row["new_value"]}
    values["first"] = row["first_value"]
    told: dict[str, str] = {}
    for decimals in range(1, MOST_DECIMALS + 1):
        told = {
            name: figure(value, kpi, words, decimals) for name, value in values.items()
        }
        if told["old"] != told["new"]:
            break
    return told


def figure(value: object, kpi: Kpi | None, words: Words, decimals: int) -> str:
    """A figure with so many decimals, money to the cent; a dash for no data."""
    if wording.is_missing(value):
        return wording.MISSING
    number = float(str(value))
    if kpi is not None and kpi.unit == "cny":
        return wording.plain(number, max(2, decimals))
    if kpi is None or kpi.unit == "count":
        return wording.plain(number, 0 if number == round(number) else decimals)
    return wording.value(number, kpi.unit, words.language, decimals)
