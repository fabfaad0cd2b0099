"""Bars of counts, the largest marked."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboards.kit.canvas import ROW, SMALL, figure, printable, row_axes
from dashboards.kit.colours import Colours
from dashboards.kit.table import Column
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd


def bars(frame: "pd.DataFrame", words: Words, colours: Colours) -> go.Figure:
    """Sorted bars with their number at the end: how many of each kind.

    frame: label, rows (count), is_marked (the bar the title speaks of; orange, the
    others grey). Largest first; the order is the frame's.
    """
    fig = figure(colours, ROW * len(frame) + 24)
    rows = list(range(len(frame)))
    largest = max(1.0, float(frame["rows"].max()))
    inks = [colours.bad if marked else colours.py for marked in frame["is_marked"]]
    fig.add_bar(
        y=rows,
        x=[float(n) for n in frame["rows"]],
        orientation="h",
        marker={"color": inks, "line": {"width": 0}},
        text=[wording.plain(n) for n in frame["rows"]],
        textposition="outside",
        textfont={"size": SMALL, "color": colours.ink},
        cliponaxis=False,
        hoverinfo="skip",
    )
    labels = [printable(label) for label in frame["label"]]
    row_axes(fig, labels, colours, (0, 1.02 * largest))
    fig.update_layout(
        margin={"l": 8, "r": 52, "t": 8, "b": 8, "pad": 4},
        meta={"language": words.language},
    )
    return fig


@dataclass(frozen=True)
class Counts:
    """Bars of counts; rows: as bars() takes them. head, counted: of its two columns."""

    head: str
    counted: str

    def draw(self, rows: "pd.DataFrame", words: Words, colours: Colours) -> go.Figure:
        """The bars, the marked one orange."""
        return bars(rows, words, colours)

    def columns(self, rows: "pd.DataFrame", words: Words) -> list[Column]:
        """What is counted, and how many."""
        return [
            Column("label", self.head),
            Column("rows", self.counted, wording.plain),
        ]

    def figures(self, rows: "pd.DataFrame", words: Words) -> list[str]:
        """The count of every bar."""
        return [
            f"{label} {wording.plain(n)}"
            for label, n in zip(rows["label"], rows["rows"], strict=True)
        ]
