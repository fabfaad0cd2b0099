"""What if: the agents a half hour takes, by calls, handling and patience."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from dashboards.cards.facts import Row
from dashboards.kit import behind
from dashboards.kit.behind import Taps
from dashboards.kit.panel import Panel, plot
from dashboards.pages.hotline import findings
from dashboards.pages.hotline.charts import Agents
from dashboards.shell import data, state
from dashboards.shell.view import View
from jike.kpis import erlang
from jike.pages import hotline as questions
from jike.words import wording
from jike.words.language import Words

PATIENCE = 90
"""Seconds a caller waits when nobody knows."""

USUAL_HANDLING = 180
"""Seconds a call takes when nobody knows."""

GOAL = 0.8
"""The share of calls to be answered within the service level."""

LIMITS = {
    "calls": (0, 5_000),
    "aht": (10, 3_600),
    "agents": (1, erlang.MOST_AGENTS),
    "patience": (5, 3_600),
}
"""The least and the most that can be put in."""


@dataclass(frozen=True)
class WhatIf:
    """A half hour, what is put in for it, and what it is really like, both by input."""

    half: str
    peak: str
    halves: tuple[str, ...]
    numbers: Mapping[str, int]
    usual: Mapping[str, int]

    @property
    def load(self) -> erlang.Load:
        """The calls, and how long each takes."""
        return erlang.Load(self.numbers["calls"], self.numbers["aht"])


def panel(view: View) -> Panel:
    """How many agents reach the goal in a half hour, and in those around it."""
    _ = view.words
    halves = data.ask_rows(questions.half_hours(view.period.code, view.branch))
    if not halves:
        title, where = _("No calls to staff for"), view.branch_name or view.whole
        return Panel("staffing", title, where, halves, empty="call_demand")
    parts = data.ask_rows(questions.call_parts(view.period.code, view.branch))[0]
    within = float(parts["service_level_seconds"])
    asked = _asked(halves, within)
    agents = asked.numbers["agents"]
    queue = erlang.erlang_c(asked.load, agents, within)
    needed = erlang.agents_needed(asked.load, GOAL, within)
    return Panel(
        "staffing",
        findings.staffing(
            {"service_level": queue.service_level, "needed": needed}, agents, GOAL, _
        ),
        _(
            "What if, half hour {half_hour}: answered within {within}; Erlang C "
            "lets everybody wait, Erlang A lets callers hang up",
            half_hour=asked.half,
            within=wording.duration(within, _.language),
        ),
        halves,
        controls=lambda: _draw_inputs(asked, _),
        below=lambda: _draw_answer(view, halves, asked, within),
    )


def _asked(halves: data.Rows, within: float) -> WhatIf:
    """What the viewer has put in; the peak, and what is usual, where nothing is."""
    by_half = {row["half_hour"]: row for row in halves}
    peak = max(by_half, key=lambda half: by_half[half]["calls"])
    half = state.take("half", tuple(by_half), peak)
    usual = _usual(by_half[half], within)
    numbers = {
        key: state.take_number(key, *limits, usual[key])
        for key, limits in LIMITS.items()
    }
    return WhatIf(half, peak, tuple(by_half), numbers, usual)


def _usual(row: Row, within: float) -> dict[str, int]:
    """What a half hour is really like, and the agents it takes."""
    calls = round(wording.number(row["calls"]) or 0)
    handling = wording.number(row["handling_seconds"])
    seconds = USUAL_HANDLING if handling is None else round(handling)
    needed = erlang.agents_needed(erlang.Load(calls, seconds), GOAL, within)
    return {
        "calls": calls,
        "aht": max(10, seconds),
        "agents": max(1, needed),
        "patience": PATIENCE,
    }


def _draw_inputs(asked: WhatIf, words: Words) -> None:
    """The half hour, calls, handling time, agents, patience."""
    _ = words
    said = {
        "calls": _("Calls in it"),
        "aht": _("Handling, seconds"),
        "agents": _("Agents"),
        "patience": _("Patience, seconds"),
    }
    with st.container(horizontal=True, gap="small"):
        st.selectbox(_("Half hour"), asked.halves, key="half", width=120)
        state.leave("half", asked.peak)
        for key, (low, high) in LIMITS.items():
            st.number_input(
                said[key], min_value=low, max_value=high, step=1, key=key, width=140
            )
            state.leave_number(key, asked.usual[key])


def _draw_answer(view: View, halves: data.Rows, asked: WhatIf, within: float) -> None:
    """What callers meet, and beside it the agents of every half hour."""
    _ = view.words
    left, right = st.columns([5, 7])
    with left:
        heads = ("", "Erlang C", "Erlang A")
        st.markdown(behind.markdown(heads, _met(asked, within, _)))
    with right:
        st.caption(
            _(
                "Agents needed on a working day for {goal} within {within}, as calls "
                "came in this period (Erlang C); tap a half hour to choose it",
                goal=wording.rate(GOAL, 0),
                within=wording.duration(within, _.language),
            )
        )
        rows = [row | {"agents": _usual(row, within)["agents"]} for row in halves]
        targets = [{"half": half} for half in asked.halves]
        made = Panel(
            "staffing",
            _("Agents needed by half hour"),
            "",
            rows,
            taps=Taps(targets, state=asked.half),
            height="content",
        )
        plot(view, made, Agents(asked.half))


def _met(asked: WhatIf, within: float, words: Words) -> list[tuple[str, str, str]]:
    """What callers meet by Erlang C (everybody waits) and A (some hang up), written."""
    _ = words
    agents, patience = asked.numbers["agents"], float(asked.numbers["patience"])
    queue = erlang.erlang_c(asked.load, agents, within)
    leaving = erlang.erlang_a(asked.load, agents, patience, within)
    limit = wording.duration(within, _.language)
    shares = {
        _("Have to wait"): (queue.waiting, leaving.waiting),
        _("Answered within {limit}", limit=limit): (
            queue.service_level,
            leaving.service_level,
        ),
        _("Hang up"): (queue.abandoned, leaving.abandoned),
        _("Agents busy"): (queue.occupancy, leaving.occupancy),
    }
    rows = [
        (name, wording.rate(one), wording.rate(other))
        for name, (one, other) in shares.items()
    ]
    mean = (_("Mean wait"), _waited(queue.wait, _), _waited(leaving.wait, _))
    return [*rows[:2], mean, *rows[2:]]


def _waited(seconds: float, words: Words) -> str:
    _ = words
    if wording.is_missing(seconds):
        return _("without end")
    return _("{n} s", n=wording.plain(seconds, 1))
