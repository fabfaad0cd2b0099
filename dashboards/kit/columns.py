"""Rows with marks on a line and columns of figures at the right."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboards.kit.canvas import (
    SMALL,
    Note,
    annotate,
    at_right,
    figure,
    over_right,
    printable,
    row_axes,
    row_height,
    touch_bars,
)
from dashboards.kit.colours import Colours
from jike.words import wording

WIDE = 62


@dataclass(frozen=True)
class Column:
    """Figures at the right of the bars: a heading, a text and an ink per row."""

    head: str
    texts: Sequence[str]
    inks: Sequence[str] = ()
    width: int = WIDE


@dataclass(frozen=True)
class Mark:
    """A line across all bars: where it stands, what it is called, its dash."""

    at: float
    text: str = ""
    dash: str = "solid"


def rows(
    labels: Sequence[str],
    values: Sequence[float | None],
    columns: Sequence[Column],
    colours: Colours,
    *,
    inks: Sequence[str] = (),
    end: float | None = None,
    marks: Sequence[Mark] = (),
    touched: Sequence[str] = (),
) -> go.Figure:
    """One bar a row from 0, figures in columns at the right, the first row on top.

    labels: ready for plotly; values: None where nothing is known, and no bar is drawn;
    inks: of the bars, else slate; end: of the axis, else a little beyond the largest.
    touched: what a pointer is told of each row; the rows can then be tapped, as the
    figure's last trace.
    """
    head = 26 if any(column.head for column in columns) or marks else 8
    fig = figure(colours, row_height(labels) * len(labels) + head + 16)
    top = _end(values) if end is None else end
    known = [None if wording.is_missing(value) else value for value in values]
    fig.add_bar(
        y=list(range(len(labels))),
        x=known,
        orientation="h",
        marker={"color": list(inks) or colours.act, "line": {"width": 0}},
        hoverinfo="skip",
    )
    right = 8
    notes: list[Note] = []
    for column in columns:
        right += column.width
        notes += _column(column, right - 8, colours)
    annotate(fig, notes)
    for mark in marks:
        _mark(fig, mark, len(labels), colours)
    row_axes(fig, labels, colours, (0, top), SMALL)
    if touched:
        touch_bars(fig, range(len(labels)), touched, (0, top))
    fig.update_layout(margin={"l": 8, "r": right, "t": head, "b": 8, "pad": 4})
    return fig


def _end(values: Sequence[float | None]) -> float:
    known = [value for value in map(wording.number, values) if value is not None]
    return 1.03 * max([*known, 0.0]) or 1.0


def _column(column: Column, shift: int, colours: Colours) -> list[Note]:
    inks = column.inks or [colours.ink] * len(column.texts)
    return [
        over_right(printable(column.head), shift, colours),
        *(
            at_right(place, printable(text), shift, ink)
            for place, (text, ink) in enumerate(zip(column.texts, inks, strict=True))
        ),
    ]


def _mark(fig: go.Figure, mark: Mark, count: int, colours: Colours) -> None:
    fig.add_shape(
        type="line",
        x0=mark.at,
        x1=mark.at,
        y0=-0.55,
        y1=count - 0.45,
        line={"color": colours.ink, "width": 1.2, "dash": mark.dash},
    )
    if mark.text:
        fig.add_annotation(
            x=mark.at,
            yref="paper",
            y=1,
            yanchor="bottom",
            text=printable(mark.text),
            showarrow=False,
            font={"size": SMALL, "color": colours.mid},
        )
