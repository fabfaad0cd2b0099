"""Columns of the page's tables: what a cell is and how it is read."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dashboards.kit.behind import Behind
from dashboards.kit.labels import capital
from dashboards.kit.table import Column
from dashboards.pages.quality import findings
from jike.kpis.catalogue import Kpi
from jike.releases.kept import Listed
from jike.words import wording
from jike.words.language import Words

Rows = Sequence[Mapping[str, Any]]
PLACES = ("source", "delivered_on", "entity", "file", "line", "column_name", "rule")
MOST_DECIMALS = 8


def releases(words: Words) -> list[Column]:
    """Of the releases kept, the newest first; rows: released()."""
    _ = words
    return [
        Column("number", _("Release"), width=70, kind="number", is_pinned=True),
        Column("state", _("State"), width=90),
        Column("as_of", _("Data up to"), width=100),
        Column("published", _("Published"), _moment, width=140),
        Column("passed", _("Passed"), width=80, kind="number"),
        Column("warned", _("Warned"), width=80, kind="number"),
        Column("hash", _("Hash"), width=120),
    ]


def released(kept: Sequence[Listed], words: Words) -> list[dict[str, Any]]:
    """The releases kept as rows, and which one is shown."""
    return [
        {
            "number": one.number,
            "state": _state(one, words),
            "as_of": one.as_of or wording.MISSING,
            "published": one.published_at,
            "passed": one.checks_passed,
            "warned": one.checks_warned,
            "hash": one.file.removesuffix(".duckdb").rpartition("_")[2],
        }
        for one in kept
    ]


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


def loads(words: Words) -> list[Column]:
    """Of every load, the newest first; rows: jike.pages.quality.loads()."""
    _ = words

    def feeds(entities: str) -> str:
        return _joined([findings.feed(one, words) for one in entities.split()], words)

    return [
        Column("loaded_number", _("Load"), width=60, kind="number", is_pinned=True),
        Column("delivered_on", _("Logical date"), wording.iso, width=100),
        _counted("rows_read", _("Rows")),
        _counted("rows_quarantined", _("Rejected")),
        Column("source", _("Source"), width=90),
        Column("files", _("Files"), width=60, kind="number"),
        Column("entities", _("Feeds"), feeds, width=300),
    ]


def _counted(key: str, head: str) -> Column:
    return Column(
        key,
        head,
        of=lambda row: int(row[key]),
        width=80,
        kind="number",
        format="localized",
    )


def _joined(names: Sequence[str], words: Words) -> str:
    return ("、" if words.language == "zh" else ", ").join(names)


def quarantined(words: Words) -> list[Column]:
    """Of where rejected rows lie; rows: jike.pages.quality.quarantined()."""
    _ = words
    return [
        Column(
            "entity",
            _("Feed"),
            lambda code: findings.feed(code, words),
            width=110,
            is_pinned=True,
        ),
        Column("rule", _("Rule"), lambda code: findings.rule(code, words), width=150),
        Column("line", _("Line"), width=70, kind="number"),
        Column("column_name", _("Column"), _or_dash, width=140),
        Column("file", _("File"), width=180),
        Column("delivered_on", _("Logical date"), wording.iso, width=100),
        Column("source", _("Source"), width=90),
    ]


def _or_dash(text: str | None) -> str:
    return text or wording.MISSING


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


def reconciliation(names: Mapping[str, str], words: Words) -> list[Column]:
    """Of what was measured beside the books, to the cent.

    rows: jike.pages.quality.reconciliation(); names: of the measures.
    """
    _ = words

    def named(measure: str) -> str:
        return names.get(measure, measure)

    return [
        Column("kpi_month", _("Month"), _month, width=70, is_pinned=True),
        Column("measure", _("Measure"), named, width=130),
        Column("gap", _("Gap"), findings.cents, width=90, kind="exact"),
        Column("measured_value", _("Measured"), _exact, width=130, kind="exact"),
        Column("control_value", _("Books"), _exact, width=130, kind="exact"),
        Column("origin", _("Origin"), _or_dash, width=120),
    ]


def _month(month: datetime) -> str:
    return f"{month:%Y-%m}"


def _exact(value: object) -> str:
    return wording.MISSING if value is None else f"{float(str(value)):,.2f}"


def restatements(kpis: Mapping[str, Kpi], words: Words) -> list[Column]:
    """Of figures of closed months that changed, with the cause.

    rows: restated().
    """
    _ = words

    def named(code: str) -> str:
        return kpis[code].name(words.language) if code in kpis else code

    because = f"because_{words.language}"
    return [
        Column("kpi_month", _("Month"), _month, width=80, is_pinned=True),
        Column("kpi", "KPI", named, width=180, is_pinned=True),
        Column("old", _("Before"), width=130),
        Column("new", _("Restated"), width=130),
        Column("first", _("When closed"), width=130),
        Column(because, _("Why"), lambda text: capital(str(text)), width=460),
    ]


def restated(rows: Rows, kpis: Mapping[str, Kpi], words: Words) -> list[dict[str, Any]]:
    """The rows of jike.pages.quality.restatements() with their figures as written."""
    return [{**row, **_figures(row, kpis.get(row["kpi"]), words)} for row in rows]


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
