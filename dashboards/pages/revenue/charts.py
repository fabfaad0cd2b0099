"""Charts of this page alone: a frame, words and colours in, a figure out."""

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboards.kit.canvas import (
    LINE_HEIGHT,
    ROW,
    SMALL,
    annotate,
    at_right,
    figure,
    judged,
    over_right,
    row_axes,
    row_height,
    spread,
    ticks_on_bars,
)
from dashboards.kit.colours import Colours
from dashboards.kit.labels import wrapped
from dashboards.pages.revenue.rows import Outlook, first_of
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    Figure = go.Figure


def concentration(frame: "pd.DataFrame", words: Words, colours: Colours) -> go.Figure:
    """The cumulative share of revenue over the share of customers, largest first.

    frame: jike.pages.revenue.concentration(). The diagonal is what equal customers
    would give; the dot is the largest ten.
    """
    _ = words
    fig = figure(colours, 280)
    customers = float(frame["customers"].iloc[0])
    xs = [0.0, *(100 * frame["place"] / customers)]
    ys = [0.0, *(100 * frame["cumulative_share"])]
    fig.add_scatter(
        x=[0, 100],
        y=[0, 100],
        mode="lines",
        line={"color": colours.rule, "width": 1.5, "dash": "dash"},
        hoverinfo="skip",
    )
    fig.add_scatter(
        x=xs,
        y=ys,
        mode="lines",
        line={"color": colours.act, "width": 2.5},
        hovertext=[
            f"{wording.plain(x, 1)}% → {wording.plain(y, 1)}%"
            for x, y in zip(xs, ys, strict=True)
        ],
        hoverinfo="text",
    )
    ten = frame[frame["place"] <= 10].iloc[-1]
    at = (100 * ten["place"] / customers, 100 * ten["cumulative_share"])
    fig.add_scatter(
        x=[at[0]],
        y=[at[1]],
        mode="markers",
        marker={"size": 9, "color": colours.ink},
        hoverinfo="skip",
    )
    fig.add_annotation(
        x=at[0],
        y=at[1],
        text=_(
            "largest {n}: {share}",
            n=int(ten["place"]),
            share=wording.rate(ten["cumulative_share"]),
        ),
        showarrow=False,
        xanchor="left" if at[0] < 50 else "right",
        xshift=10 if at[0] < 50 else -10,
        yshift=-10 if at[0] >= 50 else 0,
        font={"size": SMALL, "color": colours.ink},
    )
    axis = {"range": [-2, 102], "ticksuffix": "%", "nticks": 6}
    fig.update_xaxes(**axis)
    fig.update_yaxes(showgrid=True, **axis)
    return fig


MONTHS = range(1, 13)


def unit_of(values: "Sequence[float] | pd.Series", language: str) -> str:
    """The one unit of a chart: that of its largest figure."""
    known = [abs(float(value)) for value in values if not wording.is_missing(value)]
    return wording.scale(max(known), language) if known else ""


def unit_words(unit: str, words: Words) -> str:
    """A chart's unit as a caption says it: 万元; ¥M."""
    return f"{unit}元" if words.language == "zh" else f"¥{unit}"


def amounts(frame: "pd.DataFrame", words: Words, colours: Colours) -> go.Figure:
    """Amounts by member with last year's as a grey tick and the growth in figures.

    frame: label, amount, before (null without a year before), growth (null on a base
    of 0). Largest first; the order is the frame's. Growth is blue up, orange down.
    """
    _ = words
    labels = [wrapped(label, words) for label in frame["label"]]
    fig = figure(colours, row_height(labels) * len(frame) + 52)
    rows = list(range(len(frame)))
    unit = unit_of(frame["amount"], words.language)
    fig.add_bar(
        y=rows,
        x=list(frame["amount"]),
        orientation="h",
        marker={"color": colours.act, "line": {"width": 0}},
        hoverinfo="skip",
    )
    ticks_on_bars(fig, list(frame["before"]), colours.mid, colours)
    notes = [
        over_right(unit_words(unit, words), 62, colours),
        over_right(_("yoy"), 122, colours),
    ]
    for place, (amount, before, growth) in enumerate(
        zip(frame["amount"], frame["before"], frame["growth"], strict=True)
    ):
        written = wording.scaled(amount, words.language, unit)
        notes.append(at_right(place, written, 62, colours.ink))
        text = wording.MISSING
        if not wording.is_missing(before):
            text = wording.growth(growth, words.language)
        notes.append(at_right(place, text, 122, judged(_shown(growth), colours)))
    annotate(fig, notes)
    largest = max(frame["amount"].max(), frame["before"].fillna(0).max())
    smallest = min(0.0, float(frame["amount"].min()))
    row_axes(fig, labels, colours, (smallest, 1.03 * largest), SMALL)
    fig.update_layout(margin={"l": 8, "r": 126, "t": 26, "b": 8, "pad": 4})
    return fig


