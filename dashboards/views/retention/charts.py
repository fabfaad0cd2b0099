"""Charts of this page alone: the cohort's curve, the bridge, tiers by branch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboards.kit.canvas import (
    BODY,
    LINE_HEIGHT,
    SMALL,
    Cell,
    draw_cells,
    figure,
    judged,
    percent,
    printable,
    spread,
    ticks,
)
from dashboards.kit.colours import Colours, blend, ink_on
from dashboards.kit.labels import rate
from dashboards.kit.table import Column, Row
from dashboards.views.retention import findings
from jike.kpis.cuts import LOW_BASE, TOTAL
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd

CELL_HEIGHT = 24

# At least this far from the centre is the end of the scale: 1 point is no catastrophe.
NARROWEST = 0.01

# Pixels of a step of the bridge.
STEP = 61


@dataclass(frozen=True)
class CohortCurve:
    """Retention of a cohort against what the year's target allows, month by month.

    rows: rows.cohort(); those after the last month measured carry only `expected`. Both
    ends are labelled; the gap is blue above the expected line and orange below it.
    """

    def draw(self, rows: "pd.DataFrame", words: Words, colours: Colours) -> go.Figure:
        """The cohort's line, the expected one dashed, the gap between them filled."""
        fig = figure(colours, LINE_HEIGHT)
        measured = rows[rows["retention"].notna()]
        _gap(fig, measured, colours)
        dashed = {"color": colours.mid, "width": 1.5, "dash": "dash"}
        _line(fig, rows, "expected", dashed)
        _line(fig, measured, "excl_admin", {"color": colours.py, "width": 2})
        last = measured.iloc[-1]
        ink = judged(last["retention"] - last["expected"], colours)
        fig.add_scatter(
            x=list(measured["day"]),
            y=percent(measured["retention"]),
            mode="lines+markers",
            line={"color": ink, "width": 2.5},
            marker={"size": 7, "color": ink},
            hovertext=self.figures(measured, words),
            hoverinfo="text",
        )
        _curve_labels(fig, rows, last, ink, words, colours)
        _curve_axes(fig, rows, words)
        return fig

    def columns(self, rows: "pd.DataFrame", words: Words) -> list[Column]:
        """A month a row: what the cohort kept, and what was expected of it."""
        _ = words
        return [
            Column("day", _("Day"), of=lambda row: wording.iso(row["day"])),
            Column("retention", _("actual"), rate),
            Column("expected", _("expected"), rate),
            Column("excl_admin", _("excl. closed"), rate),
        ]

    def figures(self, rows: "pd.DataFrame", words: Words) -> list[str]:
        """Every month's retention."""
        known = rows[rows["retention"].notna()]
        return [
            f"{wording.iso(day)} {rate(share)}"
            for day, share in zip(known["day"], known["retention"], strict=True)
        ]


