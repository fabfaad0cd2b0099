"""Panels that several pages draw the same way."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from dashboards import (
    behind,
    charts_process,
    charts_rows,
    data,
    drawing,
    plotted_process,
    state,
    states,
    titles_customers,
    titles_process,
)
from dashboards.facts import Facts
from dashboards.frame import View
from jike.words import wording

if TYPE_CHECKING:
    import pandas as pd

    from dashboards.tables import Columns


def months(
    view: View,
    days: Sequence[date],
    lines: Sequence[charts_rows.Series],
    key: str,
    caption: str,
    zero: bool = False,
) -> None:
    """Lines over months with their finding, table and file; there must be a line."""
    title = titles_customers.series(days, lines, view.words)
    drawing.panel_head(title, caption)
    behind.plot(
        charts_rows.months(days, lines, view.words, view.colours, zero),
        months_table(days, lines, view),
        key,
        titles_customers.series_alt(title, days, lines, view.words),
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
    rows = plotted_process.members(facts, code, chosen, data.members())
    on = titles_process.versus(facts)
    what, caption = said
    title = titles_process.counted(what, rows, on, _)
    drawing.panel_head(title, caption)
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
        states.nothing(view, code, key)
        return
    behind.plot(
        charts_process.bars(rows, _, view.colours, wording.plain, versus=on),
        titles_process.bars_table(rows, cuts[chosen][1], wording.plain, _),
        f"{key}_{chosen}",
        titles_process.bars_alt(title, rows, wording.plain, _),
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
    ages = plotted_process.ages(rows, data.members(), _)
    behind.plot(
        charts_process.bars(ages, _, view.colours, wording.plain),
        titles_process.bars_table(ages, head, wording.plain, _),
        key,
        titles_process.bars_alt(title, ages, wording.plain, _),
        view,
    )
    shown, columns = listed
    drawing.listing(shown, columns, f"{key}_rows", title, _)


def months_table(
    days: Sequence[date], lines: Sequence[charts_rows.Series], view: View
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
