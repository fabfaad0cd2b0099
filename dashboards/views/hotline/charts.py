"""Charts of this page alone: hours of the week, days, reasons, coverage, agents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboards.kit import labels
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
from dashboards.kit.heat_map import AMOUNT, SHORTFALL, shade, week_axes
from dashboards.kit.table import Column, Row
from dashboards.kit.trend import month_column
from dashboards.views.hotline.rows import Block
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    from dashboards.kit.labels import Frame

RATE, CALLS = "rate", "calls"
"""What the cells of the week say."""

MANY_DAYS = 62
"""A longer period has only the firsts of its months on the axis."""


@dataclass(frozen=True)
class Hours:
    """Hours by weekdays, the figure printed in every cell; a black frame is the block.

    rows: dashboards.views.hotline.rows.mean_hours(). measure: RATE or CALLS; deeper is
    worse for the rate and more for the calls. weekdays, short: their names, Monday
    first.
    """

    measure: str
    block: Block | None
    weekdays: Sequence[str]
    short: Sequence[str]

    def draw(self, rows: "Frame", words: Words, colours: Colours) -> go.Figure:
        """The cells, and the frame around the block."""
        present = sorted(set(rows["hour"]))
        place = {hour: i for i, hour in enumerate(present)}
        fig = figure(colours, 24 * len(present) + 40)
        draw_cells(fig, self._cells(rows, place, colours))
        if self.block is not None and self.measure == RATE:
            _frame_block(fig, self.block, place, colours)
        week_axes(fig, present, self.short, words, colours)
        return fig

    def _cells(
        self, rows: "Frame", place: Mapping[int, int], colours: Colours
    ) -> list[Cell]:
        is_rate = self.measure == RATE
        values = 100 * rows["rate"] if is_rate else rows["calls"]
        low, high = float(values.min()), float(values.max())
        ramp = (SHORTFALL if is_rate else AMOUNT)[colours.theme]
        cells = []
        for row, value in zip(rows.to_dict("records"), values, strict=True):
            part = (value - low) / (high - low) if high > low else 0.0
            is_low = bool(row["is_low"]) and is_rate
            fill = (
                colours.band if is_low else shade(1 - part if is_rate else part, ramp)
            )
            text = f"{wording.plain(value)}°" if is_low else wording.plain(value)
            ink = colours.soft if is_low else ink_on(fill)
            cells.append(Cell(row["weekday"] - 1, place[row["hour"]], text, ink, fill))
        return cells

    def columns(self, rows: "Frame", words: Words) -> list[Column]:
        """A cell a row."""
        _ = words
        return [
            Column("weekday", _("Weekday"), of=self._day),
            Column("hour", _("Hour"), of=lambda row: _("{hour}:00", hour=row["hour"])),
            Column("rate", _("Connection rate"), wording.rate),
            Column("demand", _("Demand"), wording.plain),
            Column("answered", _("answered"), wording.plain),
            Column("calls", _("In a mean hour"), labels.tenth),
        ]

    def _day(self, row: Row) -> str:
        return self.weekdays[int(row["weekday"]) - 1]

    def figures(self, rows: "Frame", words: Words) -> list[str]:
        """The cells with the lowest and the highest rate."""
        by_rate = rows.sort_values("rate").to_dict("records")
        return [
            f"{self._day(row)} {row['hour']}:00 {wording.rate(row['rate'])}"
            for row in (by_rate[0], by_rate[-1])
        ]


def _frame_block(
    fig: go.Figure, block: Block, place: Mapping[int, int], colours: Colours
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


@dataclass(frozen=True)
class CallReasons:
    """Reasons of calls as sorted bars, with their share and how their rank moved.

    rows: dashboards.views.hotline.rows.call_reasons(). The reason that gained most
    places is slate, the others grey: more calls for one are neither good nor bad.
    """

    def draw(self, rows: "Frame", words: Words, colours: Colours) -> go.Figure:
        """The bars, the largest first."""
        fig = figure(colours, ROW * len(rows) + 24)
        inks = [colours.act if marked else colours.py for marked in rows["is_marked"]]
        fig.add_bar(
            y=list(range(len(rows))),
            x=[float(n) for n in rows["rows"]],
            orientation="h",
            marker={"color": inks, "line": {"width": 0}},
            hoverinfo="skip",
        )
        for y, row in enumerate(rows.to_dict("records")):
            text = f"{wording.rate(row['share'])} {moved(row['moved'])}".strip()
            fig.add_annotation(
                x=float(row["rows"]),
                y=y,
                text=f"<b>{text}</b>" if row["is_marked"] else text,
                xanchor="left",
                xshift=4,
                showarrow=False,
                font={"size": SMALL, "color": colours.ink},
            )
        names = [printable(label) for label in rows["label"]]
        row_axes(fig, names, colours, (0, 1.02 * float(rows["rows"].max())), SMALL)
        fig.update_layout(margin={"l": 8, "r": 92, "t": 8, "b": 8, "pad": 4})
        return fig

    def columns(self, rows: "Frame", words: Words) -> list[Column]:
        """A reason a row, with its place now and the places gained in a year."""
        _ = words
        gained = labels.known(lambda places: wording.signed(places, 0))
        return [
            Column("label", _("Reason")),
            Column("rows", _("Calls"), wording.plain),
            Column("share", _("Share"), labels.rate),
            Column("rank", _("Place"), wording.plain),
            Column("moved", _("Places gained"), gained),
        ]

    def figures(self, rows: "Frame", words: Words) -> list[str]:
        """The share of every reason."""
        return labels.shares(rows)


def moved(places: object) -> str:
    """A change of rank: ↑2, ↓1, =; nothing where there is none to compare with."""
    steps = wording.number(places)
    if steps is None:
        return ""
    if steps == 0:
        return "="
    return f"↑{steps:.0f}" if steps > 0 else f"↓{-steps:.0f}"


@dataclass(frozen=True)
class Days:
    """Demand, connection rate and self-service day by day; days that stand out framed.

    rows: jike.pages.hotline.call_days().
    """

    def draw(self, rows: "Frame", words: Words, colours: Colours) -> go.Figure:
        """Three charts on one time axis."""
        _ = words
        fig = figure(colours, 360)
        _strip(fig, rows, Strip(0, "demand", 1.0, _("demand")), colours)
        rate = Strip(1, "connection_rate", 100.0, _("connection rate, %"))
        _strip(fig, rows, rate, colours)
        ivr = Strip(2, "ivr_containment", 100.0, _("solved in the IVR, %"))
        _strip(fig, rows, ivr, colours)
        dated = _day_ticks(list(rows["day"]))
        written = wording.month_in_words if len(rows) > MANY_DAYS else wording.short_day
        fig.update_xaxes(
            type="date",
            tickvals=dated,
            ticktext=[written(day, words.language) for day in dated],
            anchor="y3",
        )
        fig.update_layout(margin={"l": 8, "r": 16, "t": 24, "b": 8, "pad": 4})
        return fig

    def columns(self, rows: "Frame", words: Words) -> list[Column]:
        """A day a row, those that stand out marked as in the chart."""
        _ = words
        return [
            *self.measures(words),
            Column(
                "mark",
                _("Stands out"),
                str,
                of=lambda row: "■" if row["is_marked"] else "",
            ),
        ]

    def measures(self, words: Words) -> list[Column]:
        """The columns without the mark, for where all days stand out."""
        _ = words
        return [
            Column("day", _("Day"), of=lambda row: wording.iso(row["day"])),
            Column("demand", _("Demand"), wording.plain),
            Column("connection_rate", _("Connection rate"), wording.rate),
            Column("ivr_containment", _("Solved in the IVR"), wording.rate),
        ]

    def figures(self, rows: "Frame", words: Words) -> list[str]:
        """What the days were that stand out."""
        return [
            f"{wording.iso(row['day'])} {wording.plain(row['demand'])} "
            f"{wording.rate(row['connection_rate'])} "
            f"{wording.rate(row['ivr_containment'])}"
            for row in rows[rows["is_marked"].astype(bool)].to_dict("records")
        ]


@dataclass(frozen=True)
class Strip:
    """One of the charts over the days: its place from above, its column and title.

    times: what its figures are multiplied by.
    """

    place: int
    column: str
    times: float
    title: str

    @property
    def axis(self) -> str:
        """Its upright axis, as its traces name it."""
        return f"y{self.place + 1}" if self.place else "y"

    @property
    def top(self) -> float:
        """Where it ends above, as a share of the figure."""
        return 1 - self.place * 0.35


def _strip(fig: go.Figure, rows: "Frame", strip: Strip, colours: Colours) -> None:
    marked = rows[rows["is_marked"].astype(bool)]
    values = strip.times * rows[strip.column].astype(float)
    fig.add_scatter(
        x=list(rows["day"]),
        y=list(values),
        yaxis=strip.axis,
        mode="lines",
        line={"width": 1.5, "color": colours.py},
        hoverinfo="skip",
    )
    fig.add_scatter(
        x=list(marked["day"]),
        y=list(strip.times * marked[strip.column].astype(float)),
        yaxis=strip.axis,
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
        y=strip.top,
        yref="paper",
        text=strip.title,
        xanchor="left",
        yanchor="bottom",
        showarrow=False,
        font={"size": SMALL, "color": colours.mid},
    )
    _strip_axis(fig, strip, float(values.min()), float(values.max()), colours)


def _strip_axis(
    fig: go.Figure, strip: Strip, least: float, most: float, colours: Colours
) -> None:
    pad = max(0.08 * (most - least), 0.01)
    bottom = 0.0 if strip.column == "demand" else max(0.0, least - pad)
    axis = {
        "domain": [strip.top - 0.27, strip.top - 0.01],
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
    fig.update_layout({f"yaxis{strip.axis[1:]}": axis})


def _day_ticks(every: Sequence[date]) -> list[date]:
    """Firsts of months, at most six of them; of a short period some days."""
    if len(every) > MANY_DAYS:
        firsts = [day for day in every if day.day == 1]
        return firsts[:: -(-len(firsts) // 6)]
    return list(every)[:: max(1, -(-len(every) // 6))]


@dataclass(frozen=True)
class Coverage:
    """Cities that a regional centre answers for, as steps; every change is labelled.

    rows: dashboards.views.hotline.rows.coverage().
    """

    def draw(self, rows: "Frame", words: Words, colours: Colours) -> go.Figure:
        """The steps over the months."""
        fig = figure(colours, 200)
        fig.add_scatter(
            x=list(rows["month"]),
            y=list(rows["covered"]),
            mode="lines",
            line={"shape": "hv", "width": 2.5, "color": colours.act},
            hoverinfo="skip",
        )
        most = int(rows["cities"].max())
        _label_steps(fig, _changes(rows), most, colours)
        years = [month for month in rows["month"] if month.month == 1]
        fig.update_xaxes(
            type="date",
            tickvals=years,
            ticktext=[f"{month:%Y}" for month in years],
        )
        fig.update_yaxes(range=[-0.05 * most, 1.25 * most], showticklabels=False)
        # The first year's name stands half to the left of the first month.
        fig.update_layout(margin={"l": 24, "r": 72, "t": 12, "b": 8, "pad": 4})
        return fig

    def columns(self, rows: "Frame", words: Words) -> list[Column]:
        """A month a row: cities with a centre, of how many, their share."""
        _ = words
        return [
            month_column(_),
            Column("covered", _("With a regional centre"), wording.plain),
            Column("cities", _("Cities"), wording.plain),
            Column("share", _("Share"), wording.rate, _covered_share),
        ]

    def figures(self, rows: "Frame", words: Words) -> list[str]:
        """Every month in which it changed."""
        return [
            f"{row['month']:%Y-%m} {row['covered']}/{row['cities']}"
            for row in _changes(rows)
        ]


def _covered_share(row: Row) -> float:
    return float(row["covered"] / row["cities"])


def _changes(rows: "Frame") -> Sequence[Row]:
    changed = rows[rows["covered"] != rows["covered"].shift()]
    return changed.to_dict("records")


def _label_steps(
    fig: go.Figure, changes: Sequence[Row], most: int, colours: Colours
) -> None:
    # 18 px a line of text, in cities of an axis of 150 px.
    heights = spread([float(row["covered"]) for row in changes], 18 * 1.3 * most / 150)
    lift = max(0.0, -min(heights))
    for row, height in zip(changes, heights, strict=True):
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


@dataclass(frozen=True)
class Agents:
    """Agents needed in every half hour of a working day; the chosen one is slate.

    rows: jike.pages.hotline.half_hours() with `agents`. Every half hour is a mark of
    the last trace, so that it can be tapped.
    """

    chosen: str

    def draw(self, rows: Sequence[Row], words: Words, colours: Colours) -> go.Figure:
        """The bars; the chosen one and the highest carry their figure."""
        fig = figure(colours, 260)
        halves = [row["half_hour"] for row in rows]
        agents = [row["agents"] for row in rows]
        places = list(range(len(rows)))
        inks = [colours.act if half == self.chosen else colours.py for half in halves]
        fig.add_bar(
            x=places,
            y=agents,
            marker={"color": inks, "line": {"width": 0}},
            hoverinfo="skip",
        )
        for i in self._labelled(halves, agents):
            fig.add_annotation(
                x=i,
                y=agents[i],
                text=f"<b>{wording.plain(agents[i])}</b> {halves[i]}",
                yanchor="bottom",
                showarrow=False,
                font={"size": SMALL, "color": colours.ink},
            )
        every = max(1, len(places) // 6)
        fig.update_xaxes(
            tickvals=places[::every],
            ticktext=halves[::every],
            range=[-0.7, len(places) - 0.3],
        )
        top = 1.15 * max([1, *agents])
        touch_bars(fig, places, self.figures(rows, words), (0, top), "v")
        fig.update_yaxes(showgrid=True, nticks=4, range=[0, top], tickformat=",~f")
        fig.update_layout(margin={"l": 8, "r": 16, "t": 20, "b": 8, "pad": 4})
        return fig

    def _labelled(self, halves: Sequence[str], agents: Sequence[int]) -> set[int]:
        """The chosen half hour, and the peak when it is far enough from it."""
        chosen = {i for i, half in enumerate(halves) if half == self.chosen}
        labelled = {max(range(len(agents)), key=lambda i: agents[i]), *chosen}
        far = all(abs(i - j) > 5 for i in labelled for j in labelled if i != j)
        return labelled if far else chosen

    def columns(self, rows: Sequence[Row], words: Words) -> list[Column]:
        """A half hour a row, with what its agents are worked out from."""
        _ = words
        return [
            Column("half_hour", _("Half hour")),
            Column("calls", _("Calls"), labels.tenth),
            Column("handling_seconds", _("Handling, seconds"), wording.plain),
            Column("agents", _("Agents"), wording.plain),
        ]

    def figures(self, rows: Sequence[Row], words: Words) -> list[str]:
        """The agents of every half hour."""
        return [f"{row['half_hour']} {wording.plain(row['agents'])}" for row in rows]
