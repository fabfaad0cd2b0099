"""An error on a page becomes a sentence with an id; the rest of the page stands."""

import logging
import traceback
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from jike.words.language import Words

log = logging.getLogger("jike.pages")


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
