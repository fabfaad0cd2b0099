"""What the page says of its data, by rule: values in, a sentence out."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboards.cards.facts import Row
from dashboards.cards.findings import all_equal
from dashboards.kit.labels import capital, lowered
from dashboards.views.hotline.rows import Block
from jike.kpis.change import relative_change
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd


def hotline(
    growth: float | None,
    rate: float | None,
    block: Block | None,
    weekdays: Sequence[str],
    words: Words,
) -> str:
    """How demand grows, how many get through, and when it is hardest.

    growth: demand_growth; rate: connection_rate; weekdays: names, Monday first.
    """
    _ = words
    parts = []
    if not wording.is_missing(growth):
        size = wording.plain(100 * abs(float(growth or 0)), 1)
        said = {
            1: _("Demand grows {size}% a month", size=size),
            -1: _("Demand falls {size}% a month", size=size),
        }
        shown = wording.rounded(100 * float(growth or 0), 1)
        parts.append(said.get((shown > 0) - (shown < 0), _("Demand is level")))
    if not wording.is_missing(rate):
        parts.append(_("{rate} get through", rate=wording.rate(rate)))
    if block is not None and parts:
        parts.append(_("hardest {when}", when=when(block, weekdays, words)))
    if not parts:
        return _("No calls in this period")
    return capital(words.clauses(parts))


def when(block: Block, weekdays: Sequence[str], words: Words) -> str:
    """A block of the week in words: 周二至周五 9–11 时; Tue–Fri 9:00–11:59."""
    _ = words
    first, last = (weekdays[day - 1] for day in block.weekdays)
    days = first
    if block.weekdays == (1, 7):
        days = _("every day")
    elif first != last:
        days = _("{first} to {last}", first=first, last=last)
    start, end = block.hours
    return _("{days} {start}:00–{end}:59", days=days, start=start, end=end)


def calls_caption(
    scope: str, time: str, row: Row, mean: float | None, words: Words
) -> str:
    """Whose calls, when, how many: row is the KPI row of connection_rate."""
    _ = words
    if wording.is_missing(row.get("denominator")):
        return _("{scope}, {time}", scope=scope, time=time)
    said = _(
        "{scope}, {time}: {demand} calls asked for an agent, {answered} answered",
        scope=scope,
        time=time,
        demand=wording.count(row["denominator"], words.language),
        answered=wording.count(row["numerator"], words.language),
    )
    if wording.is_missing(mean):
        return said
    return _(
        "{said}, {mean} a month", said=said, mean=wording.count(mean, words.language)
    )


def volume(frame: "pd.DataFrame", is_real: bool, words: Words) -> str:
    """How demand and the connection rate moved from the first month to the last.

    frame: dashboards.cards.rows.call_months(); is_real: the two rates differ by more
    than chance.
    """
    _ = words
    if len(frame) < 2:
        return _("One month of calls")
    first, last = frame.iloc[0], frame.iloc[-1]
    month = wording.month_in_words(first["month"], words.language)
    grown = relative_change(float(last["demand"]), float(first["demand"]))
    size = wording.plain(100 * abs(grown or 0), 1)
    if grown is None:
        demand = _("No demand in {month}", month=month)
    elif grown >= 0:
        demand = _("Demand is {size}% above {month}", size=size, month=month)
    else:
        demand = _("Demand is {size}% below {month}", size=size, month=month)
    before, now = (100 * float(row["rate"]) for row in (first, last))
    gap = float(wording.rounded(now, 1) - wording.rounded(before, 1))
    rate = wording.plain(now, 1)
    if not is_real or gap == 0:
        change = _("connection rate unchanged at {rate}%", rate=rate)
    elif gap > 0:
        change = _(
            "connection rate up {gap} pp to {rate}%",
            gap=wording.plain(gap, 1),
            rate=rate,
        )
    else:
        change = _(
            "connection rate down {gap} pp to {rate}%",
            gap=wording.plain(-gap, 1),
            rate=rate,
        )
    return words.clauses([demand, change])


def hours(block: Block | None, weekdays: Sequence[str], words: Words) -> str:
    """When the fewest get through, and how many do at all other times."""
    _ = words
    if block is None:
        return _("The connection rate is much the same at all hours")
    return capital(
        _(
            "{when}: {inside} get through, at all other times {outside}",
            when=when(block, weekdays, words),
            inside=wording.rate(block.inside),
            outside=wording.rate(block.outside),
        )
    )


def busiest(frame: "pd.DataFrame", weekdays: Sequence[str], words: Words) -> str:
    """Which hour of which weekday brings the most calls; frame: rows.mean_hours()."""
    _ = words
    if frame.empty:
        return _("No calls in this period")
    top = frame.sort_values("calls").iloc[-1]
    if all_equal(map(wording.plain, frame["calls"])):
        return _("Every hour brings {n} calls", n=wording.plain(top["calls"]))
    return _(
        "Busiest hour: {day} {hour}:00 with {n} calls",
        day=weekdays[int(top["weekday"]) - 1],
        hour=int(top["hour"]),
        n=wording.plain(top["calls"]),
    )


def definitions(rows: Sequence[Row], words: Words) -> str:
    """How far the usual formulas are apart on the same calls."""
    _ = words
    shares = [row["share"] for row in rows if row["share"] is not None]
    if len(shares) < 2:
        return _("No calls in this period")
    shown = [wording.rounded(100 * float(share), 1) for share in shares]
    return _(
        "Same calls, {n} formulas, {gap} pp apart",
        n=len(shares),
        gap=wording.plain(float(max(shown) - min(shown)), 1),
    )


def places(frame: "pd.DataFrame", words: Words) -> str:
    """How many places are below the others, and which one is lowest."""
    _ = words
    shown = frame[~frame["is_head"].astype(bool)]
    if shown.empty:
        return _("No calls by centre or city")
    below = shown[shown["verdict"] < 0]
    if len(shown) == 1:
        row = shown.iloc[0]
        return _(
            "{name} answers {rate}%",
            name=row["label"],
            rate=wording.plain(row["value"], 1),
        )
    if below.empty:
        return _("No centre or city is below the others by more than chance")
    least = below.sort_values("value").iloc[0]
    rates = [wording.plain(value, 1) for value in below["value"]]
    if len(below) > 1 and all_equal(rates):
        return _(
            "{n} of {of} centres and cities are below the others, at {rate}%",
            n=len(below),
            of=len(shown),
            rate=rates[0],
        )
    return _(
        "{n} of {of} centres and cities are below the others, {name} lowest: {rate}%",
        n=len(below),
        of=len(shown),
        name=least["label"],
        rate=wording.plain(least["value"], 1),
    )


def call_reasons(frame: "pd.DataFrame", words: Words) -> str:
    """The first reason, and the one that gained most places in a year."""
    _ = words
    if frame.empty:
        return _("No reason is recorded")
    first = frame.iloc[0]
    said = _(
        "{name} first with {share}",
        name=first["label"],
        share=wording.rate(first["share"]),
    )
    marked = frame[frame["is_marked"].astype(bool)]
    if marked.empty:
        return said
    gained = words.many(
        "{name} gained {n} place",
        "{name} gained {n} places",
        int(marked.iloc[0]["moved"]),
        name=lowered([marked.iloc[0]["label"]], words)[0],
    )
    return words.clauses([said, gained])


def days(frame: "pd.DataFrame", words: Words) -> str:
    """Which days stand out, as stretches of neighbouring days."""
    _ = words
    marked = [day.date() for day in frame[frame["is_marked"].astype(bool)]["day"]]
    if not marked:
        return _("No day stands out")
    runs = [[marked[0]]]
    for day in marked[1:]:
        if (day - runs[-1][-1]).days == 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    said = [
        wording.span(run[0], run[-1], words.language)
        if len(run) > 1
        else wording.day_in_words(run[0], words.language)
        for run in runs
    ]
    if len(said) > 2:
        return _("{n} days stand out", n=len(marked))
    return words.many(
        "{n} day stands out: {days}",
        "{n} days stand out: {days}",
        len(marked),
        days=words.together(said),
    )


def coverage(frame: "pd.DataFrame", words: Words) -> str:
    """How many cities a regional centre answers for."""
    _ = words
    if frame.empty:
        return _("No list of the centres' cities")
    last = frame.iloc[-1]
    if last["cities"] == 1:
        if last["covered"]:
            return _("A regional centre answers for the city")
        return _("The city answers its own calls")
    return _(
        "{n} of {of} cities are answered by a regional centre",
        n=int(last["covered"]),
        of=int(last["cities"]),
    )


def staffing(result: Mapping[str, Any], agents: int, goal: float, words: Words) -> str:
    """Whether so many agents reach the goal, and how many would.

    result: service_level (Erlang C) and needed (agents).
    """
    _ = words
    level = wording.rate(result["service_level"])
    wanted = wording.rate(goal, 0)
    if agents >= result["needed"]:
        return words.many(
            "{n} agent reaches {level}, above the goal of {goal}",
            "{n} agents reach {level}, above the goal of {goal}",
            agents,
            level=level,
            goal=wanted,
        )
    return words.many(
        "{n} agent reaches {level}; {goal} takes {needed}",
        "{n} agents reach {level}; {goal} takes {needed}",
        agents,
        level=level,
        goal=wanted,
        needed=result["needed"],
    )
