"""The rules that need other rows than the row itself, over landed files.

Codes against lists, references, overlaps, duplicates and keys are judged over all
landed rows each time, by one routine: a row without its parent comes back when the
parent arrives.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from jike.deliveries.contract import Column, Table, contract
from jike.deliveries.manifests import Delivery, LandedFile, Standing
from jike.deliveries.overlaps import overlapping
from jike.ground.home import Home
from jike.ground.quoting import literal, quoted, quoted_path

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NO_ROW = "select null::bigint as _file_no, null::bigint as _row where false"


@dataclass(frozen=True)
class Numbered:
    """A landed file with its place: best delivery first, then files by name."""

    number: int
    delivery_number: int
    delivery: Delivery
    landed: LandedFile
    path: Path

    @property
    def row(self) -> tuple[int | str | date, ...]:
        """Its row of jike_files."""
        file, delivery = self.landed, self.delivery
        return (
            *(self.number, self.delivery_number),
            *(delivery.source, delivery.delivered_on, file.name, file.file),
            *(file.sha256, file.read, file.rows, file.number),
        )


@dataclass(frozen=True)
class Judged:
    """Landed rows with what the set rules say of them; `tables` are those judged.

    A landed row is known by its file and its place in it: of mapped rows several can
    come from one delivered line.

    For each entity judged there are temporary tables: jike_rows_<entity> (a view of its
    landed rows with _file_no and _row), jike_faults_<entity> (_file_no, _row, rule,
    column_name) and jike_seconds_<entity> (_file_no, _row, rule; rule null: the row is
    accepted, but one of a later delivery stands for its key).
    """

    con: "DuckDBPyConnection"
    files: Mapping[str, tuple[Numbered, ...]]
    tables: tuple[Table, ...]

    def numbers(self, delivery: Delivery, file: LandedFile | None = None) -> str:
        """List the numbers of the files of a delivery, or of one of them, for SQL."""
        return ", ".join(
            str(n.number)
            for files in self.files.values()
            for n in files
            if n.delivery is delivery and (file is None or n.landed.file == file.file)
        )


def judge(
    con: "DuckDBPyConnection",
    home: Home,
    found: Standing,
    lists: Collection[str],
    delivery: Delivery | None = None,
    loaded: Collection[str] = (),
) -> Judged:
    """Judge the rows of all deliveries, or those of the entities `loaded` with one.

    `lists` are the lists that codes are checked against (open_lists).
    """
    above = ancestors(loaded)
    only = {} if delivery is None else dict.fromkeys(set(loaded) - above, delivery)
    files = _numbered_files(home, found, only)
    _write_files(con, files)
    wanted = found.entities
    if delivery is not None:
        wanted &= {*loaded, *above}
    tables = [t for t in contract().parents_first() if t.name in wanted]
    for place, entity in enumerate(tables):
        table = _open_rows(con, entity, files[entity.name])
        tables[place] = table
        _mark_faults(con, table, found.entities, lists)
        _mark_overlaps(con, table, found.entities)
        _keep_keys(con, table, tables)
    judged = [t for t in tables if delivery is None or t.name in loaded]
    for table in judged:
        _mark_seconds(con, table, _span(files[table.name], delivery))
    return Judged(con, files, tuple(judged))


def ancestors(names: Iterable[str]) -> set[str]:
    """The entities that the entities named refer to, and those they refer to."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        for parent in contract().entities[waiting.pop()].parents:
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return found


# --- which rows -----------------------------------------------------------------------


def _numbered_files(
    home: Home, found: Standing, only: Mapping[str, Delivery]
) -> dict[str, tuple[Numbered, ...]]:
    """Number the files by entity; of an entity in `only` those of that delivery."""
    files = {}
    number = 0
    for name in contract().entities:
        numbered = []
        for place, delivery in enumerate(found):
            if only.get(name, delivery) is delivery:
                for file in delivery.of(name):
                    path = home.landing / file.landed
                    numbered.append(Numbered(number, place, delivery, file, path))
                    number += 1
        files[name] = tuple(numbered)
    return files


def _write_files(
    con: "DuckDBPyConnection", files: Mapping[str, Iterable[Numbered]]
) -> None:
    con.execute(
        "create or replace temp table jike_files (_file_no bigint, "
        "_delivery bigint, source varchar, delivered_on date, entity varchar, "
        "file varchar, sha256 varchar, rows_read bigint, rows_landed bigint, "
        "loaded_number bigint)"
    )
    rows = [file.row for numbered in files.values() for file in numbered]
    if rows:
        con.executemany(
            "insert into jike_files values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
        )


