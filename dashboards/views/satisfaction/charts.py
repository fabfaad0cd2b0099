"""Charts of this page alone: a map of priorities, and reasons with their children."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboards.kit import labels
from dashboards.kit.canvas import BODY, LINE_HEIGHT, SMALL, figure, printable, row_axes
from dashboards.kit.colours import Colours, blend
from dashboards.kit.table import Column
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd

    from dashboards.kit.labels import Frame

WIDTHS = (280.0, 430.0)
"""Pixels of a plot on a phone and on a desk: labels are placed so that they fit both.
"""

Box = tuple[float, float, float, float]
"""Left, right, bottom and top in pixels."""


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

    def box(self, x: float, y: float, width: float) -> Box:
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
    others: Sequence[Sequence[Box]] = (),
) -> list[Place]:
    """Where each label stands, so that none covers a point or another label.

    labels: their widths in pixels. points: across as a share of the plot's width, up
    in pixels from its floor. widths, height: of the plots it has to fit. others: what
    else stands there, per width: left, right, bottom, top. The first place that is
    free in all of them wins, else the one that covers least.
    """
    marks: list[list[Box]] = [
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


@dataclass(frozen=True)
class Priorities:
    """Importance over performance, four named fields, the one to improve first shaded.

    rows: dashboards.views.satisfaction.rows.priorities(). The crosshair stands at the
    means; labels are at the points and placed so that none covers another.
    """

    def draw(self, rows: "Frame", words: Words, colours: Colours) -> go.Figure:
        """The map with its fields, its points and their names."""
        fig = figure(colours, LINE_HEIGHT)
        across = _padded(rows["performance"], 0.16, 0.42)
        up = _padded(rows["importance"], 0.24, 0.16)
        fields = _fields(words, colours)
        inks = [colours.bad if first else colours.act for first in rows["is_first"]]
        _cross(fig, rows, across, up, colours)
        _points(fig, rows, inks)
        for field in fields:
            _name_field(fig, field)
        _name_points(fig, rows, inks, _places(rows, across, up, fields))
        fig.update_xaxes(range=list(across), nticks=5, tickformat="~f")
        fig.update_yaxes(range=list(up), nticks=5, tickformat="~f")
        return fig

    def columns(self, rows: "Frame", words: Words) -> list[Column]:
        """An indicator a row: how it performs, and how much it counts."""
        _ = words
        return [
            Column("label", _("Indicator")),
            Column("performance", _("Performance"), wording.index),
            Column("importance", _("Importance"), labels.hundredth),
        ]

    def figures(self, rows: "Frame", words: Words) -> list[str]:
        """Every indicator's performance and importance."""
        _ = words
        return [
            _(
                "{name} scores {score}, counts {weight}",
                name=row["label"],
                score=wording.index(row["performance"]),
                weight=labels.hundredth(row["importance"]),
            )
            for row in rows.to_dict("records")
        ]


Reach = tuple[float, float]
"""Both ends of an axis."""


@dataclass(frozen=True)
class Field:
    """A field of the map: the corner its name stands in, the name and its ink."""

    is_right: bool
    is_top: bool
    text: str
    ink: str

    def box(self, width: float, height: float) -> Box:
        """What its name covers of a plot of some size."""
        long = text_width(self.text) + 4
        left = width - long if self.is_right else 0.0
        bottom = height - 20 if self.is_top else 0.0
        return left, left + long, bottom, bottom + 20


def _fields(words: Words, colours: Colours) -> list[Field]:
    _ = words
    return [
        Field(False, True, _("Improve first"), colours.bad),
        Field(True, True, _("Keep up"), colours.mid),
        Field(False, False, _("Later"), colours.mid),
        Field(True, False, _("Enough"), colours.mid),
    ]


def _padded(values: "pd.Series", below: float, above: float) -> Reach:
    least, most = float(values.min()), float(values.max())
    size = max(most - least, 0.05)
    return least - below * size, most + above * size


def _cross(
    fig: go.Figure, rows: "Frame", across: Reach, up: Reach, colours: Colours
) -> None:
    """Shade the field to improve first and draw the means."""
    x, y = rows.attrs["mean_performance"], rows.attrs["mean_importance"]
    fig.add_shape(
        type="rect",
        x0=across[0],
        x1=x,
        y0=y,
        y1=up[1],
        fillcolor=blend(colours.page, colours.badsoft, 0.35),
        line={"width": 0},
        layer="below",
    )
    for start, end in (((x, up[0]), (x, up[1])), ((across[0], y), (across[1], y))):
        fig.add_shape(
            type="line",
            x0=start[0],
            y0=start[1],
            x1=end[0],
            y1=end[1],
            line={"color": colours.rule, "width": 1},
        )


