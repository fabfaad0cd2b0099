"""Charts of this page alone: a frame, words and colours in, a figure out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboards.kit.canvas import SMALL, figure, printable
from dashboards.kit.colours import Colours, ink_on
from dashboards.kit.table import Column
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd

NARROWEST = 7

# What stands in a cell of the delivery grid, by what happened to the feed.
MARKS = {"passed": "✓", "warning": "!", "failed": "×", "missing": "·"}


def delivery_grid(frame: "pd.DataFrame", words: Words, colours: Colours) -> go.Figure:
    """Feed by delivery, one sign a cell: ✓ passed, ! warning, × failed, · missing.

    frame: label (feed), delivered_on (date), status (a key of MARKS), rows_read; one
    row per cell, feeds and deliveries in the frame's order.
    """
    feeds = list(dict.fromkeys(frame["label"]))
    days = list(dict.fromkeys(frame["delivered_on"]))
    cells = {
        (label, day): status
        for label, day, status in zip(
            frame["label"], frame["delivered_on"], frame["status"], strict=True
        )
    }
    kinds = list(MARKS)
    grid = [[kinds.index(cells.get((f, d), "missing")) for d in days] for f in feeds]
    fig = figure(colours, 24 * len(feeds) + 44)
    _signs(fig, grid, colours)
    _rows_of_newest(fig, frame, feeds, days, colours)
    every = max(1, -(-len(days) // 5))
    # The newest delivery is always named, the others at an even distance before it.
    named = [i for i in range(len(days)) if (len(days) - 1 - i) % every == 0]
    fig.update_xaxes(
        side="top",
        tickvals=named,
        ticktext=[_short_day(days[i], words) for i in named],
        # Few deliveries do not make cells as wide as the panel.
        range=[-0.5, max(len(days), NARROWEST) - 0.5],
    )
    fig.update_yaxes(
        tickvals=list(range(len(feeds))),
        ticktext=[printable(feed) for feed in feeds],
        range=[len(feeds) - 0.5, -0.5],
        tickfont={"size": SMALL, "color": colours.ink},
    )
    fig.update_layout(margin={"l": 8, "r": 24, "t": 28, "b": 8, "pad": 4})
    return fig


def _signs(fig: go.Figure, grid: Sequence[Sequence[int]], colours: Colours) -> None:
    """Coloured cells, each with its sign; grid: places in MARKS, feeds by days."""
    signs = list(MARKS.values())
    fills = [colours.passed, colours.caution, colours.bad, colours.band]
    inks = [colours.good, colours.caution_text, ink_on(colours.bad), colours.soft]
    days = len(grid[0])
    fig.add_heatmap(
        z=grid,
        x=list(range(days)),
        y=list(range(len(grid))),
        colorscale=[
            [(i + j) / len(fills), fill] for i, fill in enumerate(fills) for j in (0, 1)
        ],
        zmin=-0.5,
        zmax=len(fills) - 0.5,
        showscale=False,
        xgap=3,
        ygap=3,
        hoverinfo="skip",
    )
    fig.add_scatter(
        x=[x for _row in grid for x in range(days)],
        y=[y for y, row in enumerate(grid) for _cell in row],
        mode="text",
        text=[signs[cell] for row in grid for cell in row],
        textfont={
            "size": SMALL,
            "color": [inks[cell] for row in grid for cell in row],
        },
        hoverinfo="skip",
    )


def _rows_of_newest(
    fig: go.Figure,
    frame: "pd.DataFrame",
    feeds: Sequence[str],
    days: Sequence[date],
    colours: Colours,
) -> None:
    """Write how many rows the newest delivery brought, where the cells leave room."""
    newest = frame[frame["delivered_on"] == days[-1]].set_index("label")["rows_read"]
    if len(days) >= NARROWEST - 1:
        return
    for place, feed in enumerate(feeds):
        if feed in newest.index and not wording.is_missing(newest[feed]):
            fig.add_annotation(
                x=len(days) - 0.5,
                y=place,
                text=wording.plain(float(newest[feed])),
                xanchor="left",
                xshift=6,
                showarrow=False,
                font={"size": SMALL, "color": colours.mid},
            )


def _short_day(day: date, words: Words) -> str:
    if words.language == "zh":
        return f"{day:%m-%d}"
    return wording.day_in_words(day, "en", year=False)


@dataclass(frozen=True)
class Feeds:
    """A grid of feeds by day; rows: as delivery_grid() takes them."""

    def draw(self, rows: "pd.DataFrame", words: Words, colours: Colours) -> go.Figure:
        """One sign a cell."""
        return delivery_grid(rows, words, colours)

    def columns(self, rows: "pd.DataFrame", words: Words) -> list[Column]:
        """Feed, day, rows, state."""
        _ = words
        said = {
            "passed": _("whole"),
            "warning": _("warning"),
            "failed": _("failed"),
            "missing": _("nothing delivered"),
        }
        return [
            Column("label", _("Feed")),
            Column("day", _("Day"), of=lambda row: wording.iso(row["delivered_on"])),
            Column("rows_read", _("Rows"), wording.plain),
            Column("status", _("State"), said.__getitem__),
        ]

    def figures(self, rows: "pd.DataFrame", words: Words) -> list[str]:
        """How many cells of each feed are whole."""
        _ = words
        return [
            _(
                "{feed} {n} of {all} whole",
                feed=label,
                n=int((cells["status"] == "passed").sum()),
                all=len(cells),
            )
            for label, cells in rows.groupby("label", sort=False)
        ]
