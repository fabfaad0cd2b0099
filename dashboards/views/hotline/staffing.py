"""What if: what callers meet in a half hour, by calls, handling, agents, patience."""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboards.cards.facts import Row
from dashboards.shell import data, state
from jike.kpis import erlang
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
    "agents": (1, 2_000),
    "patience": (5, 3_600),
}
"""The least and the most that can be put in; what is usual always can."""


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

    @property
    def limits(self) -> dict[str, tuple[int, int]]:
        """The least and the most that can be put in, by input."""
        return _limits(self.usual)


def asked(halves: data.Rows, within: float) -> WhatIf:
    """What the viewer has put in; the peak, and what is usual, where nothing is."""
    by_half = {row["half_hour"]: row for row in halves}
    peak = max(by_half, key=lambda half: by_half[half]["calls"])
    half = state.take("half", tuple(by_half), peak)
    as_ever = usual(by_half[half], within)
    numbers = {
        key: state.take_number(key, *limits, as_ever[key])
        for key, limits in _limits(as_ever).items()
    }
    return WhatIf(half, peak, tuple(by_half), numbers, as_ever)


def _limits(as_ever: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    return {key: (low, max(high, as_ever[key])) for key, (low, high) in LIMITS.items()}


def usual(row: Row, within: float) -> dict[str, int]:
    """What a half hour is really like, and the agents it takes."""
    calls = round(wording.number(row["calls"]) or 0)
    handling = wording.number(row["handling_seconds"])
    least, _most = LIMITS["aht"]
    seconds = USUAL_HANDLING if handling is None else max(least, round(handling))
    needed = erlang.agents_needed(erlang.Load(calls, seconds), GOAL, within)
    return {
        "calls": calls,
        "aht": seconds,
        "agents": max(1, needed),
        "patience": PATIENCE,
    }


def met(given: WhatIf, within: float, words: Words) -> list[tuple[str, str, str]]:
    """What callers meet by Erlang C (everybody waits) and A (some hang up), written."""
    _ = words
    agents, patience = given.numbers["agents"], float(given.numbers["patience"])
    queue = erlang.erlang_c(given.load, agents, within)
    leaving = erlang.erlang_a(given.load, agents, patience, within)
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
