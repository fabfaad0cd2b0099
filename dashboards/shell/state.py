"""What every page is drawn with: head, cards, panels and what stands in empty ones.

Text of the data is escaped here, on its way to the screen.
"""

import re
from collections.abc import Mapping, Sequence

import streamlit as st

from jike.pages import frame as frame_questions


def clear_filters() -> None:
    """Choose every tier and industry again, and every member of the free cuts."""
    for key in list(st.session_state):
        if key in frame_questions.FILTERS or frame_questions.is_free_cut(str(key)):
            go(str(key), EVERY)


EVERY = "all"
"""The choice of a filter that leaves nothing out."""

KEPT = "_kept_"
"""A copy of every code beside its widget: after a change of language a browser still
sends the label of the former one, and a change of page empties the URL."""

USUAL = "_usual_"
"""The default of a number the last time it was drawn."""


def take(key: str, options: Sequence[str], default: str) -> str:
    """Put a valid code into the session before its widget is drawn, and give it.

    In this order: the widget's code, the URL's, the one kept, the default; the first
    that is one of the options.
    """
    known = (
        st.session_state.get(key),
        st.query_params.get(key),
        st.session_state.get(KEPT + key),
    )
    code = next((code for code in known if code in options), default)
    # Always written, so that the widget shows the label of the language of now.
    st.session_state[key] = code
    return str(code)


def leave(key: str, default: str | None) -> None:
    """Write a code into the URL after its widget; without one when it is the default.

    default None keeps the code in the URL always: for a default that moves with time.
    """
    code = st.session_state.get(key)
    st.session_state[KEPT + key] = code
    if code is None or code == default:
        st.query_params.pop(key, None)
    elif st.query_params.get(key) != code:
        st.query_params[key] = code


def go(key: str, code: str) -> None:
    """Choose a code on the viewer's behalf; the next rerun draws it."""
    st.session_state[key] = code


def follow_row(table: str, key: str, codes: Sequence[str]) -> None:
    """Choose the code of the row of a table whose cell was tapped."""
    cells = st.session_state[table]["selection"]["cells"]
    if cells:
        go(key, codes[cells[0][0]])


def follow(
    chart: str, targets: Sequence[Mapping[str, str]], curve: int | None = None
) -> None:
    """Go to what a tapped mark of a chart stands for: its codes by their keys.

    targets: one per mark of the trace, in order; curve: the trace's number, when others
    of the chart can be tapped too. A mark without a target changes nothing.
    """
    for point in st.session_state[chart]["selection"]["points"]:
        if curve is None or point.get("curve_number") == curve:
            for key, code in targets[point["point_index"]].items():
                go(key, code)
            return


def take_text(key: str, form: str) -> str:
    """Put a text of a form into the session before its widget is drawn, and give it.

    In this order: the widget's, the URL's, the one kept; the first that is empty or
    that the regular expression `form` matches whole, else the empty text.
    """
    known = (
        st.session_state.get(key),
        st.query_params.get(key),
        st.session_state.get(KEPT + key),
    )
    said = (str(text) for text in known if text is not None)
    text = next((text for text in said if not text or re.fullmatch(form, text)), "")
    st.session_state[key] = text
    return text


def take_number(key: str, low: int, high: int, default: int) -> int:
    """Put a valid whole number into the session before its widget is drawn.

    In this order: the widget's, the URL's, the one kept, the default; the first that
    lies between low and high. A number nobody changed follows its default.
    """
    usual = st.session_state.get(USUAL + key)
    own, kept = st.session_state.get(key), st.session_state.get(KEPT + key)
    known = (
        None if own == usual else own,
        st.query_params.get(key),
        None if kept == usual else kept,
    )
    st.session_state[USUAL + key] = default
    for found in known:
        text = str(found)
        if text.isascii() and text.isdigit() and low <= int(text) <= high:
            default = int(text)
            break
    st.session_state[key] = default
    return default


def leave_number(key: str, default: int) -> None:
    """Write a number into the URL after its widget; without it when it is usual."""
    number = st.session_state.get(key)
    st.session_state[KEPT + key] = number
    if number is None or number == default:
        st.query_params.pop(key, None)
    elif st.query_params.get(key) != str(number):
        st.query_params[key] = str(number)
