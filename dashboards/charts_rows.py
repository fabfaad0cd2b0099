"""Bars with their figures in columns, and lines over months: what many panels need.

(values, words said beside them, colours) → figure, as in charts.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import plotly.graph_objects as go

from dashboards.canvas import (
    SMALL,
    Note,
    annotate,
    at_right,
    figure,
    over_right,
    printable,
    row_axes,
    row_height,
    spread,
    touch_bars,
)
from dashboards.colours import Colours
from jike.words import wording
from jike.words.language import Words

WIDE = 62
MONTHS_HEIGHT = 250


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
    known = [value for value in map(wording.number, values) if value is not None]
    top = end if end is not None else 1.03 * max([*known, 0.0]) or 1.0
    fig.add_bar(
        y=list(range(len(labels))),
        x=[None if wording.is_missing(value) else value for value in values],
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


@dataclass(frozen=True)
class Series:
    """A line over months: its name, and a figure a month (None where there is none).

    texts: the figures as they are written, one a month.
    """

    name: str
    values: Sequence[float | None]
    texts: Sequence[str]


def months(
    days: Sequence[date],
    series: Sequence[Series],
    words: Words,
    colours: Colours,
    zero: bool = False,
) -> go.Figure:
    """Lines over months, each named with its last figure at its end.

    days: first days of the months, in order. The first line is bold; zero draws the
    line of 0. The axis need not start at 0.
    """
    fig = figure(colours, MONTHS_HEIGHT)
    places = list(range(len(days)))
    styles = [(colours.act, 2.5), (colours.py, 2.0), (colours.mid, 1.5)]
    for line, (ink, width) in zip(series, styles, strict=False):
        fig.add_scatter(
            x=places,
            y=list(line.values),
            mode="lines+markers" if ink == colours.act else "lines",
            line={"color": ink, "width": width},
            marker={"size": 6, "color": ink},
            hovertext=[
                f"{printable(line.name)} {day:%Y-%m} {text}"
                for day, text in zip(days, line.texts, strict=True)
            ],
            hoverinfo="text",
        )
    known = [
        value
        for line in series
        for value in map(wording.number, line.values)
        if value is not None
    ]
    low, high = min([*known, *([0.0] if zero else [])]), max(known)
    room = 0.16 * (high - low) or 0.1 * abs(high) or 1.0
    low, high = low - room, high + room
    if zero:
        fig.add_hline(y=0, line={"color": colours.rule, "width": 1})
    _name_ends(fig, series, (low, high), colours)
    shown = [i for i in places if (places[-1] - i) % 3 == 0]
    fig.update_xaxes(
        tickvals=shown,
        ticktext=[_month(days[i], words) for i in shown],
        range=[-0.3, len(days) - 0.7],
    )
    fig.update_yaxes(range=[low, high], showticklabels=False)
    fig.update_layout(margin={"l": 8, "r": 118, "t": 8, "b": 8, "pad": 4})
    return fig


def _month(day: date, words: Words) -> str:
    """A month on the axis; January says its year."""
    text = wording.month_in_words(day, words.language)
    if day.month > 3:
        return text
    return f"{day:%y}-{day:%m}" if words.language == "zh" else f"{text} {day:%y}"


def _name_ends(
    fig: go.Figure,
    series: Sequence[Series],
    reach: tuple[float, float],
    colours: Colours,
) -> None:
    """Write each line's name and last figure at its end, none on another."""
    inks = (colours.ink, colours.soft, colours.mid)
    ends = []
    for line, ink in zip(series, inks, strict=False):
        last = [
            (place, value)
            for place, value in enumerate(line.values)
            if not wording.is_missing(value)
        ]
        if last:
            place, value = last[-1]
            ends.append((place, float(value or 0), line.name, line.texts[place], ink))
    least = 17 * (reach[1] - reach[0]) / (MONTHS_HEIGHT - 50)
    for (place, _value, name, text, ink), at in zip(
        ends, spread([end[1] for end in ends], least), strict=True
    ):
        said = f"{printable(name)} {text}"
        fig.add_annotation(
            x=place,
            y=at,
            text=f"<b>{said}</b>" if ink == colours.ink else said,
            showarrow=False,
            xanchor="left",
            xshift=8,
            font={"size": SMALL, "color": ink},
        )