def _open_rows(
    con: "DuckDBPyConnection", table: Table, files: Collection[Numbered]
) -> Table:
    """Show the landed rows of an entity as one view, numbered by file.

    Gives the entity with the free cuts that any of the files has, those of the best
    delivery first.
    """
    paths = ", ".join(quoted_path(file.path) for file in files)
    first = min(file.number for file in files)
    con.execute(
        f"create or replace temp view jike_rows_{table.name} as "
        f"select *, {first} + file_index::bigint as _file_no, "
        f"file_row_number::bigint as _row "
        # What was landed by an earlier contract may have other types.
        f"from read_parquet([{paths}], hive_partitioning = false, "
        "union_by_name = true)"
    )
    described = con.execute(f"describe jike_rows_{table.name}").fetchall()
    return table.with_free_cuts(name for name, *_ in described)


def _span(files: Iterable[Numbered], delivery: Delivery | None) -> str:
    """The condition that a row is of the files given, of all or of one delivery."""
    found = [n.number for n in files if delivery is None or n.delivery is delivery]
    return f"_file_no between {min(found)} and {max(found)}"


# --- codes and references -------------------------------------------------------------


def _mark_faults(
    con: "DuckDBPyConnection",
    table: Table,
    entities: Collection[str],
    lists: Collection[str],
) -> None:
    """Find the rows with a code or a reference that does not exist, or out of range."""
    faults = [
        (rule, column.name, _absent(column))
        for column in table.columns
        if (rule := _set_rule(column, entities, lists))
    ]
    faults += [
        ("code", column, _beyond(column, *found, lists))
        for column, found in table.ranges.items()
    ]
    name = table.name
    if not faults:
        con.execute(
            f"create or replace temp table jike_faults_{name} as select *, "
            f"'' as rule, '' as column_name from ({NO_ROW})"
        )
        return
    faults.sort(key=lambda fault: fault[0] != "code")
    marks = ", ".join(f"{absent} as f{i}" for i, (*_, absent) in enumerate(faults))
    rules = " ".join(f"when f{i} then '{r}'" for i, (r, *_) in enumerate(faults))
    names = " ".join(f"when f{i} then '{c}'" for i, (_, c, _) in enumerate(faults))
    broken = " or ".join(f"f{i}" for i in range(len(faults)))
    con.execute(
        f"create or replace temp table jike_faults_{name} as "
        f"select _file_no, _row, case {rules} end as rule, "
        f"case {names} end as column_name from "
        f"(select _file_no, _row, {marks} from jike_rows_{name} as l) "
        f"where {broken}"
    )


def _mark_overlaps(
    con: "DuckDBPyConnection", table: Table, entities: Collection[str]
) -> None:
    """Add to the faults the rows that count what is delivered one by one too."""
    if table.overlaps in entities:
        single = contract().entities[str(table.overlaps)]
        key = literal(" ".join(table.key))
        con.execute(
            f"insert into jike_faults_{table.name} select _file_no, _row, 'overlap', "
            f"{key} from ({overlapping(table, single, good_rows(con, single))}) "
            f"anti join jike_faults_{table.name} using (_file_no, _row)"
        )


def _set_rule(
    column: Column, entities: Collection[str], lists: Collection[str]
) -> str | None:
    if column.reference in entities:
        return "reference"
    return "code" if column.reference in lists else None


def _absent(column: Column) -> str:
    """The condition that a value is given and does not exist where it points."""
    value = f"l.{quoted(column.name)}"
    held, named = f"jike_list_{column.reference}", "code"
    if column.reference in contract().entities:
        held = _key_set(str(column.reference), str(column.points_at))
        named = quoted(str(column.points_at))
    condition = f"({value} is not null and {value} not in (select {named} from {held}))"
    if column.besides:
        listed = ", ".join(literal(value) for value in column.besides)
        condition = f"({condition} and {value} not in ({listed}))"
    if column.only_for:
        other, wanted = column.only_for
        condition = f"({condition} and l.{quoted(other)} = {literal(wanted)})"
    return f"coalesce({condition}, false)"


def _beyond(
    name: str, about: Column, low: str, high: str, lists: Collection[str]
) -> str:
    """The condition that a value lies outside the range that a list gives it.

    about: the column that refers to the row of the list. What the list does not hold
    has the range of an empty cell.
    """
    ends = []
    for end in (low, high):
        column = contract().lists[str(about.reference)].column(end)
        found = "null"
        if about.reference in lists:
            found = (
                f"(select {end} from jike_list_{about.reference} "
                f"where code = l.{quoted(about.name)})"
            )
        others = " ".join(
            f"when l.{quoted(about.name)} = {literal(value)} then {default}"
            for _, value, default in column.other_defaults
        )
        usual = f"case {others} else {column.default} end" if others else column.default
        ends.append(f"coalesce({found}, {usual})")
    return f"coalesce(l.{quoted(name)} not between {' and '.join(ends)}, false)"


def _key_set(entity: str, column: str) -> str:
    return f"jike_keys_{entity}_{column}"


