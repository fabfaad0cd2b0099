"""热线: is the hotline answered, when is it not, and how many agents would it take?"""

from typing import TYPE_CHECKING

import streamlit as st

from dashboards.cards import free_cuts
from dashboards.cards.comparisons import is_change
from dashboards.cards.drawn import cards, draw_cards
from dashboards.cards.facts import Card, Facts, Row, of_view
from dashboards.cards.panels import FEW, dotted
from dashboards.cards.rows import call_months, over, weekdays
from dashboards.kit import behind
from dashboards.kit.behind import Taps
from dashboards.kit.dots import Dots
from dashboards.kit.panel import Panel, draw, draw_empty, draw_stacks, head, plot
from dashboards.kit.table import Column
from dashboards.kit.trend import month_column
from dashboards.kit.volume import Volume
from dashboards.shell import data, state
from dashboards.shell.view import View, time_words, unfiltered, view
from dashboards.views.hotline import findings, rows, staffing
from dashboards.views.hotline.charts import (
    CALLS,
    RATE,
    Agents,
    CallReasons,
    Coverage,
    Days,
    Hours,
)
from dashboards.views.hotline.rows import Block
from dashboards.views.hotline.staffing import WhatIf
from jike.kpis import erlang
from jike.kpis.cuts import Where
from jike.pages import hotline as questions
from jike.pages.frame import FILTERS, is_free_cut
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    from dashboards.kit.labels import Frame

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

NO_BREAK = "\u00a0"


def page() -> None:
    """Draw the hotline of the chosen branch and period."""
    chosen = view()
    facts = of_view(chosen)
    if facts.level == "county":
        _by_nature(chosen)
        return
    # No part of the hotline is cut by tier or industry: panels say so, cards too.
    whole = facts.unfiltered(FILTERS)
    grid = rows.hours(whole)
    block = rows.worst_block(grid)
    head(*_heading(chosen, whole, block))
    draw_cards(cards(CARDS, facts))
    draw_stacks(
        chosen,
        (7, 5),
        (
            {
                "volume": lambda: _volume(chosen, whole),
                "definitions": lambda: _definitions(chosen),
            },
            {"hours": lambda: _hours(chosen, grid, block)},
        ),
    )
    draw(chosen, "days", lambda: _days(chosen))
    branches = {code: branch.name for code, branch in chosen.branches.items()}
    found = rows.call_places(whole, data.members(), branches)
    places = {"places": lambda: _places(chosen, whole, found)}
    reasons = {"reasons": lambda: _reasons(chosen, whole)}
    coverage = {"coverage": lambda: _coverage(chosen, whole)}
    # Many places fill a column of their own; a few stand beside the longer reasons.
    left, right = (places, reasons) if len(found) > FEW else (reasons, places)
    draw_stacks(chosen, (7, 5), (left, right | coverage))
    draw(chosen, "staffing", lambda: _staffing(chosen))
    free_cuts.draw_by(chosen, whole, "call_demand")


def _by_nature(view: View) -> None:
    """Say that a county has no calls of its own."""
    _ = view.words
    title = _("{branch}: calls are counted by city", branch=view.branch_name)
    head(title, time_words(view, None))
    draw_empty(
        "nature",
        _("Counted by hotline centre and city, not by county"),
        _("Choose the city or the whole province"),
    )


def _heading(view: View, facts: Facts, block: Block | None) -> tuple[str, str]:
    """The page's finding, and the calls it rests on."""
    _ = view.words
    title = findings.hotline(
        facts.value("demand_growth"),
        facts.value("connection_rate"),
        block,
        weekdays(data.members(), _),
        _,
    )
    caption = findings.calls_caption(
        _place(view),
        time_words(view, None),
        facts.row("connection_rate"),
        facts.value("calls_answered_monthly_mean"),
        _,
    )
    return title, unfiltered(caption, view, FILTERS)


def _free(view: View) -> Where:
    """The filters that calls are cut by: free cuts alone."""
    return tuple(pair for pair in view.where if is_free_cut(pair[0]))


def _place(view: View) -> str:
    names = data.members()
    cuts = [view.words.name(names[cut]) for cut in _free(view)]
    return " · ".join([view.branch_name or view.whole, *cuts])


def _no_calls(view: View, key: str) -> Panel:
    _ = view.words
    title = _("No calls in this period")
    return Panel(key, title, _place(view), (), empty="connection_rate")


