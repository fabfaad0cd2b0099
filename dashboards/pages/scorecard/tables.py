"""Tables of the page: figures stay numbers, written as people read them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboards.kit.labels import index, rate
from dashboards.kit.table import Columns
from dashboards.pages.scorecard import findings
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd
    from pandas.io.formats.style import Styler


def standings(frame: "pd.DataFrame", words: Words) -> tuple["Styler", Columns]:
    """Branches by their lead over time, what is below its comparison in words.

    frame: jike.pages.scorecard.standings() with `name`.
    """
    _ = words
    shown = frame[["place", "name", "lead", "completion", "behind", "retention"]].copy()
    shown["place"] = shown["place"].astype("Int64")
    shown["completion"] = 100 * shown["completion"]
    shown["short"] = [
        findings.short_boards({str(key): cell for key, cell in row.items()}, words)
        for row in frame.to_dict("records")
    ]
    styled = shown.style.format(
        {
            "lead": _points,
            "behind": _points,
            "retention": rate,
        },
        na_rep=wording.MISSING,
    )
    top = shown["completion"].max()
    column = st.column_config
    return styled, {
        "place": column.NumberColumn(_("Place"), width=46, pinned=True),
        "name": column.TextColumn(_("Branch"), width=80, pinned=True),
        "completion": column.ProgressColumn(
            _("Completion %"),
            format="%.1f",
            min_value=0,
            max_value=float(top) if top == top and top > 0 else 100,
            color="gray",
            width=120,
        ),
        "lead": column.NumberColumn(_("Lead pp"), width=80),
        "behind": column.NumberColumn(_("To first pp"), width=80),
        "retention": column.NumberColumn(_("Retention rate"), width=76),
        "short": column.TextColumn(_("Short boards"), width=100),
    }


def _points(value: Any) -> str:  # noqa: ANN401 (a cell)
    return wording.points(value).removesuffix(" pp")


def _share(value: Any) -> str:  # noqa: ANN401 (a cell)
    return wording.rate(value, 2)


def _whole(value: Any) -> str:  # noqa: ANN401 (a cell)
    return wording.rate(value, 0)


def ranked(
    frame: "pd.DataFrame", kpis: Mapping[str, str], words: Words
) -> tuple["Styler", Columns]:
    """Branches by their total score, the KPIs below base in words.

    frame: jike.pages.scorecard.ranked() with `name`; kpis: code → name.
    """
    _ = words
    comma = "、" if words.language == "zh" else ", "
    columns = ["place", "name", "score", "gap", "completion", "retention", "coverage"]
    shown = frame[columns].copy()
    shown["place"] = shown["place"].astype("Int64")
    shown["short"] = [
        wording.MISSING
        if wording.is_missing(score)
        else _("none")
        if wording.is_missing(weakest)
        else comma.join(kpis.get(code, code) for code in str(weakest).split())
        for score, weakest in zip(frame["score"], frame["weakest"], strict=True)
    ]
    styled = shown.style.format(
        {
            "gap": index,
            "completion": _share,
            "retention": _share,
            "coverage": _whole,
        },
        na_rep=wording.MISSING,
    )
    column = st.column_config
    return styled, {
        "place": column.NumberColumn(_("Place"), width=46, pinned=True),
        "name": column.TextColumn(_("Branch"), width=80, pinned=True),
        "score": column.ProgressColumn(
            _("Score"),
            format="%.1f",
            min_value=0,
            max_value=100,
            color="gray",
            width=110,
        ),
        "gap": column.NumberColumn(_("To first"), width=64),
        "short": column.TextColumn(_("Short boards"), width=170),
        "completion": column.NumberColumn(_("completion"), width=80),
        "retention": column.NumberColumn(_("Retention rate"), width=80),
        "coverage": column.NumberColumn(_("Coverage"), width=70),
    }
