"""The raw contract as objects: tables, columns and rules read from contract.yml."""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).with_name("contract.yml")
SHIPPED_EMPTY = (
    "branches",
    "centres",
    "centre_coverage",
    "halls",
    "managers",
    "kpi_targets",
    "market_universe",
    "annotations",
    "attributes",
)
RULES = (
    "structure",
    "encoding",
    "nul",
    "totals_row",
    "type",
    "year",
    "rounded_id",
    "required",
    "code",
    "duration",
    "sum",
    "reference",
    "overlap",
    "duplicate",
    "key",
)
SQL_TYPES = {
    "text": "varchar",
    "date": "date",
    "timestamp": "timestamp",
    "int": "bigint",
    "decimal": "decimal(18,6)",
    "money": "decimal(18,2)",
    "bool": "boolean",
}
DATES = ("date", "timestamp")
FREE_CUT = re.compile(r"x_[a-z0-9_]{1,60}")
"""What a deployment may call a column of its own by which figures are cut."""
MOST_FREE_CUTS = 8


@dataclass(frozen=True)
class Column:
    """One column of a delivered table and the rules its values keep.

    `reference` names the entity or list that must hold the value, in its column
    `points_at`; `only_for` is (column, value) of the rows it counts for. `within` is
    (column, lowest, highest): the row of the list that this column refers to gives the
    range in its columns lowest and highest. `default` is what an empty cell of a list
    stands for, `other_defaults` holds others: (column, value, default). `happened` says
    that the date counts as one that has happened, `is_id` that the text tells things
    apart, `any_year` that the date may lie in any year, `until_next` that an open end
    is the day before the next row about the same begins. `largest` is that of a number
    without a range of its own, and its opposite the smallest.
    `since` are the moments a duration begins at that ends at this one; `length` says
    that the value is a duration itself.
    """

    name: str
    type: str
    required: bool = False
    required_for: tuple[str, str] | None = None
    instead: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    reference: str | None = None
    points_at: str | None = None
    besides: tuple[str, ...] = ()
    only_for: tuple[str, str] | None = None
    protected: bool = False
    first_day: bool = False
    minimum: int | None = None
    maximum: int | None = None
    largest: Decimal | None = None
    within: tuple[str, str, str] | None = None
    default: str | None = None
    other_defaults: tuple[tuple[str, str, str], ...] = ()
    pattern: str | None = None
    happened: bool = False
    is_id: bool = False
    since: tuple[str, ...] = ()
    length: bool = False
    any_year: bool = False
    until_next: bool = False
    parts: tuple[str, ...] = ()
    at_least: str | None = None
    about: str = ""


@dataclass(frozen=True)
class Table:
    """An entity or a reference list: its columns in contract order, and its key.

    `parents` are the entities its rows refer to (lists are not among them), `overlaps`
    the one that holds one by one what its rows count; it is among them. `dated` are the
    columns that say which month a row belongs to (none: its parent's do). `free_cuts`
    is the family of KPIs that its columns x_<name> cut, null where it takes none.
    """

    name: str
    about: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    parents: tuple[str, ...] = ()
    overlaps: str | None = None
    free_cuts: str | None = None
    dated: tuple[str, ...] = ()

    @property
    def ranges(self) -> dict[str, tuple[Column, str, str]]:
        """Columns whose range a list gives: the one that refers to it, both ends."""
        return {
            column.name: (self.column(column.within[0]), *column.within[1:])
            for column in self.columns
            if column.within
        }

    @property
    def required(self) -> tuple[str, ...]:
        """The columns a file must have."""
        return tuple(column.name for column in self.columns if column.required)

    def column(self, name: str) -> Column:
        """Find a column by name; KeyError when the contract has none such."""
        return {column.name: column for column in self.columns}[name]

    def completed(self, row: Mapping[str, str]) -> dict[str, str]:
        """Give a row of a list with what its empty cells stand for."""
        return {**row} | {c.name: _default(c, row) for c in self.columns if c.default}

    def with_free_cuts(self, names: Iterable[str]) -> "Table":
        """Give the table with those of some delivered columns that are free cuts.

        The first MOST_FREE_CUTS are taken, none where the table takes none.
        """
        found = [n for n in dict.fromkeys(names) if FREE_CUT.fullmatch(n)]
        cuts = found[:MOST_FREE_CUTS] if self.free_cuts else []
        return replace(
            self, columns=(*self.columns, *(Column(n, "text") for n in cuts))
        )

    @property
    def cuts(self) -> tuple[str, ...]:
        """The free cuts among its columns."""
        return tuple(c.name for c in self.columns if FREE_CUT.fullmatch(c.name))


