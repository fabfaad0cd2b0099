"""What every chart is drawn with: the template, rows, cells, texts, ticks.

Texts of the data are made harmless here: plotly reads tags in them.
"""

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from dashboards.kit.colours import Colours
from jike.words import wording

if TYPE_CHECKING:
    import pandas as pd

FONT = (
    "'Source Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans SC', "
    "'Noto Sans CJK SC', 'WenQuanYi Micro Hei', sans-serif"
)

BODY, SMALL, CELL = 13, 12, 11

ROW = 28

LABEL_LINE = 15

CONFIG = {"displayModeBar": False, "responsive": True, "scrollZoom": False}


@cache
def template(colours: Colours) -> go.layout.Template:
    """The one template of a colour set: quiet axes, no legend, nothing to drag."""
    axis = {
        "showline": False,
        "ticks": "",
        "zeroline": False,
        "showgrid": False,
        "automargin": True,
        "fixedrange": True,
        "tickfont": {"size": SMALL, "color": colours.mid},
        "gridcolor": colours.grid,
        "gridwidth": 1,
    }
    layout = go.Layout(
        font={"family": FONT, "size": BODY, "color": colours.ink},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 8, "r": 8, "t": 8, "b": 8, "pad": 4},
        xaxis=axis,
        yaxis=axis,
        showlegend=False,
        dragmode=False,
        separators=".,",
        hovermode="closest",
        hoverlabel={
            "bgcolor": colours.page,
            "bordercolor": colours.rule,
            "font": {"family": FONT, "size": SMALL, "color": colours.ink},
        },
        bargap=0.32,
    )
    return go.layout.Template(layout=layout)


def figure(colours: Colours, height: int) -> go.Figure:
    """An empty figure in the template, `height` pixels high."""
    return go.Figure(layout={"template": template(colours), "height": height})


def printable(text: object) -> str:
    """Text of the data for a chart, where tags would be read as such."""
    return html.escape(str(text), quote=False)


def judged(value: object, colours: Colours) -> str:
    """Blue for better, orange for worse, slate when there is nothing to judge."""
    size = wording.number(value)
    if not size:
        return colours.act
    return colours.good if size > 0 else colours.bad


def row_axes(
    fig: go.Figure,
    labels: Sequence[str],
    colours: Colours,
    reach: tuple[float, float],
    size: int = BODY,
) -> None:
    """One row a label from the top down, and figures instead of an axis below.

    labels: ready for plotly; reach: both ends of the axis across.
    """
    fig.update_yaxes(
        tickvals=list(range(len(labels))),
        ticktext=list(labels),
        range=[len(labels) - 0.45, -0.55],
        tickfont={"size": size, "color": colours.ink},
    )
    fig.update_xaxes(range=list(reach), showticklabels=False)


def row_height(labels: Sequence[str]) -> int:
    """Pixels a row needs: labels on several lines need more than one on one line."""
    lines = max((label.count("<br>") + 1 for label in labels), default=1)
    return max(ROW, LABEL_LINE * lines + 4)


Note = dict[str, Any]
"""A text on a figure, as plotly writes an annotation."""


def at_right(
    place: float, text: str, shift: int, ink: str, side: str = "right"
) -> Note:
    """A text in a row: its `side` lies `shift` pixels beyond the axis's right end."""
    return {
        "x": 1,
        "xref": "paper",
        "y": place,
        "text": text,
        "showarrow": False,
        "xanchor": side,
        "xshift": shift,
        "font": {"size": SMALL, "color": ink},
    }


def over_right(text: str, shift: int, colours: Colours) -> Note:
    """The heading of a column of texts at the right."""
    above = {"y": 1, "yref": "paper", "yanchor": "bottom"}
    return at_right(1, text, shift, colours.mid) | above


def annotate(fig: go.Figure, notes: Iterable[Note]) -> None:
    """Write texts over a figure all at once.

    Plotly checks every text there is whenever one is added: a hundred one by one take
    half a second.
    """
    fig.update_layout(annotations=[*fig.layout.annotations, *notes])


