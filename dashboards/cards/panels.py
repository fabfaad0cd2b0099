"""Panels that several pages draw the same way."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from dashboards.cards import findings
from dashboards.cards import rows as cards_rows
from dashboards.cards.facts import Facts
from dashboards.kit import bars, behind, panel, table
from dashboards.kit import months as kit_months
from dashboards.kit.colours import colours
from dashboards.kit.months import Series, series_alt
from dashboards.shell import data, state
from dashboards.shell.view import View
from jike.words import wording

if TYPE_CHECKING:
    import pandas as pd

    from dashboards.kit.table import Columns


def months(
    view: View,
    days: Sequence[date],
    lines: Sequence[Series],
    key: str,
    caption: str,
    zero: bool = False,
) -> None:
    """Lines over months with their finding, table and file; there must be a line."""
    title = findings.series(days, lines, view.words)
    panel.panel_head(title, caption)
    behind.plot(
        kit_months.months(days, lines, view.words, colours(view.theme), zero),
        months_table(days, lines, view),
        key,
        series_alt(title, days, lines, view.words),
        view,
        height="stretch",
    )


def counted(
    view: View,
    facts: Facts,
    code: str,
    key: str,
    said: tuple[str, str],
    cuts: Mapping[str, tuple[str, str]],
) -> None:
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
    title = findings.counted(what, rows, on, _)
    panel.panel_head(title, caption)
    st.segmented_control(
        _("Cut by"),
        codes,
        format_func=lambda cut: cuts[cut][0],
        key="cut",
        required=True,
        label_visibility="collapsed",
    )
    state.leave("cut", codes[0])
    if rows.empty:
        panel.nothing(view, code, key)
        return
    behind.plot(
        bars.bars(rows, _, colours(view.theme), wording.plain, versus=on),
        bars.bars_table(rows, cuts[chosen][1], wording.plain, _),
        f"{key}_{chosen}",
        bars.bars_alt(title, rows, wording.plain, _),
        view,
        height="stretch",
    )


def aged(
    view: View,
    rows: data.Rows,
    key: str,
    head: str,
    title: str,
    listed: tuple["pd.DataFrame", "Columns"],
) -> None:
    """What is open by its age, and every row of it below.

    rows: with `age`; head: what the days count; listed: a table of tables_process.
    """
    _ = view.words
    ages = cards_rows.ages(rows, data.members(), _)
    behind.plot(
        bars.bars(ages, _, colours(view.theme), wording.plain),
        bars.bars_table(ages, head, wording.plain, _),
        key,
        bars.bars_alt(title, ages, wording.plain, _),
        view,
    )
    shown, columns = listed
    table.listing(shown, columns, f"{key}_rows", title, _)


def months_table(
    days: Sequence[date], lines: Sequence[Series], view: View
) -> behind.Behind:
    """The table behind lines over months."""
    _ = view.words
    return behind.Behind(
        heads=[_("Month"), *(line.name for line in lines)],
        written=[
            [f"{day:%Y-%m}", *(line.texts[i] for line in lines)]
            for i, day in enumerate(days)
        ],
        values=[
            [f"{day:%Y-%m}", *(line.values[i] for line in lines)]
            for i, day in enumerate(days)
        ],
    )
