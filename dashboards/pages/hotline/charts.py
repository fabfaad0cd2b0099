"""Charts of this page alone: a frame, words and colours in, a figure out."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboards.kit.canvas import (
    CELL,
    ROW,
    SMALL,
    Cell,
    draw_cells,
    figure,
    printable,
    row_axes,
    spread,
    touch_bars,
)
from dashboards.kit.colours import Colours, ink_on
from dashboards.kit.heat_map import AMOUNT, SHORTFALL, shade
from dashboards.pages.hotline.rows import Block
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd


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
    dated = _day_ticks(list(frame["day"]))
    fig.update_xaxes(
        type="date",
        tickvals=dated,
        ticktext=[_day_text(day, len(frame) > 62, words) for day in dated],
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
