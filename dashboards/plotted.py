"""Frames the charts draw, put together from the answers of several questions."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from dashboards import titles
from dashboards.facts import Facts
from jike.kpis.ask import kpi_rows
from jike.kpis.cuts import UNKNOWN
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd

# Results of checks, the worst last.
GRADES = ("passed", "warning", "failed")


def cohort(facts: Facts) -> "pd.DataFrame":
    """The cohort of the period's year, month by month, and what was expected of it.

    Columns: day (date; the cohort's day, month ends, the year's end), retention,
    expected, excl_admin (shares, null where nothing is known). The cohort's own day is
    1.0 by definition; the year's end carries the base target as `expected`, if any.
    """
    import pandas as pd

    year = facts.period.year
    start = date(year - 1, 12, 31)
    rows: list[dict[str, Any]] = [
        {"day": start, "retention": 1.0, "expected": 1.0, "excl_admin": 1.0}
    ]
    excluding = _excluding_admin(facts)
    for code in facts.months(facts.catalogue["target_market_retention"]):
        rows.append(
            {
                "day": facts.periods[code].ends_on,
                "retention": facts.value("target_market_retention", code),
                "expected": facts.value("retention_expected", code),
                "excl_admin": excluding.get(code),
            }
        )
    base = facts.target("target_market_retention", "base_target")
    end = date(year, 12, 31)
    if rows[-1]["day"] < end:
        rows.append({"day": end, "retention": None, "expected": base})
    frame = pd.DataFrame(rows, columns=["day", "retention", "expected", "excl_admin"])
    shares = ["retention", "expected", "excl_admin"]
    frame[shares] = frame[shares].astype(float)
    if frame["expected"].notna().sum() == 1:
        frame["expected"] = float("nan")
    return frame


def _excluding_admin(facts: Facts) -> dict[str, float]:
    """Retention of the same target market without those merged or dissolved."""
    kpi = facts.catalogue["cohort_retention_excl_admin"]
    if facts.uncut(kpi.kpi):
        return {}
    months = tuple(facts.months(kpi))
    where = (*facts.place, *facts.where, ("is_target_market", "true"))
    rows = facts.ask(kpi_rows(kpi, months, where=where))
    return {row["period"]: row["value"] for row in rows if row["value"] is not None}


def by_member(
    rows: "pd.DataFrame",
    dimension: str,
    names: Mapping[tuple[str, str], Any],
    words: Words,
) -> "pd.DataFrame":
    """KPI rows of one dimension as bars: label, rows, is_marked; the largest first.

    What nobody knows comes last and is never the one that is marked.
    """
    counted = rows[rows["value"] > 0].copy()
    counted["label"] = [
        words.name(names[dimension, member]) if (dimension, member) in names else member
        for member in counted[dimension]
    ]
    counted["is_unknown"] = counted[dimension] == UNKNOWN
    counted["rows"] = counted["value"].astype(int)
    counted = counted.sort_values(
        ["is_unknown", "rows", dimension], ascending=[True, False, True]
    ).reset_index(drop=True)
    known = counted[~counted["is_unknown"]]["rows"]
    first_alone = len(known) > 0 and (known == known.max()).sum() == 1
    counted["is_marked"] = [first_alone and place == 0 for place in range(len(counted))]
    return counted[["label", "rows", "is_marked"]]


def by_rule(rows: "pd.DataFrame", words: Words) -> "pd.DataFrame":
    """Rejected rows as bars: label (feed and rule), rows, is_marked; most first.

    rows: jike.pages.quality.quarantine().
    """
    bars = rows[["rows"]].copy()
    bars["label"] = [
        f"{titles.feed(entity, words)} · {titles.rule(rule, words)}"
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
            "label": titles.feed(feed, words),
            "delivered_on": day,
            "status": worst[feed],
        }
        for feed in feeds
    ]
    return pd.concat([rows[rows["delivered_on"] != day], pd.DataFrame(column)])
