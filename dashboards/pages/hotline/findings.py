"""What the page says of its data, by rule: values in, a sentence out."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboards.cards.facts import Row
from dashboards.kit import behind, labels
from dashboards.kit.labels import capital, comma, joined, lowered
from dashboards.pages.hotline.rows import Block
from jike.kpis.erlang import Result
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
    return capital(comma(parts, words))


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

    frame: plotted_service.call_months(); is_real: the two rates differ by more than
    chance.
    """
    _ = words
    if len(frame) < 2:
        return _("One month of calls")
    first, last = frame.iloc[0], frame.iloc[-1]
    month = wording.month_in_words(first["month"], words.language)
    grown = float(last["demand"]) / float(first["demand"]) - 1
    size = wording.plain(100 * abs(grown), 1)
    demand = (
        _("Demand is {size}% above {month}", size=size, month=month)
        if grown >= 0
        else _("Demand is {size}% below {month}", size=size, month=month)
    )
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
    return comma([demand, change], words)


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
    """Which hour of which weekday brings the most calls. frame: hours() with calls."""
    _ = words
    if frame.empty:
        return _("No calls in this period")
    top = frame.sort_values("calls").iloc[-1]
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
    return comma(
        [
            said,
            words.many(
                "{name} gained {n} place",
                "{name} gained {n} places",
                int(marked.iloc[0]["moved"]),
                name=lowered([marked.iloc[0]["label"]], words)[0],
            ),
        ],
        words,
    )


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
        days=joined(said, words),
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


def staffing_table(queue: Result, leaving: Result, within: float, words: Words) -> str:
    """What callers meet by Erlang C and by Erlang A, as a Markdown table."""
    _ = words
    limit = wording.duration(within, words.language)
    rows = [
        (_("Have to wait"), *(wording.rate(r.waiting) for r in (queue, leaving))),
        (
            _("Answered within {limit}", limit=limit),
            *(wording.rate(r.service_level) for r in (queue, leaving)),
        ),
        (_("Mean wait"), *(_waited(r.wait, words) for r in (queue, leaving))),
        (_("Hang up"), *(wording.rate(r.abandoned) for r in (queue, leaving))),
        (_("Agents busy"), *(wording.rate(r.occupancy) for r in (queue, leaving))),
    ]
    lines = ["| | Erlang C | Erlang A |", "|---|--:|--:|"]
    lines += [f"| {name} | {one} | {other} |" for name, one, other in rows]
    return "\n".join(lines)


def _waited(seconds: float, words: Words) -> str:
    _ = words
    if wording.is_missing(seconds):
        return _("without end")
    return _("{n} s", n=wording.plain(seconds, 1))


def agents_alt(halves: Sequence[str], agents: Sequence[int], words: Words) -> str:
    """Agents needed by half hour in words."""
    _ = words
    figures = [
        f"{half} {wording.plain(n)}" for half, n in zip(halves, agents, strict=True)
    ]
    return labels.listed(_("Agents needed by half hour"), figures, words)


def volume_alt(title: str, frame: "pd.DataFrame", words: Words) -> str:
    """Demand and connection rate by month in words."""
    figures = [
        f"{row['month']:%Y-%m} {wording.plain(row['demand'])} "
        f"{wording.rate(row['rate'])}"
        for row in frame.to_dict("records")
    ]
    return labels.listed(title, figures, words)


def volume_table(frame: "pd.DataFrame", words: Words) -> behind.Behind:
    """Calls month by month."""
    _ = words
    rows = [
        row | {"month": f"{row['month']:%Y-%m}"} for row in frame.to_dict("records")
    ]
    return behind.of(
        [_("Month"), _("Demand"), _("answered"), _("not answered"), _("Rate")],
        rows,
        {
            "month": str,
            "demand": wording.plain,
            "answered": wording.plain,
            "unanswered": wording.plain,
            "rate": wording.rate,
        },
    )


def hours_alt(
    title: str, frame: "pd.DataFrame", weekdays: Sequence[str], words: Words
) -> str:
    """The heat map in words: the lowest and the highest cell."""
    if frame.empty:
        return title
    by_rate = frame.sort_values("rate").to_dict("records")
    figures = [
        f"{weekdays[int(row['weekday']) - 1]} {int(row['hour'])}:00 "
        f"{wording.rate(row['rate'])}"
        for row in (by_rate[0], by_rate[-1])
    ]
    return labels.listed(title, figures, words)


