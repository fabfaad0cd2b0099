"""The hours of halls by weekday, deeper where visitors wait or leave more."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboards.kit import labels
from dashboards.kit.canvas import Cell, draw_cells, figure
from dashboards.kit.colours import Colours, ink_on
from dashboards.kit.heat_map import SHORTFALL, shade, week_axes
from dashboards.kit.table import Column
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    from dashboards.kit.labels import Frame

WAIT, LEFT = "wait_minutes", "walk_away_rate"

LOW_BASE_N = 30


def minutes(value: object, words: Words) -> str:
    """A mean time in minutes: 7.3分钟; 7.3 min."""
    return wording.value(wording.number(value), "minutes", words.language)


@dataclass(frozen=True)
class Hours:
    """Hours by weekdays; rows: jike.pages.halls.hours().

    measure: WAIT (minutes printed) or LEFT (per cent); weekdays: their names, short:
    above the columns. A cell of fewer than 30 carries ° and no colour.
    """

    measure: str
    weekdays: Sequence[str]
    short: Sequence[str]

    def draw(self, rows: "Frame", words: Words, colours: Colours) -> go.Figure:
        """The figure in every cell, deeper where it is worse."""
        present = sorted(set(rows["hour"]))
        fig = figure(colours, 24 * len(present) + 40)
        draw_cells(fig, self._cells(rows, present, colours))
        week_axes(fig, present, self.short, words, colours)
        return fig

    def _cells(
        self, rows: "Frame", present: Sequence[int], colours: Colours
    ) -> list[Cell]:
        place = {hour: i for i, hour in enumerate(present)}
        times = 100 if self.measure == LEFT else 1
        known = rows[rows[self.measure].notna()]
        values = times * known[self.measure].astype(float)
        low, high = float(values.min()), float(values.max())
        cells = []
        for row, value in zip(known.to_dict("records"), values, strict=True):
            is_low = row["tickets"] < LOW_BASE_N
            part = (value - low) / (high - low) if high > low else 0.0
            fill = colours.band if is_low else shade(part, SHORTFALL[colours.theme])
            text = f"{wording.plain(value, 1)}{'°' if is_low else ''}"
            ink = colours.soft if is_low else ink_on(fill)
            day = int(row["weekday"]) - 1
            cells.append(Cell(day, place[row["hour"]], text, ink, fill))
        return cells

    def columns(self, rows: "Frame", words: Words) -> list[Column]:
        """The cells of the week, one a row."""
        _ = words
        return [
            Column(
                "weekday",
                _("Weekday"),
                of=lambda row: self.weekdays[int(row["weekday"]) - 1],
            ),
            Column("hour", _("Hour"), of=lambda row: _clock(row["hour"], _)),
            Column("tickets", _("Queue tickets"), wording.plain),
            Column(WAIT, _("Mean wait, minutes"), labels.tenth),
            Column(LEFT, _("Left without being served"), wording.rate),
        ]

    def figures(self, rows: "Frame", words: Words) -> list[str]:
        """The highest and the lowest cell."""
        known = rows[rows[self.measure].notna()]
        ordered = known.sort_values(self.measure, ascending=False)
        return [
            f"{self.weekdays[int(row['weekday']) - 1]} {int(row['hour'])}:00 "
            f"{self._written(row[self.measure], words)}"
            for row in ordered.iloc[[0, -1]].to_dict("records")
        ]

    def _written(self, value: float, words: Words) -> str:
        return wording.rate(value) if self.measure == LEFT else minutes(value, words)


def _clock(hour: object, words: Words) -> str:
    _ = words
    return _("{hour}:00", hour=int(str(hour)))
