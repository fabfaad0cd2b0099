"""The tables: a frame as the reader sees it, numbers still sortable as numbers.

A Styler writes every cell (real minus sign, units), the grid keeps the values.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboards import behind, passports, titles
from jike.releases.kept import Listed
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd
    from pandas.io.formats.style import Styler

Columns = Mapping[str, Any]
ROW_HEIGHT = 30


def height(rows: int, most: int) -> int:
    """The height in pixels of a table that shows all its rows, up to `most`."""
    return ROW_HEIGHT * (1 + max(1, min(rows, most))) + 2


def standings(frame: "pd.DataFrame", words: Words) -> tuple["Styler", Columns]:
    """Branches by their lead over time, what is below its comparison in words.

    frame: jike.pages.scorecard.standings() with `name`.
    """
    _ = words
    shown = frame[["place", "name", "lead", "completion", "behind", "retention"]].copy()
    shown["place"] = shown["place"].astype("Int64")
    shown["completion"] = 100 * shown["completion"]
    shown["short"] = [
        titles.short_boards({str(key): cell for key, cell in row.items()}, words)
        for row in frame.to_dict("records")
    ]
    styled = shown.style.format(
        {
            "lead": _points,
            "behind": _points,
            "retention": _rate,
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


def _rate(value: Any) -> str:  # noqa: ANN401 (a cell)
    return wording.rate(value, 2)


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
    shares = dict.fromkeys(("retention", "expected", "excl_admin"), _rate)
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


# Sign and word of a check's result; the sign repeats what the colour would say.
RESULTS = {"failed": "×", "warning": "!", "passed": "✓"}


def checks(
    rows: Sequence[Mapping[str, Any]], words: Words
) -> tuple["pd.DataFrame", Columns]:
    """The checks with why each matters, in the order given.

    rows: the answer to jike.pages.quality.checks(), or data.failures().
    """
    import pandas as pd

    _ = words
    said = {"failed": _("failed"), "warning": _("warning"), "passed": _("passed")}
    shown = pd.DataFrame(
        [
            {
                "result": f"{RESULTS[row['status']]} {said[row['status']]}",
                "checked_table": row["checked_table"],
                "because": _sentence(row[f"because_{words.language}"]),
                "check_name": row["check_name"],
                "kpis": _few(row["kpis"], words),
                "column": row["column_name"] or wording.MISSING,
                "observed": row["observed"] or wording.MISSING,
            }
            for row in rows
        ]
    )
    column = st.column_config
    return shown, {
        "result": column.TextColumn(_("Result"), width=76, pinned=True),
        "checked_table": column.TextColumn(_("Checked table"), width=130),
        "check_name": column.TextColumn(_("Check"), width=240),
        "because": column.TextColumn(_("Why it matters"), width=400),
        "kpis": column.TextColumn("KPI", width=200),
        "column": column.TextColumn(_("Column"), width=120),
        "observed": column.TextColumn(_("Observed"), width=150),
    }


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


def _sentence(text: str | None) -> str:
    return text[:1].upper() + text[1:] if text else wording.MISSING


def _few(codes: object, words: Words) -> str:
    listed = str(codes).split() if isinstance(codes, str) else []
    if len(listed) <= 1:
        return "".join(listed) or wording.MISSING
    _ = words
    return _("{first} and {n} more", first=listed[0], n=len(listed) - 1)


def releases(rows: Sequence[Listed], words: Words) -> tuple["pd.DataFrame", Columns]:
    """The releases kept, the newest first, and which one is shown."""
    import pandas as pd

    _ = words
    shown = pd.DataFrame(
        [
            {
                "number": row.number,
                "state": _state(row, words),
                "as_of": row.as_of or wording.MISSING,
                "published": _moment(row.published_at),
                "passed": row.checks_passed,
                "warned": row.checks_warned,
                "hash": row.file.removesuffix(".duckdb").rpartition("_")[2],
            }
            for row in rows
        ]
    )
    column = st.column_config
    return shown, {
        "number": column.NumberColumn(_("Release"), width=70, pinned=True),
        "state": column.TextColumn(_("State"), width=90),
        "as_of": column.TextColumn(_("Data up to"), width=100),
        "published": column.TextColumn(_("Published"), width=140),
        "passed": column.NumberColumn(_("Passed"), width=80),
        "warned": column.NumberColumn(_("Warned"), width=80),
        "hash": column.TextColumn(_("Hash"), width=120),
    }


def _moment(text: str) -> str:
    if not text:
        return wording.MISSING
    moment = wording.local(datetime.fromisoformat(text))
    return f"{wording.iso(moment)} {wording.time_of_day(moment)}"


def _state(row: Listed, words: Words) -> str:
    _ = words
    if row.trouble:
        return _("damaged")
    return _("shown now") if row.is_current else _("kept")
