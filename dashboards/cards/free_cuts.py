"""A KPI by a column x_<name> of the deployment's own: the last panel of a page."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from dashboards.cards import findings, panels, rows
from dashboards.cards.facts import Facts
from dashboards.kit.bars import Bars
from dashboards.kit.panel import Panel, draw
from dashboards.kit.table import Column
from dashboards.shell import data, state
from dashboards.shell.view import View
from jike.words import wording
from jike.words.language import Words

MOST_BARS = 30
"""More members stand in the table behind the panel only."""


def draw_by(view: View, facts: Facts, code: str) -> None:
    """Draw a KPI by a free cut of its family; nothing where there is none to choose."""
    cuts = [c for c in data.free_cuts(facts.catalogue[code].family) if c.members]
    if cuts:
        draw(view, "free_cuts", lambda: _panel(facts, code, cuts))


def _panel(facts: Facts, code: str, cuts: Sequence[data.FreeCut]) -> Panel:
    _ = facts.words
    kpi = facts.catalogue[code]
    names = {cut.code: _.name(cut.said) for cut in cuts}
    chosen = state.take("by", tuple(names), cuts[0].code)
    found = rows.members(facts, code, chosen, data.members())
    name = kpi.name(_.language)
    return Panel(
        "free_cuts",
        findings.highest(name, found, lambda value: written(facts, code, value), _),
        _(
            "{name} by {cut}; | = before; the largest {n} are drawn, the table has all",
            name=name,
            cut=names[chosen],
            n=MOST_BARS,
        ),
        found.head(MOST_BARS),
        Bars(
            names[chosen],
            lambda value: written(facts, code, value),
            findings.versus(facts),
        ),
        table=found,
        empty=code,
        controls=lambda: panels.choose_free_cut(names, _),
        height="content",
        name=f"free_cuts_{chosen}",
    )


def written(facts: Facts, code: str, value: float) -> str:
    """A value in the KPI's unit."""
    kpi = facts.catalogue[code]
    return wording.value(value, kpi.unit, facts.words.language, kpi.decimals)


def columns(family: str, words: Words) -> list[Column]:
    """The free cuts of listed rows that carry them in `free_cuts`, one column each."""
    return [
        Column(
            cut.code,
            words.name(cut.said),
            of=partial(_member, cut.code),
            width=100,
        )
        for cut in data.free_cuts(family)
    ]


def _member(code: str, row: Mapping[str, Any]) -> str:
    text = row["free_cuts"]
    found = None if wording.is_missing(text) else json.loads(text).get(code)
    return wording.MISSING if found is None else str(found)
