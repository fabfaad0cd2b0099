"""Tables of the page: figures stay numbers, written as people read them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboards.cards.rows import Names, named
from dashboards.kit.labels import branch
from dashboards.kit.table import Columns
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd


def tickets(
    rows: Sequence[Mapping[str, Any]], names: Names, words: Words
) -> tuple["pd.DataFrame", Columns]:
    """Overdue tickets by their ids; rows: questions.overdue()."""
    import pandas as pd

    _ = words
    shown = pd.DataFrame(
        {
            "ticket": [row["ticket_id"] for row in rows],
            "days": [row["days"] for row in rows],
            "class": [named(names, "class", row["class"], _) for row in rows],
            "source": [named(names, "source", row["source"], _) for row in rows],
            "branch": [branch(row, _) for row in rows],
            "tier": [row["tier"] for row in rows],
            "opened": [wording.iso(row["opened_at"]) for row in rows],
            "promised": [wording.iso(row["promised_at"]) for row in rows],
        }
    )
    column = st.column_config
    return shown, {
        "ticket": column.TextColumn(_("Ticket"), width=100, pinned=True),
        "days": column.NumberColumn(_("Days overdue"), width=80),
        "class": column.TextColumn(_("Class"), width=90),
        "source": column.TextColumn(_("Source"), width=100),
        "branch": column.TextColumn(_("Branch"), width=100),
        "tier": column.TextColumn(_("Tier"), width=60),
        "opened": column.TextColumn(_("Opened"), width=100),
        "promised": column.TextColumn(_("Promised"), width=100),
    }