def _default(column: Column, row: Mapping[str, str]) -> str:
    """The cell of a column with a default, or what it stands for when it is empty."""
    others = (
        default
        for other, value, default in column.other_defaults
        if row.get(other) == value
    )
    return row.get(column.name) or next(others, str(column.default))


@dataclass(frozen=True)
class Contract:
    """All that can be delivered: entities and reference lists, by name.

    `largest` are the largest numbers by type (`length`: those that are durations) where
    a column has no range of its own.
    """

    entities: Mapping[str, Table]
    lists: Mapping[str, Table]
    largest: Mapping[str, Decimal]
    digest: str = field(repr=False)

    @property
    def required_columns(self) -> dict[str, tuple[str, ...]]:
        """The columns a file must have, by entity and list."""
        tables = {**self.entities, **self.lists}
        return {name: table.required for name, table in tables.items()}

    def parents_first(self) -> list[Table]:
        """Give the entities so that each comes after those it refers to."""
        ordered: dict[str, Table] = {}
        waiting = dict(self.entities)
        while waiting:
            ready = [t for t in waiting.values() if set(t.parents) <= ordered.keys()]
            for table in ready:
                ordered[table.name] = waiting.pop(table.name)
        return list(ordered.values())


@cache
def contract() -> Contract:
    """Read the raw contract of this version (source: contract.yml)."""
    import yaml

    text = SOURCE.read_text(encoding="utf-8")
    raw = yaml.safe_load(text)
    largest = {kind: Decimal(number) for kind, number in raw["numbers"].items()}
    tables = {
        what: {
            name: _table(name, given, raw["entities"], largest)
            for name, given in raw[what].items()
        }
        for what in ("entities", "lists")
    }
    return Contract(
        **tables,
        largest=largest,
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


def sql_type(column_type: str) -> str:
    """Name the SQL type of a contract type; money is decimal(18,2), CNY."""
    return SQL_TYPES[column_type]


def _table(
    name: str,
    raw: dict[str, Any],
    entities: Collection[str],
    largest: Mapping[str, Decimal],
) -> Table:
    columns = tuple(
        _column(key, given, largest) for key, given in raw["columns"].items()
    )
    parents = [c.reference for c in columns if c.reference in entities]
    parents.append(raw.get("overlaps"))
    return Table(
        name=name,
        about=raw["about"],
        columns=columns,
        key=tuple(key for key, given in raw["columns"].items() if given.get("key")),
        parents=tuple(dict.fromkeys(parent for parent in parents if parent)),
        overlaps=raw.get("overlaps"),
        free_cuts=raw.get("free_cuts"),
        dated=tuple(raw.get("dated", ())),
    )


def _column(name: str, raw: dict[str, Any], largest: Mapping[str, Decimal]) -> Column:
    kind = "length" if raw.get("length") else raw["type"]
    only_for = next(iter(raw.get("only_for", {}).items()), None)
    return Column(
        name=name,
        type=raw["type"],
        required=raw.get("required", False),
        required_for=next(iter(raw.get("required_for", {}).items()), None),
        instead=tuple(raw.get("instead", ())),
        values=tuple(raw.get("values", ())),
        reference=raw.get("reference"),
        points_at=raw.get("at", name) if "reference" in raw else None,
        besides=tuple(raw.get("besides", ())),
        only_for=only_for,
        protected=raw.get("protected", False),
        first_day=raw.get("first_day", False),
        minimum=raw.get("minimum"),
        maximum=raw.get("maximum"),
        largest=None if "maximum" in raw else largest.get(kind),
        within=next(((k, *ends) for k, ends in raw.get("within", {}).items()), None),
        default=str(raw["default"]) if "default" in raw else None,
        other_defaults=tuple(
            (other, value, str(default))
            for other, values in raw.get("but", {}).items()
            for value, default in values.items()
        ),
        pattern=raw.get("pattern"),
        happened=raw["type"] in DATES and not raw.get("planned", False),
        since=tuple(raw.get("since", ())),
        length=raw.get("length", False),
        is_id=raw["type"] == "text" and not {"key", "reference", "id"}.isdisjoint(raw),
        any_year=raw.get("any_year", False),
        until_next=raw.get("until_next", False),
        parts=tuple(raw.get("parts", ())),
        at_least=raw.get("at_least"),
        about=raw.get("about", ""),
    )
