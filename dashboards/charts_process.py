"""Charts of halls, tickets and orders: (frame, words, colours) → figure."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from dashboards.canvas import (
    CELL,
    SMALL,
    Cell,
    Note,
    annotate,
    at_right,
    draw_cells,
    figure,
    judged,
    over_right,
    row_axes,
    row_height,
    spread,
    ticks_on_bars,
    touch_bars,
)
from dashboards.charts_revenue import wrapped
from dashboards.charts_service import SHORTFALL, shade
from dashboards.colours import Colours, ink_on
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd

TREND_HEIGHT = 280


def bars(
    frame: "pd.DataFrame",
    words: Words,
    colours: Colours,
    write: Callable[[float], str],
    targets: Sequence[Mapping[str, str]] = (),
    versus: str = "",
    is_points: bool = False,
) -> go.Figure:
    """Bars of members with their figure, what it was, and the change, at the right.

    frame: plotted_process.BARS. The marked bar is slate; a bar with a limit is blue
    within it and orange beyond. Grey tick = the period before, black tick = limit.
    write: how a value is written; versus: what the change is on; is_points: it is
    written in points, not per cent. With targets a tap on a row leads somewhere.
    """
    labels = [wrapped(label, words) for label in frame["label"]]
    has_change = bool(versus) and bool(frame["before"].notna().any())
    fig = figure(
        colours, row_height(labels) * max(len(frame), 2) + (48 if has_change else 24)
    )
    rows = list(range(len(frame)))
    fig.add_bar(
        y=rows,
        x=list(frame["value"]),
        orientation="h",
        marker={"color": _inks(frame, colours), "line": {"width": 0}},
        hoverinfo="skip",
    )
    ticks_on_bars(fig, list(frame["before"]), colours.mid, colours)
    ticks_on_bars(fig, list(frame["limit"]), colours.ink, colours)
    notes, width = _figures(frame, words, colours, write, has_change, is_points)
    if has_change:
        notes.append(over_right(versus, width, colours))
    annotate(fig, notes)
    figures = frame[["value", "before", "limit"]].astype(float)
    most = max(float(figures.max().max()), 1e-9)
    if targets:
        said = [
            f"{label} {write(value)}"
            for label, value in zip(frame["label"], frame["value"], strict=True)
        ]
        touch_bars(fig, rows, said, (0, 1.03 * most))
    row_axes(fig, labels, colours, (0, 1.03 * most), SMALL)
    top = 26 if has_change else 8
    fig.update_layout(margin={"l": 8, "r": width + 4, "t": top, "b": 8, "pad": 4})
    return fig


def _inks(frame: "pd.DataFrame", colours: Colours) -> list[str]:
    return [
        judged(row["verdict"], colours)
        if not wording.is_missing(row["limit"])
        else colours.act
        if row["is_marked"]
        else colours.py
        for row in frame.to_dict("records")
    ]


def _figures(
    frame: "pd.DataFrame",
    words: Words,
    colours: Colours,
    write: Callable[[float], str],
    has_change: bool,
    is_points: bool,
) -> tuple[list[Note], int]:
    """Value and change at the right of every row, and the width they take."""
    texts = [write(value) for value in frame["value"]]
    # 7 px a sign of 12 px, and room on both sides.
    first = max(34, 7 * max(map(len, texts), default=0) + 12)
    width = first + (66 if has_change else 0)
    notes = []
    for place, row in enumerate(frame.to_dict("records")):
        text = f"<b>{texts[place]}</b>" if row["is_marked"] else texts[place]
        notes.append(at_right(place, text, first, colours.ink))
        if not has_change:
            continue
        known = not wording.is_missing(row["before"])
        said = change(row, words, is_points) if known else wording.MISSING
        ink = judged(row["verdict"], colours)
        notes.append(at_right(place, said, width, ink))
    return notes, width


def change(row: Mapping[Any, Any], words: Words, is_points: bool = False) -> str:
    """A row's change on what it was: +17.5%, in points +2.2, "new" on a base of 0."""
    if wording.is_missing(row["before"]):
        return wording.MISSING
    if is_points:
        return wording.signed(100 * (row["value"] - row["before"]))
    if row["value"] == row["before"]:
        return "0.0%"
    return wording.growth(
        None if wording.is_missing(row["growth"]) else row["growth"], words.language
    )