def hours_table(
    frame: "pd.DataFrame", weekdays: Sequence[str], words: Words
) -> behind.Behind:
    """The heat map's cells, one a row: weekday by weekday, hour by hour.

    frame: plotted_service.hours() with `calls`, a mean hour's.
    """
    _ = words
    rows = [
        row
        | {
            "weekday": weekdays[int(row["weekday"]) - 1],
            "hour": _("{hour}:00", hour=int(row["hour"])),
        }
        for row in frame.sort_values(["weekday", "hour"]).to_dict("records")
    ]
    return behind.of(
        [
            _("Weekday"),
            _("Hour"),
            _("Connection rate"),
            _("Demand"),
            _("answered"),
            _("In a mean hour"),
        ],
        rows,
        {
            "weekday": str,
            "hour": str,
            "rate": wording.rate,
            "demand": wording.plain,
            "answered": wording.plain,
            "calls": lambda calls: wording.plain(calls, 1),
        },
    )


def call_reasons_table(frame: "pd.DataFrame", words: Words) -> behind.Behind:
    """Reasons of calls with their place now and the places gained in a year.

    frame: plotted_service.call_reasons().
    """
    _ = words
    return behind.of(
        [_("Reason"), _("Calls"), _("Share"), _("Place"), _("Places gained")],
        frame.to_dict("records"),
        {
            "label": str,
            "rows": wording.plain,
            "share": lambda share: wording.rate(share, 2),
            "rank": wording.plain,
            "moved": lambda places: (
                wording.MISSING
                if wording.is_missing(places)
                else wording.signed(places, 0)
            ),
        },
    )


def coverage_table(frame: "pd.DataFrame", words: Words) -> behind.Behind:
    """Cities with a regional centre by month; frame: plotted_service.coverage()."""
    _ = words
    rows = [
        row
        | {
            "month": f"{row['month']:%Y-%m}",
            "share": row["covered"] / row["cities"],
        }
        for row in frame.to_dict("records")
    ]
    return behind.of(
        [_("Month"), _("With a regional centre"), _("Cities"), _("Share")],
        rows,
        {
            "month": str,
            "covered": wording.plain,
            "cities": wording.plain,
            "share": wording.rate,
        },
    )


def agents_table(rows: Sequence[Row], words: Words) -> behind.Behind:
    """Agents needed by half hour, with what they are worked out from.

    rows: jike.pages.hotline.half_hours() with `agents`.
    """
    _ = words
    return behind.of(
        [_("Half hour"), _("Calls"), _("Handling, seconds"), _("Agents")],
        rows,
        {
            "half_hour": str,
            "calls": lambda calls: wording.plain(calls, 1),
            "handling_seconds": wording.plain,
            "agents": wording.plain,
        },
    )


def days_table(
    frame: "pd.DataFrame", words: Words, is_marked: bool = True
) -> behind.Behind:
    """Days with what they were, those that stand out marked as in the chart.

    is_marked: whether the marks are told; not where all days stand out.
    """
    _ = words
    rows = [
        row
        | {
            "day": wording.iso(row["day"]),
            "mark": "■" if row["is_marked"] else "",
        }
        for row in frame.to_dict("records")
    ]
    heads = [_("Day"), _("Demand"), _("Connection rate"), _("Solved in the IVR")]
    columns: dict[str, behind.Writer] = {
        "day": str,
        "demand": wording.plain,
        "connection_rate": wording.rate,
        "ivr_containment": wording.rate,
    }
    if is_marked:
        heads.append(_("Stands out"))
        columns["mark"] = str
    return behind.of(heads, rows, columns)


def days_alt(title: str, frame: "pd.DataFrame", words: Words) -> str:
    """The days in words: how many, and the figures of those that stand out."""
    figures = [
        f"{wording.iso(row['day'])} {wording.plain(row['demand'])} "
        f"{wording.rate(row['connection_rate'])} {wording.rate(row['ivr_containment'])}"
        for row in frame[frame["is_marked"].astype(bool)].to_dict("records")
    ]
    _ = words
    counted = words.many("{n} day", "{n} days", len(frame))
    return labels.listed(f"{title} ({counted})", figures, words)


def coverage_alt(title: str, frame: "pd.DataFrame", words: Words) -> str:
    """Coverage in words: every month in which it changed."""
    changed = frame[frame["covered"] != frame["covered"].shift()]
    figures = [
        f"{row['month']:%Y-%m} {row['covered']}/{row['cities']}"
        for row in changed.to_dict("records")
    ]
    return labels.listed(title, figures, words)
