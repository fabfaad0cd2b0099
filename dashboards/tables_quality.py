"""Tables of the page on data quality: rows to look at, and rows to take along."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboards import cards, titles, titles_quality
from dashboards.behind import Behind
from jike import wording
from jike.kpis import Kpi
from jike.language import Words

if TYPE_CHECKING:
    import pandas as pd

Columns = dict[str, Any]
Rows = Sequence[Mapping[str, Any]]


def loads(rows: Rows, words: Words) -> tuple["pd.DataFrame", Columns]:
    """Every load, the newest first. rows: quality_questions.loads()."""
    import pandas as pd

    _ = words
    shown = pd.DataFrame(
        [
            {
                "load": row["loaded_number"],
                "delivered_on": wording.iso(row["delivered_on"]),
                "read": int(row["rows_read"]),
                "quarantined": int(row["rows_quarantined"]),
                "source": row["source"],
                "files": row["files"],
                "entities": _joined(
                    [titles.feed(one, words) for one in row["entities"].split()], words
                ),
            }
            for row in rows
        ]
    )
    column = st.column_config
    return shown, {
        "load": column.NumberColumn(_("Load"), width=60, pinned=True),
        "delivered_on": column.TextColumn(_("Logical date"), width=100),
        "read": column.NumberColumn(_("Rows"), width=80, format="localized"),
        "quarantined": column.NumberColumn(_("Rejected"), width=80, format="localized"),
        "source": column.TextColumn(_("Source"), width=90),
        "files": column.NumberColumn(_("Files"), width=60),
        "entities": column.TextColumn(_("Feeds"), width=300),
    }


def _joined(names: Sequence[str], words: Words) -> str:
    return ("、" if words.language == "zh" else ", ").join(names)


def quarantined(rows: Rows, words: Words) -> tuple["pd.DataFrame", Columns]:
    """Where rejected rows lie. rows: quality_questions.quarantined()."""
    import pandas as pd

    _ = words
    shown = pd.DataFrame(
        [
            {
                "entity": titles.feed(row["entity"], words),
                "rule": titles.rule(row["rule"], words),
                "line": row["line"],
                "column": row["column_name"] or wording.MISSING,
                "file": row["file"],
                "delivered_on": wording.iso(row["delivered_on"]),
                "source": row["source"],
            }
            for row in rows
        ]
    )
    column = st.column_config
    return shown, {
        "entity": column.TextColumn(_("Feed"), width=110, pinned=True),
        "rule": column.TextColumn(_("Rule"), width=150),
        "line": column.NumberColumn(_("Line"), width=70),
        "column": column.TextColumn(_("Column"), width=140),
        "file": column.TextColumn(_("File"), width=180),
        "delivered_on": column.TextColumn(_("Logical date"), width=100),
        "source": column.TextColumn(_("Source"), width=90),
    }


PLACES = ("source", "delivered_on", "entity", "file", "line", "column_name", "rule")


def places(rows: Rows) -> Behind:
    """The places of rejected rows as a file for whoever delivers them."""
    values = [
        [
            row[name] if name == "line" else str(row[name] if row[name] else "")
            for name in PLACES
        ]
        for row in rows
    ]
    return Behind(PLACES, [], values)


def reconciliation(rows: Rows, names: Mapping[str, str], words: Words) -> str:
    """What was measured beside the books, to the cent, as a Markdown table."""
    _ = words
    heads = [_("Month"), _("Measure"), _("Measured"), _("Books"), _("Gap"), _("Origin")]
    lines = [f"| {' | '.join(heads)} |", "|---|---|--:|--:|--:|---|"]
    for row in rows:
        cells = [
            f"{row['kpi_month']:%Y-%m}",
            names.get(row["measure"], row["measure"]),
            _exact(row["measured_value"]),
            _exact(row["control_value"]),
            titles_quality.cents(row["gap"]),
            row["origin"] or wording.MISSING,
        ]
        lines.append(f"| {' | '.join(wording.escaped(cell) for cell in cells)} |")
    return "\n".join(lines)


def _exact(value: object) -> str:
    return wording.MISSING if value is None else f"{float(str(value)):,.2f}"


def restatements(
    rows: Rows, kpis: Mapping[str, Kpi], words: Words
) -> tuple["pd.DataFrame", Columns]:
    """Figures of closed months that changed, with the cause.

    rows: quality_questions.restatements().
    """
    import pandas as pd

    _ = words
    shown = pd.DataFrame(
        [
            {
                "month": f"{row['kpi_month']:%Y-%m}",
                "kpi": kpis[row["kpi"]].name(words.language)
                if row["kpi"] in kpis
                else row["kpi"],
                "old": figure(row["old_value"], kpis.get(row["kpi"]), words),
                "new": figure(row["new_value"], kpis.get(row["kpi"]), words),
                "first": figure(row["first_value"], kpis.get(row["kpi"]), words),
                "because": _sentence(str(row[f"because_{words.language}"])),
            }
            for row in rows
        ]
    )
    column = st.column_config
    return shown, {
        "month": column.TextColumn(_("Month"), width=80, pinned=True),
        "kpi": column.TextColumn("KPI", width=180, pinned=True),
        "old": column.TextColumn(_("Before"), width=130),
        "new": column.TextColumn(_("Restated"), width=130),
        "first": column.TextColumn(_("When closed"), width=130),
        "because": column.TextColumn(_("Why"), width=460),
    }


def figure(value: object, kpi: Kpi | None, words: Words) -> str:
    """A figure exactly enough to see a cent of change; a dash for no data."""
    if wording.is_missing(value):
        return wording.MISSING
    number = float(str(value))
    if kpi is not None and kpi.unit == "cny":
        return f"{number:,.2f}"
    if kpi is None or kpi.unit == "count":
        return f"{number:,.0f}" if number == round(number) else f"{number:,.2f}"
    return wording.value(number, kpi.unit, words.language, cards.decimals(kpi) + 1)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
