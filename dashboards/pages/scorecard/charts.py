"""Charts of this page alone: a frame, words and colours in, a figure out."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from dashboards.kit.canvas import printable
from dashboards.kit.colours import Colours
from dashboards.kit.columns import Column, Mark, rows
from dashboards.kit.labels import wrapped
from jike.words import wording
from jike.words.language import Words

BASE = 80.0
"""Score of a KPI that just meets its base target; its challenge gives 100."""


def kpis(
    scored: Sequence[Mapping[str, Any]], words: Words, colours: Colours
) -> go.Figure:
    """A bar of the score per KPI: blue from base on, orange below.

    Below its name stand its figure and its base, where a phone keeps room for them.

    scored: plotted_scores.kpis().
    """
    _ = words
    inks = [
        colours.act
        if row["score"] is None
        else colours.good
        if row["score"] >= BASE
        else colours.bad
        for row in scored
    ]
    columns = [
        Column(_("score"), [wording.index(row["score"]) for row in scored], width=50)
    ]
    return rows(
        [_label(row, words) for row in scored],
        [row["score"] for row in scored],
        columns,
        colours,
        inks=inks,
        end=100.0,
        marks=[Mark(BASE, _("base 80"))],
    )


def _label(row: Mapping[str, Any], words: Words) -> str:
    _ = words
    said = _("{actual}, base {base}", actual=row["actual_text"], base=row["base_text"])
    return f"{wrapped(row['name'], words)}<br>{printable(said)}"