def hours(
    frame: "pd.DataFrame",
    weekdays: Sequence[str],
    words: Words,
    colours: Colours,
    measure: str,
) -> go.Figure:
    """Hours by weekdays, the figure in every cell, deeper where it is worse.

    frame: jike.pages.halls.hours(); measure: wait_minutes (minutes printed) or
    walk_away_rate (per cent). A cell of fewer than 30 carries ° and no colour.
    """
    _ = words
    present = sorted(set(frame["hour"]))
    place = {hour: i for i, hour in enumerate(present)}
    times = 100 if measure == "walk_away_rate" else 1
    known = frame[frame[measure].notna()]
    values = times * known[measure].astype(float)
    low, high = float(values.min()), float(values.max())
    fig = figure(colours, 24 * len(present) + 40)
    cells = []
    for row, value in zip(known.to_dict("records"), values, strict=True):
        is_low = row["tickets"] < LOW_BASE_N
        part = (value - low) / (high - low) if high > low else 0.0
        fill = colours.band if is_low else shade(part, SHORTFALL[colours.theme])
        text = f"{wording.plain(value, 1)}{'°' if is_low else ''}"
        ink = colours.soft if is_low else ink_on(fill)
        cells.append(Cell(int(row["weekday"]) - 1, place[row["hour"]], text, ink, fill))
    draw_cells(fig, cells)
    fig.add_scatter(
        x=[0], y=[0], mode="markers", marker={"opacity": 0}, hoverinfo="skip"
    )
    fig.update_xaxes(
        side="top",
        tickvals=list(range(7)),
        ticktext=list(weekdays),
        range=[-0.5, 6.5],
        tickfont={"size": SMALL, "color": colours.ink},
    )
    fig.update_yaxes(
        tickvals=list(range(len(present))),
        ticktext=[_("{hour}:00", hour=int(hour)) for hour in present],
        range=[len(present) - 0.5, -0.5],
        tickfont={"size": CELL, "color": colours.mid},
    )
    fig.update_layout(margin={"l": 8, "r": 8, "t": 28, "b": 8, "pad": 4})
    return fig


LOW_BASE_N = 30


def trend(
    frame: "pd.DataFrame",
    names: Mapping[str, str],
    words: Words,
    colours: Colours,
    write: Callable[[float], str],
) -> go.Figure:
    """Lines month by month, the first one bold; both ends carry their figure.

    frame: plotted_process.months(); names: column → what its line is called; write:
    how a value is written. The axis starts at 0.
    """
    fig = figure(colours, TREND_HEIGHT)
    places = list(range(len(frame)))
    inks = (colours.act, colours.py, "#7A4FA3")
    top = max(float(frame[list(names)].max().max()), 1e-9)
    least = 17 * top / (TREND_HEIGHT - 60)
    lines = [
        (column, frame[frame[column].notna()], ink)
        for column, ink in zip(names, inks, strict=False)
        if frame[column].notna().any()
    ]
    lines.sort(key=lambda line: -float(line[1][line[0]].iloc[-1]))
    ends = spread([float(rows[c].iloc[-1]) for c, rows, _i in lines], least)
    for (column, rows, ink), end in zip(lines, ends, strict=True):
        is_main = column == next(iter(names))
        fig.add_scatter(
            x=list(rows.index),
            y=list(rows[column]),
            mode="lines+markers",
            line={"color": ink, "width": 2.5 if is_main else 2},
            marker={"size": 7 if is_main else 5, "color": ink},
            hoverinfo="skip",
        )
        text = f"{names[column]} {write(float(rows[column].iloc[-1]))}"
        _label(fig, rows.index[-1], end, f"<b>{text}</b>" if is_main else text, colours)
    _firsts(fig, lines, write, least, colours)
    # In a narrow column there is room for the first and the last month only.
    step = max(1, len(places) - 1) if len(places) > 5 else 1
    fig.update_xaxes(
        tickvals=places[::step],
        ticktext=[
            wording.month_in_words(month, words.language)
            for month in list(frame["month"])[::step]
        ],
        range=[-0.3, len(places) - 0.7],
        tickangle=0,
        tickfont={"size": SMALL, "color": colours.ink},
    )
    fig.update_yaxes(range=[0, 1.15 * top], showticklabels=False)
    fig.update_layout(margin={"l": 64, "r": 118, "t": 8, "b": 8, "pad": 4})
    return fig


def _firsts(
    fig: go.Figure,
    lines: Sequence[tuple[str, "pd.DataFrame", str]],
    write: Callable[[float], str],
    least: float,
    colours: Colours,
) -> None:
    """Write the first figure of every line left of it, none over another."""
    starts = sorted(
        ((float(rows[column].iloc[0]), rows.index[0]) for column, rows, _i in lines),
        reverse=True,
    )
    places = spread([value for value, _x in starts], least)
    for (value, x), y in zip(starts, places, strict=True):
        fig.add_annotation(
            x=x,
            y=y,
            text=write(value),
            xanchor="right",
            xshift=-8,
            showarrow=False,
            font={"size": SMALL, "color": colours.mid},
        )


def _label(fig: go.Figure, x: int, y: float, text: str, colours: Colours) -> None:
    fig.add_annotation(
        x=x,
        y=y,
        text=text,
        xanchor="left",
        xshift=8,
        showarrow=False,
        font={"size": SMALL, "color": colours.ink},
    )
