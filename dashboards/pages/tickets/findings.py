"""What the page says of its data, by rule: values in, a sentence out."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboards.kit.labels import comma, joined
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    from dashboards.kit.labels import Frame


def moved(frame: "Frame", words: Words) -> str:
    """Which of several shares got worse, else better, by more than chance.

    frame: plotted_process.several().
    """
    _ = words
    for sign, said in (
        (-1, _("{names} worse than before")),
        (1, _("{names} better than before")),
    ):
        names = list(frame[frame["verdict"] == sign]["label"])
        if 0 < len(names) <= 2:
            return said.format(names=joined(names, words))
        if names:
            return (
                _("{n} of {of} rates worse than before", n=len(names), of=len(frame))
                if sign < 0
                else _(
                    "{n} of {of} rates better than before", n=len(names), of=len(frame)
                )
            )
    return _("No rate changed by more than chance")


def tickets(
    opened: float | None, compliance: float | None, overdue: float | None, words: Words
) -> str:
    """How many tickets were opened, how many promises kept, how many are overdue."""
    _ = words
    if wording.is_missing(opened):
        return _("No tickets in this period")
    parts = [_("{n} tickets", n=wording.plain(opened))]
    if not wording.is_missing(compliance):
        parts.append(_("{rate} of promises kept", rate=wording.rate(compliance)))
    if not wording.is_missing(overdue):
        parts.append(_("{n} overdue", n=wording.plain(overdue)))
    return comma(parts, words)


def overdue(rows: Sequence[Mapping[str, Any]], words: Words) -> str:
    """How many tickets are overdue, and for how long the oldest of them."""
    _ = words
    if not rows:
        return _("No ticket is overdue")
    return words.many(
        "{n} ticket overdue, for up to {days} days",
        "{n} tickets overdue, for up to {days} days",
        len(rows),
        days=wording.plain(max(row["days"] for row in rows)),
    )
