"""Schema `raw` of a build, and the rules that need other rows than the row itself.

Codes against lists, references, duplicates and keys are judged over all landed rows
each time, by one routine: a row without its parent comes back when the parent arrives.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from jike.deliveries.contract import Column, Table, contract, sql_type
from jike.deliveries.lists import delivered_lists, open_lists
from jike.deliveries.manifests import Delivery, LandedFile, Standing, standing
from jike.ground import durable
from jike.ground.errors import JikeError, WrongInputError
from jike.ground.home import Home
from jike.ground.quoting import literal, quoted, quoted_path

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["default_as_of", "delivered_lists", "empty_raw", "prepare"]

STALE_DAYS = 45
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


def empty_raw(con: "DuckDBPyConnection") -> None:
    """Make schema raw as it is when nothing was delivered, for tests of models."""
    con.execute("create schema if not exists raw")
    for table in contract().entities.values():
        columns = ", ".join(
            f"{quoted(c.name)} {sql_type(c.type)}" for c in table.columns
        )
        con.execute(f"create or replace table raw.{table.name} ({columns})")
    con.execute(
        "create or replace table raw.entities (entity varchar, is_delivered boolean, "
        "rows_accepted bigint, first_on date, last_on date)"
    )
    con.execute(
        "create or replace table raw.deliveries (source varchar, delivered_on date, "
        "entity varchar, file varchar, sha256 varchar, rows_read bigint, "
        "rows_accepted bigint, rows_quarantined bigint, loaded_number bigint)"
    )
    con.execute(
        "create or replace table raw.quarantine (source varchar, delivered_on date, "
        "entity varchar, file varchar, line bigint, column_name varchar, rule varchar)"
    )
    con.execute(
        "insert into raw.entities select unnest(?), false, 0, null, null",
        [list(contract().entities)],
    )


def prepare(con: "DuckDBPyConnection", home: Home) -> None:
    """Fill schema raw in an open build from all deliveries that stand.

    Gives one table per entity, with the contract's columns and the rows that keep it;
    of rows of one key the one of the latest logical date (same date: the source first
    in the alphabet). raw.entities, raw.deliveries and raw.quarantine say what came; a
    delivered file that a mapping reads is there as entity <source>/<table>.

    Raises:
        JikeError: a landed file is missing or damaged.
        WrongInputError: a list put into JIKE_HOME/reference breaks the contract.
    """
    found = standing(home)
    _check_landed(home, found)
    judge = Judge(con, home, found, open_lists(con, delivered_lists(home)))
    empty_raw(con)
    for table in contract().parents_first():
        if table.name in found.entities:
            judge.mark_faults(table)
            judge.mark_seconds(table)
            _fill(con, table, judge)
            _describe(con, home, table, judge)
    _describe_tables(con, home, found)
    for name, last in (("deliveries", "sha256"), ("quarantine", "line")):
        con.execute(
            f"create or replace table raw.{name} as select * from raw.{name} "
            f"order by delivered_on, source, entity, file, {last}"
        )
    judge.close()


def default_as_of(con: "DuckDBPyConnection") -> date:
    """Give the day the figures are as of, when the caller names none.

    The last day of the last month that has bills, without bills of the newest fact.

    Raises:
        WrongInputError: nothing was delivered, or that day is more than 45 days after
            the newest photograph.
    """
    billed, photographed, newest = con.execute(
        "select (select max(bill_month) from raw.bills), "
        "(select max(snapshot_on) from raw.customers), "
        "(select max(last_on) from raw.entities)"
    ).fetchall()[0]
    fact = billed or newest
    if fact is None:
        raise WrongInputError("nothing was delivered yet; run load first")
    as_of = _month_end(fact)
    if photographed and as_of - photographed > timedelta(days=STALE_DAYS):
        raise WrongInputError(
            "the newest photograph of customers ({photographed}) is more than "
            "{days} days before {as_of}; deliver a newer one or give --as-of",
            photographed=photographed,
            days=STALE_DAYS,
            as_of=as_of,
        )
    return as_of


def _month_end(day: date) -> date:
    later = day.replace(day=28) + timedelta(days=4) if day.year < 9999 else day
    return later - timedelta(days=later.day) if later != day else day


def _check_landed(home: Home, found: Standing) -> None:
    """Refuse a landed file that is not what was landed: Parquet has no checksum."""
    for delivery in found:
        for file in delivery.files:
            path = home.landing / file.landed
            if not file.is_table and not is_whole(path, file.landed_sha256):
                raise JikeError(
                    "{path} is missing or damaged; load the delivery of {delivered_on} "
                    "from {source} again",
                    path=path,
                    delivered_on=delivery.delivered_on,
                    source=delivery.source,
                )


def is_whole(path: Path, sha256: str) -> bool:
    """Say whether a file is there with the content that was recorded."""
    return path.is_file() and durable.sha256_of(path) == sha256


class Judge:
    """The set rules over landed files: codes, references, duplicates, keys.

    A landed row is known by its file and its place in it: of mapped rows several can
    come from one delivered line.

    For each entity judged there are temporary tables: jike_rows_<entity> (a view of its
    landed rows with _file_no and _row), jike_faults_<entity> (_file_no, _row, rule,
    column_name) and jike_seconds_<entity> (_file_no, _row, rule; rule null: the row is
    accepted, but one of a later delivery stands for its key).
    """

    def __init__(
        self,
        con: "DuckDBPyConnection",
        home: Home,
        found: Standing,
        lists: Collection[str],
        limited_to: Mapping[str, Delivery] | None = None,
    ) -> None:
        """Number the files; an entity in `limited_to` is judged for that delivery only.

        `lists` are the lists that codes are checked against (open_lists).
        """
        self.con = con
        self.entities = found.entities
        self.lists = set(lists)
        self.files: dict[str, list[Numbered]] = {}
        self.keys: set[tuple[str, str]] = set()
        number = 0
        for name in contract().entities:
            only = (limited_to or {}).get(name)
            numbered = []
            for place, delivery in enumerate(found):
                if only is None or delivery is only:
                    for file in delivery.of(name):
                        path = home.landing / file.landed
                        numbered.append(Numbered(number, place, delivery, file, path))
                        number += 1
            self.files[name] = numbered
        con.execute(
            "create or replace temp table jike_files (_file_no bigint, "
            "_delivery bigint, source varchar, delivered_on date, entity varchar, "
            "file varchar, sha256 varchar, rows_read bigint, rows_landed bigint, "
            "loaded_number bigint)"
        )
        rows = [file.row for files in self.files.values() for file in files]
        if rows:
            con.executemany(
                "insert into jike_files values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
            )

    def close(self) -> None:
        """Drop everything temporary."""
        found = self.con.execute(
            "select table_name, table_type from information_schema.tables "
            "where table_name like 'jike\\_%' escape '\\'"
        ).fetchall()
        for name, kind in sorted(found, key=lambda row: row[1] != "VIEW"):
            what = "view" if kind == "VIEW" else "table"
            self.con.execute(f"drop {what} if exists temp.{name}")

    def mark_faults(self, table: Table) -> None:
        """Find the rows with a code or a reference that does not exist."""
        self._open_rows(table)
        faults = []
        for column in table.columns:
            rule = self._set_rule(column)
            if rule:
                faults.append((rule, column.name, self._absent(column)))
        name = table.name
        if not faults:
            self.con.execute(
                f"create or replace temp table jike_faults_{name} as select *, "
                f"'' as rule, '' as column_name from ({NO_ROW})"
            )
            return
        faults.sort(key=lambda fault: fault[0] != "code")
        marks = ", ".join(f"{absent} as f{i}" for i, (*_, absent) in enumerate(faults))
        rules = " ".join(f"when f{i} then '{r}'" for i, (r, *_) in enumerate(faults))
        names = " ".join(f"when f{i} then '{c}'" for i, (_, c, _) in enumerate(faults))
        broken = " or ".join(f"f{i}" for i in range(len(faults)))
        self.con.execute(
            f"create or replace temp table jike_faults_{name} as "
            f"select _file_no, _row, case {rules} end as rule, "
            f"case {names} end as column_name from "
            f"(select _file_no, _row, {marks} from jike_rows_{name} as l) "
            f"where {broken}"
        )

    def mark_seconds(self, table: Table, delivery: Delivery | None = None) -> None:
        """Find the rows of a key that another row stands for, in all or one delivery.

        Most keys have one row, so keys are first counted by their hash; only rows
        whose hash comes twice are put in order.
        """
        name, keys = table.name, ", ".join(f"l.{quoted(key)}" for key in table.key)
        found = [
            n.number
            for n in self.files[name]
            if delivery is None or delivery is n.delivery
        ]
        judged = f"_file_no between {min(found)} and {max(found)}"
        self.con.execute(
            f"create or replace temp table jike_contested as select hash({keys}) as h "
            f"from {self.good_rows(table)} where {judged} "
            "group by 1 having count(*) > 1"
        )
        self.con.execute(
            f"create or replace temp table jike_ranked as with contested as ("
            f"select l._file_no, l._row, _delivery, {keys} "
            f"from {self.good_rows(table)} join jike_files using (_file_no) "
            f"where {judged} and hash({keys}) in (select h from jike_contested)) "
            "select _file_no, _row, "
            "first_value(_file_no) over here as first_file, "
            "first_value(_row) over here as first_row, "
            "row_number() over here as nth, row_number() over anywhere as overall "
            f"from contested as l window "
            f"here as (partition by _delivery, {keys} order by _file_no, _row), "
            f"anywhere as (partition by {keys} order by _file_no, _row)"
        )
        row = "row(" + ", ".join(f"{{0}}.{quoted(c.name)}" for c in table.columns) + ")"
        self.con.execute(
            f"create or replace temp table jike_seconds_{name} as "
            "with rejected as (select * from jike_ranked where nth > 1), "
            f"equal as (select r._file_no, r._row from rejected r "
            f"join jike_rows_{name} a "
            "on (a._file_no, a._row) = (first_file, first_row) "
            f"join jike_rows_{name} b on (b._file_no, b._row) = (r._file_no, r._row) "
            f"where {row.format('a')} is not distinct from {row.format('b')}) "
            "select _file_no, _row, case when nth = 1 then null "
            "when equal._row is not null then 'duplicate' else 'key' end as rule "
            "from jike_ranked left join equal using (_file_no, _row) where overall > 1"
        )

    def good_rows(self, table: Table) -> str:
        """A from clause, `l`: the rows that keep the code and reference rules."""
        found = self.con.execute(f"select 1 from jike_faults_{table.name} limit 1")
        if not found.fetchall():
            return f"jike_rows_{table.name} as l"
        return (
            f"(select * from jike_rows_{table.name} anti join "
            f"jike_faults_{table.name} using (_file_no, _row)) as l"
        )

    def counts(self, table: Table, delivery: Delivery) -> dict[str, dict[str, int]]:
        """Count the rejected rows of a delivery by file and rule."""
        found = self.con.execute(
            f"select _file_no, rule, count(*) from ({self.rejected(table)}) "
            "group by 1, 2"
        ).fetchall()
        return {
            n.landed.file: {rule: c for number, rule, c in found if number == n.number}
            for n in self.files[table.name]
            if n.delivery is delivery
        }

    def newest(self, entity: str, column: str) -> date | None:
        """The latest day in a column of the accepted rows of an entity judged."""
        rows = self.good_rows(contract().entities[entity])
        found = self.con.execute(
            f"select cast(max({quoted(column)}) as date) from {rows}"
        ).fetchall()
        day: date | None = found[0][0]
        return day

    def rejected(self, table: Table) -> str:
        """A select of what the set rules reject: _file_no, _row, rule, column_name."""
        key = literal(" ".join(table.key))
        return (
            "select _file_no, _row, rule, column_name "
            f"from jike_faults_{table.name} union all select _file_no, _row, rule, "
            f"case rule when 'key' then {key} end from jike_seconds_{table.name} "
            "where rule is not null"
        )

    def _set_rule(self, column: Column) -> str | None:
        if column.reference in contract().entities:
            return "reference" if column.reference in self.entities else None
        return "code" if column.reference in self.lists else None

    def _absent(self, column: Column) -> str:
        """The condition that a value is given and does not exist where it points."""
        value = f"l.{quoted(column.name)}"
        held, named = f"jike_list_{column.reference}", "code"
        if column.reference in contract().entities:
            held = self._parent_keys(str(column.reference), str(column.points_at))
            named = quoted(str(column.points_at))
        condition = (
            f"({value} is not null and {value} not in (select {named} from {held}))"
        )
        if column.besides:
            listed = ", ".join(literal(value) for value in column.besides)
            condition = f"({condition} and {value} not in ({listed}))"
        if column.only_for:
            other, wanted = column.only_for
            condition = f"({condition} and l.{quoted(other)} = {literal(wanted)})"
        return f"coalesce({condition}, false)"

    def _parent_keys(self, entity: str, column: str) -> str:
        """Make the set of accepted values of a parent's column, once."""
        name = f"jike_keys_{entity}_{column}"
        if (entity, column) not in self.keys:
            parent = contract().entities[entity]
            self.con.execute(
                f"create or replace temp table {name} as select distinct "
                f"{quoted(column)} from {self.good_rows(parent)} "
                f"where {quoted(column)} is not null"
            )
            self.keys.add((entity, column))
        return name

    def _open_rows(self, table: Table) -> None:
        """Show the landed rows of an entity as one view, numbered by file."""
        files = self.files[table.name]
        paths = ", ".join(quoted_path(file.path) for file in files)
        first = files[0].number
        self.con.execute(
            f"create or replace temp view jike_rows_{table.name} as "
            f"select *, {first} + file_index::bigint as _file_no, "
            f"file_row_number::bigint as _row "
            f"from read_parquet([{paths}], hive_partitioning = false)"
        )


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


