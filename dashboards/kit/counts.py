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


@dataclass(frozen=True)
class Counts:
    """Sorted bars with their number at the end: how many of each kind.

    rows: label, rows (count), is_marked (the bar the title speaks of; orange, the
    others grey), and share if it is to be told. Largest first; the order is the rows'.
    head: what a bar is; counted: what is counted.
    """

    head: str
    counted: str

    def draw(self, rows: "pd.DataFrame", words: Words, colours: Colours) -> go.Figure:
        """The bars."""
        fig = figure(colours, ROW * len(rows) + 24)
        largest = max(1.0, float(rows["rows"].max()))
        inks = [colours.bad if marked else colours.py for marked in rows["is_marked"]]
        fig.add_bar(
            y=list(range(len(rows))),
            x=[float(n) for n in rows["rows"]],
            orientation="h",
            marker={"color": inks, "line": {"width": 0}},
            text=[wording.plain(n) for n in rows["rows"]],
            textposition="outside",
            textfont={"size": SMALL, "color": colours.ink},
            cliponaxis=False,
            hoverinfo="skip",
        )
        labels = [printable(label) for label in rows["label"]]
        row_axes(fig, labels, colours, (0, 1.02 * largest))
        fig.update_layout(
            margin={"l": 8, "r": 52, "t": 8, "b": 8, "pad": 4},
            meta={"language": words.language},
        )
        return fig

    def columns(self, rows: "pd.DataFrame", words: Words) -> list[Column]:
        """What a bar is, its count, its share."""
        _ = words
        found = [
            Column("label", self.head),
            Column("rows", self.counted, wording.plain),
        ]
        if "share" in rows:
            found.append(Column("share", _("Share"), wording.rate))
        return found

    def figures(self, rows: "pd.DataFrame", words: Words) -> list[str]:
        """The count of every bar."""
        return [
            f"{label} {wording.plain(n)}"
            for label, n in zip(rows["label"], rows["rows"], strict=True)
        ]
