"""Lines month by month from 0, the first one bold, both ends written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboards.kit import behind, labels
from dashboards.kit.canvas import SMALL, figure, spread
from dashboards.kit.colours import Colours
from dashboards.kit.labels import Write
from dashboards.kit.table import Column
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd

    from dashboards.kit.labels import Frame

TREND_HEIGHT = 280


def trend(
    frame: "pd.DataFrame",
    names: Mapping[str, str],
    words: Words,
    colours: Colours,
    write: Callable[[float], str],
) -> go.Figure:
    """Lines month by month, the first one bold; both ends carry their figure.

    frame: plotted_process.months(); names: column → what its line is called; write:
    how a value is written. The axis starts at 0.
    """
    fig = figure(colours, TREND_HEIGHT)
    top = max(float(frame[list(names)].max().max()), 1e-9)
    least = 17 * top / (TREND_HEIGHT - 60)
    lines = _lines(frame, names, colours)
    ends = spread([float(rows[c].iloc[-1]) for c, rows, _i in lines], least)
    for (column, rows, ink), end in zip(lines, ends, strict=True):
        is_main = column == next(iter(names))
        fig.add_scatter(
            x=list(rows.index),
            y=list(rows[column]),
            mode="lines+markers",
            line={"color": ink, "width": 2.5 if is_main else 2},
            marker={"size": 7 if is_main else 5, "color": ink},
            hoverinfo="skip",
        )
        text = f"{names[column]} {write(float(rows[column].iloc[-1]))}"
        _label(fig, rows.index[-1], end, f"<b>{text}</b>" if is_main else text, colours)
    _firsts(fig, lines, write, least, colours)
    _month_axis(fig, list(frame["month"]), words, colours)
    fig.update_yaxes(range=[0, 1.15 * top], showticklabels=False)
    fig.update_layout(margin={"l": 64, "r": 118, "t": 8, "b": 8, "pad": 4})
    return fig


def _month_axis(
    fig: go.Figure, months: Sequence[date], words: Words, colours: Colours
) -> None:
    # In a narrow column there is room for the first and the last month only.
    step = max(1, len(months) - 1) if len(months) > 5 else 1
    fig.update_xaxes(
        tickvals=list(range(len(months)))[::step],
        ticktext=[
            wording.month_in_words(month, words.language) for month in months[::step]
        ],
        range=[-0.3, len(months) - 0.7],
        tickangle=0,
        tickfont={"size": SMALL, "color": colours.ink},
    )


def _lines(
    frame: "pd.DataFrame", names: Mapping[str, str], colours: Colours
) -> list[tuple[str, "pd.DataFrame", str]]:
    """The lines that have a figure: column, its rows, ink; the highest end first."""
    inks = (colours.act, colours.py, "#7A4FA3")
    lines = [
        (column, frame[frame[column].notna()], ink)
        for column, ink in zip(names, inks, strict=False)
        if frame[column].notna().any()
    ]
    return sorted(lines, key=lambda line: -float(line[1][line[0]].iloc[-1]))


def _firsts(
    fig: go.Figure,
    lines: Sequence[tuple[str, "pd.DataFrame", str]],
    write: Callable[[float], str],
    least: float,
    colours: Colours,
) -> None:
    """Write the first figure of every line left of it, none over another."""
    starts = sorted(
        ((float(rows[column].iloc[0]), rows.index[0]) for column, rows, _i in lines),
        reverse=True,
    )
    places = spread([value for value, _x in starts], least)
    for (value, x), y in zip(starts, places, strict=True):
        fig.add_annotation(
            x=x,
            y=y,
            text=write(value),
            xanchor="right",
            xshift=-8,
            showarrow=False,
            font={"size": SMALL, "color": colours.mid},
        )


def _label(fig: go.Figure, x: int, y: float, text: str, colours: Colours) -> None:
    fig.add_annotation(
        x=x,
        y=y,
        text=text,
        xanchor="left",
        xshift=8,
        showarrow=False,
        font={"size": SMALL, "color": colours.ink},
    )


def months_alt(
    title: str, frame: "Frame", names: Mapping[str, str], write: Write, words: Words
) -> str:
    """Lines in words: every month of the first one, the last of the others."""
    column, *others = names
    figures = [
        f"{row['month']:%Y-%m} {write(row[column])}"
        for row in frame[frame[column].notna()].to_dict("records")
    ]
    for other in others:
        known = frame[frame[other].notna()]
        if not known.empty:
            figures.append(f"{names[other]} {write(float(known[other].iloc[-1]))}")
    return labels.listed(title, figures, words)


def months_table(
    frame: "Frame", names: Mapping[str, str], write: Write, words: Words
) -> behind.Behind:
    """Lines month by month, one column a line."""
    _ = words
    known = labels.known(write)
    rows = [
        row | {"month": f"{row['month']:%Y-%m}"} for row in frame.to_dict("records")
    ]
    columns: dict[str, behind.Writer] = {"month": str}
    columns |= dict.fromkeys(names, known)
    return behind.of([_("Month"), *names.values()], rows, columns)


@dataclass(frozen=True)
class Trend:
    """Lines over months from 0; rows: dashboards.cards.rows.months().

    names: column → what its line is called, the main one first; write: how a value is
    written.
    """

    names: Mapping[str, str]
    write: Write

    def draw(self, rows: "Frame", words: Words, colours: Colours) -> go.Figure:
        """The lines, both ends written."""
        return trend(rows, self.names, words, colours, self.write)

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
