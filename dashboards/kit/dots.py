"""Dots with their intervals, coloured where they differ by more than chance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from dashboards.kit import behind, labels
from dashboards.kit.canvas import (
    SMALL,
    Note,
    annotate,
    at_right,
    figure,
    judged,
    printable,
    ticks,
    touch_bars,
)
from dashboards.kit.colours import Colours
from dashboards.kit.table import Column
from jike.kpis.cuts import HIDDEN, LOW_BASE
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd


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
        _reference(fig, line, line_text, len(frame), colours)
    ticks(fig, list(frame["before"]), places, 13, colours.py, 1.6)
    notes: list[Note] = []
    for y, row in rows:
        if row["is_head"]:
            continue
        _dot(fig, y, row, colours)
        notes += _dot_text(y, row, words, colours, decimals, (low + high) / 2)
    annotate(fig, notes)
    told = {y: row for y, row in rows if row["target"]}
    if told:
        said = [_told(row, decimals, words) for row in told.values()]
        touch_bars(fig, list(told), said, (low, high))
    fig.update_xaxes(range=[low, high], showgrid=True, nticks=5, tickformat="~f")
    _name_rows(fig, [_row_label(row) for _y, row in rows], colours)
    top = 26 if line is not None else 8
    fig.update_layout(margin={"l": 8, "r": 92, "t": top, "b": 8, "pad": 4})
    return fig


def _told(row: Mapping[Any, Any], decimals: int, words: Words) -> str:
    """What a pointer is told of a dot."""
    value = wording.plain(row["value"], decimals)
    return f"{row['label']} {value} n={wording.count(row['n'], words.language)}"


def _name_rows(fig: go.Figure, names: Sequence[str], colours: Colours) -> None:
    fig.update_yaxes(
        tickvals=list(range(len(names))),
        ticktext=list(names),
        range=[len(names) - 0.4, -0.6],
        tickfont={"size": SMALL, "color": colours.ink},
    )


def _row_label(row: Mapping[Any, Any]) -> str:
    label = printable(row["label"])
    return f"<b>{label}</b>" if row["is_head"] else label


def _reference(
    fig: go.Figure, line: float, text: str, rows: int, colours: Colours
) -> None:
    """A dashed line over all rows, its text above."""
    fig.add_shape(
        type="line",
        x0=line,
        x1=line,
        y0=-0.6,
        y1=rows - 0.4,
        line={"color": colours.ink, "width": 1.2, "dash": "4px,3px"},
    )
    fig.add_annotation(
        x=line,
        y=-0.6,
        text=text,
        yanchor="bottom",
        showarrow=False,
        font={"size": SMALL, "color": colours.mid},
    )


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


def dots_table(frame: "pd.DataFrame", words: Words) -> behind.Behind:
    """The rows behind a dot-and-interval chart, headings left out."""
    _ = words
    shown = frame[~frame["is_head"].astype(bool)].copy()
    heads = frame["label"].where(frame["is_head"].astype(bool)).ffill()
    groups = heads[shown.index]
    shown["label"] = [
        label if wording.is_missing(group) else f"{group} · {label}"
        for group, label in zip(groups, shown["label"], strict=True)
    ]
    return behind.of(
        [_("Group"), _("Value"), _("from"), _("to"), "n"],
        shown.to_dict("records"),
        {
            "label": str,
            "value": wording.index,
            "low": wording.index,
            "high": wording.index,
            "n": wording.plain,
        },
    )


def dots_alt(title: str, frame: "pd.DataFrame", words: Words) -> str:
    """A dot-and-interval chart in words: every row's value, interval and n."""
    _ = words
    figures, group = [], ""
    for row in frame.to_dict("records"):
        if row["is_head"]:
            group = f"{row['label']} "
            continue
        value = wording.plain(row["value"], 1)
        limits = wording.interval(row["low"], row["high"], row["n"], words.language)
        if limits == wording.MISSING:
            limits = f"n={wording.plain(row['n'])}"
        figures.append(f"{group}{row['label']} {value} ({limits})")
    return labels.listed(title, figures, words)


@dataclass(frozen=True)
class Dots:
    """Dots with intervals; rows: DOTS of dashboards.cards.rows, in printed units.

    line, line_text: a dashed reference and its text; decimals: of the values.
    """

    line: float | None = None
    line_text: str = ""
    decimals: int = 1

    def draw(self, rows: "pd.DataFrame", words: Words, colours: Colours) -> go.Figure:
        """One row a group; value and n at the right."""
        return dots(rows, words, colours, self.line, self.line_text, self.decimals)

    def columns(self, rows: "pd.DataFrame", words: Words) -> list[Column]:
        """Group, value, both ends of its interval, n; headings of groups are none."""
        _ = words
        return [
            Column("label", _("Group")),
            Column("value", _("Value"), wording.index),
            Column("low", _("from"), wording.index),
            Column("high", _("to"), wording.index),
            Column("n", "n", wording.plain),
        ]

    def figures(self, rows: "pd.DataFrame", words: Words) -> list[str]:
        """Every row's value, interval and n."""
        said, group = [], ""
        for row in rows.to_dict("records"):
            if row["is_head"]:
                group = f"{row['label']} "
                continue
            value = wording.plain(row["value"], 1)
            limits = wording.interval(row["low"], row["high"], row["n"], words.language)
            if limits == wording.MISSING:
                limits = f"n={wording.plain(row['n'])}"
            said.append(f"{group}{row['label']} {value} ({limits})")
        return said


def grouped(rows: "pd.DataFrame") -> "pd.DataFrame":
    """Rows for the table behind: without headings, each named with its group."""
    is_head = rows["is_head"].astype(bool)
    heads = rows["label"].where(is_head).ffill()
    shown = rows[~is_head].copy()
    shown["label"] = [
        label if wording.is_missing(group) else f"{group} · {label}"
        for group, label in zip(heads[shown.index], shown["label"], strict=True)
    ]
    return shown
