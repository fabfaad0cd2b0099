"""Which KPIs a table touches: the lineage of the models, as dbt wrote it down."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path


class Lineage:
    """Answers which KPIs a table touches; without a manifest each touches all."""

    def __init__(self, manifest: Path, kpis: Mapping[str, str]) -> None:
        """Read dbt's manifest; `kpis` gives the family of each KPI code."""
        self._kpis = kpis
        self._parents: dict[str, list[str]] = {}
        try:
            content = json.loads(manifest.read_text(encoding="utf-8"))
            self._parents = _named(content["parent_map"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            self._parents = {}
        self._children: dict[str, list[str]] = defaultdict(list)
        for child, parents in self._parents.items():
            for parent in parents:
                self._children[parent].append(child)

    def touched(self, checked_table: str) -> str:
        """Give the codes a table touches, separated by spaces.

        Those of the families downstream of it; of a mart nothing is made from, those
        made from what it is made of. None of a raw table that no KPI needs yet, all of
        a table that says nothing about it.
        """
        families = self._families([checked_table])
        if not families:
            families = self._families(self._parents.get(checked_table, ()))
        is_source = checked_table.startswith("raw.") and checked_table in self._parents
        if not families and not is_source:
            families = set(self._kpis.values())
        return " ".join(
            sorted(k for k, family in self._kpis.items() if family in families)
        )

    def _families(self, tables: Iterable[str]) -> set[str]:
        """Give the families whose kpi_ mart is one of the tables or made from one."""
        seen: set[str] = set()
        waiting = list(tables)
        while waiting:
            table = waiting.pop()
            if table not in seen:
                seen.add(table)
                waiting += self._children.get(table, ())
        marts = {name.removeprefix("marts.kpi_") for name in seen}
        return marts & set(self._kpis.values())


def _named(parent_map: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Call sources raw.<table> and models marts.<name>, as checks do."""
    return {
        name: [parent for unique_id in parents if (parent := _name(unique_id))]
        for child, parents in parent_map.items()
        if (name := _name(child))
    }


def _name(unique_id: str) -> str | None:
    kind, *_, last = unique_id.split(".")
    if kind == "source":
        return f"raw.{last}"
    return f"marts.{last}" if kind in {"model", "seed"} else None
