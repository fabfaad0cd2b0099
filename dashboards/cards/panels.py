"""Panels that several pages show the same way."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from dashboards.cards import findings
from dashboards.cards import rows as cards_rows
from dashboards.cards.facts import Facts
from dashboards.kit.bars import Bars
from dashboards.kit.behind import Taps
from dashboards.kit.bullets import Bullets
from dashboards.kit.dots import Dots, grouped
from dashboards.kit.months import Months, Series
from dashboards.kit.panel import Panel, draw_grid
from dashboards.kit.table import Column, Grid
from dashboards.shell import data, state
from dashboards.shell.view import View, scope_words, unfiltered
from jike.pages import frame as frame_questions
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    from dashboards.kit.labels import Frame

FEW = 8
"""So many rows stand within a panel; more of them fill a column of their own."""


def months(
    view: View,
    days: Sequence[date],
    lines: Sequence[Series],
    key: str,
    caption: str,
    zero: bool = False,
) -> Panel:
    """Lines over months with their finding."""
    return Panel(
        key,
        findings.series(days, lines, view.words, view.periods.part_month),
        caption,
        rows=[{"day": day, "place": place} for place, day in enumerate(days)],
        chart=Months(days, lines, zero),
    )


def dotted(
    key: str,
    title: str,
    caption: str,
    rows: "Frame",
    empty: str | tuple[str, str],
    chart: Dots = Dots(),  # noqa: B008 (a frozen value)
    state: str = "",
) -> Panel:
    """Dots with intervals, each leading where its row says.

    rows: DOTS of dashboards.cards.rows; empty: as Panel's; state: as that of Taps.
    """
    return Panel(
        key,
        title,
        caption,
        rows,
        chart,
        table=grouped(rows),
        empty=empty,
        taps=Taps([target for target in rows["target"] if target], state=state),
        # A few rows would only be torn apart, or cut where less room is left.
        height="stretch" if len(rows) > FEW else "content",
    )


def counted(
    view: View,
    facts: Facts,
    code: str,
    key: str,
    said: tuple[str, str],
    cuts: Mapping[str, tuple[str, str]],
) -> Panel:
    """What came in by one of several cuts, chosen in the panel, beside the last period.

    code: a sum; said: what is counted, as a title and as a caption say it; cuts: by
    dimension what the choice and what the head of the table call it, the usual one
    first.
    """
    _ = view.words
    codes = tuple(cuts)
    chosen = state.take("cut", codes, codes[0])
    rows = cards_rows.members(facts, code, chosen, data.members())
    on = findings.versus(facts)
    what, caption = said
    return Panel(
        key,
        findings.counted(what, rows, on, _),
        caption,
        rows,
        Bars(cuts[chosen][1], wording.plain, on),
        empty=code,
        controls=lambda: _choose_cut(cuts, _),
        name=f"{key}_{chosen}",
    )


def _choose_cut(cuts: Mapping[str, tuple[str, str]], words: Words) -> None:
    _, codes = words, tuple(cuts)
    st.segmented_control(
        _("Cut by"),
        codes,
        format_func=lambda cut: cuts[cut][0],
        key="cut",
        required=True,
        label_visibility="collapsed",
    )
    state.leave("cut", codes[0])


def choose_cut(names: Mapping[str, str], words: Words) -> None:
    """Offer what a panel can be cut by; names: by dimension, the usual one first."""
    _ = words
    codes = tuple(names)
    st.segmented_control(
        _("Cut by"),
        codes,
        format_func=names.__getitem__,
        key="cut",
        required=True,
        label_visibility="collapsed",
    )
    state.leave("cut", codes[0])


def choose_free_cut(names: Mapping[str, str], words: Words) -> None:
    """Offer the free cuts of a panel; names: by column, the usual one first."""
    _, codes = words, tuple(names)
    st.selectbox(
        _("Cut by"),
        codes,
        format_func=names.__getitem__,
        key="by",
        label_visibility="collapsed",
        width=172,
    )
    state.leave("by", codes[0])


def aged(
    view: View,
    rows: data.Rows,
    panel: Panel,
    head: str,
    columns: Sequence[Column],
) -> Panel:
    """What is open by its age, and every row of it below.

    rows: with `age`; panel: its key, finding and what is said when nothing is open;
    head: what the days count; columns: of the rows below.
    """
    listing = Grid(is_listing=True)
    key, title = f"{panel.key}_rows", panel.title

    def list_rows() -> None:
        draw_grid(view, listing, rows, columns, key, title)

    return replace(
        panel,
        rows=cards_rows.ages(rows, data.members(), view.words),
        chart=Bars(head, wording.plain),
        below=list_rows if rows else None,
        height="content",
    )


def year_rows(view: View) -> "Frame":
    """The year's progress of the chosen branch and those below, one a row."""
    return data.ask(
        frame_questions.year_progress(view.period.code, view.top, view.children_of)
    )


def year(
    view: View,
    key: str,
    caption: str,
    chart: Bullets,
) -> Panel:
    """How far the chosen branch and those below are into the year's target."""
    _ = view.words
    rows = year_rows(view)
    if rows.empty:
        title = _("No revenue target for this year")
        why = (
            _("Not delivered: {entities}", entities="kpi_targets"),
            _("Completion and lead appear once base targets are delivered"),
        )
        return Panel(key, title, scope_words(view), rows, empty=why)
    rows = rows.assign(
        # The total has no name among the branches; it is called as in the frame.
        label=[
            view.whole if wording.is_missing(row["name_en"]) else _.name(row)
            for row in rows.to_dict("records")
        ],
        is_chosen=rows["branch_id"] == view.branch,
    )
    rows = rows.assign(name=rows["label"])
    return Panel(
        key,
        findings.year_progress(rows, _),
        unfiltered(caption, view),
        rows,
        chart,
        taps=Taps([{"branch": code} for code in rows["branch_id"]], 0)
        if chart.can_tap
        else None,
    )
