"""The charts: (frame, words, colours) → figure. Pages and exports call the same ones.

A frame is what a question gave, with the names already chosen in `label`. Shares are
fractions; only the marks are multiplied. No legend: the panel's caption is the legend.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboards.canvas import (
    ROW,
    SMALL,
    annotate,
    at_right,
    figure,
    judged,
    printable,
    row_axes,
    spread,
    ticks,
)
from dashboards.colours import Colours, ink_on
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd

LINE_HEIGHT = 330


def _percent(values: "pd.Series") -> list[float | None]:
    return [None if wording.is_missing(v) else 100 * float(v) for v in values]


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
    done = _percent(frame["completion"])
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
    ticks(fig, _percent(frame["challenge"]), rows, 15, colours.ink)
    end = _bullet_end(frame)
    _bullet_lines(fig, frame, words, colours, end)
    leads = [
        wording.signed(None if wording.is_missing(lead) else 100 * lead)
        for lead in frame["lead"]
    ]
    annotate(
        fig,
        [
            at_right(row, text, 8, ink, "left")
            for row, text, ink in zip(rows, leads, inks, strict=True)
        ],
    )
    labels = [
        f"<b>{printable(label)}</b>" if is_bold else printable(label)
        for label, is_bold in zip(
            frame["label"], frame["is_total"] | frame["is_chosen"], strict=True
        )
    ]
    row_axes(fig, labels, colours, (0, end))
    fig.update_layout(margin={"l": 8, "r": 52, "t": 30, "b": 8, "pad": 4})
    return fig


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


def cohort_curve(frame: "pd.DataFrame", words: Words, colours: Colours) -> go.Figure:
    """Retention of a cohort against what the year's target allows, month by month.

    frame: day (date; the first row is the cohort's own day, 1.0), retention, expected,
    excl_admin (shares, null where there is none); rows after the last month measured
    carry only `expected`. Both ends are labelled; the gap is filled blue above the
    expected line and orange below it.
    """
    _ = words
    fig = figure(colours, LINE_HEIGHT)
    measured = frame[frame["retention"].notna()]
    _gap(fig, measured, colours)
    _line(fig, frame, "expected", {"color": colours.mid, "width": 1.5, "dash": "dash"})
    _line(fig, measured, "excl_admin", {"color": colours.py, "width": 2})
    last = measured.iloc[-1]
    ahead = last["retention"] - last["expected"]
    ink = judged(ahead, colours)
    fig.add_scatter(
        x=list(measured["day"]),
        y=_percent(measured["retention"]),
        mode="lines+markers",
        line={"color": ink, "width": 2.5},
        marker={"size": 7, "color": ink},
        hovertext=[
            f"{wording.iso(day)} {wording.rate(value, 2)}"
            for day, value in zip(measured["day"], measured["retention"], strict=True)
        ],
        hoverinfo="text",
    )
    _curve_labels(fig, frame, last, ink, words, colours)
    _curve_axes(fig, frame, words, colours)
    return fig


def _line(
    fig: go.Figure, frame: "pd.DataFrame", column: str, line: dict[str, object]
) -> None:
    kept = frame[frame[column].notna()]
    if not kept.empty:
        fig.add_scatter(
            x=list(kept["day"]),
            y=_percent(kept[column]),
            mode="lines",
            line=line,
            hoverinfo="skip",
        )


def _gap(fig: go.Figure, measured: "pd.DataFrame", colours: Colours) -> None:
    """Fill between actual and expected, split where the two lines cross."""
    both = measured[measured["expected"].notna()]
    rows = list(zip(both["day"], both["retention"], both["expected"], strict=True))
    for (day, a, e), (next_day, next_a, next_e) in pairwise(rows):
        gap, next_gap = a - e, next_a - next_e
        if gap * next_gap >= 0:
            corners = [[(day, a), (next_day, next_a), (next_day, next_e), (day, e)]]
            signs = [gap + next_gap]
        else:
            part = gap / (gap - next_gap)
            crossing = (day + (next_day - day) * part, e + (next_e - e) * part)
            corners = [
                [(day, a), crossing, (day, e)],
                [crossing, (next_day, next_a), (next_day, next_e)],
            ]
            signs = [gap, next_gap]
        for shape, sign in zip(corners, signs, strict=True):
            fill = colours.goodsoft if sign >= 0 else colours.badsoft
            fig.add_scatter(
                x=[x for x, _y in shape],
                y=[100 * y for _x, y in shape],
                mode="lines",
                line={"width": 0},
                fill="toself",
                fillcolor=fill,
                opacity=0.45,
                hoverinfo="skip",
            )


def _curve_labels(
    fig: go.Figure,
    frame: "pd.DataFrame",
    last: "pd.Series",
    ink: str,
    words: Words,
    colours: Colours,
) -> None:
    _ = words
    ends = [
        (last["excl_admin"], _("excl. closed"), colours.soft, False),
        (last["retention"], _("actual"), ink, True),
        (last["expected"], _("expected"), colours.mid, False),
    ]
    shown = [end for end in ends if not wording.is_missing(end[0])]
    low, high = _curve_range(frame)
    # 17 px a line of text, in per cent of the axis.
    least = 17 * (high - low) / (LINE_HEIGHT - 50)
    places = spread([100 * float(value) for value, *_rest in shown], least)
    for (value, word, colour, bold), place in zip(shown, places, strict=True):
        text = f"{word} {wording.plain(100 * float(value), 2)}"
        fig.add_annotation(
            x=last["day"],
            y=place,
            text=f"<b>{text}</b>" if bold else text,
            xanchor="left",
            xshift=8,
            showarrow=False,
            # The expected line runs on behind it.
            bgcolor=colours.page,
            borderpad=1,
            font={"size": SMALL, "color": colour},
        )
    end = frame.iloc[-1]
    base = end["expected"]
    if end["day"] > last["day"] and not wording.is_missing(base):
        fig.add_annotation(
            x=end["day"],
            # On a phone it stands beside the others: two lines, so half a line more.
            y=_clear_of(100 * float(base), places, 1.6 * least, low),
            text=_("year-end<br>base {rate}", rate=wording.plain(100 * base, 2)),
            xanchor="left",
            xshift=6,
            align="left",
            showarrow=False,
            font={"size": SMALL, "color": colours.mid},
        )


def _clear_of(
    value: float, places: Sequence[float], least: float, floor: float
) -> float:
    """Where a label can stand beside others: its value, else below or above them."""
    if all(abs(value - place) >= least for place in places):
        return value
    below = min(places) - least
    return below if below >= floor else max(places) + least


def _curve_range(frame: "pd.DataFrame") -> tuple[float, float]:
    columns = frame[["retention", "expected", "excl_admin"]].astype(float)
    low, high = 100 * columns.min().min(), 100 * columns.max().max()
    pad = max(0.12 * (high - low), 0.2)
    return low - pad, high + 0.5 * pad


def _curve_axes(
    fig: go.Figure, frame: "pd.DataFrame", words: Words, colours: Colours
) -> None:
    first, last = frame["day"].iloc[0], frame["day"].iloc[-1]
    quarters = [day for day in frame["day"].iloc[1:] if day.month % 3 == 0]
    fig.update_xaxes(
        type="date",
        range=[first - timedelta(days=5), last],
        tickvals=[first, *quarters],
        ticktext=[
            f"{first:%m-%d}",
            *(wording.month_in_words(day, words.language) for day in quarters),
        ],
    )
    low, high = _curve_range(frame)
    fig.update_yaxes(range=[low, high], showgrid=True, nticks=6, tickformat="~f")
    # Labels at the line's end need room when no months are left to its right.
    measured = frame[frame["retention"].notna()]["day"].iloc[-1]
    right = 72 if (last - measured).days > 45 else 132
    fig.update_layout(margin={"l": 8, "r": right, "t": 8, "b": 8, "pad": 4})


def bars(frame: "pd.DataFrame", words: Words, colours: Colours) -> go.Figure:
    """Sorted bars with their number at the end: how many of each kind.

    frame: label, rows (count), is_marked (the bar the title speaks of; orange, the
    others grey). Largest first; the order is the frame's.
    """
    fig = figure(colours, ROW * len(frame) + 24)
    rows = list(range(len(frame)))
    largest = max(1.0, float(frame["rows"].max()))
    inks = [colours.bad if marked else colours.py for marked in frame["is_marked"]]
    fig.add_bar(
        y=rows,
        x=[float(n) for n in frame["rows"]],
        orientation="h",
        marker={"color": inks, "line": {"width": 0}},
        text=[wording.plain(n) for n in frame["rows"]],
        textposition="outside",
        textfont={"size": SMALL, "color": colours.ink},
        cliponaxis=False,
        hoverinfo="skip",
    )
    labels = [printable(label) for label in frame["label"]]
    row_axes(fig, labels, colours, (0, 1.02 * largest))
    fig.update_layout(
        margin={"l": 8, "r": 52, "t": 8, "b": 8, "pad": 4},
        meta={"language": words.language},
    )
    return fig


NARROWEST = 7
# What stands in a cell of the delivery grid, by what happened to the feed.
MARKS = {"passed": "✓", "warning": "!", "failed": "×", "missing": "·"}


def delivery_grid(frame: "pd.DataFrame", words: Words, colours: Colours) -> go.Figure:
    """Feed by delivery, one sign a cell: ✓ passed, ! warning, × failed, · missing.

    frame: label (feed), delivered_on (date), status (a key of MARKS), rows_read; one
    row per cell, feeds and deliveries in the frame's order.
    """
    feeds = list(dict.fromkeys(frame["label"]))
    days = list(dict.fromkeys(frame["delivered_on"]))
    cells = {
        (label, day): status
        for label, day, status in zip(
            frame["label"], frame["delivered_on"], frame["status"], strict=True
        )
    }
    kinds = list(MARKS)
    fills = [colours.passed, colours.caution, colours.bad, colours.band]
    inks = [colours.good, colours.caution_text, ink_on(colours.bad), colours.soft]
    grid = [[kinds.index(cells.get((f, d), "missing")) for d in days] for f in feeds]
    fig = figure(colours, 24 * len(feeds) + 44)
    fig.add_heatmap(
        z=grid,
        x=list(range(len(days))),
        y=list(range(len(feeds))),
        colorscale=[
            [(i + j) / len(fills), fill] for i, fill in enumerate(fills) for j in (0, 1)
        ],
        zmin=-0.5,
        zmax=len(fills) - 0.5,
        showscale=False,
        xgap=3,
        ygap=3,
        hoverinfo="skip",
    )
    fig.add_scatter(
        x=[x for _row in grid for x in range(len(days))],
        y=[y for y, row in enumerate(grid) for _cell in row],
        mode="text",
        text=[MARKS[kinds[cell]] for row in grid for cell in row],
        textfont={
            "size": SMALL,
            "color": [inks[cell] for row in grid for cell in row],
        },
        hoverinfo="skip",
    )
    _rows_of_newest(fig, frame, feeds, days, colours)
    every = max(1, -(-len(days) // 5))
    # The newest delivery is always named, the others at an even distance before it.
    named = [i for i in range(len(days)) if (len(days) - 1 - i) % every == 0]
    fig.update_xaxes(
        side="top",
        tickvals=named,
        ticktext=[_short_day(days[i], words) for i in named],
        # Few deliveries do not make cells as wide as the panel.
        range=[-0.5, max(len(days), NARROWEST) - 0.5],
    )
    fig.update_yaxes(
        tickvals=list(range(len(feeds))),
        ticktext=[printable(feed) for feed in feeds],
        range=[len(feeds) - 0.5, -0.5],
        tickfont={"size": SMALL, "color": colours.ink},
    )
    fig.update_layout(margin={"l": 8, "r": 24, "t": 28, "b": 8, "pad": 4})
    return fig


def _rows_of_newest(
    fig: go.Figure,
    frame: "pd.DataFrame",
    feeds: Sequence[str],
    days: Sequence[date],
    colours: Colours,
) -> None:
    """Write how many rows the newest delivery brought, where the cells leave room."""
    newest = frame[frame["delivered_on"] == days[-1]].set_index("label")["rows_read"]
    if len(days) >= NARROWEST - 1:
        return
    for place, feed in enumerate(feeds):
        if feed in newest.index and not wording.is_missing(newest[feed]):
            fig.add_annotation(
                x=len(days) - 0.5,
                y=place,
                text=wording.plain(float(newest[feed])),
                xanchor="left",
                xshift=6,
                showarrow=False,
                font={"size": SMALL, "color": colours.mid},
            )


def _short_day(day: date, words: Words) -> str:
    if words.language == "zh":
        return f"{day:%m-%d}"
    return wording.day_in_words(day, "en", year=False)
