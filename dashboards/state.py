"""The view in the URL, as codes: a link shows the same in both languages.

A code lives in the session under its key. The URL is read only while the session has
no valid code, and written back after the widget; defaults are left out of it. (Binding
a widget to the URL writes its label, which another language cannot read.)
"""

from collections.abc import Sequence

import streamlit as st


def take(key: str, options: Sequence[str], default: str) -> str:
    """Put a valid code into the session before its widget is drawn, and give it.

    In this order: the session's code, the URL's, the default; the first that is one
    of the options.
    """
    for code in (st.session_state.get(key), st.query_params.get(key)):
        if code in options:
            # A widget that is drawn already must not be written to, even with its own.
            if st.session_state.get(key) != code:
                st.session_state[key] = code
            return str(code)
    st.session_state[key] = default
    return default


def leave(key: str, default: str | None) -> None:
    """Write a code into the URL after its widget; without one when it is the default.

    default None keeps the code in the URL always: for a default that moves with time.
    """
    code = st.session_state.get(key)
    if code is None or code == default:
        st.query_params.pop(key, None)
    elif st.query_params.get(key) != code:
        st.query_params[key] = code


def go(key: str, code: str) -> None:
    """Choose a code on the viewer's behalf; the next rerun draws it."""
    st.session_state[key] = code
