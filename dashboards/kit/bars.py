"""Bars of members: value, the period before, the change, a limit."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from dashboards.kit import labels
from dashboards.kit.canvas import (
    SMALL,
    Note,
    annotate,
    at_right,
    figure,
    judged,
    over_right,
    row_axes,
    row_height,
    ticks_on_bars,
)
from dashboards.kit.colours import Colours
from dashboards.kit.labels import Write
from dashboards.kit.table import Column
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    from dashboards.kit.labels import Frame


@dataclass(frozen=True)
class Bars:
    """Bars of members; rows: BARS of dashboards.cards.rows.

    head: what a member is, above its names; write: how a value is written; versus: what
    the change is on, "" without one; is_points: the change is in points, not per cent.
    """

    head: str
    write: Write
    versus: str = ""
    is_points: bool = False

    def draw(self, rows: "Frame", words: Words, colours: Colours) -> go.Figure:
        """The bars, each with its figure, what it was, and the change at the right.

        The marked bar is slate; a bar with a limit is blue within it and orange beyond.
        Grey tick = the period before, black tick = limit.
        """
        names = [labels.wrapped(label, words) for label in rows["label"]]
        has_change = bool(self.versus) and bool(rows["before"].notna().any())
        room = 48 if has_change else 24
        fig = figure(colours, row_height(names) * max(len(rows), 2) + room)
        fig.add_bar(
            y=list(range(len(rows))),
            x=list(rows["value"]),
            orientation="h",
            marker={"color": _inks(rows, colours), "line": {"width": 0}},
            hoverinfo="skip",
        )
        ticks_on_bars(fig, list(rows["before"]), colours.mid, colours)
        ticks_on_bars(fig, list(rows["limit"]), colours.ink, colours)
        notes, width = self._notes(rows, words, colours, has_change)
        annotate(fig, notes)
        figures = rows[["value", "before", "limit"]].astype(float)
        most = max(float(figures.max().max()), 1e-9)
        row_axes(fig, names, colours, (0, 1.03 * most), SMALL)
        top = 26 if has_change else 8
        fig.update_layout(margin={"l": 8, "r": width + 4, "t": top, "b": 8, "pad": 4})
        return fig

    def _notes(
        self, rows: "Frame", words: Words, colours: Colours, has_change: bool
    ) -> tuple[list[Note], int]:
        """Value and change at the right of every row, and the width they take."""
        texts = [self.write(value) for value in rows["value"]]
        # 7 px a sign of 12 px, and room on both sides.
        first = max(34, 7 * max(map(len, texts), default=0) + 12)
        width = first + (66 if has_change else 0)
        notes = []
        for place, row in enumerate(rows.to_dict("records")):
            text = f"<b>{texts[place]}</b>" if row["is_marked"] else texts[place]
            notes.append(at_right(place, text, first, colours.ink))
            if has_change:
                ink = judged(row["verdict"], colours)
                said = change(row, self.is_points)
                notes.append(at_right(place, said, width, ink))
        if has_change:
            notes.append(over_right(self.versus, width, colours))
        return notes, width

    def columns(self, rows: "Frame", words: Words) -> list[Column]:
        """Value, the period before, the change, the limit: what is there of these."""
        _ = words
        write = labels.known(self.write)
        found = [Column("label", self.head), Column("value", _("Value"), write)]
        if rows["limit"].notna().any():
            found.append(Column("limit", _("Limit"), write))
        if rows["before"].notna().any():
            found += [
                Column("before", _("Before"), write),
                Column(
                    "change",
                    _("change"),
                    of=partial(_moved, is_points=self.is_points),
                    text=lambda row: change(row, self.is_points),
                    noted=_("{head}, as shown", head=_("change")),
                ),
            ]
        if "p90" in rows:
            found.append(Column("p90", _("90% within"), write))
        return found

    def figures(self, rows: "Frame", words: Words) -> list[str]:
        """Every bar: its value, its limit, its change."""
        return [self._said(row, words) for row in rows.to_dict("records")]

    def _said(self, row: Mapping[Any, Any], words: Words) -> str:
        said = f"{row['label']} {self.write(row['value'])}"
        if not wording.is_missing(row["limit"]):
            said += f" / {self.write(row['limit'])}"
        if not wording.is_missing(row["before"]):
            said += f" ({change(row, self.is_points)})"
        return said


def _inks(rows: "Frame", colours: Colours) -> list[str]:
    return [
        judged(row["verdict"], colours)
        if not wording.is_missing(row["limit"])
        else colours.act
        if row["is_marked"]
        else colours.py
        for row in rows.to_dict("records")
    ]


def _moved(row: Mapping[Any, Any], is_points: bool) -> float | None:
    """A row's change as a number: in points of a share, else as a share of what was."""
    if wording.is_missing(row["before"]):
        return None
    return float(row["value"] - row["before"]) if is_points else row["growth"]


def change(row: Mapping[Any, Any], is_points: bool = False) -> str:
    """A row's change on what it was: +17.5%, in points +2.2, a dash on a base of 0."""
    if wording.is_missing(row["before"]):
        return wording.MISSING
    if is_points:
        return wording.signed(100 * (row["value"] - row["before"]))
    return wording.growth(row["growth"])
