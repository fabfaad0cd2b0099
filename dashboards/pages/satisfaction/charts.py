"""Charts of this page alone: a frame, words and colours in, a figure out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboards.kit.canvas import BODY, LINE_HEIGHT, SMALL, figure, printable, row_axes
from dashboards.kit.colours import Colours, blend
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd

WIDTHS = (280.0, 430.0)
"""Pixels of a plot on a phone and on a desk: labels are placed so that they fit both.
"""


def priorities(frame: "pd.DataFrame", words: Words, colours: Colours) -> go.Figure:
    """Importance over performance, four named fields, the one to improve first shaded.

    frame: plotted_service.priorities(). The crosshair stands at the means; labels are
    at the points and placed so that none covers another.
    """
    _ = words
    fig = figure(colours, LINE_HEIGHT)
    x0, x1 = _padded(frame["performance"], 0.16, 0.42)
    y0, y1 = _padded(frame["importance"], 0.24, 0.16)
    cross_x, cross_y = frame.attrs["mean_performance"], frame.attrs["mean_importance"]
    fig.add_shape(
        type="rect",
        x0=x0,
        x1=cross_x,
        y0=cross_y,
        y1=y1,
        fillcolor=blend(colours.page, colours.badsoft, 0.35),
        line={"width": 0},
        layer="below",
    )
    for start, end in (((cross_x, y0), (cross_x, y1)), ((x0, cross_y), (x1, cross_y))):
        fig.add_shape(
            type="line",
            x0=start[0],
            y0=start[1],
            x1=end[0],
            y1=end[1],
            line={"color": colours.rule, "width": 1},
        )
    inks = [colours.bad if first else colours.act for first in frame["is_first"]]
    fig.add_scatter(
        x=list(frame["performance"]),
        y=list(frame["importance"]),
        mode="markers",
        marker={"size": 10, "color": inks},
        hovertext=[
            f"{label} {wording.index(x)} · {wording.plain(y, 2)}"
            for label, x, y in zip(
                frame["label"], frame["performance"], frame["importance"], strict=True
            )
        ],
        hoverinfo="text",
    )
    corners = (
        (0.01, 0.99, "left", "top", _("Improve first"), colours.bad),
        (0.99, 0.99, "right", "top", _("Keep up"), colours.mid),
        (0.01, 0.01, "left", "bottom", _("Later"), colours.mid),
        (0.99, 0.01, "right", "bottom", _("Enough"), colours.mid),
    )
    for x, y, xanchor, yanchor, text, ink in corners:
        fig.add_annotation(
            x=x,
            y=y,
            xref="paper",
            yref="paper",
            xanchor=xanchor,
            yanchor=yanchor,
            text=text,
            showarrow=False,
            font={"size": SMALL, "color": ink},
        )
    spots = [(x > 0.5, y > 0.5, text) for x, y, _xa, _ya, text, _ink in corners]
    _point_labels(fig, frame, (x0, x1), (y0, y1), inks, spots)
    fig.update_xaxes(range=[x0, x1], nticks=5, tickformat="~f")
    fig.update_yaxes(range=[y0, y1], nticks=5, tickformat="~f")
    return fig


def _padded(values: "pd.Series", below: float, above: float) -> tuple[float, float]:
    least, most = float(values.min()), float(values.max())
    size = max(most - least, 0.05)
    return least - below * size, most + above * size


def _point_labels(
    fig: go.Figure,
    frame: "pd.DataFrame",
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    inks: Sequence[str],
    corners: Sequence[tuple[bool, bool, str]],
) -> None:
    height = LINE_HEIGHT - 50
    points = [
        (
            (x - x_range[0]) / (x_range[1] - x_range[0]),
            height * (y - y_range[0]) / (y_range[1] - y_range[0]),
        )
        for x, y in zip(frame["performance"], frame["importance"], strict=True)
    ]
    taken = [
        [_corner(*corner, width, height) for corner in corners] for width in WIDTHS
    ]
    labels = [text_width(label) for label in frame["label"]]
    places = placed(labels, points, WIDTHS, height, taken)
    rows = zip(frame.to_dict("records"), inks, places, strict=True)
    for row, ink, place in rows:
        text = printable(row["label"])
        fig.add_annotation(
            x=row["performance"],
            y=row["importance"],
            text=f"<b>{text}</b>" if row["is_first"] else text,
            # Far from its point a label is tied to it by a hairline.
            showarrow=place.is_far,
            arrowhead=0,
            arrowwidth=1,
            arrowcolor=ink,
            standoff=5,
            **(
                {"ax": place.x, "ay": -place.y}
                if place.is_far
                else {"xshift": place.x, "yshift": place.y}
            ),
            xanchor=place.anchor,
            yanchor="middle",
            font={"size": BODY, "color": ink},
        )


def _corner(
    is_right: bool, is_top: bool, text: str, width: float, height: float
) -> tuple[float, ...]:
    """Left, right, bottom and top of a field's name in its corner, in pixels."""
    long = text_width(text) + 4
    left = width - long if is_right else 0.0
    bottom = height - 20 if is_top else 0.0
    return left, left + long, bottom, bottom + 20


