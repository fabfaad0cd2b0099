"""热线: is the hotline answered, when is it not, and how many agents would it take?"""

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from dashboards import (
    behind,
    charts_service,
    data,
    drawing,
    frame,
    plotted_service,
    state,
    states,
    titles_service,
)
from dashboards.comparisons import is_change
from dashboards.facts import Card, Facts
from dashboards.frame import View
from jike.kpis import erlang
from jike.pages import hotline as questions
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    from dashboards.plotted_service import Frame

CARDS = (
    Card("call_demand", against=("yoy",), notes=("demand_growth",)),
    Card("connection_rate", against=("base", "yoy"), notes=("calls",)),
    Card("service_level_15s", against=("yoy",), notes=("mom",)),
    Card("abandonment_rate", against=("yoy",), notes=("blocked_rate",)),
    Card("asa", against=("yoy",), notes=("asa_p90",)),
    Card("aht", against=("yoy",), notes=("mom",)),
    Card("ivr_containment", against=("yoy",), notes=("mom",)),
    Card("repeat_rate", against=("yoy",), notes=("mom",)),
)
FEW = 8
NO_BREAK = "\u00a0"
RATE, CALLS = "rate", "calls"
# What-if: patience and handling, in seconds, when nobody knows; the level to reach.
PATIENCE = 90
USUAL_HANDLING = 180
GOAL = 80


def page() -> None:
    """Draw the hotline of the chosen branch and period."""
    view = frame.view()
    _ = view.words
    facts = view.facts
    # No part of the hotline is cut by tier or industry: panels say so, cards too.
    whole = replace(facts, where=(), _rows={})
    if facts.level == "county":
        _by_nature(view)
        return
    grid = plotted_service.hours(whole)
    block = plotted_service.worst_block(grid)
    row = whole.row("connection_rate")
    drawing.head(
        titles_service.hotline(
            whole.value("demand_growth"),
            whole.value("connection_rate"),
            block,
            plotted_service.weekdays(data.members(), _),
            _,
        ),
        frame.unfiltered(
            titles_service.calls_caption(
                view.branch_name or view.whole,
                frame.time_words(view, None),
                row,
                whole.value("calls_answered_monthly_mean"),
                _,
            ),
            view,
        ),
    )
    drawing.draw_cards(drawing.cards(CARDS, facts))
    left, right = st.columns([7, 5])
    with left, drawing.panel("volume"):
        _volume(view, whole)
    with left, drawing.panel("definitions"):
        _definitions(view)
    with right, drawing.panel("hours"):
        _hours(view, whole, grid, block)
    with drawing.panel("days", height="content"):
        _days(view)
    branches = {code: branch.name for code, branch in view.branches.items()}
    places = plotted_service.call_places(whole, data.members(), branches)
    left, right = st.columns([7, 5])
    # Many places fill a column of their own; a few stand beside the longer reasons.
    wide, beside = (left, right) if len(places) > FEW else (right, left)
    with wide, drawing.panel("places"):
        _places(view, whole, places)
    with beside, drawing.panel("reasons"):
        _reasons(view, whole)
    with right, drawing.panel("coverage"):
        _coverage(view, whole)
    with drawing.panel("staffing", height="content"):
        _staffing(view)


def _by_nature(view: View) -> None:
    """Say that a county has no calls of its own."""
    _ = view.words
    said = _("Counted by hotline centre and city, not by county")
    drawing.head(
        _("{branch}: no data", branch=view.branch_name),
        frame.time_words(view, None),
    )
    with drawing.panel("nature", height="content"):
        drawing.empty(said, _("Choose the city or the whole province"))


def _volume(view: View, facts: Facts) -> None:
    _ = view.words
    rows = plotted_service.call_months(facts)
    if rows.empty:
        drawing.panel_head(_("No calls in this period"), view.branch_name or view.whole)
        states.nothing(view, "connection_rate", "volume")
        return
    ends = [
        {"value": row["rate"], "low": row["low"], "high": row["high"]}
        for row in (rows.iloc[0], rows.iloc[-1])
    ]
    title = titles_service.volume(rows, is_change(ends[1], ends[0]), _)
    unit = wording.scale(float(rows["demand"].max()), _.language)
    unit = {"K": "thousand", "M": "million"}.get(unit, unit)
    drawing.panel_head(
        title,
        _(
            "Above: demand a month, {unit} (grey = answered, orange = not); below: "
            "connection rate; its axis does not start at 0",
            unit=_("{scale} calls", scale=unit) if unit else _("calls"),
        ),
    )
    base = facts.target("connection_rate", "base_target")
    behind.plot(
        charts_service.volume(rows, base, _, view.colours),
        titles_service.volume_table(rows, _),
        "volume",
        titles_service.volume_alt(title, rows, _),
        view,
        height="stretch",
    )


