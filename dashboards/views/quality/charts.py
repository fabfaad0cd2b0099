"""Charts of this page alone: feeds by day."""

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


@dataclass(frozen=True)
class Feeds:
    """Feed by day, one sign a cell: ✓ passed, ! warning, × failed, · missing.

    rows: label (feed), delivered_on (date), status (a key of MARKS), rows_read; one row
    per cell, feeds and days in the order of the rows.
    """

    def draw(self, rows: "pd.DataFrame", words: Words, colours: Colours) -> go.Figure:
        """The newest day at the right, what it brought beside it."""
        feeds = list(dict.fromkeys(rows["label"]))
        days = list(dict.fromkeys(rows["delivered_on"]))
        fig = figure(colours, 24 * len(feeds) + 44)
        _signs(fig, rows, feeds, days, colours)
        _rows_of_newest(fig, rows, feeds, days, colours)
        every = max(1, -(-len(days) // 5))
        # The newest delivery is always named, others at an even distance before it.
        named = [i for i in range(len(days)) if (len(days) - 1 - i) % every == 0]
        fig.update_xaxes(
            side="top",
            tickvals=named,
            ticktext=[wording.short_day(days[i], words.language) for i in named],
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


def _signs(
    fig: go.Figure,
    frame: "pd.DataFrame",
    feeds: Sequence[str],
    days: Sequence[date],
    colours: Colours,
) -> None:
    """Colour every cell and write its sign; what did not come is missing."""
    status = {
        (row["label"], row["delivered_on"]): row["status"]
        for row in frame.to_dict("records")
    }
    kinds = list(MARKS)
    fills = [colours.passed, colours.caution, colours.bad, colours.band]
    inks = [colours.good, colours.caution_text, ink_on(colours.bad), colours.soft]
    grid = [[kinds.index(status.get((f, d), "missing")) for d in days] for f in feeds]
    fig.add_heatmap(
        z=grid,
        x=list(range(len(days))),
        y=list(range(len(feeds))),
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
    cells = [cell for row in grid for cell in row]
    fig.add_scatter(
        x=[x for _row in grid for x in range(len(days))],
        y=[y for y, row in enumerate(grid) for _cell in row],
        mode="text",
        text=[MARKS[kinds[cell]] for cell in cells],
        textfont={"size": SMALL, "color": [inks[cell] for cell in cells]},
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
