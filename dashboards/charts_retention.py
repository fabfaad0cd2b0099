"""The heat map and the bridge: (frame, words, colours) → figure, as in charts.py."""

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboards import titles_retention
from dashboards.canvas import (
    BODY,
    SMALL,
    Cell,
    draw_cells,
    figure,
    judged,
    printable,
    ticks,
)
from dashboards.colours import Colours, blend, ink_on
from dashboards.facts import LOW_BASE
from jike.kpis.cuts import TOTAL
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd

CELL_HEIGHT = 24
# At least this far from the centre is the end of the scale: 1 point is no catastrophe.
NARROWEST = 0.01
STEP = 61


def tiers_by_branch(
    frame: "pd.DataFrame", centre: float, words: Words, colours: Colours
) -> go.Figure:
    """Branch by tier, the value printed in every cell, coloured around a centre.

    frame: plotted_retention.tiers_by_branch(). Cells on a low base carry ° and no
    colour; the first column is the whole branch. The last trace carries one mark a
    cell in the frame's order, so that a cell can be tapped.
    """
    _ = words
    rows = {label: i for i, label in enumerate(dict.fromkeys(frame["branch"]))}
    tiers = {tier: i for i, tier in enumerate(_ordered(frame))}
    fig = figure(colours, CELL_HEIGHT * len(rows) + 44)
    reach = _reach(frame, centre)
    drawn = []
    for cell in frame.to_dict("records"):
        fill = colours.band
        if cell["status"] != LOW_BASE:
            fill = diverging(float(cell["value"]) - centre, reach, colours)
        ink = colours.mid if cell["status"] == LOW_BASE else ink_on(fill)
        text = titles_retention.cell(float(cell["value"]), str(cell["status"]))
        if cell["tier"] == TOTAL:
            text = f"<b>{text}</b>"
        x, y = tiers[cell["tier"]], rows[cell["branch"]]
        drawn.append(Cell(x, y, text, ink, fill))
    there = set(zip(frame["branch"], frame["tier"], strict=True))
    # A group without customers is drawn as one, not left blank.
    drawn += [
        Cell(x, y, wording.MISSING, colours.soft)
        for branch, y in rows.items()
        for tier, x in tiers.items()
        if (branch, tier) not in there
    ]
    draw_cells(fig, drawn)
    _touch(fig, frame, rows, tiers)
    labels = frame.drop_duplicates("branch")["label"]
    fig.update_xaxes(
        side="top",
        tickvals=list(tiers.values()),
        ticktext=[
            f"<b>{_('total')}</b>" if tier == TOTAL else printable(tier)
            for tier in tiers
        ],
        range=[-0.5, len(tiers) - 0.5],
        tickfont={"size": SMALL, "color": colours.ink},
    )
    fig.update_yaxes(
        tickvals=list(rows.values()),
        ticktext=[printable(label) for label in labels],
        range=[len(rows) - 0.5, -0.5],
        tickfont={"size": SMALL, "color": colours.ink},
    )
    fig.update_layout(clickmode="event+select")
    return fig


def _ordered(frame: "pd.DataFrame") -> list[str]:
    """Tiers in the order of the fullest row: every tier stands in its own place."""
    seen: list[str] = []
    for _branch, cells in frame.groupby("branch", sort=False):
        place = 0
        for tier in cells["tier"]:
            if tier in seen:
                place = seen.index(tier) + 1
            else:
                seen.insert(place, tier)
                place += 1
    return seen


def _reach(frame: "pd.DataFrame", centre: float) -> float:
    judged_cells = frame[frame["status"] != LOW_BASE]["value"]
    if judged_cells.empty:
        return NARROWEST
    return max(NARROWEST, float((judged_cells - centre).abs().max()))


def diverging(distance: float, reach: float, colours: Colours) -> str:
    """The colour of a distance from the centre; `reach` is the end of the scale."""
    scale = colours.diverging
    middle = (len(scale) - 1) / 2
    place = middle + max(-1.0, min(1.0, distance / reach)) * middle
    below = min(int(place), len(scale) - 2)
    return blend(scale[below], scale[below + 1], place - below)


def _touch(
    fig: go.Figure,
    frame: "pd.DataFrame",
    rows: dict[str, int],
    tiers: dict[str, int],
) -> None:
    """Marks nobody sees over the cells: what a tap selects."""
    unseen = {"marker": {"opacity": 0}}
    fig.add_scatter(
        x=[tiers[tier] for tier in frame["tier"]],
        y=[rows[branch] for branch in frame["branch"]],
        mode="markers",
        marker={"symbol": "square", "size": CELL_HEIGHT, "opacity": 0},
        selected=unseen,
        unselected=unseen,
        hovertext=[
            f"{printable(label)} {'' if tier == TOTAL else printable(tier)} "
            f"{wording.rate(value, 2)}, n={wording.plain(n)}"
            for label, tier, value, n in zip(
                frame["label"], frame["tier"], frame["value"], frame["n"], strict=True
            )
        ],
        hoverinfo="text",
    )


def bridge(frame: "pd.DataFrame", words: Words, colours: Colours) -> go.Figure:
    """From last year's amount (100) to this year's: levels are ticks, changes bars.

    frame: plotted_retention.bridge(). Gains blue, losses orange. The axis is cut: a
    level is a tick and no bar, so no length is false.
    """
    named, decimals = titles_retention.steps(words), titles_retention.decimals_of(frame)
    fig = figure(colours, STEP * len(frame) + 24)
    moves = frame[~frame["step"].isin(["start", "end"])]
    levels = frame[frame["step"].isin(["start", "end"])]
    inks = [judged(change, colours) for change in moves["change"]]
    fig.add_bar(
        y=list(moves.index),
        x=list(moves["change"]),
        base=list(moves["begins"]),
        orientation="h",
        marker={"color": inks, "line": {"width": 0}},
        hoverinfo="skip",
    )
    ticks(fig, list(levels["ends"]), list(levels.index), 26, colours.ink, 3)
    _connect(fig, frame, colours)
    for place, row in enumerate(frame.to_dict("records")):
        is_level = row["step"] in ("start", "end")
        text = titles_retention.step_text(
            str(row["step"]), float(row["change"]), decimals
        )
        fig.add_annotation(
            x=row["ends"] if is_level else max(row["begins"], row["ends"]),
            y=place,
            text=f"<b>{text}</b>" if is_level else text,
            showarrow=False,
            xanchor="left",
            xshift=8,
            font={
                "size": SMALL if not is_level else BODY,
                "color": colours.ink if is_level else judged(row["change"], colours),
            },
        )
    fig.update_yaxes(
        tickvals=list(frame.index),
        ticktext=[named[step] for step in frame["step"]],
        range=[len(frame) - 0.5, -0.5],
        tickfont={"size": BODY, "color": colours.ink},
    )
    levels_met = [100.0, *frame["ends"]]
    low, high = min(levels_met), max(levels_met)
    room = max(0.08 * (high - low), 0.5)
    fig.update_xaxes(range=[low - room, high + room], showticklabels=False)
    fig.update_layout(margin={"l": 8, "r": 56, "t": 8, "b": 8, "pad": 4})
    return fig


def _connect(fig: go.Figure, frame: "pd.DataFrame", colours: Colours) -> None:
    """Hairlines from where a step ends to where the next one begins."""
    for place in range(len(frame) - 1):
        level = 100.0 if place == 0 else float(frame["ends"].iloc[place])
        fig.add_shape(
            type="line",
            x0=level,
            x1=level,
            y0=place + 0.34 if place else place + 0.2,
            y1=place + 0.66,
            line={"color": colours.rule, "width": 1},
        )
