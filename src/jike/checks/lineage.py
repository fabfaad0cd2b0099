"""Which KPIs a table touches: the lineage of the models, as dbt wrote it down."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path


class Lineage:
    """Answers which KPIs a table touches; without a manifest each touches all."""

    def __init__(
        self,
        manifest: Path,
        kpis: Mapping[str, str],
        named: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        """Read dbt's manifest.

        Args:
            manifest: path of manifest.json.
            kpis: the family of each KPI code.
            named: the codes of a table that is read for these alone, as its
                expectation file names them.
        """
        self._kpis = kpis
        self._named = dict(named or {})
        self._parents: dict[str, list[str]] = {}
        try:
            content = json.loads(manifest.read_text(encoding="utf-8"))
            self._parents = _by_name(content["parent_map"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            self._parents = {}
        self._children: dict[str, list[str]] = defaultdict(list)
        for child, parents in self._parents.items():
            for parent in parents:
                self._children[parent].append(child)

    def touched(self, checked_table: str) -> str:
        """Give the codes a table touches, separated by spaces.

        Those that its expectation file names, or of its family; else those of the
        families downstream of it and of the tables there that name theirs; of a mart
        nothing is made from, those made from what it is made of. None of a raw table
        that no KPI needs yet, all of a table that says nothing about it.
        """
        own = self._named.get(checked_table) or self._of_families([checked_table])
        if own:
            return " ".join(sorted(own))
        codes = self._codes([checked_table])
        if not codes and not self._children.get(checked_table):
            codes = self._codes(self._parents.get(checked_table, ()))
        is_source = checked_table.startswith("raw.") and checked_table in self._parents
        if not codes and not is_source:
            codes = set(self._kpis)
        return " ".join(sorted(codes))

    def _codes(self, tables: Iterable[str]) -> set[str]:
        """Give the codes of the kpi_ and named marts that are, or read, the tables."""
        seen: set[str] = set()
        waiting = list(tables)
        while waiting:
            table = waiting.pop()
            if table not in seen:
                seen.add(table)
                waiting += self._children.get(table, ())
        named = (self._named[table] for table in seen & self._named.keys())
        return self._of_families(seen).union(*named)

    def _of_families(self, tables: Iterable[str]) -> set[str]:
        """Give the codes of the families whose parts the tables hold."""
        families = {name.removeprefix("marts.kpi_") for name in tables}
        return {code for code, family in self._kpis.items() if family in families}


def _by_name(parent_map: Mapping[str, list[str]]) -> dict[str, list[str]]:
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
