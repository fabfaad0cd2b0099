"""Cards on the page: four a row on a desk, two on a phone."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboards.cards.cards import Content, content
from dashboards.cards.facts import Card, Facts
from dashboards.shell.guarded import guarded, log
from jike.ground.errors import JikeError
from jike.words import wording

LONGEST_BESIDE = {False: 5, True: 14}
"""Characters that fit beside a pill in a card of 150 px: Chinese, Latin (True)."""


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