def _shown(growth: object) -> float | None:
    """A growth as it is written, so that +0.0% is not called better."""
    share = wording.number(growth)
    return None if share is None else float(wording.rounded(100 * share, 1))


def decimals_of(frame: "pd.DataFrame", unit: str) -> int:
    """Decimals with which the rows of changes() add up to their total as written."""
    values = [float(v) / wording.DIVISORS[unit] for v in frame["change"]]
    # Three digits say enough: tenths only where the total has fewer.
    least = 0 if abs(values[0]) >= 100 else 1
    return wording.decimals_that_reconcile([*values[1:], values[0]], least)


def changes(frame: "pd.DataFrame", words: Words, colours: Colours) -> go.Figure:
    """Gains and losses since last year, the total first; written figures add up.

    frame: label, change (yuan), is_total, the total in the first row. Gains blue,
    losses orange, the total slate; bars start at 0.
    """
    fig = figure(colours, ROW * len(frame) + 24)
    rows = list(range(len(frame)))
    unit = unit_of(frame["change"], words.language)
    decimals = decimals_of(frame, unit)
    values = [float(v) / wording.DIVISORS[unit] for v in frame["change"]]
    inks = [
        colours.act if total else judged(value, colours)
        for value, total in zip(values, frame["is_total"], strict=True)
    ]
    texts = [wording.signed(value, decimals) for value in values]
    fig.add_bar(
        y=rows,
        x=values,
        orientation="h",
        marker={"color": inks, "line": {"width": 0}},
        text=[
            f"<b>{text}</b>" if total else text
            for text, total in zip(texts, frame["is_total"], strict=True)
        ],
        textposition="outside",
        textfont={"size": SMALL, "color": [colours.ink, *inks[1:]]},
        cliponaxis=False,
        hoverinfo="skip",
    )
    labels = [wrapped(label, words) for label in frame["label"]]
    low, high = min(0.0, *values), max(0.0, *values)
    room = 0.3 * (high - low)
    reach = (low - room if low < 0 else 0, high + room if high > 0 else 0)
    row_axes(fig, [f"<b>{labels[0]}</b>", *labels[1:]], colours, reach)
    return fig


def months(
    frame: "pd.DataFrame",
    year: int,
    words: Words,
    colours: Colours,
    height: int = LINE_HEIGHT,
) -> go.Figure:
    """Every month of the year beside the same month of the year before (grey).

    frame: month, amount, before, is_partial. The last month is hollow when it is not
    over. Both lines are named at their last point; the axis need not start at 0.
    """
    fig = figure(colours, height)
    unit = unit_of([*frame["amount"], *frame["before"]], words.language)
    size = wording.DIVISORS[unit]
    past = frame[frame["before"].notna()]
    now = frame[frame["amount"].notna()]
    fig.add_scatter(
        x=list(past["month"]),
        y=[float(v) / size for v in past["before"]],
        mode="lines",
        line={"color": colours.py, "width": 2},
        hoverinfo="skip",
    )
    fills = [colours.page if partial else colours.act for partial in now["is_partial"]]
    fig.add_scatter(
        x=list(now["month"]),
        y=[float(v) / size for v in now["amount"]],
        mode="lines+markers",
        line={"color": colours.act, "width": 2.5},
        marker={
            "size": 7,
            "color": fills,
            "line": {"width": 1.5, "color": colours.act},
        },
        hovertext=[
            f"{wording.month_in_words(first_of(month, year), words.language)} "
            f"{wording.amount(amount, words.language)}"
            for month, amount in zip(now["month"], now["amount"], strict=True)
        ],
        hoverinfo="text",
    )
    _name_lines(fig, past, now, year, unit, words, colours)
    _month_axis(fig, year, words)
    values = [float(v) / size for v in [*past["before"], *now["amount"]]]
    pad = 0.16 * (max(values) - min(values)) or 0.1 * abs(max(values)) or 1.0
    fig.update_yaxes(
        range=[min(values) - pad, max(values) + pad],
        showgrid=True,
        nticks=6,
        tickformat=",~f",
    )
    fig.update_layout(margin={"l": 8, "r": 16, "t": 8, "b": 8, "pad": 4})
    return fig