def _volume(view: View, facts: Facts) -> Panel:
    _ = view.words
    found = call_months(facts)
    if found.empty:
        return _no_calls(view, "volume")
    told = over(found, facts)
    then, now = (
        {"value": row["rate"], "low": row["low"], "high": row["high"]}
        for row in (told.iloc[0], told.iloc[-1])
    )
    unit = wording.scale(float(found["demand"].max()), _.language)
    unit = {"K": "thousand", "M": "million"}.get(unit, unit)
    heads = (_("Demand"), _("answered"))
    return Panel(
        "volume",
        findings.volume(told, is_change(now, then), _),
        _(
            "Above: demand a month, {unit} (grey = answered, orange = not); below: "
            "connection rate; its axis does not start at 0",
            unit=_("{scale} calls", scale=unit) if unit else _("calls"),
        ),
        found,
        Volume(heads, facts.target("connection_rate", "base_target")),
        columns=[
            month_column(_),
            Column("demand", heads[0], wording.plain),
            Column("answered", heads[1], wording.plain),
            Column("unanswered", _("not answered"), wording.plain),
            Column("rate", _("Rate"), wording.rate),
        ],
        figures=[
            f"{row['month']:%Y-%m} {wording.plain(row['demand'])} "
            f"{wording.rate(row['rate'])}"
            for row in found.to_dict("records")
        ],
    )


def _parts(view: View) -> Row:
    question = questions.call_parts(view.period.code, view.branch, _free(view))
    return data.ask_rows(question)[0]


def _definitions(view: View) -> Panel:
    """The usual formulas side by side, with what they make of the same calls."""
    _ = view.words
    parts = _parts(view)
    found = rows.definitions(parts, _)
    heads = [_("Formula"), _("Calls"), _("Result")]
    written = [_formula(row, place == 0) for place, row in enumerate(found)]
    return Panel(
        "definitions",
        findings.definitions(found, _),
        _(
            "This board and its targets use the first row only; calls that ended in "
            "the IVR are in none"
        ),
        found,
        empty="connection_rate",
        below=(lambda: st.markdown(behind.markdown(heads, written))) if found else None,
    )


def _formula(row: Row, is_own: bool) -> list[str]:
    """A formula as a line of the table; this board's own stands out.

    Name and formula share a column, and a division stays on one line: on a phone there
    is no room for four.
    """
    bold = "**" if is_own else ""
    name, formula = wording.escaped(row["name"]), wording.escaped(row["formula"])
    calls = f"{wording.plain(row['part'])} ÷ {wording.plain(row['whole'])}"
    return [
        f"{bold}{name}{bold} :gray[{formula}]",
        calls.replace(" ", NO_BREAK),
        f"{bold}{wording.rate(row['share'])}{bold}",
    ]


def _hours(view: View, grid: "Frame", block: Block | None) -> Panel:
    _ = view.words
    if grid.empty:
        return _no_calls(view, "hours")
    measure = state.take("show", (RATE, CALLS), RATE)
    last = min(view.period.ends_on, view.release.as_of)
    found = rows.mean_hours(grid, view.period.starts_on, last)
    names = weekdays(data.members(), _)
    if measure == RATE:
        title = findings.hours(block, names, _)
        caption = _(
            "Connection rate, %, by hour and weekday; stronger = lower, frame = where "
            "most calls are missed beyond the average"
        )
    else:
        title = findings.busiest(found, names, _)
        caption = _("Calls asking for an agent in a mean hour; stronger = more")
    return Panel(
        "hours",
        title,
        caption,
        found,
        Hours(measure, block, names, weekdays(data.members(), _, short=True)),
        table=found.sort_values(["weekday", "hour"]),
        controls=lambda: _choose_measure(_),
    )


def _choose_measure(words: Words) -> None:
    _ = words
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


def _days(view: View) -> Panel:
    _ = view.words
    found = data.ask(questions.call_days(view.period.code, view.branch, _free(view)))
    title, chart = findings.days(found, _), Days()
    marked = found[found["is_marked"].astype(bool)].to_dict("records")
    counted = _.many("{n} day", "{n} days", len(found))
    return Panel(
        "days",
        title,
        _(
            "Day by day; ■ = at least two of the three worse than the same weekday "
            "around, robust z ≥ 3.5 and 10 points (demand: half as many again)"
        ),
        found,
        chart,
        empty="call_demand",
        heard=f"{title} ({counted})",
        below=lambda: behind.stand(marked, chart.measures(_)) if marked else None,
        height="content",
    )


