"""The verb trace: why a customer counts as it does, as text or JSON."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from jike.ground.errors import Message
from jike.kpis.trace.case import Rule
from jike.kpis.trace.trace import Trace, trace
from jike.releases.manifest import Release
from jike.words.language import Words
from jike.words.terminal import as_number, in_columns

ROWS_SHOWN = 12
SIGNS = {True: "✓", False: "×", None: "·"}


def run(
    release: Release, customer: str, code: str, period: str, words: Words, as_json: bool
) -> str:
    """Trace a customer in a release and give what is printed.

    JSON has customer, kpi, period, release, as_of, alarm (why the release stands in for
    another, null if it does not), numerator, denominator (what the customer adds) and
    rules: said (English), holds (null decides nothing), rows.

    Raises:
        WrongInputError: no such customer, KPI or period.
    """
    found = trace(release, customer, code, period)
    if as_json:
        return json.dumps(_content(found), ensure_ascii=False, indent=1, default=_plain)
    return "\n".join(_lines(found, words))


def _content(found: Trace) -> dict[str, Any]:
    return {
        "customer": found.customer_id,
        "kpi": found.kpi.kpi,
        "period": found.period,
        "release": found.release.number,
        "as_of": found.release.as_of,
        "alarm": found.release.alarm and str(found.release.alarm),
        "numerator": as_number(found.numerator),
        "denominator": as_number(found.denominator),
        "rules": [
            {"said": str(rule.said), "holds": rule.holds, "rows": rule.rows}
            for rule in found.rules
        ],
    }


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return as_number(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


def _lines(found: Trace, words: Words) -> list[str]:
    head = Message(
        "{customer} in {kpi} {name}, {period} (release {release}, data as of {as_of})",
        customer=found.customer_id,
        kpi=found.kpi.kpi,
        name=found.kpi.name(words.language),
        period=found.period,
        release=found.release.number,
        as_of=found.release.as_of,
    )
    lines = [words.error(head), found.kpi.definition(words.language), ""]
    for rule in found.rules:
        lines += _rule(rule, words)
    adds = Message(
        "adds {numerator} to the numerator", numerator=_shown(found.numerator)
    )
    if found.denominator is not None:
        adds = Message(
            "adds {numerator} to the numerator and {denominator} to the denominator",
            numerator=_shown(found.numerator),
            denominator=_shown(found.denominator),
        )
    return [*lines, "", f"→ {words.error(adds)}"]


def _rule(rule: Rule, words: Words) -> list[str]:
    lines = [f"{SIGNS[rule.holds]} {words.error(rule.said)}"]
    lines += [f"    {line}" for line in _table(rule.rows[:ROWS_SHOWN])]
    if len(rule.rows) > ROWS_SHOWN:
        more = Message(
            "{shown} of {n} rows; all with --json", shown=ROWS_SHOWN, n=len(rule.rows)
        )
        lines.append(f"    {words.error(more)}")
    return lines


def _table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    if not rows:
        return []
    names = list(rows[0])
    cells = [names, *([_shown(row.get(name)) for name in names] for row in rows)]
    return in_columns(cells)


def _shown(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, Decimal):
        return str(as_number(value))
    return str(value)