def _points(fig: go.Figure, rows: "Frame", inks: Sequence[str]) -> None:
    fig.add_scatter(
        x=list(rows["performance"]),
        y=list(rows["importance"]),
        mode="markers",
        marker={"size": 10, "color": list(inks)},
        hovertext=[
            f"{label} {wording.index(x)} · {labels.hundredth(y)}"
            for label, x, y in zip(
                rows["label"], rows["performance"], rows["importance"], strict=True
            )
        ],
        hoverinfo="text",
    )


def _name_field(fig: go.Figure, field: Field) -> None:
    fig.add_annotation(
        x=0.99 if field.is_right else 0.01,
        y=0.99 if field.is_top else 0.01,
        xref="paper",
        yref="paper",
        xanchor="right" if field.is_right else "left",
        yanchor="top" if field.is_top else "bottom",
        text=field.text,
        showarrow=False,
        font={"size": SMALL, "color": field.ink},
    )


def _name_points(
    fig: go.Figure, rows: "Frame", inks: Sequence[str], places: Sequence[Place]
) -> None:
    for row, ink, place in zip(rows.to_dict("records"), inks, places, strict=True):
        text = printable(row["label"])
        x, y = place.x, place.y
        shift = {"ax": x, "ay": -y} if place.is_far else {"xshift": x, "yshift": y}
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
            xanchor=place.anchor,
            yanchor="middle",
            font={"size": BODY, "color": ink},
            **shift,
        )


def _places(
    rows: "Frame", across: Reach, up: Reach, fields: Sequence[Field]
) -> list[Place]:
    """Where the points' names stand, clear of each other and of the fields' names."""
    height = LINE_HEIGHT - 50
    points = [
        (
            (x - across[0]) / (across[1] - across[0]),
            height * (y - up[0]) / (up[1] - up[0]),
        )
        for x, y in zip(rows["performance"], rows["importance"], strict=True)
    ]
    taken = [[field.box(width, height) for field in fields] for width in WIDTHS]
    widths = [text_width(label) for label in rows["label"]]
    return placed(widths, points, WIDTHS, height, taken)


@dataclass(frozen=True)
class Reasons:
    """Reasons as sorted bars; children are thinner, paler and indented.

    rows: dashboards.views.satisfaction.rows.dissatisfaction(). Printed: per cent of the
    dissatisfied, or of all interviews.
    """

    def draw(self, rows: "Frame", words: Words, colours: Colours) -> go.Figure:
        """The bars, the largest first."""
        fig = figure(colours, 25 * len(rows) + 20)
        kinds = list(zip(rows["is_marked"], rows["is_child"], strict=True))
        shares = [100 * float(share) for share in rows["share"]]
        fig.add_bar(
            y=list(range(len(rows))),
            x=shares,
            width=[0.42 if is_child else 0.7 for _marked, is_child in kinds],
            orientation="h",
            marker={
                "color": [_fill(bool(m), bool(c), colours) for m, c in kinds],
                "line": {"width": 0},
            },
            text=[labels.hundredth(share) for share in shares],
            textposition="outside",
            textfont={"size": SMALL, "color": colours.ink},
            constraintext="none",
            textangle=0,
            cliponaxis=False,
            hoverinfo="skip",
        )
        named = [
            f"<span style='color:{colours.mid}'>· {printable(label)}</span>"
            if is_child
            else printable(label)
            for label, is_child in zip(rows["label"], rows["is_child"], strict=True)
        ]
        row_axes(fig, named, colours, (0, 1.02 * max(*shares, 1.0)), SMALL)
        fig.update_layout(
            margin={"l": 8, "r": 52, "t": 8, "b": 8, "pad": 4},
            meta={"language": words.language},
        )
        return fig

    def columns(self, rows: "Frame", words: Words) -> list[Column]:
        """A reason a row: how many name it, and their share."""
        _ = words
        return [
            Column("label", _("Reason")),
            Column("rows", _("Interviews"), wording.plain),
            Column("share", _("Share"), labels.rate),
            Column("everybody", _("Of all interviews"), wording.plain),
        ]

    def figures(self, rows: "Frame", words: Words) -> list[str]:
        """The share of every reason."""
        return labels.shares(rows)


def _fill(is_marked: bool, is_child: bool, colours: Colours) -> str:
    if is_marked:
        return colours.badsoft if is_child else colours.bad
    return blend(colours.page, colours.py, 0.45) if is_child else colours.py
