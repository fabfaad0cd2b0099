"""Tables of the page: figures stay numbers, written as people read them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboards.kit import table
from dashboards.kit.behind import Behind
from dashboards.pages.quality import findings
from jike.kpis.catalogue import Kpi
from jike.releases.kept import Listed
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd


def releases(
    rows: Sequence[Listed], words: Words
) -> tuple["pd.DataFrame", table.Columns]:
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


Columns = dict[str, Any]

Rows = Sequence[Mapping[str, Any]]


def loads(rows: Rows, words: Words) -> tuple["pd.DataFrame", Columns]:
    """Every load, the newest first. rows: jike.pages.quality.loads()."""
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
                    [findings.feed(one, words) for one in row["entities"].split()],
                    words,
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
    """Where rejected rows lie. rows: jike.pages.quality.quarantined()."""
    import pandas as pd

    _ = words
    shown = pd.DataFrame(
        [
            {
                "entity": findings.feed(row["entity"], words),
                "rule": findings.rule(row["rule"], words),
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


def reconciliation(
    rows: Rows, names: Mapping[str, str], words: Words
) -> tuple["pd.DataFrame", Columns]:
    """What was measured beside the books, to the cent.

    rows: jike.pages.quality.reconciliation(); names: of the measures.
    """
    import pandas as pd

    _ = words
    shown = pd.DataFrame(
        [
            {
                "month": f"{row['kpi_month']:%Y-%m}",
                "measure": names.get(row["measure"], row["measure"]),
                "gap": findings.cents(row["gap"]),
                "measured": _exact(row["measured_value"]),
                "books": _exact(row["control_value"]),
                "origin": row["origin"] or wording.MISSING,
            }
            for row in rows
        ]
    )
    text = st.column_config.TextColumn
    return shown, {
        "month": text(_("Month"), width=70, pinned=True),
        "measure": text(_("Measure"), width=130),
        "gap": text(_("Gap"), width=90, alignment="right"),
        "measured": text(_("Measured"), width=130, alignment="right"),
        "books": text(_("Books"), width=130, alignment="right"),
        "origin": text(_("Origin"), width=120),
    }


def _exact(value: object) -> str:
    return wording.MISSING if value is None else f"{float(str(value)):,.2f}"


def restatements(
    rows: Rows, kpis: Mapping[str, Kpi], words: Words
) -> tuple["pd.DataFrame", Columns]:
    """Figures of closed months that changed, with the cause.

    rows: jike.pages.quality.restatements().
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
                **_figures(row, kpis.get(row["kpi"]), words),
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


MOST_DECIMALS = 8


def _figures(row: Mapping[str, Any], kpi: Kpi | None, words: Words) -> dict[str, str]:
    """The old, the new and the first figure, with decimals until old and new differ."""
    values = {"old": row["old_value"], "new": row["new_value"]}
    values["first"] = row["first_value"]
    told: dict[str, str] = {}
    for decimals in range(1, MOST_DECIMALS + 1):
        told = {
            name: figure(value, kpi, words, decimals) for name, value in values.items()
        }
        if told["old"] != told["new"]:
            break
    return told


def figure(value: object, kpi: Kpi | None, words: Words, decimals: int) -> str:
    """A figure with so many decimals, money to the cent; a dash for no data."""
    if wording.is_missing(value):
        return wording.MISSING
    number = float(str(value))
    if kpi is not None and kpi.unit == "cny":
        return wording.plain(number, max(2, decimals))
    if kpi is None or kpi.unit == "count":
        return wording.plain(number, 0 if number == round(number) else decimals)
    return wording.value(number, kpi.unit, words.language, decimals)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
