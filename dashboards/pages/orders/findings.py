"""What the page says of its data, by rule: values in, a sentence out."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboards.kit.labels import comma
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    from dashboards.kit.labels import Frame

# Days from which an open order or overdue ticket is called old.
OLD = ("31-90", "91+")


def widest(frame: "Frame", words: Words) -> str:
    """Which product reaches most customers. frame: members() of penetration."""
    _ = words
    marked = frame[frame["is_marked"].astype(bool)]
    if marked.empty:
        return _("No product is ahead of all others")
    return _(
        "{name} reaches most: {rate} of customers",
        name=marked.iloc[0]["label"],
        rate=wording.rate(marked.iloc[0]["value"]),
    )


def orders(
    received: float | None, on_time: float | None, days: float | None, words: Words
) -> str:
    """How many orders came, how many are on time, how long supply takes."""
    _ = words
    if wording.is_missing(received):
        return _("No orders in this period")
    parts = [_("{n} orders", n=wording.plain(received))]
    if not wording.is_missing(on_time):
        parts.append(_("{rate} on time", rate=wording.rate(on_time)))
    if not wording.is_missing(days):
        time = wording.value(days, "days", words.language)
        parts.append(_("half supplied within {time}", time=time))
    return comma(parts, words)


def backlog(rows: Sequence[Mapping[str, Any]], words: Words) -> str:
    """How many orders are open, and how many of them for more than 30 days."""
    _ = words
    if not rows:
        return _("No order is open")
    old = sum(row["age"] in OLD for row in rows)
    return words.many(
        "{n} order open, {old} for more than 30 days",
        "{n} orders open, {old} for more than 30 days",
        len(rows),
        old=wording.plain(old),
    )
