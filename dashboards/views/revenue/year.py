"""Charts of the year: month by month, and adding up towards its targets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboards.kit.canvas import LINE_HEIGHT, SMALL, figure, judged, spread
from dashboards.kit.colours import Colours
from dashboards.kit.table import Column
from dashboards.views.revenue.charts import amount, amounts, unit_of
from dashboards.views.revenue.rows import Outlook, first_of
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    from dashboards.kit.labels import Frame

MONTHS = range(1, 13)

Ends = tuple[float | None, str, str]


@dataclass(frozen=True)
class MonthByMonth:
    """Every month of the year beside the same month of the year before (grey).

    rows: months() of that year. The last month is hollow when it is not over; the axis
    need not start at 0.
    """

    year: int
    height: int = LINE_HEIGHT

    def unit(self, rows: "Frame", words: Words) -> str:
        """The one unit of the figures."""
        return unit_of([*rows["amount"], *rows["before"]], words)

    def draw(self, rows: "Frame", words: Words, colours: Colours) -> go.Figure:
        """Two lines, each named with its year."""
        fig = figure(colours, self.height)
        size = wording.divisor(self.unit(rows, words), words.language)
        past, now = rows[rows["before"].notna()], rows[rows["amount"].notna()]
        before = [float(value) / size for value in past["before"]]
        fig.add_scatter(
            x=list(past["month"]),
            y=before,
            mode="lines",
            line={"color": colours.py, "width": 2},
            hoverinfo="skip",
        )
        amounts = [float(value) / size for value in now["amount"]]
        self._this_year(fig, now, amounts, words, colours)
        self._name_lines(fig, rows, words, colours)
        _month_axis(fig, self.year, words)
        values = [*before, *amounts]
        pad = 0.16 * (max(values) - min(values)) or 0.1 * abs(max(values)) or 1.0
        fig.update_yaxes(
            range=[min(values) - pad, max(values) + pad],
            showgrid=True,
            nticks=6,
            tickformat=",~f",
        )
        fig.update_layout(margin={"l": 8, "r": 16, "t": 8, "b": 8, "pad": 4})
        return fig

    def _this_year(
        self,
        fig: go.Figure,
        now: "Frame",
        values: Sequence[float],
        words: Words,
        colours: Colours,
    ) -> None:
        fills = [colours.page if part else colours.act for part in now["is_partial"]]
        fig.add_scatter(
            x=list(now["month"]),
            y=list(values),
            mode="lines+markers",
            line={"color": colours.act, "width": 2.5},
            marker={
                "size": 7,
                "color": fills,
                "line": {"width": 1.5, "color": colours.act},
            },
            hovertext=self._said(now, words),
            hoverinfo="text",
        )

    def _said(self, now: "Frame", words: Words) -> list[str]:
        names = [
            wording.month_in_words(first_of(month, self.year), words.language)
            for month in now["month"]
        ]
        return amounts(now.assign(label=names), "amount", words)

    def _name_lines(
        self, fig: go.Figure, rows: "Frame", words: Words, colours: Colours
    ) -> None:
        """Write each line's year and figure at its end, where the line does not run."""
        unit = self.unit(rows, words)
        past, now = rows[rows["before"].notna()], rows[rows["amount"].notna()]
        # Beside the last month of this year both would stand on each other.
        place = -1 if len(past) > len(now) else 0
        for known, at, column, year, ink in (
            (now, -1, "amount", self.year, colours.act),
            (past, place, "before", self.year - 1, colours.soft),
        ):
            if not len(known):
                continue
            row, beside = known.iloc[at], known.iloc[_beside(at, len(known))]
            rises = float(row[column]) >= float(beside[column])
            text = f"{year} {wording.scaled(row[column], words.language, unit)}"
            first, last = row["month"] <= 1, row["month"] >= 11
            fig.add_annotation(
                x=row["month"],
                y=float(row[column]) / wording.divisor(unit, words.language),
                text=f"<b>{text}</b>" if column == "amount" else text,
                showarrow=False,
                xanchor="left" if first else "right" if last else "center",
                yshift=14 if rises else -14,
                font={"size": SMALL, "color": ink},
            )

    def columns(self, rows: "Frame", words: Words) -> list[Column]:
        """A month of this year and of the one before."""
        return _two_years(self.year, ("amount", "before"), words)

    def figures(self, rows: "Frame", words: Words) -> list[str]:
        """The amount of every month of this year."""
        return self._said(rows[rows["amount"].notna()], words)


