"""A calendar: weeks by weekdays, a count a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import plotly.graph_objects as go

from dashboards.kit.canvas import (
    CELL,
    CELL_HEIGHT,
    SMALL,
    Cell,
    draw_cells,
    figure,
    printable,
    unseen,
)
from dashboards.kit.colours import Colours, ink_on
from dashboards.kit.heat_map import AMOUNT, shade
from dashboards.kit.table import Column, Row
from jike.words import wording
from jike.words.language import Words


@dataclass(frozen=True)
class Calendar:
    """Weeks (rows, by their Monday) by weekdays; deeper is more, none is blank.

    rows: of a day each, ends_on (date) and customers; weekdays: their names, Monday
    first.
    """

    weekdays: Sequence[str]

    def draw(self, rows: Sequence[Row], words: Words, colours: Colours) -> go.Figure:
        """A cell a day with how many customers' contracts end on it."""
        ends: list[date] = [row["ends_on"] for row in rows]
        first = min(ends) - timedelta(days=min(ends).weekday())
        weeks = (max(ends) - first).days // 7 + 1
        fig = figure(colours, CELL_HEIGHT * weeks + 40)
        draw_cells(fig, _days(rows, first, colours))
        unseen(fig)
        fig.update_xaxes(
            side="top",
            tickvals=list(range(7)),
            ticktext=[printable(name) for name in self.weekdays],
            range=[-0.5, 6.5],
            tickfont={"size": SMALL, "color": colours.ink},
        )
        mondays = [first + timedelta(weeks=week) for week in range(weeks)]
        fig.update_yaxes(
            tickvals=list(range(weeks)),
            ticktext=[wording.calendar_day(day, words.language) for day in mondays],
            range=[weeks - 0.5, -0.5],
            tickfont={"size": CELL, "color": colours.mid},
        )
        return fig

    def columns(self, rows: Sequence[Row], words: Words) -> list[Column]:
        """A day a row."""
        _ = words
        return [
            Column("ends_on", _("Day"), wording.iso),
            Column("customers", _("customers"), wording.plain),
        ]

    def figures(self, rows: Sequence[Row], words: Words) -> list[str]:
        """Every day's count."""
        return [
            f"{wording.iso(row['ends_on'])} {wording.plain(row['customers'])}"
            for row in rows
        ]


def _days(rows: Sequence[Row], first: date, colours: Colours) -> list[Cell]:
    """A cell a day; first: the Monday of the first week."""
    ramp = AMOUNT[colours.theme]
    counts = [int(row["customers"]) for row in rows]
    cells = []
    for row, n in zip(rows, counts, strict=True):
        # By the root: one day with very many does not pale all the others.
        fill = shade((n / max(counts)) ** 0.5, ramp)
        place = (row["ends_on"] - first).days
        cells.append(Cell(place % 7, place // 7, wording.plain(n), ink_on(fill), fill))
    return cells