def _fill(con: "DuckDBPyConnection", table: Table, judge: Judge) -> None:
    columns = ", ".join(quoted(column.name) for column in table.columns)
    con.execute(
        f"create or replace table raw.{table.name} as select {columns} "
        f"from {judge.good_rows(table)} anti join jike_seconds_{table.name} "
        "using (_file_no, _row)"
    )


def _describe(
    con: "DuckDBPyConnection", home: Home, table: Table, judge: Judge
) -> None:
    """Say what came: entities, deliveries, quarantine."""
    happened = [quoted(c.name) for c in table.columns if c.happened]
    firsts = ", ".join(f"min({column})" for column in happened) or "null"
    lasts = ", ".join(f"max({column})" for column in happened) or "null"
    name = literal(table.name)
    con.execute(
        "update raw.entities set is_delivered = true, rows_accepted = found.n, "
        "first_on = found.first_on, last_on = found.last_on from "
        "(select count(*) as n, "
        f"cast(least({firsts}) as date) as first_on, "
        f"cast(greatest({lasts}) as date) as last_on from raw.{table.name}) as found "
        f"where entity = {name}"
    )
    con.execute(
        "insert into raw.deliveries select source, delivered_on, entity, file, sha256, "
        "rows_read, rows_landed - coalesce(n, 0), "
        "rows_read - rows_landed + coalesce(n, 0), loaded_number from jike_files "
        f"left join (select _file_no, count(*) as n from ({judge.rejected(table)}) "
        f"group by 1) using (_file_no) where entity = {name}"
    )
    con.execute(
        "insert into raw.quarantine select source, delivered_on, entity, _file, "
        f"_line, column_name, rule from ({judge.rejected(table)}) join jike_files "
        "using (_file_no) join (select _file_no, _row, _file, _line "
        f"from jike_rows_{table.name}) using (_file_no, _row)"
    )
    for file in judge.files[table.name]:
        _show_rejects(con, home, file.delivery, file.landed, table.name)


def _show_rejects(
    con: "DuckDBPyConnection",
    home: Home,
    delivery: Delivery,
    file: LandedFile,
    entity: str,
) -> None:
    """Show what load put into quarantine by itself, unless its time was over."""
    rejects = home.quarantine / (file.rejects or "")
    if rejects.is_file():
        con.execute(
            "insert into raw.quarantine select ?, ?, ?, file, line, "
            f"column_name, rule from read_parquet({quoted_path(rejects)})",
            [delivery.source, delivery.delivered_on, entity],
        )


def _describe_tables(con: "DuckDBPyConnection", home: Home, found: Standing) -> None:
    """Say what came of the files that mappings read: as entity <source>/<table>."""
    for delivery in found:
        for file in delivery.tables:
            entity = f"{delivery.source}/{file.name}"
            con.execute(
                "insert into raw.deliveries values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    *(delivery.source, delivery.delivered_on, entity),
                    *(file.file, file.sha256, file.read, file.rows),
                    *(file.read - file.rows, file.number),
                ],
            )
            _show_rejects(con, home, delivery, file, entity)