def _two_years(year: int, columns: tuple[str, str], words: Words) -> list[Column]:
    _ = words
    now, before = columns
    return [
        Column("month", _("Month")),
        Column(now, str(year), amount(words)),
        Column(before, str(year - 1), amount(words)),
    ]


def _beside(place: int, rows: int) -> int:
    """The place next to the first (0) or the last (-1) of so many rows."""
    if rows == 1:
        return 0
    return -2 if place else 1


def _month_axis(fig: go.Figure, year: int, words: Words) -> None:
    fig.update_xaxes(
        range=[0.7, 12.3],
        tickvals=[3, 6, 9, 12],
        ticktext=[
            wording.month_in_words(first_of(month, year), words.language)
            for month in (3, 6, 9, 12)
        ],
        tickangle=0,
    )


@dataclass(frozen=True)
class YearAhead:
    """The year adding up: actual solid, forecasts dashed to ◇, last year grey.

    rows: months(). The thin line is the base target, the short tick the challenge; the
    upright line at the year's end spans the seasonal forecast over completed years. The
    axis starts at 0.
    """

    year: Outlook
    height: int = LINE_HEIGHT

    def unit(self, rows: "Frame", words: Words) -> str:
        """The one unit of the figures."""
        return unit_of(self._values(rows), words)

    def _values(self, rows: "Frame") -> list[float]:
        year = self.year
        ends = (year.linear, year.seasonal, year.low, year.high)
        every = (*ends, year.base, year.challenge, *rows["total"])
        values = [*every, *rows["total_before"]]
        return [float(value) for value in values if not wording.is_missing(value)]

    def draw(self, rows: "Frame", words: Words, colours: Colours) -> go.Figure:
        """Lines from the year's start to its end, their ends named at the right."""
        fig = figure(colours, self.height)
        size = wording.divisor(self.unit(rows, words), words.language)
        now, past = rows[rows["total"].notna()], rows[rows["total_before"].notna()]
        last = (int(now["month"].iloc[-1]), float(now["total"].iloc[-1]) / size)
        _targets(fig, self.year, size, colours)
        _adding_up(fig, past, "total_before", size, (colours.py, 2))
        if self.year.months_left:
            _forecasts(fig, self.year, last, size, colours)
        _adding_up(fig, now, "total", size, (colours.act, 2.5))
        high = 1.06 * max(self._values(rows)) / size
        self._name_ends(fig, rows, high, words, colours)
        _here(fig, last, words, colours)
        _month_axis(fig, self.year.year, words)
        fig.update_xaxes(range=[0, 12.3])
        fig.update_yaxes(
            range=[min(0.0, last[1]), high], showgrid=True, nticks=6, tickformat=",~f"
        )
        fig.update_layout(margin={"l": 8, "r": 96, "t": 8, "b": 8, "pad": 4})
        return fig

    def _ends(self, rows: "Frame", words: Words, colours: Colours) -> list[Ends]:
        """What ends at the right: its figure, its name, its ink."""
        _ = words
        year = self.year
        past = rows[rows["total_before"].notna()]
        is_whole = len(past) == len(MONTHS)
        before = float(past["total_before"].iloc[-1]) if is_whole else None
        ends: list[Ends] = [
            (year.challenge, _("challenge"), colours.mid),
            (year.base, _("base"), colours.ink),
            (before, str(year.year - 1), colours.soft),
        ]
        if year.months_left:
            ends += [
                (year.seasonal, _("◇ seasonal"), colours.act),
                (year.linear, _("◇ linear"), colours.act),
            ]
        return [end for end in ends if end[0] is not None]

    def _name_ends(
        self,
        fig: go.Figure,
        rows: "Frame",
        high: float,
        words: Words,
        colours: Colours,
    ) -> None:
        unit = self.unit(rows, words)
        size = wording.divisor(unit, words.language)
        shown = self._ends(rows, words, colours)
        # 17 px a line of text, in units of the axis.
        least = 17 * high / (self.height - 40)
        places = spread([float(value or 0) / size for value, *_rest in shown], least)
        over = max(0.0, max(places, default=0.0) - high + least / 2)
        for (value, word, ink), place in zip(shown, places, strict=True):
            fig.add_annotation(
                x=1,
                xref="paper",
                y=place - over,
                text=f"{word} {wording.scaled(value, words.language, unit)}",
                xanchor="left",
                xshift=6,
                showarrow=False,
                font={"size": SMALL, "color": ink},
            )

    def columns(self, rows: "Frame", words: Words) -> list[Column]:
        """The year up to a month, and the year before up to it."""
        return _two_years(self.year.year, ("total", "total_before"), words)

    def figures(self, rows: "Frame", words: Words) -> list[str]:
        """The forecasts and targets; without any the year so far."""
        _ = words
        year = self.year
        figures = [
            (_("linear"), year.linear),
            (_("seasonal"), year.seasonal),
            (_("base"), year.base),
            (_("challenge"), year.challenge),
        ]
        known = [(name, value) for name, value in figures if value is not None]
        said = [f"{name} {wording.amount(value, _.language)}" for name, value in known]
        return said or [wording.amount(year.to_date, _.language)]