def _definitions(view: View) -> None:
    _ = view.words
    parts = data.ask_rows(questions.call_parts(view.period.code, view.branch))[0]
    rows = plotted_service.definitions(parts, _)
    title = titles_service.definitions(rows, _)
    drawing.panel_head(
        title,
        _(
            "This board and its targets use the first row only; calls that ended in "
            "the IVR are in none"
        ),
    )
    if not rows:
        states.nothing(view, "connection_rate", "definitions")
        return
    # Name and formula share a column, and a division stays on one line: on a phone
    # there is no room for four.
    heads = [_("Formula"), _("Calls"), _("Result")]
    lines = [f"| {' | '.join(heads)} |", "|---|--:|--:|"]
    for place, row in enumerate(rows):
        name, formula = wording.escaped(row["name"]), wording.escaped(row["formula"])
        calls = f"{wording.plain(row['part'])} ÷ {wording.plain(row['whole'])}"
        bold = "**" if place == 0 else ""
        cells = [
            f"{bold}{name}{bold} :gray[{formula}]",
            calls.replace(" ", NO_BREAK),
            f"{bold}{wording.rate(row['share'])}{bold}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    st.markdown("\n".join(lines))


def _hours(
    view: View,
    facts: Facts,
    grid: "Frame",
    block: plotted_service.Block | None,
) -> None:
    _ = view.words
    if grid.empty:
        drawing.panel_head(_("No calls in this period"), view.branch_name or view.whole)
        states.nothing(view, "connection_rate", "hours")
        return
    measure = state.take("show", (RATE, CALLS), RATE)
    weekdays = plotted_service.weekdays(data.members(), _)
    last = min(view.period.ends_on, view.release.as_of)
    days = plotted_service.days_of_week(view.period.starts_on, last)
    grid["calls"] = [
        demand / max(1, days[day])
        for demand, day in zip(grid["demand"], grid["weekday"], strict=True)
    ]
    if measure == RATE:
        title = titles_service.hours(block, weekdays, _)
        caption = _(
            "Connection rate, %, by hour and weekday; stronger = lower, frame = where "
            "most calls are missed beyond the average"
        )
    else:
        title = titles_service.busiest(grid, weekdays, _)
        caption = _("Calls asking for an agent in a mean hour; stronger = more")
    drawing.panel_head(title, caption)
    said = {RATE: _("Connection rate"), CALLS: _("Demand")}
    st.selectbox(
        _("Show"),
        (RATE, CALLS),
        format_func=said.__getitem__,
        key="show",
        label_visibility="collapsed",
        width=172,
    )
    state.leave("show", RATE)
    behind.plot(
        charts_service.hours(
            grid,
            block,
            plotted_service.weekdays(data.members(), _, short=True),
            _,
            view.colours,
            measure,
        ),
        titles_service.hours_table(grid, weekdays, _),
        "hours",
        titles_service.hours_alt(title, grid, weekdays, _),
        view,
        height="stretch",
    )


def _days(view: View) -> None:
    _ = view.words
    rows = data.ask(questions.call_days(view.period.code, view.branch))
    title = titles_service.days(rows, _)
    drawing.panel_head(
        title,
        _(
            "Day by day; ■ = at least two of the three worse than the same weekday "
            "around, robust z ≥ 3.5 and 10 points (demand: half as many again)"
        ),
    )
    if rows.empty:
        states.nothing(view, "call_demand", "days")
        return
    behind.plot(
        charts_service.days(rows, _, view.colours),
        titles_service.days_table(rows, _),
        "days",
        titles_service.days_alt(title, rows, _),
        view,
    )
    marked = rows[rows["is_marked"].astype(bool)]
    if len(marked):
        st.markdown(behind.as_markdown(titles_service.days_table(marked, _, False)))


def _places(view: View, facts: Facts, rows: "Frame") -> None:
    _ = view.words
    title = titles_service.places(rows, _)
    drawing.panel_head(
        title,
        _(
            "Connection rate, %, 95% interval; coloured = differs from the others "
            "(Benjamini–Hochberg, 5%); dashed = all; tap a city to see it"
        ),
    )
    if rows.empty:
        states.nothing(view, "connection_rate", "places")
        return
    rate = facts.value("connection_rate")
    line = None if rate is None else 100 * rate
    text = _("all {rate}", rate=wording.rate(rate))
    behind.plot(
        charts_service.dots(rows, _, view.colours, line, text),
        titles_service.dots_table(rows, _),
        "places",
        titles_service.dots_alt(title, rows, _),
        view,
        taps=behind.Taps([target for target in rows["target"] if target]),
        height="stretch" if len(rows) > FEW else "content",
    )


def _reasons(view: View, facts: Facts) -> None:
    _ = view.words
    rows = plotted_service.call_reasons(facts, data.members())
    title = titles_service.call_reasons(rows, _)
    drawing.panel_head(
        title, _("Share of demand; ↑↓ = places gained or lost in a year")
    )
    if rows.empty:
        states.nothing(view, "call_reasons", "reasons")
        return
    behind.plot(
        charts_service.call_reasons(rows, _, view.colours),
        titles_service.call_reasons_table(rows, _),
        "reasons",
        titles_service.share_alt(title, rows, _),
        view,
        height="stretch",
    )


def _coverage(view: View, facts: Facts) -> None:
    _ = view.words
    rows = plotted_service.coverage(facts)
    title = titles_service.coverage(rows, _)
    drawing.panel_head(title, _("Cities with a regional centre at the month's end"))
    if rows.empty:
        states.nothing(view, "hotline_coverage", "coverage")
        return
    behind.plot(
        charts_service.coverage(rows, _, view.colours),
        titles_service.coverage_table(rows, _),
        "coverage",
        titles_service.coverage_alt(title, rows, _),
        view,
        height="stretch",
    )


def _staffing(view: View) -> None:
    _ = view.words
    rows = data.ask_rows(questions.half_hours(view.period.code, view.branch))
    if not rows:
        drawing.panel_head(_("No calls to staff for"), view.branch_name or view.whole)
        states.nothing(view, "call_demand", "staffing")
        return
    parts = data.ask_rows(questions.call_parts(view.period.code, view.branch))[0]
    within = float(parts["service_level_seconds"])
    head, inputs, drawn = st.container(), st.container(), st.container()
    with inputs:
        chosen, load, agents, patience = _what_if(rows, within, _)
    goal = GOAL / 100
    queue = erlang.erlang_c(load, agents, within)
    leaving = erlang.erlang_a(load, agents, patience, within)
    needed = erlang.agents_needed(load, goal, within)
    title = titles_service.staffing(
        {"service_level": queue.service_level, "needed": needed}, agents, goal, _
    )
    with head:
        drawing.panel_head(
            title,
            _(
                "What if, half hour {half_hour}: answered within {within}; Erlang C "
                "lets everybody wait, Erlang A lets callers hang up",
                half_hour=chosen,
                within=wording.duration(within, _.language),
            ),
        )
    with drawn:
        left, right = st.columns([5, 7])
        with left:
            st.markdown(titles_service.staffing_table(queue, leaving, within, _))
        with right:
            _day_of_agents(view, rows, chosen, within)


def _what_if(
    rows: data.Rows, within: float, words: Words
) -> tuple[str, erlang.Load, int, float]:
    """The inputs: half hour, calls, handling time, agents, patience."""
    _ = words
    by_half = {row["half_hour"]: row for row in rows}
    peak = max(by_half, key=lambda half: by_half[half]["calls"])
    with st.container(horizontal=True, gap="small"):
        chosen = state.take("half", tuple(by_half), peak)
        st.selectbox(_("Half hour"), tuple(by_half), key="half", width=120)
        state.leave("half", peak)
        chosen = str(st.session_state["half"])
        usual = _usual(by_half[chosen], within)
        fields = {
            "calls": (_("Calls in it"), 0, 5_000, usual[0]),
            "aht": (_("Handling, seconds"), 10, 3_600, usual[1]),
            "agents": (_("Agents"), 1, erlang.MOST_AGENTS, usual[2]),
            "patience": (_("Patience, seconds"), 5, 3_600, PATIENCE),
        }
        for key, (label, low, high, default) in fields.items():
            state.take_number(key, low, high, default)
            st.number_input(
                label, min_value=low, max_value=high, step=1, key=key, width=140
            )
            state.leave_number(key, default)
    number = {key: int(st.session_state[key]) for key in fields}
    load = erlang.Load(number["calls"], number["aht"])
    return chosen, load, number["agents"], float(number["patience"])


def _usual(row: dict[str, object], within: float) -> tuple[int, int, int]:
    """What a half hour is really like, and the agents it takes."""
    calls = round(wording.number(row["calls"]) or 0)
    handling = wording.number(row["handling_seconds"])
    seconds = USUAL_HANDLING if handling is None else round(handling)
    needed = erlang.agents_needed(erlang.Load(calls, seconds), GOAL / 100, within)
    return calls, max(10, seconds), max(1, needed)


def _day_of_agents(view: View, rows: data.Rows, chosen: str, within: float) -> None:
    _ = view.words
    agents = [_usual(row, within)[2] for row in rows]
    halves = [row["half_hour"] for row in rows]
    st.caption(
        _(
            "Agents needed on a working day for {goal} within {within}, as calls came "
            "in this period (Erlang C); tap a half hour to choose it",
            goal=wording.rate(GOAL / 100, 0),
            within=wording.duration(within, _.language),
        )
    )
    behind.plot(
        charts_service.staffing(halves, agents, chosen, _, view.colours),
        titles_service.agents_table(
            [row | {"agents": n} for row, n in zip(rows, agents, strict=True)], _
        ),
        "staffing",
        titles_service.agents_alt(halves, agents, _),
        view,
        taps=behind.Taps([{"half": half} for half in halves], state=chosen),
    )