def _line(
    fig: go.Figure, frame: "pd.DataFrame", column: str, line: dict[str, object]
) -> None:
    kept = frame[frame[column].notna()]
    if not kept.empty:
        fig.add_scatter(
            x=list(kept["day"]),
            y=percent(kept[column]),
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
    if end["day"] > last["day"] and not wording.is_missing(end["expected"]):
        base = 100 * float(end["expected"])
        # On a phone it stands beside the others: two lines, so half a line more.
        place = _clear_of(base, places, 1.6 * least, low)
        _year_end(fig, end["day"], base, place, words, colours)


def _year_end(
    fig: go.Figure, day: date, base: float, place: float, words: Words, colours: Colours
) -> None:
    """Name the base target, in per cent, at the end of the year."""
    _ = words
    fig.add_annotation(
        x=day,
        y=place,
        text=_("year-end<br>base {rate}", rate=wording.plain(base, 2)),
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


def _curve_axes(fig: go.Figure, frame: "pd.DataFrame", words: Words) -> None:
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


@dataclass(frozen=True)
class Tiers:
    """Branch by tier, the value printed in every cell, coloured around a centre.

    rows: rows.tiers_by_branch(). Cells on a low base carry ° and no colour; the first
    column is the whole branch. The last trace carries one mark a cell in the order of
    the rows, so that a cell can be tapped.
    """

    centre: float

    def draw(self, rows: "pd.DataFrame", words: Words, colours: Colours) -> go.Figure:
        """The worst branch on top, tiers in their own order."""
        _ = words
        places = {label: i for i, label in enumerate(dict.fromkeys(rows["branch"]))}
        tiers = {tier: i for i, tier in enumerate(_ordered(rows))}
        fig = figure(colours, CELL_HEIGHT * len(places) + 44)
        draw_cells(fig, self._cells(rows, places, tiers, colours))
        _touch(fig, rows, places, tiers)
        labels = rows.drop_duplicates("branch")["label"]
        fig.update_xaxes(
            side="top",
            tickvals=list(tiers.values()),
            ticktext=[
                f"<b>{_('total')}</b>" if tier == TOTAL else printable(tier)
                for tier in tiers
            ],
            range=[-0.5, len(tiers) - 0.5],
            tickfont={"size": SMALL, "color": colours.ink},
        )
        fig.update_yaxes(
            tickvals=list(places.values()),
            ticktext=[printable(label) for label in labels],
            range=[len(places) - 0.5, -0.5],
            tickfont={"size": SMALL, "color": colours.ink},
        )
        fig.update_layout(clickmode="event+select")
        return fig

    def _cells(
        self,
        rows: "pd.DataFrame",
        places: Mapping[str, int],
        tiers: Mapping[str, int],
        colours: Colours,
    ) -> list[Cell]:
        """Every cell there is, and a dash where a group has no customers."""
        reach = _reach(rows, self.centre)
        drawn = []
        for cell in rows.to_dict("records"):
            fill, ink = colours.band, colours.mid
            if cell["status"] != LOW_BASE:
                fill = diverging(float(cell["value"]) - self.centre, reach, colours)
                ink = ink_on(fill)
            text = findings.cell(float(cell["value"]), str(cell["status"]))
            if cell["tier"] == TOTAL:
                text = f"<b>{text}</b>"
            x, y = tiers[cell["tier"]], places[cell["branch"]]
            drawn.append(Cell(x, y, text, ink, fill))
        there = set(zip(rows["branch"], rows["tier"], strict=True))
        return drawn + [
            Cell(x, y, wording.MISSING, colours.soft)
            for branch, y in places.items()
            for tier, x in tiers.items()
            if (branch, tier) not in there
        ]

    def columns(self, rows: "pd.DataFrame", words: Words) -> list[Column]:
        """A cell a row: its share, of how many, and how many were lost."""
        _ = words

        def tier(code: str) -> str:
            return _("total") if code == TOTAL else code

        return [
            Column("label", _("Branch")),
            Column("tier", _("Tier"), tier),
            Column("value", _("Retention rate"), rate),
            Column("n", "n", wording.plain),
            Column("lost", _("lost"), wording.plain),
        ]

    def figures(self, rows: "pd.DataFrame", words: Words) -> list[str]:
        """Every cell but the whole branches."""
        return [
            f"{row['label']} {row['tier']} {findings.cell(row['value'], row['status'])}"
            for row in rows[rows["tier"] != TOTAL].to_dict("records")
        ]


def _ordered(frame: "pd.DataFrame") -> list[str]:
    """Tiers in the order of the fullest row: every tier stands in its own place."""
    seen: list[str] = []
    for _branch, cells in frame.groupby("branch", sort=False):
        place = 0
        for tier in cells["tier"]:
            if tier in seen:
                place = seen.index(tier) + 1
            else:
                seen.insert(place, tier)
                place += 1
    return seen


def _reach(frame: "pd.DataFrame", centre: float) -> float:
    judged_cells = frame[frame["status"] != LOW_BASE]["value"]
    if judged_cells.empty:
        return NARROWEST
    return max(NARROWEST, float((judged_cells - centre).abs().max()))


def diverging(distance: float, reach: float, colours: Colours) -> str:
    """The colour of a distance from the centre; `reach` is the end of the scale."""
    scale = colours.diverging
    middle = (len(scale) - 1) / 2
    place = middle + max(-1.0, min(1.0, distance / reach)) * middle
    below = min(int(place), len(scale) - 2)
    return blend(scale[below], scale[below + 1], place - below)


def _touch(
    fig: go.Figure,
    frame: "pd.DataFrame",
    rows: dict[str, int],
    tiers: dict[str, int],
) -> None:
    """Marks nobody sees over the cells: what a tap selects."""
    unseen = {"marker": {"opacity": 0}}
    fig.add_scatter(
        x=[tiers[tier] for tier in frame["tier"]],
        y=[rows[branch] for branch in frame["branch"]],
        mode="markers",
        marker={"symbol": "square", "size": CELL_HEIGHT, "opacity": 0},
        selected=unseen,
        unselected=unseen,
        hovertext=[
            f"{printable(label)} {'' if tier == TOTAL else printable(tier)} "
            f"{wording.rate(value, 2)}, n={wording.plain(n)}"
            for label, tier, value, n in zip(
                frame["label"], frame["tier"], frame["value"], frame["n"], strict=True
            )
        ],
        hoverinfo="text",
    )


@dataclass(frozen=True)
class Bridge:
    """From the base window's amount (100) to this one's: levels ticks, changes bars.

    rows: rows.bridge(). Gains blue, losses orange. The axis is cut: a level is a tick
    and no bar, so no length is false.
    """

    def draw(self, rows: "pd.DataFrame", words: Words, colours: Colours) -> go.Figure:
        """A step a row, its figure beside it."""
        named = findings.steps(words)
        fig = figure(colours, STEP * len(rows) + 24)
        is_level = rows["step"].isin(findings.LEVELS)
        moves, levels = rows[~is_level], rows[is_level]
        inks = [judged(change, colours) for change in moves["change"]]
        fig.add_bar(
            y=list(moves.index),
            x=list(moves["change"]),
            base=list(moves["begins"]),
            orientation="h",
            marker={"color": inks, "line": {"width": 0}},
            hoverinfo="skip",
        )
        ticks(fig, list(levels["ends"]), list(levels.index), 26, colours.ink, 3)
        _connect(fig, rows, colours)
        _step_texts(fig, rows, colours)
        fig.update_yaxes(
            tickvals=list(rows.index),
            ticktext=[named[step] for step in rows["step"]],
            range=[len(rows) - 0.5, -0.5],
            tickfont={"size": BODY, "color": colours.ink},
        )
        met = [100.0, *rows["ends"]]
        low, high = min(met), max(met)
        room = max(0.08 * (high - low), 0.5)
        fig.update_xaxes(range=[low - room, high + room], showticklabels=False)
        fig.update_layout(margin={"l": 8, "r": 56, "t": 8, "b": 8, "pad": 4})
        return fig

    def columns(self, rows: "pd.DataFrame", words: Words) -> list[Column]:
        """A step a row, as an index and as an amount."""
        _ = words
        named, decimals = findings.steps(words), findings.decimals_of(rows)

        def index(row: Row) -> str:
            return findings.step_text(row["step"], row["change"], decimals)

        return [
            Column("step", _("Step"), of=lambda row: named[row["step"]]),
            Column("change", _("index"), text=index),
            Column("yuan", _("amount"), partial(wording.amount, language=_.language)),
        ]

    def figures(self, rows: "pd.DataFrame", words: Words) -> list[str]:
        """Every step."""
        named, decimals = findings.steps(words), findings.decimals_of(rows)
        return [
            f"{named[step]} {findings.step_text(step, value, decimals)}"
            for step, value in zip(rows["step"], rows["change"], strict=True)
        ]


def _step_texts(fig: go.Figure, frame: "pd.DataFrame", colours: Colours) -> None:
    """Write every step's figure at its right end; levels stand out."""
    decimals = findings.decimals_of(frame)
    for place, row in enumerate(frame.to_dict("records")):
        is_level = row["step"] in findings.LEVELS
        text = findings.step_text(str(row["step"]), float(row["change"]), decimals)
        fig.add_annotation(
            x=row["ends"] if is_level else max(row["begins"], row["ends"]),
            y=place,
            text=f"<b>{text}</b>" if is_level else text,
            showarrow=False,
            xanchor="left",
            xshift=8,
            font={
                "size": BODY if is_level else SMALL,
                "color": colours.ink if is_level else judged(row["change"], colours),
            },
        )


def _connect(fig: go.Figure, frame: "pd.DataFrame", colours: Colours) -> None:
    """Hairlines from where a step ends to where the next one begins."""
    for place in range(len(frame) - 1):
        level = 100.0 if place == 0 else float(frame["ends"].iloc[place])
        fig.add_shape(
            type="line",
            x0=level,
            x1=level,
            y0=place + 0.34 if place else place + 0.2,
            y1=place + 0.66,
            line={"color": colours.rule, "width": 1},
        )
