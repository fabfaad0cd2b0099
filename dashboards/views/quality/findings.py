"""What the page says of its data, by rule: values in, a sentence out."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from jike.releases.opening import Release
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd

Rows = Sequence[Mapping[str, Any]]


def quality(
    release: int,
    passed: int,
    warned: int,
    held_on: date | None,
    is_held: bool,
    words: Words,
) -> str:
    """Whether what is shown passed its checks, and whether something newer did not."""
    _ = words
    if is_held and held_on is not None:
        day = wording.day_in_words(held_on, words.language, year=False)
        return _(
            "The delivery of {day} failed its checks; release {number} is still shown",
            day=day,
            number=release,
        )
    if is_held:
        return _(
            "The newest build failed its checks; release {number} is still shown",
            number=release,
        )
    if warned:
        return words.many(
            "Release {number}: {passed} checks passed, {n} warns",
            "Release {number}: {passed} checks passed, {n} warn",
            warned,
            number=release,
            passed=passed,
        )
    return _(
        "Release {number}: all {passed} checks passed", number=release, passed=passed
    )


def deliveries(frame: "pd.DataFrame", words: Words) -> str:
    """How the newest delivery of the grid went, over all its feeds.

    frame: entity, delivered_on, status; what failed its checks is "failed".
    """
    _ = words
    newest = frame[frame["delivered_on"] == frame["delivered_on"].max()]
    status: Mapping[str, int] = newest["status"].value_counts().to_dict()
    if failed := status.get("failed", 0):
        return _("{n} of {of} feeds failed", n=failed, of=frame["entity"].nunique())
    if status.get("passed", 0) == len(newest):
        return _("All {of} feeds of the newest delivery arrived whole", of=len(newest))
    return _(
        "Newest delivery: {passed} of {of} feeds whole, {warned} with rejected rows, "
        "{missing} missing",
        passed=status.get("passed", 0),
        of=len(newest),
        warned=status.get("warning", 0),
        missing=status.get("missing", 0),
    )


def quarantine(rows: int, share: float | None, most_of: str, words: Words) -> str:
    """How many rows were rejected, their share, and by which rule most of them."""
    _ = words
    if rows == 0:
        return _("No row was rejected")
    decimals = 1 if (share or 0) >= 0.01 else 2
    return words.many(
        "{n} row quarantined ({share}), most by: {rule}",
        "{n} rows quarantined ({share}), most by: {rule}",
        rows,
        share=wording.rate(share, decimals),
        rule=most_of,
    )


def checks(statuses: Sequence[str], words: Words) -> str:
    """How many checks failed or warn, of how many; one status (passed, …) a check.

    What is not applicable was not checked.
    """
    _ = words
    of = len(statuses) - statuses.count("not_applicable")
    failed, warned = statuses.count("failed"), statuses.count("warning")
    if failed:
        return _("{n} of {of} checks failed; each says why it matters", n=failed, of=of)
    if warned:
        return _("{n} of {of} checks warn; each says why it matters", n=warned, of=of)
    return _("All {of} checks passed; each says why it matters", of=of)


def release_caption(release: Release, is_held: bool, words: Words) -> str:
    """When the release shown was made, and that nothing held is in it."""
    _ = words
    day = wording.local(release.published_at).date()
    time = wording.time_of_day(release.published_at)
    made = f"{wording.frame_day(day, words.language)} {time}"
    said = _(
        "Release {number} of {made}, data as of {day}",
        number=release.number,
        made=made,
        day=wording.frame_day(release.as_of, words.language),
    )
    if not is_held:
        return said
    return _("{said}; what was held touches no page", said=said)


def releases(n: int, words: Words) -> str:
    """How many releases one can go back to."""
    return words.many("{n} release is kept", "{n} releases are kept", n)


def feed(entity: str, words: Words) -> str:
    """An entity of the raw contract in words; a name of its own as it is."""
    _ = words
    said = {
        "customers": _("customers"),
        "members": _("members"),
        "member_usage": _("member usage"),
        "orders": _("orders"),
        "order_steps": _("order steps"),
        "bills": _("bills"),
        "survey_responses": _("interviews"),
        "survey_answers": _("interview answers"),
        "calls": _("calls"),
        "tickets": _("tickets"),
        "ticket_routes": _("dispatches"),
        "hall_queue": _("hall queues"),
        "hall_transactions": _("hall transactions"),
        "visits": _("visits"),
        "competitor_events": _("rival moves"),
        "control_totals": _("control totals"),
    }
    return said.get(entity, entity)


def rule(code: str, words: Words) -> str:
    """A rule of the raw contract in words; a code of its own as it is."""
    _ = words
    said = {
        "structure": _("wrong number of fields"),
        "encoding": _("unreadable characters"),
        "nul": _("NUL characters"),
        "totals_row": _("sum of other rows"),
        "type": _("not of its type"),
        "required": _("required value missing"),
        "code": _("code not in the list"),
        "duration": _("ends before it starts"),
        "reference": _("refers to nothing"),
        "duplicate": _("repeated row"),
        "key": _("repeated key"),
    }
    return said.get(code, code)


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
    return feed(max(counted, key=lambda entity: counted[entity]), words)


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