def _name_lines(
    fig: go.Figure,
    past: "pd.DataFrame",
    now: "pd.DataFrame",
    year: int,
    unit: str,
    words: Words,
    colours: Colours,
) -> None:
    """Write each line's year and figure at its end, where the line does not run."""
    ends = []
    if len(now):
        ends.append((now, -1, "amount", year, colours.act, True))
    if len(past):
        # Beside the last month of this year both would stand on each other.
        place = -1 if len(past) > len(now) else 0
        ends.append((past, place, "before", year - 1, colours.soft, False))
    for rows, place, column, name, ink, bold in ends:
        row, beside = rows.iloc[place], rows.iloc[_beside(place, len(rows))]
        rises = float(row[column]) >= float(beside[column])
        digits = wording.scaled(row[column], words.language, unit)
        text = f"{name} {digits}"
        first, last = row["month"] <= 1, row["month"] >= 11
        fig.add_annotation(
            x=row["month"],
            y=float(row[column]) / wording.DIVISORS[unit],
            text=f"<b>{text}</b>" if bold else text,
            showarrow=False,
            xanchor="left" if first else "right" if last else "center",
            yshift=14 if rises else -14,
            font={"size": SMALL, "color": ink},
        )


def _beside(place: int, rows: int) -> int:
    """The place next to the first (0) or the last (-1) of so many rows."""
    if rows == 1:
        return 0
    return -2 if place else 1


def _month_axis(fig: go.Figure, year: int, words: Words) -> None:
    fig.update_xaxes(
        range=[0.7, 12.3],
        tickvals=[3, 6, 9, 12],
        ticktext=[
            wording.month_in_words(first_of(month, year), words.language)
            for month in (3, 6, 9, 12)
        ],
        tickangle=0,
    )


def outlook(
    frame: "pd.DataFrame",
    year: Outlook,
    words: Words,
    colours: Colours,
    height: int = LINE_HEIGHT,
) -> go.Figure:
    """The year adding up: actual solid, forecasts dashed to ◇, last year grey.

    frame: plotted_revenue.months(). The thin line is the base target, the short tick
    the challenge; the upright line at the year's end spans the seasonal forecast over
    completed years. The axis starts at 0.
    """
    fig = figure(colours, height)
    unit = outlook_unit(frame, year, words)
    size = wording.DIVISORS[unit]
    now = frame[frame["total"].notna()]
    past = frame[frame["total_before"].notna()]
    last = (int(now["month"].iloc[-1]), float(now["total"].iloc[-1]) / size)
    _targets(fig, year, size, colours)
    fig.add_scatter(
        x=[0, *past["month"]],
        y=[0, *(float(v) / size for v in past["total_before"])],
        mode="lines",
        line={"color": colours.py, "width": 2},
        hoverinfo="skip",
    )
    if year.months_left:
        _forecasts(fig, year, last, size, colours)
    fig.add_scatter(
        x=[0, *now["month"]],
        y=[0, *(float(v) / size for v in now["total"])],
        mode="lines",
        line={"color": colours.act, "width": 2.5},
        hoverinfo="skip",
    )
    high = 1.06 * max(_outlook_values(frame, year)) / size
    _outlook_labels(fig, year, past, unit, high, words, colours)
    _here(fig, last, words, colours)
    _month_axis(fig, year.year, words)
    fig.update_xaxes(range=[0, 12.3])
    fig.update_yaxes(
        range=[min(0.0, last[1]), high], showgrid=True, nticks=6, tickformat=",~f"
    )
    fig.update_layout(margin={"l": 8, "r": 96, "t": 8, "b": 8, "pad": 4})
    return fig


