"""Tables of the page: figures stay numbers, written as people read them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboards.kit.table import Columns
from dashboards.pages.definitions import passports
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd


def catalogue(
    rows: Sequence[Mapping[str, Any]], words: Words
) -> tuple["pd.DataFrame", Columns]:
    """The KPIs by name, family and code, in the order given.

    rows: of jike.pages.frame.catalogue().
    """
    import pandas as pd

    _ = words
    shown = pd.DataFrame(
        {
            "name": [_.name(row) for row in rows],
            "family": [passports.family(row["family"], _) for row in rows],
            "kpi": [row["kpi"] for row in rows],
        }
    )
    column = st.column_config
    return shown, {
        "name": column.TextColumn("KPI", width=190, pinned=True),
        "family": column.TextColumn(_("Family"), width=80),
        "kpi": column.TextColumn(_("Code"), width=170),
    }
