"""Charts of this page alone: a frame, words and colours in, a figure out."""

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboards.kit.canvas import (
    CELL_HEIGHT,
    SMALL,
    Cell,
    draw_cells,
    figure,
    printable,
    unseen,
)
from dashboards.kit.colours import Colours
from dashboards.kit.columns import Column, rows
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd


def pyramid(frame: "pd.DataFrame", words: Words, colours: Colours) -> go.Figure:
    """Customers by delivered tier, the highest on top, and what the score proposes.

    frame: plotted_customers.pyramid().
    """
    _ = words
    columns = [
        Column(_("customers"), [wording.plain(n) for n in frame["customers"]]),
        Column(
            _("score"), [wording.index(score) for score in frame["score"]], width=50
        ),
        Column(
            _("to rise / fall"),
            [
                f"{wording.plain(up)} / {wording.plain(down)}"
                for up, down in zip(frame["higher"], frame["lower"], strict=True)
            ],
            width=82,
        ),
    ]
    return rows(
        [f"<b>{printable(tier)}</b>" for tier in frame["tier"]],
        list(frame["customers"]),
        columns,
        colours,
        touched=[
            f"{label} {wording.plain(n)}"
            for label, n in zip(frame["label"], frame["customers"], strict=True)
        ],
    )


def moves(frame: "pd.DataFrame", words: Words, colours: Colours) -> go.Figure:
    """Tier before (rows) by tier now (columns); whoever stayed lies on the diagonal.

    frame: plotted_customers.moves(). Cells above the diagonal of the tiers' order are
    falls and orange, below it rises and blue; stayed, entered and left are grey.
    """
    _ = words
    befores = list(dict.fromkeys(frame["before"]))
    afters = list(dict.fromkeys(frame.sort_values("column")["after"]))
    fig = figure(colours, CELL_HEIGHT * len(befores) + 40)
    soft = {"up": colours.goodsoft, "down": colours.badsoft}
    cells = []
    for row in frame.to_dict("records"):
        fill = soft.get(str(row["direction"]), colours.band)
        is_sum = row["direction"] == "sum"
        text = wording.plain(row["customers"])
        cells.append(
            Cell(
                afters.index(row["after"]),
                befores.index(row["before"]),
                f"<b>{text}</b>" if is_sum else text,
                colours.ink if is_sum or row["direction"] in soft else colours.mid,
                None if is_sum else fill,
            )
        )
    draw_cells(fig, cells)
    unseen(fig)
    fig.update_xaxes(
        side="top",
        tickvals=list(range(len(afters))),
        ticktext=[printable(name) for name in afters],
        range=[-0.5, len(afters) - 0.5],
        tickfont={"size": SMALL, "color": colours.ink},
    )
    fig.update_yaxes(
        tickvals=list(range(len(befores))),
        ticktext=[printable(name) for name in befores],
        range=[len(befores) - 0.5, -0.5],
        tickfont={"size": SMALL, "color": colours.ink},
    )
    return fig
