"""热线: is the hotline answered, when is it not, and how many agents would it take?"""

from typing import TYPE_CHECKING

import streamlit as st

from dashboards.cards import rows as cards_rows
from dashboards.cards.comparisons import is_change
from dashboards.cards.drawn import cards, draw_cards
from dashboards.cards.facts import Card, Facts, of_view
from dashboards.cards.rows import call_months
from dashboards.kit import behind, dots, labels, panel, volume
from dashboards.kit.colours import colours
from dashboards.pages.hotline import charts, findings
from dashboards.pages.hotline import rows as hotline_rows
from dashboards.pages.hotline.rows import Block, call_places, days_of_week, worst_block
from dashboards.shell import data, state
from dashboards.shell import view as shell_view
from dashboards.shell.view import View, time_words, unfiltered
from jike.kpis import erlang
from jike.pages import hotline as questions
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    from dashboards.cards.rows import Frame

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
    view = shell_view.view()
    _ = view.words
    facts = of_view(view)
    # No part of the hotline is cut by tier or industry: panels say so, cards too.
    whole = facts.unfiltered()
    if facts.level == "county":
        _by_nature(view)
        return
    grid = hotline_rows.hours(whole)
    block = worst_block(grid)
    row = whole.row("connection_rate")
    panel.head(
        findings.hotline(
            whole.value("demand_growth"),
            whole.value("connection_rate"),
            block,
            cards_rows.weekdays(data.members(), _),
            _,
        ),
        unfiltered(
            findings.calls_caption(
                view.branch_name or view.whole,
                time_words(view, None),
                row,
                whole.value("calls_answered_monthly_mean"),
                _,
            ),
            view,
        ),
    )
    draw_cards(cards(CARDS, facts))
    left, right = st.columns([7, 5])
    with left, panel.panel("volume"):
        _volume(view, whole)
    with left, panel.panel("definitions"):
        _definitions(view)
    with right, panel.panel("hours"):
        _hours(view, whole, grid, block)
    with panel.panel("days", height="content"):
        _days(view)
    branches = {code: branch.name for code, branch in view.branches.items()}
    places = call_places(whole, data.members(), branches)
    left, right = st.columns([7, 5])
    # Many places fill a column of their own; a few stand beside the longer reasons.
    wide, beside = (left, right) if len(places) > FEW else (right, left)
    with wide, panel.panel("places"):
        _places(view, whole, places)
    with beside, panel.panel("reasons"):
        _reasons(view, whole)
    with right, panel.panel("coverage"):
        _coverage(view, whole)
    with panel.panel("staffing", height="content"):
        _staffing(view)


def _by_nature(view: View) -> None:
    """Say that a county has no calls of its own."""
    _ = view.words
    said = _("Counted by hotline centre and city, not by county")
    panel.head(
        _("{branch}: no data", branch=view.branch_name),
        time_words(view, None),
    )
    with panel.panel("nature", height="content"):
        panel.empty(said, _("Choose the city or the whole province"))


def _volume(view: View, facts: Facts) -> None:
    _ = view.words
    rows = call_months(facts)
    if rows.empty:
        panel.panel_head(_("No calls in this period"), view.branch_name or view.whole)
        panel.nothing(view, "connection_rate", "volume")
        return
    ends = [
        {"value": row["rate"], "low": row["low"], "high": row["high"]}
        for row in (rows.iloc[0], rows.iloc[-1])
    ]
    title = findings.volume(rows, is_change(ends[1], ends[0]), _)
    unit = wording.scale(float(rows["demand"].max()), _.language)
    unit = {"K": "thousand", "M": "million"}.get(unit, unit)
    panel.panel_head(
        title,
        _(
            "Above: demand a month, {unit} (grey = answered, orange = not); below: "
            "connection rate; its axis does not start at 0",
            unit=_("{scale} calls", scale=unit) if unit else _("calls"),
        ),
    )
    base = facts.target("connection_rate", "base_target")
    behind.plot(
        volume.volume(rows, base, _, colours(view.theme)),
        findings.volume_table(rows, _),
        "volume",
        findings.volume_alt(title, rows, _),
        view,
        height="stretch",
    )


