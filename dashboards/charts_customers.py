"""Charts about customers: tiers, moves between them, days on which contracts end.

(frame, words, colours) → figure, as in charts.py.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from dashboards.canvas import CELL, SMALL, Cell, draw_cells, figure, printable
from dashboards.charts_rows import Column
from dashboards.charts_rows import rows as charted_rows
from dashboards.charts_service import AMOUNT, shade
from dashboards.colours import Colours, ink_on
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd

CELL_HEIGHT = 30


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
    return charted_rows(
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
    _unseen(fig)
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


def _unseen(fig: go.Figure) -> None:
    """A mark nobody sees: axes without any trace are not drawn."""
    fig.add_scatter(
        x=[0], y=[0], mode="markers", marker={"opacity": 0}, hoverinfo="skip"
    )


def calendar(
    rows: Sequence[Mapping[str, Any]],
    weekdays: Sequence[str],
    words: Words,
    colours: Colours,
) -> go.Figure:
    """Weeks (rows, named by their Monday) by weekdays: how many customers' contracts.

    rows: jike.pages.retention.expiring(). Deeper is more; days without any
    are blank cells.
    """
    ends: list[date] = [row["ends_on"] for row in rows]
    first = min(ends) - timedelta(days=min(ends).weekday())
    weeks = (max(ends) - first).days // 7 + 1
    fig = figure(colours, CELL_HEIGHT * weeks + 40)
    counts = [int(row["customers"]) for row in rows]
    ramp = AMOUNT[colours.theme]
    cells = []
    for day, n in zip(ends, counts, strict=True):
        # By the root: one day with very many does not pale all the others.
        fill = shade((n / max(counts)) ** 0.5, ramp)
        place = (day - first).days
        cells.append(Cell(place % 7, place // 7, wording.plain(n), ink_on(fill), fill))
    draw_cells(fig, cells)
    _unseen(fig)
    fig.update_xaxes(
        side="top",
        tickvals=list(range(7)),
        ticktext=[printable(name) for name in weekdays],
        range=[-0.5, 6.5],
        tickfont={"size": SMALL, "color": colours.ink},
    )
    mondays = [first + timedelta(weeks=week) for week in range(weeks)]
    fig.update_yaxes(
        tickvals=list(range(weeks)),
        ticktext=[
            f"{day.month}月{day.day}日"
            if words.language == "zh"
            else wording.day_in_words(day, "en", year=False)
            for day in mondays
        ],
        range=[weeks - 0.5, -0.5],
        tickfont={"size": CELL, "color": colours.mid},
    )
    return fig


def concentration(frame: "pd.DataFrame", words: Words, colours: Colours) -> go.Figure:
    """The cumulative share of revenue over the share of customers, largest first.

    frame: jike.pages.revenue.concentration(). The diagonal is what equal customers
    would give; the dot is the largest ten.
    """
    _ = words
    fig = figure(colours, 280)
    customers = float(frame["customers"].iloc[0])
    xs = [0.0, *(100 * frame["place"] / customers)]
    ys = [0.0, *(100 * frame["cumulative_share"])]
    fig.add_scatter(
        x=[0, 100],
        y=[0, 100],
        mode="lines",
        line={"color": colours.rule, "width": 1.5, "dash": "dash"},
        hoverinfo="skip",
    )
    fig.add_scatter(
        x=xs,
        y=ys,
        mode="lines",
        line={"color": colours.act, "width": 2.5},
        hovertext=[
            f"{wording.plain(x, 1)}% → {wording.plain(y, 1)}%"
            for x, y in zip(xs, ys, strict=True)
        ],
        hoverinfo="text",
    )
    ten = frame[frame["place"] <= 10].iloc[-1]
    at = (100 * ten["place"] / customers, 100 * ten["cumulative_share"])
    fig.add_scatter(
        x=[at[0]],
        y=[at[1]],
        mode="markers",
        marker={"size": 9, "color": colours.ink},
        hoverinfo="skip",
    )
    fig.add_annotation(
        x=at[0],
        y=at[1],
        text=_(
            "largest {n}: {share}",
            n=int(ten["place"]),
            share=wording.rate(ten["cumulative_share"]),
        ),
        showarrow=False,
        xanchor="left" if at[0] < 50 else "right",
        xshift=10 if at[0] < 50 else -10,
        yshift=-10 if at[0] >= 50 else 0,
        font={"size": SMALL, "color": colours.ink},
    )
    axis = {"range": [-2, 102], "ticksuffix": "%", "nticks": 6}
    fig.update_xaxes(**axis)
    fig.update_yaxes(showgrid=True, **axis)
    return fig
