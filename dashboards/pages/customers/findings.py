"""What the page says of its data, by rule: values in, a sentence out."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dashboards.kit import labels
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd


def page(active: float | None, frame: "pd.DataFrame", words: Words) -> str:
    """How many customers are active, and how many the score sees in another tier.

    active: active_customers; frame: plotted_customers.pyramid().
    """
    _ = words
    if active is None:
        return _("No customers")
    n = wording.plain(active)
    if frame.empty:
        return _("{n} active customers", n=n)
    return _(
        "{n} active customers: the score puts {higher} higher, {lower} lower",
        n=n,
        higher=wording.plain(int(frame["higher"].sum())),
        lower=wording.plain(int(frame["lower"].sum())),
    )


def pyramid(frame: "pd.DataFrame", words: Words) -> str:
    """Which tier holds most customers, and which share of all."""
    _ = words
    most = frame.sort_values("customers", ascending=False).iloc[0]
    share = most["customers"] / frame["customers"].sum()
    return _(
        "{tier} holds {share} of customers",
        tier=most["tier"],
        share=wording.rate(share),
    )


def moves(frame: "pd.DataFrame", words: Words) -> str:
    """How many rose, fell, entered and left."""
    _ = words
    counts = frame.groupby("direction")["customers"].sum()
    said = {
        key: wording.plain(int(counts.get(key, 0)))
        for key in ("up", "down", "entered", "left")
    }
    return _("{up} rose, {down} fell, {entered} entered, {left} left", **said)


def moves_alt(title: str, frame: "pd.DataFrame", words: Words) -> str:
    """The matrix in words: its finding and every cell."""
    figures = [
        f"{before} → {after} {wording.plain(n)}"
        for before, after, n in zip(
            frame["before"], frame["after"], frame["customers"], strict=True
        )
    ]
    return labels.listed(title, figures, words)


def found(text: str, all_rows: int, words: Words) -> str:
    """How many customers a search found."""
    _ = words
    if not text:
        return words.many(
            "{count} customer, the most valuable first",
            "{count} customers, the most valuable first",
            all_rows,
            count=wording.plain(all_rows),
        )
    return words.many(
        "{count} customer matches “{text}”",
        "{count} customers match “{text}”",
        all_rows,
        count=wording.plain(all_rows),
        text=text,
    )


def warning(row: Mapping[str, Any], grade: str, words: Words) -> str:
    """Grade, points, and since when."""
    _ = words
    return _(
        "{grade}: {points} points, since {day}",
        grade=grade,
        points=int(row["points"]),
        day=wording.iso(row["first_raised_on"]),
    )
