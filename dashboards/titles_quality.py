"""Findings of the page on data quality beyond its checks, each true of its frame."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboards import behind, titles
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd

Rows = Sequence[Mapping[str, Any]]


def loads(rows: Rows, words: Words) -> str:
    """How many loads there were and what the newest brought.

    rows: jike.pages.quality.loads().
    """
    _ = words
    if not rows:
        return _("No delivery is recorded")
    return words.many(
        "{n} load so far; the newest brought {rows} rows",
        "{n} loads so far; the newest brought {rows} rows",
        int(rows[0]["all_loads"]),
        rows=wording.plain(float(rows[0]["rows_read"])),
    )


def days(rows: Rows, words: Words) -> str:
    """Which feeds have days without the rows that are usual.

    rows: jike.pages.quality.days().
    """
    _ = words
    feeds = list(dict.fromkeys(row["entity"] for row in rows))
    silent = [row for row in rows if row["status"] == "failed"]
    few = [row for row in rows if row["status"] == "warning"]
    if not feeds:
        return _("No feed has rows by day in this month")
    if silent:
        return words.many(
            "{n} day without a row where some are usual, most of them {feed}",
            "{n} days without a row where some are usual, most of them {feed}",
            len(silent),
            feed=_most(silent, words),
        )
    if few:
        return words.many(
            "No day is empty; {n} has less than half of what is usual",
            "No day is empty; {n} have less than half of what is usual",
            len(few),
        )
    return _("All {n} feeds have what is usual on every day", n=len(feeds))


def _most(rows: Rows, words: Words) -> str:
    counted: dict[str, int] = {}
    for row in rows:
        counted[row["entity"]] = counted.get(row["entity"], 0) + 1
    return titles.feed(max(counted, key=lambda entity: counted[entity]), words)


def grid_alt(title: str, frame: "pd.DataFrame", words: Words) -> str:
    """A grid of feeds in words: its finding and how many cells of each are whole.

    frame: label, status, as charts.delivery_grid() takes it.
    """
    _ = words
    figures = [
        _(
            "{feed} {n} of {all} whole",
            feed=label,
            n=int((cells["status"] == "passed").sum()),
            all=len(cells),
        )
        for label, cells in frame.groupby("label", sort=False)
    ]
    return titles.listed(title, figures, words)


def grid_table(frame: "pd.DataFrame", words: Words) -> behind.Behind:
    """The cells of a grid of feeds: feed, day, rows, state."""
    _ = words
    said = {
        "passed": _("whole"),
        "warning": _("warning"),
        "failed": _("failed"),
        "missing": _("nothing delivered"),
    }
    rows = [
        {**row, "day": wording.iso(row["delivered_on"])}
        for row in frame.to_dict("records")
    ]
    return behind.of(
        [_("Feed"), _("Day"), _("Rows"), _("State")],
        rows,
        {
            "label": str,
            "day": str,
            "rows_read": wording.plain,
            "status": said.__getitem__,
        },
    )


def bars_table(frame: "pd.DataFrame", words: Words) -> behind.Behind:
    """Rejected rows by feed and rule: plotted.by_rule()."""
    _ = words
    return behind.of(
        [_("Feed and rule"), _("Rows")],
        frame.to_dict("records"),
        {"label": str, "rows": wording.plain},
    )


def quarantined(rows: Rows, of: int, words: Words) -> str:
    """How many rejected rows are listed, of how many."""
    _ = words
    if not of:
        return _("No row is in quarantine")
    return words.many(
        "{n} of {of} rejected rows is listed with file and line",
        "{n} of {of} rejected rows are listed with file and line",
        len(rows),
        of=wording.plain(of),
    )


def reconciliation(rows: Rows, names: Mapping[str, str], words: Words) -> str:
    """Whether what was measured equals the books, and where the gap is largest.

    rows: jike.pages.quality.reconciliation(); names: of the measures.
    """
    _ = words
    compared = [row for row in rows if row["gap"] is not None]
    if not compared:
        return _("Nothing can be compared with the books in this period")
    apart = [row for row in compared if row["gap"] != 0]
    if not apart:
        return words.many(
            "{n} figure of the books agrees to the cent",
            "{n} figures of the books agree to the cent",
            len(compared),
        )
    largest = max(apart, key=lambda row: abs(row["gap"]))
    return _(
        "{n} of {of} figures differ from the books, most: {measure} {month}, {gap}",
        n=len(apart),
        of=len(compared),
        measure=names.get(largest["measure"], largest["measure"]),
        month=f"{largest['kpi_month']:%Y-%m}",
        gap=cents(largest["gap"]),
    )


def cents(value: object) -> str:
    """An exact amount with its sign and two decimals; a dash for nothing."""
    if wording.is_missing(value):
        return wording.MISSING
    text = f"{abs(float(str(value))):,.2f}"
    sign = float(str(value))
    return f"−{text}" if sign < 0 else f"+{text}" if sign > 0 else text


def restatements(rows: Rows, closed: Rows, words: Words) -> str:
    """How many figures of closed months changed for the branch shown.

    rows: jike.pages.quality.restatements(); closed: jike.pages.quality.closed_months().
    """
    _ = words
    if not closed:
        return _("No month is closed yet")
    if not rows:
        return words.many(
            "{n} month is closed and nothing of it was restated here",
            "{n} months are closed and nothing of them was restated here",
            len(closed),
        )
    return words.many(
        "{n} figure of a closed month was restated",
        "{n} figures of closed months were restated",
        int(rows[0]["all_rows"]),
    )
