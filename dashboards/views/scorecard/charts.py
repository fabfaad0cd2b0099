"""Charts of this page alone: the score of every KPI."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

import plotly.graph_objects as go

from dashboards.kit import columns as kit_columns
from dashboards.kit.canvas import printable
from dashboards.kit.colours import Colours
from dashboards.kit.labels import wrapped
from dashboards.kit.table import Column, Row
from jike.words import wording
from jike.words.language import Words

BASE = 80.0
"""Score of a KPI that just meets its base target; its challenge gives 100."""


@dataclass(frozen=True)
class Scores:
    """A bar of the score per KPI: blue from base on, orange below.

    Below its name stand its figure and its base, where a phone keeps room for them.

    rows: rows.kpis().
    """

    def draw(self, rows: Sequence[Row], words: Words, colours: Colours) -> go.Figure:
        """The heaviest KPI on top."""
        _ = words
        scores = [wording.index(row["score"]) for row in rows]
        return kit_columns.rows(
            [_label(row, words) for row in rows],
            [row["score"] for row in rows],
            [kit_columns.Column(_("score"), scores, width=50)],
            colours,
            inks=[_ink(row["score"], colours) for row in rows],
            end=100.0,
            marks=[kit_columns.Mark(BASE, _("base 80"))],
        )

    def columns(self, rows: Sequence[Row], words: Words) -> list[Column]:
        """A KPI a row: its score, its weight, and the figures as they are written."""
        _ = words
        heads = {
            "actual": _("actual"),
            "base": _("base"),
            "challenge": _("challenge"),
        }
        return [
            Column("name", "KPI"),
            Column("score", _("score"), wording.index),
            Column("weight", _("weight"), wording.plain),
            *(
                Column(
                    key,
                    head,
                    text=itemgetter(f"{key}_text"),
                    noted=_("{head}, as shown", head=head),
                )
                for key, head in heads.items()
            ),
        ]

    def figures(self, rows: Sequence[Row], words: Words) -> list[str]:
        """The score of every KPI."""
        return [f"{row['name']} {wording.index(row['score'])}" for row in rows]


def _ink(score: float | None, colours: Colours) -> str:
    if score is None:
        return colours.act
    return colours.good if score >= BASE else colours.bad


def _label(row: Row, words: Words) -> str:
    _ = words
    said = _("{actual}, base {base}", actual=row["actual_text"], base=row["base_text"])
    return f"{wrapped(row['name'], words)}<br>{printable(said)}"
