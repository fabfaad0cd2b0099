"""Findings that several pages open with, made from their data by rule."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from dashboards.cards.facts import Facts
from dashboards.cards.rows import earlier
from dashboards.kit.labels import Write
from dashboards.kit.months import Series
from jike.kpis.change import relative_change
from jike.pages import frame as frame_questions
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd

    from dashboards.kit.labels import Frame


def sign(value: object, decimals: int = 1) -> int | None:
    """+1, −1 or 0 of a fraction as it is shown in per cent; None without a value."""
    share = wording.number(value)
    if share is None:
        return None
    shown = wording.rounded(100 * share, decimals)
    return (shown > 0) - (shown < 0)


def scorecard(
    branch: str,
    lead: float | None,
    revenue: float | None,
    retention: float | None,
    retention_lead: float | None,
    words: Words,
) -> str:
    """Where a branch stands: revenue against time, then the target market.

    Gives "" where nothing is known of either. branch: its name, "" for everything.
    lead, retention, retention_lead as fractions, revenue in yuan; None where there is
    nothing.
    """
    parts = [
        part
        for part in (
            _revenue_clause(branch, lead, revenue, words),
            _retention_clause(retention, retention_lead, words),
        )
        if part
    ]
    return words.clauses(parts) if parts else ""


def delivered(facts: Facts) -> str:
    """Say what was delivered and which pages show it: the title of one that has none.

    Pages are those of the families of which some KPI can be counted.
    """
    _ = facts.words
    rows = facts.ask(frame_questions.delivered())
    entities = _.listed(row["name"] for row in rows if not row["is_family"])
    pages = {
        "customers": _("Customer list"),
        "retention": _("Retention"),
        "revenue": _("Informatisation revenue"),
        "orders": _("Orders and provisioning"),
        "satisfaction": _("Satisfaction"),
        "hotline": _("Hotline"),
        "halls": _("Halls"),
        "tickets": _("Complaints and tickets"),
    }
    families = {row["name"] for row in rows if row["is_family"]}
    shown = _.listed(name for family, name in pages.items() if family in families)
    if not entities:
        return _("Nothing is delivered yet")
    if not shown:
        return _("Delivered: {entities}; no KPI can be counted", entities=entities)
    return _("Delivered: {entities}; see {pages}", entities=entities, pages=shown)


def _revenue_clause(
    branch: str, lead: float | None, revenue: float | None, words: Words
) -> str:
    _ = words
    way = sign(lead)
    head = _("{branch}: revenue", branch=branch) if branch else _("Revenue")
    if way is None:
        if wording.is_missing(revenue):
            return ""
        amount = wording.amount(revenue, words.language)
        return _("{revenue} at {amount}", revenue=head, amount=amount)
    size = wording.points_in_words(lead, words.language)
    if way > 0:
        return _("{revenue} {size} ahead of time", revenue=head, size=size)
    if way < 0:
        return _("{revenue} {size} behind time", revenue=head, size=size)
    return _("{revenue} level with time", revenue=head)


def _retention_clause(
    retention: float | None, retention_lead: float | None, words: Words
) -> str:
    _ = words
    if wording.is_missing(retention):
        return ""
    rate = wording.rate(retention, 2)
    if sign(retention_lead) == -1:
        return _("retention {rate}, below expected", rate=rate)
    return _("retention {rate}", rate=rate)


def year_progress(frame: "pd.DataFrame", words: Words) -> str:
    """How many branches are behind time, and which when they are one or two.

    frame: name, lead, is_total; one row per branch and the total.
    """
    _ = words
    below = frame[~frame["is_total"].astype(bool)]
    if below.empty:
        return _own_progress(frame, words)
    behind = [
        name
        for name, lead in zip(below["name"], below["lead"], strict=True)
        if sign(lead) == -1
    ]
    if not behind:
        return _("None of {of} branches is behind time", of=len(below))
    if len(behind) <= 2:
        return words.many(
            "Of {of} branches, {names} is behind time",
            "Of {of} branches, {names} are behind time",
            len(behind),
            names=_.together(behind),
            of=len(below),
        )
    return _("{n} of {of} branches are behind time", n=len(behind), of=len(below))


def _own_progress(frame: "pd.DataFrame", words: Words) -> str:
    _ = words
    done = wording.rate(frame.iloc[0]["completion"])
    return _("{rate} of the year's base target is reached", rate=done)


def series(
    days: Sequence[date],
    lines: Sequence[Series],
    words: Words,
    part: date | None = None,
) -> str:
    """What the first line says last, and what it said in the first month it has.

    part: the month that is not over; it is last only where there is no other.
    """
    _ = words
    first = lines[0]
    every = [
        (day, text)
        for day, text, value in zip(days, first.texts, first.values, strict=True)
        if value is not None
    ]
    known = [(day, text) for day, text in every if day != part] or every
    return _(
        "{name} {now}, {then} in {month}",
        name=first.name[:1].upper() + first.name[1:],
        now=known[-1][1],
        then=known[0][1],
        month=f"{known[0][0]:%Y-%m}",
    )


def versus(facts: Facts) -> str:
    """What a change is on, one word: month or year before; "" without either."""
    _ = facts.words
    if earlier(facts) is None:
        return ""
    return _("mom") if facts.period.kind in ("month", "quarter") else _("yoy")


def since(name: str, frame: "Frame", column: str, write: Write, words: Words) -> str:
    """How a KPI moved from the first month drawn to the last, as it is written."""
    _ = words
    known = frame[frame[column].notna()]
    if known.empty:
        return _("Nothing to show")
    first, last = known.iloc[0], known.iloc[-1]
    before, now = write(float(first[column])), write(float(last[column]))
    month = wording.period(f"{first['month']:%Y-%m}", words.language)
    if len(known) == 1 or before == now:
        return _("{name} {now}", name=name, now=now)
    values = {"name": name, "now": now, "before": before, "month": month}
    if last[column] > first[column]:
        return _("{name} {now}, up from {before} in {month}", **values)
    return _("{name} {now}, down from {before} in {month}", **values)


def counted(what: str, frame: "Frame", on: str, words: Words) -> str:
    """How many there are, how that changed, and which member has most.

    frame: members() of a count; what: e.g. complaints at halls; on:
    versus().
    """
    _ = words
    if frame.empty:
        return _("{what}: none", what=what)
    total = float(frame["value"].sum())
    said = _("{what} {n}", what=what, n=wording.plain(total))
    grown = relative_change(total, float(frame["before"].fillna(0).sum()))
    if on and grown is not None:
        said = _(
            "{what} {n}, {growth} {versus}",
            what=what,
            n=wording.plain(total),
            growth=wording.growth(grown),
            versus=on,
        )
    marked = frame[frame["is_marked"].astype(bool)]
    if marked.empty or total == 0:
        return said
    share = wording.rate(float(marked.iloc[0]["value"]) / total)
    most = _("{name} most: {share}", name=marked.iloc[0]["label"], share=share)
    return _.clauses([said, most])


def highest(what: str, frame: "Frame", write: Write, words: Words) -> str:
    """Which member of a KPI has the largest value, when it is alone.

    frame: members() of the KPI; what: its name; write: how a value is written.
    """
    _ = words
    marked = frame[frame["is_marked"].astype(bool)]
    if marked.empty:
        return what
    name, value = marked.iloc[0]["label"], write(float(marked.iloc[0]["value"]))
    return _("{what}: {name} highest, {value}", what=what, name=name, value=value)


def all_equal(written: Iterable[str]) -> bool:
    """Say whether several figures are the same as written, so that none is an end."""
    figures = list(written)
    return len(figures) > 1 and len(set(figures)) == 1


def slowest(frame: "Frame", write: Write, words: Words) -> str:
    """Which member takes longest; the one that is marked, when it is alone."""
    _ = words
    if frame.empty:
        return _("Nothing finished in this period")
    marked = frame[frame["is_marked"].astype(bool)]
    top = frame.iloc[0] if marked.empty else marked.iloc[0]
    if marked.empty and len(frame) > 1:
        return _("No single one is slowest")
    return _(
        "{name} takes longest: {time}",
        name=top["label"],
        time=write(float(top["value"])),
    )


def worse(frame: "Frame", words: Words) -> str:
    """How many members are worse than the others, and the worst; never by chance.

    frame: shares(), the worst first.
    """
    _ = words
    if frame.empty:
        return _("Nothing to show")
    below = frame[frame["verdict"] < 0]
    if len(frame) == 1:
        row = frame.iloc[0]
        return _(
            "{name} {rate}%", name=row["label"], rate=wording.plain(row["value"], 1)
        )
    if below.empty:
        return _("No branch or hall is worse than the others by more than chance")
    return _(
        "{n} of {of} are worse than the others, {name} most: {rate}%",
        n=len(below),
        of=len(frame),
        name=below.iloc[0]["label"],
        rate=wording.plain(below.iloc[0]["value"], 1),
    )


def ages(frame: "Frame", words: Words) -> str:
    """Which age most have. frame: members() by age."""
    _ = words
    marked = frame[frame["is_marked"].astype(bool)]
    if marked.empty:
        return _("No age is most frequent")
    row = marked.iloc[0]
    return _(
        "{n} of {of} are {age} old",
        n=wording.plain(row["value"]),
        of=wording.plain(frame["value"].sum()),
        age=row["label"],
    )