def ticks(
    fig: go.Figure,
    xs: Sequence[float | None],
    places: Sequence[float],
    size: int,
    ink: str,
    width: float = 2,
) -> None:
    """Short upright lines in rows where a figure is known: targets, what was."""
    known = [
        (x, y) for x, y in zip(xs, places, strict=True) if not wording.is_missing(x)
    ]
    if known:
        fig.add_scatter(
            x=[x for x, _y in known],
            y=[y for _x, y in known],
            mode="markers",
            marker={
                "symbol": "line-ns-open",
                "size": size,
                "color": ink,
                "line": {"width": width, "color": ink},
            },
            hoverinfo="skip",
        )


def ticks_on_bars(
    fig: go.Figure, values: Sequence[float | None], ink: str, colours: Colours
) -> None:
    """A tick a row, with a bare edge that keeps it apart from the bar it lies on."""
    for colour, width in ((colours.page, 4), (ink, 2)):
        ticks(fig, values, range(len(values)), 24, colour, width)


@dataclass(frozen=True)
class Cell:
    """A cell of a heat map: place, printed text, its ink, and its colour if any."""

    x: float
    y: float
    text: str
    ink: str
    fill: str | None = None


def draw_cells(fig: go.Figure, cells: Sequence[Cell]) -> None:
    """Draw the cells of a heat map all at once, before anything else is laid over it.

    Plotly checks every mark there is whenever one is added: 150 cells one by one take
    seconds.
    """
    fig.update_layout(
        shapes=[
            {
                "type": "rect",
                "x0": cell.x - 0.48,
                "x1": cell.x + 0.48,
                "y0": cell.y - 0.46,
                "y1": cell.y + 0.46,
                "fillcolor": cell.fill,
                "line": {"width": 0},
                "layer": "below",
            }
            for cell in cells
            if cell.fill
        ],
        annotations=[
            {
                "x": cell.x,
                "y": cell.y,
                "text": cell.text,
                "showarrow": False,
                "font": {"size": CELL, "color": cell.ink},
            }
            for cell in cells
        ],
    )


def touch_bars(
    fig: go.Figure,
    places: Sequence[int],
    said: Sequence[str],
    reach: tuple[float, float],
    orientation: str = "h",
) -> None:
    """Bars nobody sees over whole rows: a finger need not meet the mark itself.

    places: of the rows (orientation "h") or columns ("v"); said: what a pointer is
    told; reach: both ends of the bars. They are the only trace that can be tapped, one
    mark a place in the order given.
    """
    unseen = {"marker": {"opacity": 0}}
    low, high = reach
    lengths, along = ("x", "y") if orientation == "h" else ("y", "x")
    fig.add_bar(
        **{along: list(places), lengths: [high - low] * len(places)},
        base=[low] * len(places),
        width=1,
        orientation=orientation,
        marker={"opacity": 0},
        selected=unseen,
        unselected=unseen,
        hovertext=[printable(text) for text in said],
        hoverinfo="text",
    )
    fig.update_layout(barmode="overlay", clickmode="event+select")


def spread(values: Sequence[float], least: float) -> list[float]:
    """Places for labels in the order given, largest first, at least `least` apart.

    Labels that would overlap are pushed apart evenly around their common middle.
    """
    order = sorted(range(len(values)), key=lambda i: -values[i])
    groups: list[list[int]] = [[i] for i in order]
    while True:
        for upper, lower in pairwise(groups):
            if _group_end(upper, values, least) - least < _group_start(
                lower, values, least
            ):
                upper += lower
                groups.remove(lower)
                break
        else:
            break
    places = [0.0] * len(values)
    for group in groups:
        start = _group_start(group, values, least)
        for step, i in enumerate(group):
            places[i] = start - step * least
    return places


def _group_start(group: Sequence[int], values: Sequence[float], least: float) -> float:
    middle = sum(values[i] for i in group) / len(group)
    return middle + (len(group) - 1) * least / 2


def _group_end(group: Sequence[int], values: Sequence[float], least: float) -> float:
    return _group_start(group, values, least) - (len(group) - 1) * least


LINE_HEIGHT = 330


def percent(values: "pd.Series") -> list[float | None]:
    """Shares in per cent; None where nothing is known."""
    return [None if wording.is_missing(v) else 100 * float(v) for v in values]


CELL_HEIGHT = 30


def unseen(fig: go.Figure) -> None:
    """A mark nobody sees: axes without any trace are not drawn."""
    fig.add_scatter(
        x=[0], y=[0], mode="markers", marker={"opacity": 0}, hoverinfo="skip"
    )
