"""Lines month by month from 0, the first one bold, both ends written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboards.kit import labels
from dashboards.kit.canvas import SMALL, figure, spread
from dashboards.kit.colours import Colours
from dashboards.kit.labels import Write
from dashboards.kit.table import Column
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    from dashboards.kit.labels import Frame

HEIGHT = 280


@dataclass(frozen=True)
class Trend:
    """Lines over months from 0; rows: dashboards.cards.rows.months().

    names: column → what its line is called, the main one first; write: how a value is
    written.
    """

    names: Mapping[str, str]
    write: Write

    def draw(self, rows: "Frame", words: Words, colours: Colours) -> go.Figure:
        """The lines, the main one bold; both ends carry their figure."""
        fig = figure(colours, HEIGHT)
        top = max(float(rows[list(self.names)].max().max()), 1e-9)
        lines = self._lines(rows, colours)
        for line in lines:
            fig.add_scatter(
                x=list(line.rows.index),
                y=list(line.rows[line.column]),
                mode="lines+markers",
                line={"color": line.ink, "width": 2.5 if line.is_main else 2},
                marker={"size": 7 if line.is_main else 5, "color": line.ink},
                hoverinfo="skip",
            )
        # Figures are a line of text apart, in units of the axis.
        least = 17 * top / (HEIGHT - 60)
        self._name_ends(fig, lines, least, colours)
        self._write_starts(fig, lines, least, colours)
        _month_axis(fig, rows, words, colours)
        fig.update_yaxes(range=[0, 1.15 * top], showticklabels=False)
        fig.update_layout(margin={"l": 64, "r": 118, "t": 8, "b": 8, "pad": 4})
        return fig

    def _lines(self, rows: "Frame", colours: Colours) -> list["_Line"]:
        """The lines that have a figure, the highest end first."""
        inks = (colours.act, colours.py, "#7A4FA3")
        main = next(iter(self.names))
        lines = [
            _Line(column, rows[rows[column].notna()], ink, column == main)
            for column, ink in zip(self.names, inks, strict=False)
            if rows[column].notna().any()
        ]
        return sorted(lines, key=lambda line: -line.last)

    def _name_ends(
        self, fig: go.Figure, lines: Sequence["_Line"], least: float, colours: Colours
    ) -> None:
        ends = spread([line.last for line in lines], least)
        for line, y in zip(lines, ends, strict=True):
            text = f"{self.names[line.column]} {self.write(line.last)}"
            fig.add_annotation(
                x=line.rows.index[-1],
                y=y,
                text=f"<b>{text}</b>" if line.is_main else text,
                xanchor="left",
                xshift=8,
                showarrow=False,
                font={"size": SMALL, "color": colours.ink},
            )

    def _write_starts(
        self, fig: go.Figure, lines: Sequence["_Line"], least: float, colours: Colours
    ) -> None:
        """Write the first figure of every line left of it, none over another."""
        firsts = (line.rows[line.column] for line in lines)
        starts = [(float(first.iloc[0]), first.index[0]) for first in firsts]
        starts.sort(reverse=True)
        places = spread([value for value, _x in starts], least)
        for (value, x), y in zip(starts, places, strict=True):
            fig.add_annotation(
                x=x,
                y=y,
                text=self.write(value),
                xanchor="right",
                xshift=-8,
                showarrow=False,
                font={"size": SMALL, "color": colours.mid},
            )

    def columns(self, rows: "Frame", words: Words) -> list[Column]:
        """A line is a column, a month a row."""
        _ = words
        write = labels.known(self.write)
        lines = [Column(column, name, write) for column, name in self.names.items()]
        return [month_column(_), *lines]

    def figures(self, rows: "Frame", words: Words) -> list[str]:
        """Every month of the main line, the last one of the others."""
        column, *others = self.names
        said = main_figures(rows, column, self.write)
        for other in others:
            known = rows[rows[other].notna()]
            if not known.empty:
                last = self.write(float(known[other].iloc[-1]))
                said.append(f"{self.names[other]} {last}")
        return said


@dataclass(frozen=True)
class _Line:
    column: str
    rows: "Frame"
    ink: str
    is_main: bool

    @property
    def last(self) -> float:
        return float(self.rows[self.column].iloc[-1])


def _month_axis(fig: go.Figure, rows: "Frame", words: Words, colours: Colours) -> None:
    places = list(range(len(rows)))
    # In a narrow column there is room for the first and the last month only.
    step = max(1, len(places) - 1) if len(places) > 5 else 1
    fig.update_xaxes(
        tickvals=places[::step],
        ticktext=[
            wording.month_in_words(month, words.language)
            for month in list(rows["month"])[::step]
        ],
        range=[-0.3, len(places) - 0.7],
        tickangle=0,
        tickfont={"size": SMALL, "color": colours.ink},
    )


def main_figures(rows: "Frame", column: str, write: Write) -> list[str]:
    """Every month of one line: 2025-03 88.3%."""
    return [
        f"{row['month']:%Y-%m} {write(row[column])}"
        for row in rows[rows[column].notna()].to_dict("records")
    ]


def month_column(words: Words) -> Column:
    """The column of months: 2025-03."""
    _ = words
    return Column("month", _("Month"), of=lambda row: f"{row['month']:%Y-%m}")