def _adding_up(
    fig: go.Figure, rows: "Frame", column: str, size: float, line: tuple[str, float]
) -> None:
    ink, width = line
    fig.add_scatter(
        x=[0, *rows["month"]],
        y=[0, *(float(value) / size for value in rows[column])],
        mode="lines",
        line={"color": ink, "width": width},
        hoverinfo="skip",
    )


def _targets(fig: go.Figure, year: Outlook, size: float, colours: Colours) -> None:
    if year.base is not None:
        fig.add_shape(
            type="line",
            x0=0,
            x1=12.3,
            y0=year.base / size,
            y1=year.base / size,
            line={"color": colours.ink, "width": 1.2},
        )
    if year.challenge is not None:
        fig.add_shape(
            type="line",
            x0=11.6,
            x1=12.3,
            y0=year.challenge / size,
            y1=year.challenge / size,
            line={"color": colours.ink, "width": 2.5},
        )


def _forecasts(
    fig: go.Figure,
    year: Outlook,
    last: tuple[int, float],
    size: float,
    colours: Colours,
) -> None:
    """Dashed to a hollow mark each, and the span of the seasonal one."""
    if year.low is not None and year.high is not None:
        fig.add_shape(
            type="line",
            x0=12,
            x1=12,
            y0=year.low / size,
            y1=year.high / size,
            line={"color": colours.act, "width": 2},
        )
    for end in (year.linear, year.seasonal):
        if end is None:
            continue
        base = year.base
        ink = judged(None if base is None else end - base, colours)
        fig.add_scatter(
            x=[last[0], 12],
            y=[last[1], end / size],
            mode="lines+markers",
            line={"color": colours.act, "width": 1.5, "dash": "dash"},
            marker={
                "symbol": "diamond-open",
                "size": [0, 9],
                "color": ink,
                "line": {"width": 1.5, "color": ink},
            },
            hoverinfo="skip",
        )


def _here(
    fig: go.Figure, last: tuple[int, float], words: Words, colours: Colours
) -> None:
    digits = wording.plain(last[1], 2 if abs(last[1]) < 100 else 1)
    fig.add_annotation(
        x=last[0],
        y=last[1],
        text=f"<b>{digits}</b>",
        xanchor="right",
        xshift=-8,
        yshift=8,
        showarrow=False,
        # It may stand on the line of the base.
        bgcolor=colours.page,
        borderpad=1,
        font={"size": SMALL, "color": colours.act},
    )
    fig.update_layout(meta={"language": words.language})
