"""Tables of the page: figures stay numbers, written as people read them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboards.cards.facts import Row
from dashboards.kit.table import Columns
from dashboards.pages.halls import findings
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd


def halls(rows: Sequence[Row], words: Words) -> tuple["pd.DataFrame", Columns]:
    """Halls with their verdict and waits, in the order given.

    rows: plotted_process.passes().
    """
    import pandas as pd

    _ = words
    shown = pd.DataFrame(
        {
            "hall": [row["label"] for row in rows],
            "verdict": [findings.verdict(row["verdict"], _) for row in rows],
            "wait": [_rounded(row["wait"]) for row in rows],
            "within": [_rounded(row["within"], 100) for row in rows],
            "n": [wording.plain(row["n"]) for row in rows],
            "because": [findings.because(row["because"], _) for row in rows],
        }
    )
    column = st.column_config
    return shown, {
        "hall": column.TextColumn(_("Hall"), width=140, pinned=True),
        "verdict": column.TextColumn(_("Verdict"), width=90),
        "wait": column.NumberColumn(_("Mean wait, minutes"), width=100, format="%.1f"),
        "within": column.NumberColumn(_("Within limit, %"), width=100, format="%.1f"),
        "n": column.TextColumn(_("Waits"), width=70),
        "because": column.TextColumn(_("Why no verdict"), width=200),
    }


def _rounded(value: Any, times: int = 1) -> float | None:  # noqa: ANN401 (a cell)
    number = wording.number(value)
    return None if number is None else float(wording.rounded(times * number, 1))