def outlook_unit(frame: "pd.DataFrame", year: Outlook, words: Words) -> str:
    """The one unit of the outlook's figures."""
    return unit_of(_outlook_values(frame, year), words.language)


def _outlook_values(frame: "pd.DataFrame", year: Outlook) -> list[float]:
    ends = (year.linear, year.seasonal, year.low, year.high, year.base, year.challenge)
    every = [*frame["total"], *frame["total_before"], *ends]
    return [float(value) for value in every if not wording.is_missing(value)]


def _targets(fig: go.Figure, year: Outlook, size: float, colours: Colours) -> None:
    if year.base is not None:
        fig.add_shape(
            type="line",
            x0=0,
            x1=12.3,
            y0=year.base / size,
            y1=year.base / size,
            line={"color": colours.ink, "width": 1.2},
        )
    if year.challenge is not None:
        fig.add_shape(
            type="line",
            x0=11.6,
            x1=12.3,
            y0=year.challenge / size,
            y1=year.challenge / size,
            line={"color": colours.ink, "width": 2.5},
        )


def _forecasts(
    fig: go.Figure,
    year: Outlook,
    last: tuple[int, float],
    size: float,
    colours: Colours,
) -> None:
    """Dashed to a hollow mark each, and the span of the seasonal one."""
    if year.low is not None and year.high is not None:
        fig.add_shape(
            type="line",
            x0=12,
            x1=12,
            y0=year.low / size,
            y1=year.high / size,
            line={"color": colours.act, "width": 2},
        )
    for end in (year.linear, year.seasonal):
        if end is None:
            continue
        base = year.base
        ink = judged(None if base is None else end - base, colours)
        fig.add_scatter(
            x=[last[0], 12],
            y=[last[1], end / size],
            mode="lines+markers",
            line={"color": colours.act, "width": 1.5, "dash": "dash"},
            marker={
                "symbol": "diamond-open",
                "size": [0, 9],
                "color": ink,
                "line": {"width": 1.5, "color": ink},
            },
            hoverinfo="skip",
        )


def _outlook_labels(
    fig: go.Figure,
    year: Outlook,
    past: "pd.DataFrame",
    unit: str,
    high: float,
    words: Words,
    colours: Colours,
) -> None:
    _ = words
    size = wording.DIVISORS[unit]
    before = None
    if len(past) == len(MONTHS):
        before = float(past["total_before"].iloc[-1])
    ends = [
        (year.challenge, _("challenge"), colours.mid),
        (year.base, _("base"), colours.ink),
        (before, str(year.year - 1), colours.soft),
    ]
    if year.months_left:
        ends += [
            (year.seasonal, _("◇ seasonal"), colours.act),
            (year.linear, _("◇ linear"), colours.act),
        ]
    shown = [end for end in ends if end[0] is not None]
    # 17 px a line of text, in units of the axis.
    least = 17 * high / (fig.layout.height - 40)
    places = spread([float(value or 0) / size for value, *_rest in shown], least)
    over = max(0.0, max(places, default=0.0) - high + least / 2)
    for (value, word, ink), place in zip(shown, places, strict=True):
        fig.add_annotation(
            x=1,
            xref="paper",
            y=place - over,
            text=f"{word} {wording.scaled(value, words.language, unit)}",
            xanchor="left",
            xshift=6,
            showarrow=False,
            font={"size": SMALL, "color": ink},
        )


def _here(
    fig: go.Figure, last: tuple[int, float], words: Words, colours: Colours
) -> None:
    digits = wording.plain(last[1], 2 if abs(last[1]) < 100 else 1)
    fig.add_annotation(
        x=last[0],
        y=last[1],
        text=f"<b>{digits}</b>",
        xanchor="right",
        xshift=-8,
        yshift=8,
        showarrow=False,
        # It may stand on the line of the base.
        bgcolor=colours.page,
        borderpad=1,
        font={"size": SMALL, "color": colours.act},
    )
    fig.update_layout(meta={"language": words.language})
