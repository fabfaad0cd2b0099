"""Lines over months, named at their ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import plotly.graph_objects as go

from dashboards.kit.canvas import SMALL, figure, printable, spread
from dashboards.kit.colours import Colours
from dashboards.kit.table import Column, Row
from jike.words import wording
from jike.words.language import Words

MONTHS_HEIGHT = 250


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
            hovertext=_told(line, days),
            hoverinfo="text",
        )
    low, high = _range(series, zero)
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


def _told(line: Series, days: Sequence[date]) -> list[str]:
    """What a pointer is told of every month."""
    return [
        f"{printable(line.name)} {day:%Y-%m} {text}"
        for day, text in zip(days, line.texts, strict=True)
    ]


def _range(series: Sequence[Series], zero: bool) -> tuple[float, float]:
    known = [
        value
        for line in series
        for value in map(wording.number, line.values)
        if value is not None
    ]
    low, high = min([*known, *([0.0] if zero else [])]), max(known)
    room = 0.16 * (high - low) or 0.1 * abs(high) or 1.0
    return low - room, high + room


def _month(day: date, words: Words) -> str:
    """A month on the axis; January says its year."""
    if day.month > 3:
        return wording.month_in_words(day, words.language)
    return wording.month_with_year(day, words.language)


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


@dataclass(frozen=True)
class Months:
    """Lines over months, named at their ends; rows: one a month, with its `place`.

    days: first days of the months; lines: the main one first; zero draws the line of 0.
    """

    days: Sequence[date]
    lines: Sequence[Series]
    zero: bool = False

    def draw(self, rows: Sequence[Row], words: Words, colours: Colours) -> go.Figure:
        """The lines, each with its last figure."""
        return months(self.days, self.lines, words, colours, self.zero)

    def columns(self, rows: Sequence[Row], words: Words) -> list[Column]:
        """A line is a column, a month a row."""
        _ = words
        return [
            Column("day", _("Month"), of=lambda row: f"{row['day']:%Y-%m}"),
            *(_column(line) for line in self.lines),
        ]

    def figures(self, rows: Sequence[Row], words: Words) -> list[str]:
        """Every month of every line."""
        return [
            f"{day:%Y-%m} {line.name} {text}"
            for line in self.lines
            for day, text in zip(self.days, line.texts, strict=True)
        ]


def _column(line: Series) -> Column:
    return Column(
        line.name,
        line.name,
        of=lambda row: line.values[row["place"]],
        text=lambda row: line.texts[row["place"]],
    )
