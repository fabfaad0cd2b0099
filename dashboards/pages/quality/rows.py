"""Rows the page draws, put together from the answers of its questions."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from dashboards.pages.quality import findings
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd

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
        if schema == "raw":
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
