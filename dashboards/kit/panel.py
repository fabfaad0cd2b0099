"""What a panel is drawn with: heading, and what stands in it when it is empty."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import streamlit as st

from dashboards.shell import data
from dashboards.shell.guarded import guarded
from dashboards.shell.state import clear_filters
from dashboards.shell.view import View
from jike.pages import frame as frame_questions
from jike.words import wording
from jike.words.language import Words


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

    missing: jike.pages.frame.undelivered().
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


def nothing(view: View, kpi: str, key: str) -> None:
    """Say why a panel is empty: by nature, not delivered, filtered away, or nothing."""
    _ = view.words
    missing = data.ask_rows(frame_questions.undelivered(kpi))
    if missing:
        not_delivered(missing, _)
    elif view.where:
        empty_by_filter(_, key)
    else:
        empty(_("Nothing to show"), _("Nothing to count in this period"))
