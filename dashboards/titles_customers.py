"""Findings about customers, made from their frames by rule."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from dashboards import titles
from dashboards.charts_rows import Series
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
    return titles.listed(title, figures, words)


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


def series(days: Sequence[date], lines: Sequence[Series], words: Words) -> str:
    """What the first line says last, and what it said in the first month it has."""
    _ = words
    first = lines[0]
    known = [
        (day, text)
        for day, text, value in zip(days, first.texts, first.values, strict=True)
        if value is not None
    ]
    return _(
        "{name} {now}, {then} in {month}",
        name=first.name[:1].upper() + first.name[1:],
        now=known[-1][1],
        then=known[0][1],
        month=f"{known[0][0]:%Y-%m}",
    )


def series_alt(
    title: str, days: Sequence[date], lines: Sequence[Series], words: Words
) -> str:
    """The lines in words: their finding and every month's figures."""
    figures = [
        f"{day:%Y-%m} {line.name} {text}"
        for line in lines
        for day, text in zip(days, line.texts, strict=True)
    ]
    return titles.listed(title, figures, words)


def expiring(rows: Sequence[Mapping[str, Any]], words: Words) -> str:
    """How many customers' contracts end, and on which day most of them do."""
    _ = words
    total = sum(int(row["customers"]) for row in rows)
    most = max(rows, key=lambda row: (row["customers"], -row["ends_on"].toordinal()))
    return words.many(
        "The contract of {n} customer ends within 60 days, on {day} ({most})",
        "Contracts of {n} customers end within 60 days, most on {day} ({most})",
        total,
        day=wording.day_in_words(most["ends_on"], words.language, year=False),
        most=wording.plain(most["customers"]),
    )


def concentration(frame: "pd.DataFrame", words: Words) -> str:
    """What the largest ten bring, and how concentrated that is."""
    _ = words
    row = frame.iloc[0]
    return _(
        "The largest {n} of {of} customers bring {share} of revenue",
        n=min(10, int(row["customers"])),
        of=wording.plain(row["customers"]),
        share=wording.rate(row["top10_share"]),
    )


def score(
    total: float | None, coverage: float | None, rows: Sequence[Any], words: Words
) -> str:
    """The total score and which KPI scores lowest.

    rows: jike.pages.scorecard.scores(); total and coverage: of the KPI scorecard.
    """
    _ = words
    known = [row for row in rows if row["score"] is not None]
    if total is None or not known:
        return _("No score for this period")
    said = wording.index(total)
    if coverage is not None and coverage < 1:
        return _(
            "Total score {score} over {coverage} of the weight, not ranked",
            score=said,
            coverage=wording.rate(coverage),
        )
    low = min(known, key=lambda row: row["score"])
    if wording.rounded(low["score"], 1) >= 100:
        return _("Total score {score}: every KPI meets its challenge", score=said)
    return _(
        "Total score {score}; {name} is the lowest, {low}",
        score=said,
        name=low["name"],
        low=wording.index(low["score"]),
    )


def ranked(frame: "pd.DataFrame", words: Words) -> str:
    """Who is first by score and how far the last one is behind.

    frame: jike.pages.scorecard.ranked() with `name`.
    """
    _ = words
    placed = frame[frame["place"].notna()]
    if placed.empty:
        return _("No branch below has a whole score")
    first, last = placed.iloc[0], placed.iloc[-1]
    if len(placed) == 1:
        return _("{first} is the only branch", first=first["name"])
    gap = -float(last["gap"])
    if wording.rounded(gap, 1) == 0:
        return _("The branches stand level")
    return _(
        "{first} leads with {score}, {last} is {gap} points behind",
        first=first["name"],
        score=wording.index(first["score"]),
        last=last["name"],
        gap=wording.plain(gap, 1),
    )
