"""Bars of members: value, the period before, the change, a limit."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from dashboards.kit import behind
from dashboards.kit import labels as kit_labels
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
    touch_bars,
)
from dashboards.kit.colours import Colours
from dashboards.kit.labels import Write, listed, wrapped
from dashboards.kit.table import Column
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd

    from dashboards.kit.labels import Frame


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
    end = 1.03 * max(float(figures.max().max()), 1e-9)
    if targets:
        touch_bars(fig, rows, _told(frame, write), (0, end))
    row_axes(fig, labels, colours, (0, end), SMALL)
    top = 26 if has_change else 8
    fig.update_layout(margin={"l": 8, "r": width + 4, "t": top, "b": 8, "pad": 4})
    return fig


def _told(frame: "pd.DataFrame", write: Callable[[float], str]) -> list[str]:
    """What a pointer is told of every bar."""
    return [
        f"{label} {write(value)}"
        for label, value in zip(frame["label"], frame["value"], strict=True)
    ]


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


def bars_alt(
    title: str,
    frame: "Frame",
    write: Write,
    words: Words,
    is_points: bool = False,
) -> str:
    """Bars in words: every value, and its change where there is one."""
    figures = []
    for row in frame.to_dict("records"):
        said = f"{row['label']} {write(row['value'])}"
        if not wording.is_missing(row["limit"]):
            said += f" / {write(row['limit'])}"
        if not wording.is_missing(row["before"]):
            said += f" ({change(row, words, is_points)})"
        figures.append(said)
    return listed(title, figures, words)


def bars_table(
    frame: "Frame",
    head: str,
    write: Write,
    words: Words,
    is_points: bool = False,
) -> behind.Behind:
    """The rows behind bars: value, the period before, the change, the limit if any."""
    _ = words
    rows = [
        row | {"change": change(row, words, is_points)}
        for row in frame.to_dict("records")
    ]
    known = kit_labels.known(write)
    heads, columns = (
        [head, _("Value")],
        dict[str, behind.Writer]({"label": str, "value": known}),
    )
    if frame["limit"].notna().any():
        heads.append(_("Limit"))
        columns["limit"] = known
    if frame["before"].notna().any():
        heads += [_("Before"), _("change")]
        columns |= {"before": known, "change": str}
    if "p90" in frame:
        heads.append(_("90% within"))
        columns["p90"] = known
    return behind.of(heads, rows, columns)


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
        """The bars, each with its figure, what it was, and the change at the right."""
        return bars(
            rows,
            words,
            colours,
            self.write,
            versus=self.versus,
            is_points=self.is_points,
        )

    def columns(self, rows: "Frame", words: Words) -> list[Column]:
        """Value, the period before, the change, the limit: what is there of these."""
        _ = words
        write = kit_labels.known(self.write)
        found = [Column("label", self.head), Column("value", _("Value"), write)]
        if rows["limit"].notna().any():
            found.append(Column("limit", _("Limit"), write))
        if rows["before"].notna().any():
            found += [
                Column("before", _("Before"), write),
                Column(
                    "change",
                    _("change"),
                    of=lambda row: change(row, words, self.is_points),
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
            said += f" ({change(row, words, self.is_points)})"
        return said
