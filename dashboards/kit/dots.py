"""Dots with their intervals, coloured where they differ by more than chance."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import plotly.graph_objects as go

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
from dashboards.kit.table import Column, Row
from jike.kpis.cuts import HIDDEN, LOW_BASE
from jike.words import wording
from jike.words.deployment import chosen
from jike.words.language import Words

if TYPE_CHECKING:
    from dashboards.kit.labels import Frame


@dataclass(frozen=True)
class Dots:
    """Dots with intervals; rows: DOTS of dashboards.cards.rows, in printed units.

    line, line_text: a dashed reference and its text; decimals: of the values.
    """

    line: float | None = None
    line_text: str = ""
    decimals: int = 1

    def draw(self, rows: "Frame", words: Words, colours: Colours) -> go.Figure:
        """One row a group; value and n at the right.

        Blue and orange are what the verdict says; a hollow dot is a low base; a thin
        tick is the wave before; withheld rows say so. Rows that lead somewhere are the
        marks of the last trace, so that they can be tapped.
        """
        # One or two rows leave an axis no room for its figures otherwise.
        room = 62 if self.line is not None else 44
        fig = figure(colours, 27 * max(len(rows), 2) + room)
        reach = _reach(rows, self.line)
        if self.line is not None:
            _line(fig, self.line, self.line_text, len(rows), colours)
        ticks(fig, list(rows["before"]), range(len(rows)), 13, colours.py, 1.6)
        notes: list[Note] = []
        for y, row in enumerate(rows.to_dict("records")):
            if not row["is_head"]:
                _dot(fig, y, row, colours)
                notes += self._notes(y, row, words, colours, sum(reach) / 2)
        annotate(fig, notes)
        self._touch(fig, rows, reach, words)
        fig.update_xaxes(range=list(reach), showgrid=True, nticks=5, tickformat="~f")
        fig.update_yaxes(
            tickvals=list(range(len(rows))),
            ticktext=[
                f"<b>{printable(label)}</b>" if is_head else printable(label)
                for label, is_head in zip(rows["label"], rows["is_head"], strict=True)
            ],
            range=[len(rows) - 0.4, -0.6],
            tickfont={"size": SMALL, "color": colours.ink},
        )
        top = 26 if self.line is not None else 8
        fig.update_layout(margin={"l": 8, "r": 92, "t": top, "b": 8, "pad": 4})
        return fig

    def _notes(
        self,
        y: int,
        row: Row,
        words: Words,
        colours: Colours,
        middle: float,
    ) -> list[Note]:
        _ = words
        n = wording.count(row["n"], words.language)
        if row["status"] != HIDDEN:
            value = wording.plain(row["value"], self.decimals)
            return [at_right(y, f"<b>{value}</b> n={n}", 6, colours.ink, "left")]
        withheld = {
            "x": middle,
            "y": y,
            "text": _(
                "n={n}; fewer than {least} are withheld", n=n, least=chosen("hidden_n")
            ),
            "showarrow": False,
            "font": {"size": SMALL, "color": colours.soft},
        }
        return [withheld, at_right(y, f"n={n}", 6, colours.ink, "left")]

    def _touch(
        self,
        fig: go.Figure,
        rows: "Frame",
        reach: tuple[float, float],
        words: Words,
    ) -> None:
        told = [(y, r) for y, r in enumerate(rows.to_dict("records")) if r["target"]]
        said = [
            f"{row['label']} {wording.plain(row['value'], self.decimals)} "
            f"n={wording.count(row['n'], words.language)}"
            for _y, row in told
        ]
        if told:
            touch_bars(fig, [y for y, _row in told], said, reach)

    def columns(self, rows: "Frame", words: Words) -> list[Column]:
        """Group, value, both ends of its interval, n; headings of groups are none."""
        _ = words
        return [
            Column("label", _("Group")),
            Column("value", _("Value"), wording.index),
            Column("low", _("from"), wording.index),
            Column("high", _("to"), wording.index),
            Column("n", "n", wording.plain),
        ]

    def figures(self, rows: "Frame", words: Words) -> list[str]:
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


def grouped(rows: "Frame") -> "Frame":
    """Rows for the table behind: without headings, each named with its group."""
    is_head = rows["is_head"].astype(bool)
    heads = rows["label"].where(is_head).ffill()
    shown = rows[~is_head].copy()
    shown["label"] = [
        label if wording.is_missing(group) else f"{group} · {label}"
        for group, label in zip(heads[shown.index], shown["label"], strict=True)
    ]
    return shown


def _line(fig: go.Figure, at: float, text: str, rows: int, colours: Colours) -> None:
    fig.add_shape(
        type="line",
        x0=at,
        x1=at,
        y0=-0.6,
        y1=rows - 0.4,
        line={"color": colours.ink, "width": 1.2, "dash": "4px,3px"},
    )
    fig.add_annotation(
        x=at,
        y=-0.6,
        text=text,
        yanchor="bottom",
        showarrow=False,
        font={"size": SMALL, "color": colours.mid},
    )


def _reach(frame: "Frame", line: float | None) -> tuple[float, float]:
    figures = frame[["value", "low", "high", "before"]].astype(float)
    least, most = figures.min().min(), figures.max().max()
    if wording.is_missing(least) or wording.is_missing(most):
        least, most = (0.0, 1.0) if line is None else (line - 1, line + 1)
    if line is not None:
        least, most = min(least, line), max(most, line)
    pad = max(0.06 * (most - least), 0.5)
    return float(least) - pad, float(most) + pad


def _dot(fig: go.Figure, y: int, row: Row, colours: Colours) -> None:
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
