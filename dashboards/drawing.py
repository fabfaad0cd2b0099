"""What every page is drawn with: head, cards, panels and what stands in empty ones.

Text of the data is escaped here, on its way to the screen.
"""

import logging
import traceback
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from dashboards import data, state, tables
from dashboards.cards import Content, content
from dashboards.facts import Card, Facts
from jike.ground.errors import JikeError
from jike.pages import frame as frame_questions
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd
    from pandas.io.formats.style import Styler

LONGEST_BESIDE = {False: 5, True: 14}
"""Characters that fit beside a pill in a card of 150 px: Chinese, Latin (True)."""
LISTED = 15
"""Rows of a listing that are seen without scrolling in it."""
log = logging.getLogger("jike.pages")


def clear_filters() -> None:
    """Choose every tier and industry again."""
    for key in frame_questions.FILTERS:
        state.go(key, state.EVERY)


def head(title: str, caption: str) -> None:
    """The page's finding and, small, what it was measured on."""
    st.title(wording.escaped(title), anchor=False)
    st.caption(wording.escaped(caption))


@contextmanager
def panel(
    key: str, height: Literal["stretch", "content"] = "stretch"
) -> Iterator[None]:
    """A bordered panel; when it cannot be drawn the rest of the page stands."""
    with st.container(border=True, height=height, key=f"panel_{key}"), guarded(key):
        yield


def panel_head(title: str, caption: str) -> None:
    """A panel's finding and how to read its marks."""
    st.subheader(wording.escaped(title), anchor=False)
    st.caption(wording.escaped(caption))


@contextmanager
def guarded(what: str) -> Iterator[None]:
    """Turn an error into a sentence with an id; the log gets where, never the data."""
    try:
        yield
    except Exception as error:
        number = uuid.uuid4().hex[:8]
        last = traceback.extract_tb(error.__traceback__)[-1]
        log.error(
            "%s: %s failed with %s at %s:%s",
            number,
            what,
            type(error).__name__,
            last.filename,
            last.lineno,
        )
        _ = Words(st.session_state["lang"])
        st.error(_("This part failed; the rest is fine · {number}", number=number))


def cards(wanted: Sequence[Card], facts: Facts) -> list[Content | None]:
    """Write the cards of a page; None stands for one that could not be written."""
    written: list[Content | None] = []
    for card in wanted:
        try:
            written.append(content(card, facts))
        except JikeError:
            log.error("card %s failed", card.kpi)
            written.append(None)
    return written


def draw_cards(wanted: Sequence[Content | None]) -> None:
    """Draw four cards a row on a desk, two on a phone."""
    grid = st.grid(4, min_column_width=150, border=True)
    for place, card in enumerate(wanted):
        with grid.cell(), guarded(f"card {place + 1}"):
            draw_card(card)


def draw_card(card: Content | None) -> None:
    """Draw one card where the page stands; None is one that could not be written."""
    if card is None:
        raise JikeError("the card's question failed")
    delta: dict[str, Any] = {}
    note = card.note
    if card.delta:
        delta = {
            "delta": card.delta.text,
            "delta_arrow": card.delta.arrow,
            "delta_color": card.delta.colour,
        }
        versus = card.delta.versus
        if len(versus) > LONGEST_BESIDE[versus.isascii()]:
            # Beside the pill it would be cut off on a phone; the last line wraps.
            note = " · ".join(said for said in (versus, note) if said)
        else:
            delta["delta_description"] = versus
    if card.spark and card.delta:
        delta["chart_data"] = list(card.spark)
    label = wording.escaped(card.label)
    with st.container(gap=None):
        # A metric cuts its own label off where a card is narrow; a text wraps.
        st.markdown(label)
        st.metric(label, card.value, label_visibility="collapsed", **delta)
    if note:
        st.caption(wording.escaped(note))
    if card.badge:
        st.badge(card.badge, color=card.badge_colour)  # type: ignore[arg-type]


def table(
    shown: "pd.DataFrame | Styler",
    columns: Mapping[str, Any],
    key: str,
    alt: str,
    most: int = 22,
    leads: tuple[str, Sequence[str]] | None = None,
) -> None:
    """Draw a table of dashboards.tables; it scrolls inside from `most` rows on.

    leads: which choice of the page a tap on a row makes, and the code of every row.
    """
    name = f"{key}_table"
    taps: dict[str, Any] = {}
    if leads is not None:
        choice, codes = leads
        taps = {
            "on_select": lambda: state.follow_row(name, choice, codes),
            "selection_mode": "single-cell",
        }
    st.dataframe(
        shown,
        column_config=columns,
        hide_index=True,
        height=tables.height(len(shown.index), most),
        row_height=tables.ROW_HEIGHT,
        placeholder=wording.MISSING,
        key=name,
        alt=alt,
        **taps,
    )


def listing(
    shown: "pd.DataFrame | Styler",
    columns: Mapping[str, Any],
    key: str,
    alt: str,
    words: Words,
    leads: tuple[str, Sequence[str]] | None = None,
) -> None:
    """Draw a table that scrolls inside, and say below how many rows it has."""
    _ = words
    table(shown, columns, key, alt, LISTED, leads)
    of = len(shown.index)
    st.caption(
        _("Shown: {n} of {of} rows; the table scrolls", n=min(LISTED, of), of=of)
    )


def empty(title: str, why: str) -> None:
    """Say in the panel's middle that there is nothing, and why."""
    with st.container(
        height=200,
        border=False,
        horizontal_alignment="center",
        vertical_alignment="center",
    ):
        st.markdown(f"**{wording.escaped(title)}**", text_alignment="center")
        st.caption(wording.escaped(why), text_alignment="center")


def empty_by_filter(words: Words, key: str) -> None:
    """Say that the filter leaves nothing, with the one button that mends it."""
    _ = words
    with st.container(
        height=200,
        border=False,
        horizontal_alignment="center",
        vertical_alignment="center",
    ):
        st.markdown(_("Nothing matches the filters"), text_alignment="center")
        st.button(_("Clear filters"), on_click=clear_filters, key=f"clear_{key}")


def not_delivered(missing: data.Rows, words: Words) -> None:
    """Say which entities nobody delivered, and when there were some the last time.

    missing: frame_questions.undelivered().
    """
    _ = words
    days = [row["last_on"] for row in missing if row["last_on"]]
    names = ", ".join(row["entity"] for row in missing)
    empty(
        _("Not delivered: {entities}", entities=names),
        _("Last available: {day}", day=wording.iso(max(days)))
        if days
        else _("It appears here as soon as it is delivered, checked and published"),
    )
