"""Tables of the page: figures stay numbers, written as people read them."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboards.kit import behind
from dashboards.kit.labels import rate
from dashboards.kit.table import Columns
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd
    from pandas.io.formats.style import Styler


def lost(
    frame: "pd.DataFrame", names: Mapping[tuple[str, str], Any], words: Words
) -> tuple["Styler", Columns]:
    """The customers lost, the largest first; the three columns that decide come first.

    frame: jike.pages.retention.lost(); names: dashboards.data.members().
    """
    _ = words

    def name(dimension: str, member: object) -> str:
        row = names.get((dimension, str(member)))
        if row is None:
            return wording.MISSING if wording.is_missing(member) else str(member)
        return words.name(row)

    shown = frame[["customer_id"]].copy()
    shown["amount"] = frame["monthly_amount_yuan"]
    shown["reason"] = [name("lost_reason", code) for code in frame["lost_reason"]]
    shown["to"] = [
        successor if not wording.is_missing(successor) else name("lost_to", code)
        for successor, code in zip(frame["successor_id"], frame["lost_to"], strict=True)
    ]
    shown["tier"] = frame["tier"]
    shown["branch"] = [
        _("unknown") if wording.is_missing(branch) else str(branch)
        for branch in frame[f"branch_{words.language}"]
    ]
    shown["month"] = [f"{month:%Y-%m}" for month in frame["kpi_month"]]
    styled = shown.style.format(
        {"amount": partial(wording.amount, language=words.language)},
        na_rep=wording.MISSING,
    )
    column = st.column_config
    return styled, {
        "customer_id": column.TextColumn(_("Customer"), width=110, pinned=True),
        "amount": column.NumberColumn(_("Monthly amount"), width=110),
        "reason": column.TextColumn(_("Reason"), width=130),
        "to": column.TextColumn(_("Gone to"), width=120),
        "tier": column.TextColumn(_("Tier"), width=60),
        "branch": column.TextColumn(_("Branch"), width=110),
        "month": column.TextColumn(_("Month lost"), width=90),
    }


def curve(frame: "pd.DataFrame", words: Words) -> behind.Behind:
    """The cohort curve, one row a month; frame: plotted.cohort()."""
    _ = words
    rows = [row | {"day": wording.iso(row["day"])} for row in frame.to_dict("records")]
    shares = dict.fromkeys(("retention", "expected", "excl_admin"), rate)
    return behind.of(
        [_("Day"), _("actual"), _("expected"), _("excl. closed")],
        rows,
        {"day": str, **shares},
    )


def members(frame: "pd.DataFrame", head: str, words: Words) -> behind.Behind:
    """Lost customers by reason or destination; frame: plotted.by_member()."""
    _ = words
    total = frame["rows"].sum()
    return behind.of(
        [head, _("Customers"), _("Share")],
        frame.assign(share=frame["rows"] / total).to_dict("records"),
        {"label": str, "rows": wording.plain, "share": wording.rate},
    )