def _keep_keys(
    con: "DuckDBPyConnection", parent: Table, tables: Iterable[Table]
) -> None:
    """Make the sets of accepted values that columns of the tables point at."""
    pointed = {
        str(column.points_at)
        for table in tables
        for column in table.columns
        if column.reference == parent.name
    }
    for column in sorted(pointed):
        con.execute(
            f"create or replace temp table {_key_set(parent.name, column)} as "
            f"select distinct {quoted(column)} from {good_rows(con, parent)} "
            f"where {quoted(column)} is not null"
        )


# --- duplicates and keys --------------------------------------------------------------


def _mark_seconds(con: "DuckDBPyConnection", table: Table, span: str) -> None:
    """Find the rows of a key that another row stands for.

    Most keys have one row, so keys are first counted by their hash; only rows
    whose hash comes twice are put in order.
    """
    keys = ", ".join(f"l.{quoted(key)}" for key in table.key)
    good = good_rows(con, table)
    con.execute(
        f"create or replace temp table jike_contested as select hash({keys}) as h "
        f"from {good} where {span} group by 1 having count(*) > 1"
    )
    con.execute(
        f"create or replace temp table jike_ranked as with contested as ("
        f"select l._file_no, l._row, _delivery, {keys} "
        f"from {good} join jike_files using (_file_no) "
        f"where {span} and hash({keys}) in (select h from jike_contested)) "
        "select _file_no, _row, "
        "first_value(_file_no) over here as first_file, "
        "first_value(_row) over here as first_row, "
        "row_number() over here as nth, row_number() over anywhere as overall "
        f"from contested as l window "
        f"here as (partition by _delivery, {keys} order by _file_no, _row), "
        f"anywhere as (partition by {keys} order by _file_no, _row)"
    )
    row = "row(" + ", ".join(f"{{0}}.{quoted(c.name)}" for c in table.columns) + ")"
    con.execute(
        f"create or replace temp table jike_seconds_{table.name} as "
        "with rejected as (select * from jike_ranked where nth > 1), "
        f"equal as (select r._file_no, r._row from rejected r "
        f"join jike_rows_{table.name} a "
        "on (a._file_no, a._row) = (first_file, first_row) "
        f"join jike_rows_{table.name} b on (b._file_no, b._row) = (r._file_no, r._row) "
        f"where {row.format('a')} is not distinct from {row.format('b')}) "
        "select _file_no, _row, case when nth = 1 then null "
        "when equal._row is not null then 'duplicate' else 'key' end as rule "
        "from jike_ranked left join equal using (_file_no, _row) where overall > 1"
    )


# --- what was judged ------------------------------------------------------------------


def good_rows(con: "DuckDBPyConnection", table: Table) -> str:
    """A from clause, `l`: the rows that keep the code and reference rules."""
    if not con.execute(f"select 1 from jike_faults_{table.name} limit 1").fetchall():
        return f"jike_rows_{table.name} as l"
    return (
        f"(select * from jike_rows_{table.name} anti join "
        f"jike_faults_{table.name} using (_file_no, _row)) as l"
    )


def rejected(table: Table) -> str:
    """A select of what the set rules reject: _file_no, _row, rule, column_name."""
    key = literal(" ".join(table.key))
    return (
        "select _file_no, _row, rule, column_name "
        f"from jike_faults_{table.name} union all select _file_no, _row, rule, "
        f"case rule when 'key' then {key} end from jike_seconds_{table.name} "
        "where rule is not null"
    )


def rejected_counts(
    judged: Judged, table: Table, delivery: Delivery
) -> dict[str, dict[str, int]]:
    """Count the rejected rows of a delivery by file and rule."""
    found = judged.con.execute(
        f"select _file_no, rule, count(*) from ({rejected(table)}) group by 1, 2"
    ).fetchall()
    return {
        n.landed.file: {rule: c for number, rule, c in found if number == n.number}
        for n in judged.files[table.name]
        if n.delivery is delivery
    }


def newest_row(
    judged: Judged, table: Table, column: str
) -> tuple[date, str, int] | None:
    """The latest day in a column of an entity's accepted rows: day, file, line."""
    found: list[tuple[date, str, int]] = judged.con.execute(
        f"select cast({quoted(column)} as date) as day, _file, _line "
        f"from {good_rows(judged.con, table)} where day is not null "
        "order by day desc, _file, _line limit 1"
    ).fetchall()
    return found[0] if found else None


def drop_temporaries(con: "DuckDBPyConnection") -> None:
    """Drop all tables and views that judging made."""
    found = con.execute(
        "select table_name, table_type from information_schema.tables "
        "where table_name like 'jike\\_%' escape '\\'"
    ).fetchall()
    for name, kind in sorted(found, key=lambda row: row[1] != "VIEW"):
        what = "view" if kind == "VIEW" else "table"
        con.execute(f"drop {what} if exists temp.{name}")
