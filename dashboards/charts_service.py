"""Charts of the service pages: (frame, words, colours) → figure, as in charts.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from dashboards.canvas import (
    BODY,
    CELL,
    ROW,
    SMALL,
    Cell,
    Note,
    annotate,
    at_right,
    draw_cells,
    figure,
    judged,
    printable,
    row_axes,
    spread,
    ticks,
    touch_bars,
)
from dashboards.charts import LINE_HEIGHT
from dashboards.colours import Colours, blend, ink_on
from dashboards.facts import HIDDEN, LOW_BASE
from dashboards.plotted_service import Block
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd

# Shortfall, from none to the worst.
SHORTFALL = {
    "light": ("#F7F7F5", "#FBE9DD", "#F3C5A8", "#D4763E", "#C2480C", "#7C2C04"),
    "dark": ("#232A31", "#3B2C24", "#6B3F20", "#B4622E", "#F0955C", "#FAD0B4"),
}
AMOUNT = {
    "light": ("#F3F7FB", "#D3E2F0", "#9DBEDD", "#5389BC", "#205790", "#0A2F59"),
    "dark": ("#1B222A", "#1E3347", "#24486C", "#3F78AE", "#7FB2E6", "#CFE3F7"),
}
WIDTHS = (280.0, 430.0)
"""Pixels of a plot on a phone and on a desk: labels are placed so that they fit both.
"""


def dots(
    frame: "pd.DataFrame",
    words: Words,
    colours: Colours,
    line: float | None = None,
    line_text: str = "",
    decimals: int = 1,
) -> go.Figure:
    """Dots with their 95 % intervals, one row a group; value and n at the right.

    frame: plotted_service.dots(), in the units printed. line: a dashed reference with
    its text above. Blue and orange are what the verdict says; a hollow dot is a low
    base; a thin tick is the wave before; withheld rows say so. Rows that lead somewhere
    are the marks of the last trace, so that they can be tapped.
    """
    # One or two rows leave an axis no room for its figures otherwise.
    rows_high = 27 * max(len(frame), 2)
    fig = figure(colours, rows_high + (62 if line is not None else 44))
    places = list(range(len(frame)))
    rows = list(zip(places, frame.to_dict("records"), strict=True))
    low, high = _dot_range(frame, line)
    if line is not None:
        fig.add_shape(
            type="line",
            x0=line,
            x1=line,
            y0=-0.6,
            y1=len(frame) - 0.4,
            line={"color": colours.ink, "width": 1.2, "dash": "4px,3px"},
        )
        fig.add_annotation(
            x=line,
            y=-0.6,
            text=line_text,
            yanchor="bottom",
            showarrow=False,
            font={"size": SMALL, "color": colours.mid},
        )
    ticks(fig, list(frame["before"]), places, 13, colours.py, 1.6)
    notes: list[Note] = []
    for y, row in rows:
        if row["is_head"]:
            continue
        _dot(fig, y, row, colours)
        notes += _dot_text(y, row, words, colours, decimals, (low + high) / 2)
    annotate(fig, notes)
    told = [(y, row) for y, row in rows if row["target"]]
    if told:
        said = [
            f"{row['label']} {wording.plain(row['value'], decimals)} "
            f"n={wording.count(row['n'], words.language)}"
            for _y, row in told
        ]
        touch_bars(fig, [y for y, _row in told], said, (low, high))
    fig.update_xaxes(range=[low, high], showgrid=True, nticks=5, tickformat="~f")
    fig.update_yaxes(
        tickvals=places,
        ticktext=[
            f"<b>{printable(row['label'])}</b>"
            if row["is_head"]
            else printable(row["label"])
            for _y, row in rows
        ],
        range=[len(frame) - 0.4, -0.6],
        tickfont={"size": SMALL, "color": colours.ink},
    )
    top = 26 if line is not None else 8
    fig.update_layout(margin={"l": 8, "r": 92, "t": top, "b": 8, "pad": 4})
    return fig


def _dot_range(frame: "pd.DataFrame", line: float | None) -> tuple[float, float]:
    figures = frame[["value", "low", "high", "before"]].astype(float)
    least, most = figures.min().min(), figures.max().max()
    if wording.is_missing(least) or wording.is_missing(most):
        least, most = (0.0, 1.0) if line is None else (line - 1, line + 1)
    if line is not None:
        least, most = min(least, line), max(most, line)
    pad = max(0.06 * (most - least), 0.5)
    return float(least) - pad, float(most) + pad


def _dot(fig: go.Figure, y: int, row: Mapping[Any, Any], colours: Colours) -> None:
    if wording.is_missing(row["value"]):
        return
    ink = judged(row["verdict"], colours)
    if not wording.is_missing(row["low"]):
        fig.add_scatter(
            x=[row["low"], row["high"]],
            y=[y, y],
            mode="lines",
            line={"width": 2, "color": ink},
            hoverinfo="skip",
        )
    is_low = row["status"] == LOW_BASE
    fig.add_scatter(
        x=[row["value"]],
        y=[y],
        mode="markers",
        marker={
            "size": 10,
            "color": colours.page if is_low else ink,
            "line": {"width": 2 if is_low else 0, "color": ink},
        },
        hoverinfo="skip",
    )


def _dot_text(
    y: int,
    row: Mapping[Any, Any],
    words: Words,
    colours: Colours,
    decimals: int,
    middle: float,
) -> list[Note]:
    _ = words
    n = wording.count(row["n"], words.language)
    if row["status"] != HIDDEN:
        value = wording.plain(row["value"], decimals)
        return [at_right(y, f"<b>{value}</b> n={n}", 6, colours.ink, "left")]
    withheld = {
        "x": middle,
        "y": y,
        "text": _("n={n}; fewer than 10 are withheld", n=n),
        "showarrow": False,
        "font": {"size": SMALL, "color": colours.soft},
    }
    return [withheld, at_right(y, f"n={n}", 6, colours.ink, "left")]


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


def volume(
    frame: "pd.DataFrame", base: float | None, words: Words, colours: Colours
) -> go.Figure:
    """Calls a month as bars, answered and not, over their connection rate.

    frame: plotted_service.call_months(). base: the target, a dashed line, if any. Two
    charts on one time axis; every bar carries its total, every point its rate.
    """
    _ = words
    fig = figure(colours, 420)
    months = [wording.month_in_words(month, words.language) for month in frame["month"]]
    places = list(range(len(frame)))
    unit = wording.scale(float(frame["demand"].max()), words.language)
    for column, ink in (("answered", colours.act), ("unanswered", colours.badsoft)):
        fig.add_bar(
            x=places,
            y=list(frame[column]),
            marker={"color": ink, "line": {"width": 0}},
            hoverinfo="skip",
        )
    for x, total in zip(places, frame["demand"], strict=True):
        fig.add_annotation(
            x=x,
            y=total,
            text=_scaled(float(total), unit),
            yanchor="bottom",
            showarrow=False,
            font={"size": SMALL, "color": colours.ink},
        )
    last = float(frame["rate"].iloc[-1])
    ink = colours.act if base is None else judged(round(last - base, 4), colours)
    rates = [100 * float(rate) for rate in frame["rate"]]
    fig.add_scatter(
        x=places,
        y=rates,
        yaxis="y2",
        mode="lines+markers+text",
        line={"color": ink, "width": 2.5},
        marker={"size": 7, "color": ink},
        text=[wording.plain(rate, 1) for rate in rates],
        textposition=_beside_line(rates),
        textfont={"size": SMALL, "color": colours.ink},
        cliponaxis=False,
        hoverinfo="skip",
    )
    low, high = min(rates), max(rates)
    if base is not None:
        low, high = min(low, 100 * base), max(high, 100 * base)
        _base_line(fig, 100 * base, len(frame), words, colours)
    pad = max(0.35 * (high - low), 1.5)
    fig.update_layout(
        barmode="stack",
        yaxis={"domain": [0.38, 1], "showticklabels": False},
        yaxis2={
            "domain": [0.0, 0.28],
            "anchor": "x",
            "range": [low - 1.2 * pad, high + 1.4 * pad],
            "nticks": 3,
            "showgrid": True,
            "tickformat": "~f",
            "fixedrange": True,
            "tickfont": {"size": SMALL, "color": colours.mid},
            "gridcolor": colours.grid,
            "zeroline": False,
            "ticksuffix": "%",
        },
        margin={"l": 8, "r": 8 if base is None else 78, "t": 20, "b": 8, "pad": 4},
    )
    fig.update_xaxes(
        tickvals=places,
        ticktext=months,
        range=[-0.6, len(places) - 0.4],
        anchor="y2",
        tickfont={"size": SMALL, "color": colours.ink},
    )
    return fig


def _beside_line(values: Sequence[float]) -> list[str]:
    """Figures above their points, but below where the line comes from above."""
    around = [values[0], *values, values[-1]]
    return [
        "bottom center" if value < min(before, after) - 0.5 else "top center"
        for before, value, after in zip(around, values, around[2:], strict=False)
    ]


def _scaled(value: float, unit: str) -> str:
    if unit == "":
        return wording.plain(value)
    return wording.plain(value / wording.DIVISORS[unit], 1)


def _base_line(
    fig: go.Figure, base: float, months: int, words: Words, colours: Colours
) -> None:
    _ = words
    fig.add_shape(
        type="line",
        x0=-0.5,
        x1=months - 0.5,
        y0=base,
        y1=base,
        yref="y2",
        line={"color": colours.ink, "width": 1.2, "dash": "4px,3px"},
    )
    fig.add_annotation(
        x=months - 0.5,
        y=base,
        yref="y2",
        text=f"{_('base')} {wording.plain(base, 1)}",
        xanchor="left",
        xshift=6,
        showarrow=False,
        font={"size": SMALL, "color": colours.mid},
    )


def hours(
    frame: "pd.DataFrame",
    block: Block | None,
    weekdays: Sequence[str],
    words: Words,
    colours: Colours,
    measure: str = "rate",
) -> go.Figure:
    """Hours by weekdays, the figure printed in every cell; a black frame is the block.

    frame: plotted_service.hours(), with `calls` (a mean hour's) when measure is
    "calls". Deeper is worse for the rate and more for the calls.
    """
    _ = words
    present = sorted(set(frame["hour"]))
    place = {hour: i for i, hour in enumerate(present)}
    values = 100 * frame["rate"] if measure == "rate" else frame["calls"]
    low, high = float(values.min()), float(values.max())
    ramp = (SHORTFALL if measure == "rate" else AMOUNT)[colours.theme]
    fig = figure(colours, 24 * len(present) + 40)
    cells = []
    for hour, weekday, value, is_low in zip(
        frame["hour"], frame["weekday"], values, frame["is_low"], strict=True
    ):
        part = (value - low) / (high - low) if high > low else 0.0
        is_low = bool(is_low) and measure == "rate"
        worse = 1 - part if measure == "rate" else part
        fill = colours.band if is_low else shade(worse, ramp)
        text = f"{wording.plain(value)}°" if is_low else wording.plain(value)
        ink = colours.soft if is_low else ink_on(fill)
        cells.append(Cell(weekday - 1, place[hour], text, ink, fill))
    draw_cells(fig, cells)
    if block is not None and measure == "rate":
        _frame_block(fig, block, place, colours)
    fig.add_scatter(
        x=[0], y=[0], mode="markers", marker={"opacity": 0}, hoverinfo="skip"
    )
    fig.update_xaxes(
        side="top",
        tickvals=list(range(7)),
        ticktext=[printable(name) for name in weekdays],
        range=[-0.5, 6.5],
        tickfont={"size": SMALL, "color": colours.ink},
    )
    fig.update_yaxes(
        tickvals=list(range(len(present))),
        ticktext=[_("{hour}:00", hour=hour) for hour in present],
        range=[len(present) - 0.5, -0.5],
        tickfont={"size": CELL, "color": colours.mid},
    )
    fig.update_layout(margin={"l": 8, "r": 8, "t": 28, "b": 8, "pad": 4})
    return fig


def shade(part: float, ramp: Sequence[str]) -> str:
    """The colour so far (0..1) along a ramp."""
    at = min(max(part, 0.0), 1.0) * (len(ramp) - 1)
    i = min(int(at), len(ramp) - 2)
    return blend(ramp[i], ramp[i + 1], at - i)


def _frame_block(
    fig: go.Figure, block: Block, place: dict[int, int], colours: Colours
) -> None:
    inside = [
        i for hour, i in place.items() if block.hours[0] <= hour <= block.hours[1]
    ]
    if not inside:
        return
    fig.add_shape(
        type="rect",
        x0=block.weekdays[0] - 1.5,
        x1=block.weekdays[1] - 0.5,
        y0=min(inside) - 0.5,
        y1=max(inside) + 0.5,
        line={"width": 2, "color": colours.ink},
    )


def call_reasons(frame: "pd.DataFrame", words: Words, colours: Colours) -> go.Figure:
    """Reasons of calls as sorted bars, with their share and how their rank moved.

    frame: plotted_service.call_reasons(). The reason that gained most places is slate,
    the others grey: more calls for a reason are neither good nor bad.
    """
    fig = figure(colours, ROW * len(frame) + 24)
    rows = list(range(len(frame)))
    inks = [colours.act if marked else colours.py for marked in frame["is_marked"]]
    fig.add_bar(
        y=rows,
        x=[float(n) for n in frame["rows"]],
        orientation="h",
        marker={"color": inks, "line": {"width": 0}},
        hoverinfo="skip",
    )
    for y, row in zip(rows, frame.to_dict("records"), strict=True):
        text = f"{wording.rate(row['share'])} {moved(row['moved'], words)}".strip()
        fig.add_annotation(
            x=float(row["rows"]),
            y=y,
            text=f"<b>{text}</b>" if row["is_marked"] else text,
            xanchor="left",
            xshift=4,
            showarrow=False,
            font={"size": SMALL, "color": colours.ink},
        )
    labels = [printable(label) for label in frame["label"]]
    row_axes(fig, labels, colours, (0, 1.02 * float(frame["rows"].max())), SMALL)
    fig.update_layout(margin={"l": 8, "r": 92, "t": 8, "b": 8, "pad": 4})
    return fig


def moved(places: object, words: Words) -> str:
    """A change of rank: ↑2, ↓1, =; "new" has none to compare with."""
    _ = words
    steps = wording.number(places)
    if steps is None:
        return ""
    if steps == 0:
        return "="
    return f"↑{steps:.0f}" if steps > 0 else f"↓{-steps:.0f}"


def days(frame: "pd.DataFrame", words: Words, colours: Colours) -> go.Figure:
    """Demand, connection rate and self-service day by day; days that stand out framed.

    frame: jike.pages.hotline.call_days(). Three charts on one time axis.
    """
    _ = words
    fig = figure(colours, 360)
    strips = (
        ("demand", 1.0, _("demand"), "y"),
        ("connection_rate", 100.0, _("connection rate, %"), "y2"),
        ("ivr_containment", 100.0, _("solved in the IVR, %"), "y3"),
    )
    marked = frame[frame["is_marked"].astype(bool)]
    for place, (column, times, title, axis) in enumerate(strips):
        values = times * frame[column].astype(float)
        fig.add_scatter(
            x=list(frame["day"]),
            y=list(values),
            yaxis=axis,
            mode="lines",
            line={"width": 1.5, "color": colours.py},
            hoverinfo="skip",
        )
        fig.add_scatter(
            x=list(marked["day"]),
            y=list(times * marked[column].astype(float)),
            yaxis=axis,
            mode="markers",
            marker={
                "size": 9,
                "symbol": "square",
                "color": colours.bad,
                "line": {"width": 1.5, "color": colours.ink},
            },
            cliponaxis=False,
            hoverinfo="skip",
        )
        fig.add_annotation(
            x=0,
            xref="paper",
            y=1 - place * 0.35,
            yref="paper",
            text=title,
            xanchor="left",
            yanchor="bottom",
            showarrow=False,
            font={"size": SMALL, "color": colours.mid},
        )
        least, most = float(values.min()), float(values.max())
        pad = max(0.08 * (most - least), 0.01)
        bottom = 0.0 if column == "demand" else max(0.0, least - pad)
        name = "yaxis" if axis == "y" else f"yaxis{axis[1:]}"
        fig.update_layout(
            {
                name: {
                    "domain": [1 - place * 0.35 - 0.27, 1 - place * 0.35 - 0.01],
                    "anchor": "x",
                    "range": [bottom, most + pad],
                    "nticks": 3,
                    "showgrid": True,
                    "gridcolor": colours.grid,
                    "zeroline": False,
                    "fixedrange": True,
                    "tickformat": ",~f",
                    "tickfont": {"size": CELL, "color": colours.mid},
                }
            }
        )
    ticks = _day_ticks(list(frame["day"]))
    fig.update_xaxes(
        type="date",
        tickvals=ticks,
        ticktext=[_day_text(day, len(frame) > 62, words) for day in ticks],
        anchor="y3",
    )
    fig.update_layout(margin={"l": 8, "r": 16, "t": 24, "b": 8, "pad": 4})
    return fig


def _day_ticks(every: Sequence[date]) -> list[date]:
    """Firsts of months, at most six of them; of a short period some days."""
    if len(every) > 62:
        firsts = [day for day in every if day.day == 1]
        return firsts[:: -(-len(firsts) // 6)]
    return list(every)[:: max(1, -(-len(every) // 6))]


def _day_text(day: date, is_month: bool, words: Words) -> str:
    if is_month:
        return wording.month_in_words(day, words.language)
    if words.language == "zh":
        return f"{day:%m-%d}"
    return wording.day_in_words(day, "en", year=False)


def coverage(frame: "pd.DataFrame", words: Words, colours: Colours) -> go.Figure:
    """Cities that a regional centre answers for, as steps; every change is labelled.

    frame: plotted_service.coverage().
    """
    _ = words
    fig = figure(colours, 200)
    fig.add_scatter(
        x=list(frame["month"]),
        y=list(frame["covered"]),
        mode="lines",
        line={"shape": "hv", "width": 2.5, "color": colours.act},
        hoverinfo="skip",
    )
    most = int(frame["cities"].max())
    changed = frame[frame["covered"] != frame["covered"].shift()]
    # 18 px a line of text, in cities of an axis of 150 px.
    heights = spread([float(n) for n in changed["covered"]], 18 * 1.3 * most / 150)
    lift = max(0.0, -min(heights))
    rows = zip(changed.to_dict("records"), heights, strict=True)
    for row, height in rows:
        fig.add_annotation(
            x=row["month"],
            y=height + lift,
            text=f"<b>{row['covered']}/{row['cities']}</b> {row['month']:%Y-%m}",
            xanchor="left",
            xshift=4,
            # Clear of the step itself.
            yshift=3,
            yanchor="bottom",
            bgcolor=colours.page,
            borderpad=0,
            showarrow=False,
            font={"size": SMALL, "color": colours.ink},
        )
    years = [month for month in frame["month"] if month.month == 1]
    fig.update_xaxes(
        type="date",
        tickvals=years,
        ticktext=[f"{month:%Y}" for month in years],
    )
    fig.update_yaxes(range=[-0.05 * most, 1.25 * most], showticklabels=False)
    # The first year's name stands half to the left of the first month.
    fig.update_layout(margin={"l": 24, "r": 72, "t": 12, "b": 8, "pad": 4})
    return fig


def staffing(
    half_hours: Sequence[str],
    agents: Sequence[int],
    chosen: str,
    words: Words,
    colours: Colours,
) -> go.Figure:
    """Agents needed in every half hour of a working day; the chosen one is slate.

    Every half hour is a mark of the last trace, so that it can be tapped.
    """
    _ = words
    fig = figure(colours, 260)
    places = list(range(len(half_hours)))
    fig.add_bar(
        x=places,
        y=list(agents),
        marker={
            "color": [
                colours.act if half == chosen else colours.py for half in half_hours
            ],
            "line": {"width": 0},
        },
        hoverinfo="skip",
    )
    peak = max(places, key=lambda i: agents[i])
    labelled = {peak, *(i for i in places if half_hours[i] == chosen)}
    far = all(abs(i - j) > 5 for i in labelled for j in labelled if i != j)
    for i in labelled if far else {i for i in labelled if half_hours[i] == chosen}:
        fig.add_annotation(
            x=i,
            y=agents[i],
            text=f"<b>{wording.plain(agents[i])}</b> {half_hours[i]}",
            yanchor="bottom",
            showarrow=False,
            font={"size": SMALL, "color": colours.ink},
        )
    every = max(1, len(places) // 6)
    fig.update_xaxes(
        tickvals=places[::every],
        ticktext=[half_hours[i] for i in places[::every]],
        range=[-0.7, len(places) - 0.3],
    )
    top = 1.15 * max([1, *agents])
    said = [
        f"{half} {wording.plain(n)}" for half, n in zip(half_hours, agents, strict=True)
    ]
    touch_bars(fig, places, said, (0, top), "v")
    fig.update_yaxes(showgrid=True, nticks=4, range=[0, top], tickformat=",~f")
    fig.update_layout(margin={"l": 8, "r": 16, "t": 20, "b": 8, "pad": 4})
    return fig
