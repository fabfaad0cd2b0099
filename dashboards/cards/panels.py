"""Panels that several pages show the same way."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import streamlit as st

from dashboards.cards import findings
from dashboards.cards import rows as cards_rows
from dashboards.cards.facts import Facts
from dashboards.kit import table
from dashboards.kit.bars import Bars
from dashboards.kit.months import Months, Series
from dashboards.kit.panel import Panel
from dashboards.kit.table import Column, Grid
from dashboards.shell import data, state
from dashboards.shell.view import View
from jike.words import wording
from jike.words.language import Words


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
        findings.series(days, lines, view.words),
        caption,
        rows=[{"day": day, "place": place} for place, day in enumerate(days)],
        chart=Months(days, lines, zero),
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
    words = view.words
    listing = Grid(is_listing=True)
    key, title = f"{panel.key}_rows", panel.title

    def list_rows() -> None:
        table.draw_grid(listing, rows, columns, key, title, words)

    return replace(
        panel,
        rows=cards_rows.ages(rows, data.members(), words),
        chart=Bars(head, wording.plain),
        below=list_rows if rows else None,
        height="content",
    )
