"""What the page says of its data, by rule: values in, a sentence out."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dashboards.cards.rows import Names, named
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd


def page(active: float | None, frame: "pd.DataFrame", words: Words) -> str:
    """How many customers are active, and how many the score sees in another tier.

    active: active_customers; frame: rows.pyramid().
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


def status(code: object, words: Words) -> str:
    """The status of the last photograph in words."""
    _ = words
    said = {
        "active": _("in service"),
        "suspended": _("suspended"),
        "closed": _("closed"),
    }
    return said.get(str(code), wording.MISSING)


def about(row: Mapping[str, Any], names: Names, words: Words) -> str:
    """What a contact was about; row: of jike.pages.customers.happened()."""
    _ = words
    if row["what"] == "visit":
        return _("with an executive") if row["is_executive"] else _("manager's visit")
    parts = [named(names, row["dimension"], row["member"], words)]
    if row["detail"] not in (None, "unknown"):
        parts.append(named(names, row["detail_dimension"], row["detail"], words))
    return " · ".join(parts)


def outcome(row: Mapping[str, Any], words: Words) -> str:
    """How a contact ended; row: of jike.pages.customers.happened()."""
    _ = words
    if row["points"] is not None:
        return _("satisfaction {index}", index=wording.index(row["points"]))
    said = {
        "open": _("open"),
        "closed": _("closed"),
        "withdrawn": _("withdrawn"),
        "kept": _("kept"),
        "lost": _("lost"),
        "replied": _("replied"),
        "refused": _("refused"),
        "no_answer": _("not reached"),
        "partial": _("broken off"),
        "invalid": _("invalid"),
    }
    return said.get(str(row["state"]), wording.MISSING)