@dataclass(frozen=True)
class Place:
    """Where a label stands beside its point: pixels right and up, and its anchor."""

    x: float
    y: float
    anchor: str

    @property
    def is_far(self) -> bool:
        """So far that it needs a line to its point."""
        return abs(self.y) > 20

    def box(self, x: float, y: float, width: float) -> tuple[float, ...]:
        """Left, right, bottom and top of a label of some width at a point."""
        left = {"left": 0.0, "right": -width, "center": -width / 2}[self.anchor]
        start = x + self.x + left
        return start, start + width, y + self.y - 9, y + self.y + 9


# From the most to the least welcome.
PLACES = (
    Place(9, 0, "left"),
    Place(-9, 0, "right"),
    Place(0, 16, "center"),
    Place(0, -16, "center"),
    *(
        Place(x, y, anchor)
        for y in (26, -26, 46, -46, 66, 86, 106)
        for x, anchor in ((10, "left"), (-10, "right"), (0, "center"))
    ),
)


def text_width(text: str) -> float:
    """About how many pixels a label of 13 px is wide."""
    return sum(13.5 if ord(sign) > 0x2E7F else 7.2 for sign in text) + 4


def placed(
    labels: Sequence[float],
    points: Sequence[tuple[float, float]],
    widths: Sequence[float],
    height: float = float("inf"),
    others: Sequence[Sequence[tuple[float, ...]]] = (),
) -> list[Place]:
    """Where each label stands, so that none covers a point or another label.

    labels: their widths in pixels. points: across as a share of the plot's width, up
    in pixels from its floor. widths, height: of the plots it has to fit. others: what
    else stands there, per width: left, right, bottom, top. The first place that is
    free in all of them wins, else the one that covers least.
    """
    marks: list[list[tuple[float, ...]]] = [
        [(w * x - 6, w * x + 6, y - 6, y + 6) for x, y in points] for w in widths
    ]
    for taken, more in zip(marks, others, strict=False):
        taken.extend(more)
    chosen: dict[int, Place] = {}
    # From the right, where room ends first.
    for i in sorted(range(len(points)), key=lambda i: -points[i][0]):
        label, (x, y) = labels[i], points[i]
        costs = []
        for place in PLACES:
            cost = 0.0
            for w, taken in zip(widths, marks, strict=True):
                box = place.box(w * x, y, label)
                cost += sum(_shared(box, other) for other in taken)
                cost += 40 * (max(0.0, -box[0]) + max(0.0, box[1] - w))
                cost += 40 * (max(0.0, -box[2]) + max(0.0, box[3] - height))
            costs.append(cost)
        best = min(range(len(PLACES)), key=lambda at: (round(costs[at]), at))
        place = PLACES[best]
        chosen[i] = place
        for w, taken in zip(widths, marks, strict=True):
            taken.append(place.box(w * x, y, label))
    return [chosen[i] for i in range(len(points))]


def _shared(one: Sequence[float], other: Sequence[float]) -> float:
    x = min(one[1], other[1]) - max(one[0], other[0])
    y = min(one[3], other[3]) - max(one[2], other[2])
    return x * y if x > 0 and y > 0 else 0.0


def reasons(frame: "pd.DataFrame", words: Words, colours: Colours) -> go.Figure:
    """Reasons as sorted bars; children are thinner, paler and indented.

    frame: plotted_service.dissatisfaction(). Printed: per cent of the dissatisfied.
    """
    fig = figure(colours, 25 * len(frame) + 20)
    fills = {
        (True, False): colours.bad,
        (True, True): colours.badsoft,
        (False, False): colours.py,
        (False, True): blend(colours.page, colours.py, 0.45),
    }
    rows = list(range(len(frame)))
    kinds = list(zip(frame["is_marked"], frame["is_child"], strict=True))
    fig.add_bar(
        y=rows,
        x=[100 * float(share) for share in frame["share"]],
        width=[0.42 if is_child else 0.7 for _marked, is_child in kinds],
        orientation="h",
        marker={
            "color": [fills[bool(m), bool(c)] for m, c in kinds],
            "line": {"width": 0},
        },
        text=[wording.plain(100 * float(share), 2) for share in frame["share"]],
        textposition="outside",
        textfont={"size": SMALL, "color": colours.ink},
        constraintext="none",
        textangle=0,
        cliponaxis=False,
        hoverinfo="skip",
    )
    labels = [
        f"<span style='color:{colours.mid}'>· {printable(label)}</span>"
        if is_child
        else printable(label)
        for label, is_child in zip(frame["label"], frame["is_child"], strict=True)
    ]
    most = 100 * float(frame["share"].max())
    row_axes(fig, labels, colours, (0, 1.02 * max(most, 1.0)), SMALL)
    fig.update_layout(
        margin={"l": 8, "r": 52, "t": 8, "b": 8, "pad": 4},
        meta={"language": words.language},
    )
    return fig