def _places(view: View, facts: Facts, found: "Frame") -> Panel:
    _ = view.words
    rate = facts.value("connection_rate")
    line = None if rate is None else 100 * rate
    return dotted(
        "places",
        findings.places(found, _),
        _(
            "Connection rate, %, 95% interval; coloured = differs from the others "
            "(Benjamini–Hochberg, 5%); dashed = all; tap a city to see it"
        ),
        found,
        "connection_rate",
        Dots(line, _("all {rate}", rate=wording.rate(rate))),
    )


def _reasons(view: View, facts: Facts) -> Panel:
    _ = view.words
    found = rows.call_reasons(facts, data.members())
    title = findings.call_reasons(found, _)
    caption = _("Share of demand; ↑↓ = places gained or lost in a year")
    return Panel("reasons", title, caption, found, CallReasons(), empty="call_reasons")


def _coverage(view: View, facts: Facts) -> Panel:
    _ = view.words
    found = rows.coverage(facts)
    title = findings.coverage(found, _)
    # Cities are no calls: of these filters they know none.
    caption = unfiltered(
        _("Cities with a regional centre at the month's end"),
        view,
        [name for name, _member in _free(view)],
    )
    return Panel(
        "coverage", title, caption, found, Coverage(), empty="hotline_coverage"
    )


def _staffing(view: View) -> Panel:
    """How many agents reach the goal in a half hour, and in those around it."""
    _ = view.words
    halves = data.ask_rows(
        questions.half_hours(view.period.code, view.branch, _free(view))
    )
    if not halves:
        title, where = _("No calls to staff for"), _place(view)
        return Panel("staffing", title, where, halves, empty="call_demand")
    parts = _parts(view)
    within = float(parts["service_level_seconds"])
    given = staffing.asked(halves, within)
    agents = given.numbers["agents"]
    queue = erlang.erlang_c(given.load, agents, within)
    needed = erlang.agents_needed(given.load, staffing.GOAL, within)
    return Panel(
        "staffing",
        findings.staffing(
            {"service_level": queue.service_level, "needed": needed},
            agents,
            staffing.GOAL,
            _,
        ),
        _(
            "What if, half hour {half_hour}: answered within {within}; Erlang C "
            "lets everybody wait, Erlang A lets callers hang up",
            half_hour=given.half,
            within=wording.duration(within, _.language),
        ),
        halves,
        controls=lambda: _draw_inputs(given, _),
        below=lambda: _draw_answer(view, halves, given, within),
    )


def _draw_inputs(given: WhatIf, words: Words) -> None:
    """The half hour, calls, handling time, agents, patience."""
    _ = words
    said = {
        "calls": _("Calls in it"),
        "aht": _("Handling, seconds"),
        "agents": _("Agents"),
        "patience": _("Patience, seconds"),
    }
    with st.container(horizontal=True, gap="small"):
        st.selectbox(_("Half hour"), given.halves, key="half", width=120)
        state.leave("half", given.peak)
        for key, (low, high) in given.limits.items():
            st.number_input(
                said[key], min_value=low, max_value=high, step=1, key=key, width=140
            )
            state.leave_number(key, given.usual[key])


def _draw_answer(view: View, halves: data.Rows, given: WhatIf, within: float) -> None:
    """What callers meet, and beside it the agents of every half hour."""
    _ = view.words
    left, right = st.columns([5, 7])
    with left:
        heads = ("", "Erlang C", "Erlang A")
        st.markdown(behind.markdown(heads, staffing.met(given, within, _)))
    with right:
        st.caption(
            _(
                "Agents needed on a working day for {goal} within {within}, as calls "
                "came in this period (Erlang C); tap a half hour to choose it",
                goal=wording.rate(staffing.GOAL, 0),
                within=wording.duration(within, _.language),
            )
        )
        needed = [
            row | {"agents": staffing.usual(row, within)["agents"]} for row in halves
        ]
        targets = [{"half": half} for half in given.halves]
        made = Panel(
            "staffing",
            _("Agents needed by half hour"),
            "",
            needed,
            taps=Taps(targets, state=given.half),
            height="content",
        )
        plot(view, made, Agents(given.half))
