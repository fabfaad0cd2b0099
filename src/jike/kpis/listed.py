"""Which KPIs there are, and what has to be delivered for each: with or without data."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jike.ground.home import PROJECT
from jike.kpis.catalogue import CATALOGUE, Kpi, catalogue, find_kpi
from jike.kpis.known import load_catalogue
from jike.releases.manifest import Release
from jike.words import deployment

PARTS = PROJECT / "seeds" / "parts.csv"
STANDS_FOR = {"cohort": "customers"}
"""What a part may need that is no table: it is made of one."""


def listing(
    release: Release | None, codes: Sequence[str], required: Mapping[str, Sequence[str]]
) -> list[dict[str, Any]]:
    """Give a row for each KPI, or for those of some codes: names, unit, needs.

    Without a release they are those of the shipped catalogue. `required` are the
    columns that each table of the raw contract must have anyhow. `needs` says what has
    to be delivered: tables with their columns, `customers(…) | orders(…)` one of them.

    Raises:
        WrongInputError: there is no KPI of a code.
    """
    kpis = load_catalogue(release) if release else _shipped_kpis()
    needs = _needs_by_kpi(required)
    currency = str(deployment.chosen("currency")).lower()
    chosen = [find_kpi(kpis, code) for code in codes] or kpis.values()
    return [
        {
            "kpi": kpi.kpi,
            "name_zh": kpi.name("zh"),
            "name_en": kpi.name("en"),
            "kind": kpi.kind,
            "unit": currency if kpi.unit == "cny" else kpi.unit,
            "dimensions": " ".join(kpi.dimensions),
            "needs": needs.get(kpi.kpi, ""),
        }
        for kpi in chosen
    ]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _shipped_kpis() -> dict[str, Kpi]:
    unknown = {"reads_answers": False, "is_measured": False}
    return catalogue(_rows(CATALOGUE), [{**unknown, **row} for row in _rows(PARTS)])


def _needs_by_kpi(required: Mapping[str, Sequence[str]]) -> dict[str, str]:
    parts = {row["part"]: row["needs"].split() for row in _rows(PARTS)}
    found = {}
    for row in _rows(CATALOGUE):
        rests_on = [row[part] for part in ("numerator", "denominator") if row[part]]
        needs = [need for part in rests_on for need in parts[part]]
        found[row["kpi"]] = _spelt(needs + row["needs"].split(), required)
    return found


def _spelt(needs: Iterable[str], required: Mapping[str, Sequence[str]]) -> str:
    """Spell needs out as tables with the columns that must be delivered."""
    columns: dict[str, list[str]] = {}
    either = []
    for need in dict.fromkeys(needs):
        if "|" in need:
            each = [_spelt([one], required) for one in need.split("|")]
            either.append(" | ".join(each))
            continue
        name, _, column = need.partition(".")
        name = STANDS_FOR.get(name, name)
        taken = columns.setdefault(name, list(required[name]))
        taken += [column] if column and column not in taken else []
    whole = [f"{name}({' '.join(taken)})" for name, taken in columns.items()]
    return ", ".join(whole + either)