def _definitions(view: View) -> None:
    _ = view.words
    parts = data.ask_rows(questions.call_parts(view.period.code, view.branch))[0]
    rows = hotline_rows.definitions(parts, _)
    title = findings.definitions(rows, _)
    panel.panel_head(
        title,
        _(
            "This board and its targets use the first row only; calls that ended in "
            "the IVR are in none"
        ),
    )
    if not rows:
        panel.nothing(view, "connection_rate", "definitions")
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
    block: Block | None,
) -> None:
    _ = view.words
    if grid.empty:
        panel.panel_head(_("No calls in this period"), view.branch_name or view.whole)
        panel.nothing(view, "connection_rate", "hours")
        return
    measure = state.take("show", (RATE, CALLS), RATE)
    weekdays = cards_rows.weekdays(data.members(), _)
    last = min(view.period.ends_on, view.release.as_of)
    days = days_of_week(view.period.starts_on, last)
    grid["calls"] = [
        demand / max(1, days[day])
        for demand, day in zip(grid["demand"], grid["weekday"], strict=True)
    ]
    if measure == RATE:
        title = findings.hours(block, weekdays, _)
        caption = _(
            "Connection rate, %, by hour and weekday; stronger = lower, frame = where "
            "most calls are missed beyond the average"
        )
    else:
        title = findings.busiest(grid, weekdays, _)
        caption = _("Calls asking for an agent in a mean hour; stronger = more")
    panel.panel_head(title, caption)
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
        charts.hours(
            grid,
            block,
            cards_rows.weekdays(data.members(), _, short=True),
            _,
            colours(view.theme),
            measure,
        ),
        findings.hours_table(grid, weekdays, _),
        "hours",
        findings.hours_alt(title, grid, weekdays, _),
        view,
        height="stretch",
    )


def _days(view: View) -> None:
    _ = view.words
    rows = data.ask(questions.call_days(view.period.code, view.branch))
    title = findings.days(rows, _)
    panel.panel_head(
        title,
        _(
            "Day by day; ■ = at least two of the three worse than the same weekday "
            "around, robust z ≥ 3.5 and 10 points (demand: half as many again)"
        ),
    )
    if rows.empty:
        panel.nothing(view, "call_demand", "days")
        return
    behind.plot(
        charts.days(rows, _, colours(view.theme)),
        findings.days_table(rows, _),
        "days",
        findings.days_alt(title, rows, _),
        view,
    )
    marked = rows[rows["is_marked"].astype(bool)]
    if len(marked):
        st.markdown(behind.as_markdown(findings.days_table(marked, _, False)))


def _places(view: View, facts: Facts, rows: "Frame") -> None:
    _ = view.words
    title = findings.places(rows, _)
    panel.panel_head(
        title,
        _(
            "Connection rate, %, 95% interval; coloured = differs from the others "
            "(Benjamini–Hochberg, 5%); dashed = all; tap a city to see it"
        ),
    )
    if rows.empty:
        panel.nothing(view, "connection_rate", "places")
        return
    rate = facts.value("connection_rate")
    line = None if rate is None else 100 * rate
    text = _("all {rate}", rate=wording.rate(rate))
    behind.plot(
        dots.dots(rows, _, colours(view.theme), line, text),
        dots.dots_table(rows, _),
        "places",
        dots.dots_alt(title, rows, _),
        view,
        taps=behind.Taps([target for target in rows["target"] if target]),
        height="stretch" if len(rows) > FEW else "content",
    )


def _reasons(view: View, facts: Facts) -> None:
    _ = view.words
    rows = hotline_rows.call_reasons(facts, data.members())
    title = findings.call_reasons(rows, _)
    panel.panel_head(title, _("Share of demand; ↑↓ = places gained or lost in a year"))
    if rows.empty:
        panel.nothing(view, "call_reasons", "reasons")
        return
    behind.plot(
        charts.call_reasons(rows, _, colours(view.theme)),
        findings.call_reasons_table(rows, _),
        "reasons",
        labels.share_alt(title, rows, _),
        view,
        height="stretch",
    )


def _coverage(view: View, facts: Facts) -> None:
    _ = view.words
    rows = hotline_rows.coverage(facts)
    title = findings.coverage(rows, _)
    panel.panel_head(title, _("Cities with a regional centre at the month's end"))
    if rows.empty:
        panel.nothing(view, "hotline_coverage", "coverage")
        return
    behind.plot(
        charts.coverage(rows, _, colours(view.theme)),
        findings.coverage_table(rows, _),
        "coverage",
        findings.coverage_alt(title, rows, _),
        view,
        height="stretch",
    )


def _staffing(view: View) -> None:
    _ = view.words
    rows = data.ask_rows(questions.half_hours(view.period.code, view.branch))
    if not rows:
        panel.panel_head(_("No calls to staff for"), view.branch_name or view.whole)
        panel.nothing(view, "call_demand", "staffing")
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
    title = findings.staffing(
        {"service_level": queue.service_level, "needed": needed}, agents, goal, _
    )
    with head:
        panel.panel_head(
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
            st.markdown(findings.staffing_table(queue, leaving, within, _))
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
        charts.staffing(halves, agents, chosen, _, colours(view.theme)),
        findings.agents_table(
            [row | {"agents": n} for row, n in zip(rows, agents, strict=True)], _
        ),
        "staffing",
        findings.agents_alt(halves, agents, _),
        view,
        taps=behind.Taps([{"half": half} for half in halves], state=chosen),
    )
