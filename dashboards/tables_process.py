"""The tables of halls, tickets and orders, numbers sortable as numbers."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboards import titles_process
from dashboards.facts import Row
from dashboards.plotted_service import Names, named
from dashboards.tables import Columns
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
            "verdict": [titles_process.verdict(row["verdict"], _) for row in rows],
            "wait": [_rounded(row["wait"]) for row in rows],
            "within": [_rounded(row["within"], 100) for row in rows],
            "n": [wording.plain(row["n"]) for row in rows],
            "because": [titles_process.because(row["because"], _) for row in rows],
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


def tickets(
    rows: Sequence[Mapping[str, Any]], names: Names, words: Words
) -> tuple["pd.DataFrame", Columns]:
    """Overdue tickets by their ids; rows: jike.pages.tickets.overdue()."""
    import pandas as pd

    _ = words
    shown = pd.DataFrame(
        {
            "ticket": [row["ticket_id"] for row in rows],
            "days": [row["days"] for row in rows],
            "class": [named(names, "class", row["class"], _) for row in rows],
            "source": [named(names, "source", row["source"], _) for row in rows],
            "branch": [_branch(row, _) for row in rows],
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


def orders(
    rows: Sequence[Mapping[str, Any]], names: Names, words: Words
) -> tuple["pd.DataFrame", Columns]:
    """Open orders by their ids; rows: jike.pages.orders.backlog()."""
    import pandas as pd

    _ = words
    shown = pd.DataFrame(
        {
            "order": [row["order_id"] for row in rows],
            "days": [row["days"] for row in rows],
            "product": [named(names, "product", row["product"], _) for row in rows],
            "type": [named(names, "order_type", row["order_type"], _) for row in rows],
            "channel": [named(names, "channel", row["channel"], _) for row in rows],
            "branch": [_branch(row, _) for row in rows],
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


def _branch(row: Mapping[str, Any], words: Words) -> str:
    _ = words
    name = row[f"branch_{words.language}"]
    return _("unknown") if wording.is_missing(name) else str(name)
