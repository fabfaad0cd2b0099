"""Charts of this page alone: tiers, moves between them, the signals of a warning."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboards.kit import columns as kit_columns
from dashboards.kit.canvas import (
    CELL_HEIGHT,
    SMALL,
    Cell,
    draw_cells,
    figure,
    printable,
    unseen,
)
from dashboards.kit.colours import Colours
from dashboards.kit.table import Column, Row
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Pyramid:
    """Customers by delivered tier, the highest on top, and what the score proposes.

    rows: rows.pyramid().
    """

    def draw(self, rows: "pd.DataFrame", words: Words, colours: Colours) -> go.Figure:
        """A bar a tier; its score and how many would move at the right."""
        _ = words
        moving = [
            f"{wording.plain(up)} / {wording.plain(down)}"
            for up, down in zip(rows["higher"], rows["lower"], strict=True)
        ]
        counts = [wording.plain(n) for n in rows["customers"]]
        scores = [wording.index(score) for score in rows["score"]]
        return kit_columns.rows(
            [f"<b>{printable(tier)}</b>" for tier in rows["tier"]],
            list(rows["customers"]),
            [
                kit_columns.Column(_("customers"), counts),
                kit_columns.Column(_("score"), scores, width=50),
                kit_columns.Column(_("to rise / fall"), moving, width=82),
            ],
            colours,
            touched=self.figures(rows, words),
        )

    def columns(self, rows: "pd.DataFrame", words: Words) -> list[Column]:
        """A tier a row."""
        _ = words
        return [
            Column("label", _("Tier")),
            Column("customers", _("customers"), wording.plain),
            Column("score", _("score"), wording.index),
            Column("higher", _("to rise"), wording.plain),
            Column("lower", _("to fall"), wording.plain),
        ]

    def figures(self, rows: "pd.DataFrame", words: Words) -> list[str]:
        """How many customers every tier has."""
        return [
            f"{label} {wording.plain(n)}"
            for label, n in zip(rows["label"], rows["customers"], strict=True)
        ]


@dataclass(frozen=True)
class Moves:
    """Tier before (rows) by tier now (columns); whoever stayed lies on the diagonal.

    rows: rows.moves(). Cells above the diagonal of the tiers' order are falls and
    orange, below it rises and blue; stayed, entered and left are grey.
    """

    def draw(self, rows: "pd.DataFrame", words: Words, colours: Colours) -> go.Figure:
        """The matrix with its sums."""
        befores = list(dict.fromkeys(rows["before"]))
        afters = list(dict.fromkeys(rows.sort_values("column")["after"]))
        fig = figure(colours, CELL_HEIGHT * len(befores) + 40)
        draw_cells(
            fig,
            [
                _cell(
                    row,
                    afters.index(row["after"]),
                    befores.index(row["before"]),
                    colours,
                )
                for row in rows.to_dict("records")
            ],
        )
        unseen(fig)
        fig.update_xaxes(
            side="top",
            tickvals=list(range(len(afters))),
            ticktext=[printable(name) for name in afters],
            range=[-0.5, len(afters) - 0.5],
            tickfont={"size": SMALL, "color": colours.ink},
        )
        fig.update_yaxes(
            tickvals=list(range(len(befores))),
            ticktext=[printable(name) for name in befores],
            range=[len(befores) - 0.5, -0.5],
            tickfont={"size": SMALL, "color": colours.ink},
        )
        return fig

    def columns(self, rows: "pd.DataFrame", words: Words) -> list[Column]:
        """A cell a row."""
        _ = words
        return [
            Column("before", _("Before")),
            Column("after", _("Now")),
            Column("customers", _("customers"), wording.plain),
        ]

    def figures(self, rows: "pd.DataFrame", words: Words) -> list[str]:
        """Every cell."""
        return [
            f"{row['before']} → {row['after']} {wording.plain(row['customers'])}"
            for row in rows.to_dict("records")
        ]


def _cell(row: Row, x: int, y: int, colours: Colours) -> Cell:
    soft = {"up": colours.goodsoft, "down": colours.badsoft}
    text, way = wording.plain(row["customers"]), row["direction"]
    if way == "sum":
        return Cell(x, y, f"<b>{text}</b>", colours.ink)
    ink = colours.ink if way in soft else colours.mid
    return Cell(x, y, text, ink, soft.get(way, colours.band))


@dataclass(frozen=True)
class Signals:
    """The signals of a warning with their points; rows: rows.signals()."""

    def draw(self, rows: Sequence[Row], words: Words, colours: Colours) -> go.Figure:
        """A bar a signal; what was measured at the right."""
        _ = words
        points = [str(row["points"]) for row in rows]
        measured = [row["measured"] for row in rows]
        return kit_columns.rows(
            [row["label"] for row in rows],
            [row["points"] for row in rows],
            [
                kit_columns.Column(_("points"), points, width=44),
                kit_columns.Column(_("measured"), measured, width=104),
            ],
            colours,
        )

    def columns(self, rows: Sequence[Row], words: Words) -> list[Column]:
        """A signal a row."""
        _ = words
        return [
            Column("label", _("Signal")),
            Column("points", _("points"), wording.plain),
            Column(
                "size",
                _("measured"),
                text=itemgetter("measured"),
                noted=_("{head}, as shown", head=_("measured")),
            ),
        ]

    def figures(self, rows: Sequence[Row], words: Words) -> list[str]:
        """The points of every signal."""
        return [f"{row['label']} {wording.plain(row['points'])}" for row in rows]
