"""Bullets: a bar against two targets and time progress."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboards.kit.canvas import (
    ROW,
    SMALL,
    Note,
    annotate,
    at_right,
    figure,
    judged,
    percent,
    printable,
    row_axes,
    ticks,
)
from dashboards.kit.colours import Colours, ink_on
from dashboards.kit.table import Column
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd


def bullets(frame: "pd.DataFrame", words: Words, colours: Colours) -> go.Figure:
    """Completion of the year's target, one row a branch; total and chosen are bold.

    frame: label, is_total, is_chosen, completion, lead, time_progress, challenge,
    forecast_low, forecast_high, all shares of the base target. Bar = completion;
    dashed line = time progress; thin line = base 100; tick = challenge; diamonds =
    forecast range.
    """
    _ = words
    height = ROW * len(frame) + 48
    fig = figure(colours, height)
    rows = list(range(len(frame)))
    inks = [judged(lead, colours) for lead in frame["lead"]]
    done = percent(frame["completion"])
    fig.add_bar(
        y=rows,
        x=done,
        orientation="h",
        marker={"color": inks, "line": {"width": 0}},
        text=[f"<b>{wording.plain(value, 1)}</b>" for value in done],
        textposition="inside",
        insidetextanchor="start",
        textangle=0,
        textfont={"size": SMALL, "color": [ink_on(ink) for ink in inks]},
        constraintext="none",
        hoverinfo="skip",
    )
    _forecast_ranges(fig, frame, rows, inks)
    ticks(fig, percent(frame["challenge"]), rows, 15, colours.ink)
    end = _bullet_end(frame)
    _bullet_lines(fig, frame, words, colours, end)
    annotate(fig, _leads(frame, inks))
    bold = zip(frame["label"], frame["is_total"] | frame["is_chosen"], strict=True)
    labels = [
        f"<b>{printable(label)}</b>" if is_bold else printable(label)
        for label, is_bold in bold
    ]
    row_axes(fig, labels, colours, (0, end))
    fig.update_layout(margin={"l": 8, "r": 52, "t": 30, "b": 8, "pad": 4})
    return fig


def _leads(frame: "pd.DataFrame", inks: Sequence[str]) -> list[Note]:
    """The lead over time at the right of every row."""
    texts = [
        wording.signed(None if wording.is_missing(lead) else 100 * lead)
        for lead in frame["lead"]
    ]
    return [
        at_right(row, text, 8, ink, "left")
        for row, (text, ink) in enumerate(zip(texts, inks, strict=True))
    ]


def _bullet_end(frame: "pd.DataFrame") -> float:
    columns = ["completion", "challenge", "forecast_low", "forecast_high"]
    largest = frame[columns].astype(float).max().max()
    return 100 * max(1.06, 1.0 if wording.is_missing(largest) else largest + 0.03)


def _forecast_ranges(
    fig: go.Figure, frame: "pd.DataFrame", rows: Sequence[int], inks: Sequence[str]
) -> None:
    xs: list[float | None] = []
    ys: list[int | None] = []
    for row, low, high in zip(
        rows, frame["forecast_low"], frame["forecast_high"], strict=True
    ):
        if not (wording.is_missing(low) or wording.is_missing(high)):
            xs += [100 * low, 100 * high, None]
            ys += [row, row, None]
    if not xs:
        return
    ink = [inks[y] for y in ys if y is not None]
    fig.add_scatter(
        x=xs,
        y=ys,
        mode="lines",
        line={"width": 1.5, "color": inks[0]},
        hoverinfo="skip",
    )
    fig.add_scatter(
        x=[x for x in xs if x is not None],
        y=[y for y in ys if y is not None],
        mode="markers",
        marker={
            "symbol": "diamond-open",
            "size": 9,
            "color": ink,
            "line": {"width": 1.5},
        },
        hoverinfo="skip",
    )


def _bullet_lines(
    fig: go.Figure,
    frame: "pd.DataFrame",
    words: Words,
    colours: Colours,
    end: float,
) -> None:
    _ = words
    bottom = len(frame) - 0.45
    elapsed = float(frame["time_progress"].iloc[0])
    for x, dash in ((100 * elapsed, "4px,3px"), (100.0, "solid")):
        fig.add_shape(
            type="line",
            x0=x,
            x1=x,
            y0=-0.55,
            y1=bottom,
            line={"color": colours.ink, "width": 1.2, "dash": dash},
        )
    # Anchored away from each other, so that a narrow screen keeps all three readable.
    head = {"yref": "paper", "y": 1, "yanchor": "bottom", "showarrow": False}
    font = {"size": SMALL, "color": colours.mid}
    elapsed_text = _("time {share}", share=wording.plain(100 * elapsed, 1))
    close = abs(1 - elapsed) < 0.02
    fig.add_annotation(
        x=100 * elapsed, xanchor="right", text=elapsed_text, font=font, **head
    )
    if not close or elapsed != 1:
        fig.add_annotation(x=100, xanchor="left", text=_("base 100"), font=font, **head)
    fig.add_annotation(
        x=1, xref="paper", xanchor="left", xshift=8, text=_("lead"), font=font, **head
    )


@dataclass(frozen=True)
class Bullets:
    """Completion of the year's target by branch; rows: as bullets() takes them.

    row_height: pixels of a row; can_tap: a tap on a bar leads somewhere.
    """

    row_height: int = ROW
    can_tap: bool = False

    def draw(self, rows: "pd.DataFrame", words: Words, colours: Colours) -> go.Figure:
        """A bar a branch, the lead over time at the right."""
        fig = bullets(rows, words, colours)
        fig.update_layout(height=self.row_height * len(rows) + 48)
        if self.can_tap:
            # A mark that skips hovering cannot be tapped either.
            fig.update_traces(hoverinfo="none", selector={"type": "bar"})
            fig.update_layout(clickmode="event+select")
        return fig

    def columns(self, rows: "pd.DataFrame", words: Words) -> list[Column]:
        """A branch a row."""
        _ = words
        return [
            Column("label", _("Branch")),
            Column("completion", _("completion"), wording.rate),
            Column("lead", _("lead"), wording.points),
            Column("challenge", _("challenge"), wording.rate),
            Column("forecast_low", _("forecast from"), wording.rate),
            Column("forecast_high", _("forecast to"), wording.rate),
        ]

    def figures(self, rows: "pd.DataFrame", words: Words) -> list[str]:
        """The completion of every branch."""
        return [
            f"{label} {wording.rate(share)}"
            for label, share in zip(rows["label"], rows["completion"], strict=True)
        ]
