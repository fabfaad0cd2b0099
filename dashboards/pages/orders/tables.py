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


def orders(
    rows: Sequence[Mapping[str, Any]], names: Names, words: Words
) -> tuple["pd.DataFrame", Columns]:
    """Open orders by their ids; rows: questions.backlog()."""
    import pandas as pd

    _ = words
    shown = pd.DataFrame(
        {
            "order": [row["order_id"] for row in rows],
            "days": [row["days"] for row in rows],
            "product": [named(names, "product", row["product"], _) for row in rows],
            "type": [named(names, "order_type", row["order_type"], _) for row in rows],
            "channel": [named(names, "channel", row["channel"], _) for row in rows],
            "branch": [branch(row, _) for row in rows],
            "tier": [row["tier"] for row in rows],
            "ordered": [wording.iso(row["ordered_at"]) for row in rows],
            "promised": [wording.iso(row["promised_at"]) for row in rows],
        }
    )
    column = st.column_config
    return shown, {
        "order": column.TextColumn(_("Order"), width=100, pinned=True),
        "days": column.NumberColumn(_("Days open"), width=80),
        "product": column.TextColumn(_("Product"), width=140),
        "type": column.TextColumn(_("Type"), width=80),
        "channel": column.TextColumn(_("Channel"), width=120),
        "branch": column.TextColumn(_("Branch"), width=100),
        "tier": column.TextColumn(_("Tier"), width=60),
        "ordered": column.TextColumn(_("Ordered"), width=100),
        "promised": column.TextColumn(_("Promised"), width=100),
    }
