"""raw.presence: which entities and columns a source delivered, from when to when.

One row per source, entity and column (null: the entity itself). A column is present
when one of its accepted rows holds a value; an entity covers the time from its first
dated row to the later of its last one and the newest delivery that has it. Without a
dated row of its own, or of its parent, it covers all that came before that delivery.
"""

from typing import TYPE_CHECKING

from jike.deliveries.contract import Table, contract
from jike.deliveries.judge import good_rows
from jike.ground.quoting import literal, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def empty_presence(con: "DuckDBPyConnection") -> None:
    """Make raw.presence as it is when nothing was delivered: every row absent."""
    con.execute(
        "create or replace table raw.presence (source varchar, entity varchar, "
        "column_name varchar, is_present boolean, first_on date, last_on date)"
    )
    names = [
        (table.name, column)
        for table in contract().entities.values()
        for column in (None, *(c.name for c in table.columns))
    ]
    rows = ", ".join(
        f"({literal(entity)}, {literal(column) if column else 'null'})"
        for entity, column in names
    )
    con.execute(
        "insert into raw.presence (entity, column_name, is_present) "
        f"select *, false from (values {rows})"
    )


def describe_presence(con: "DuckDBPyConnection", table: Table) -> None:
    """Say of an entity that was judged what its sources delivered of it."""
    columns = [c.name for c in table.columns]
    counts = ", ".join(f"count(l.{quoted(name)}) as {quoted(name)}" for name in columns)
    dates = [f"l.{quoted(name)}" for name in table.dated]
    first = f"min(least({', '.join(dates)}))" if dates else "null"
    last = f"max(greatest({', '.join(dates)}))" if dates else "null"
    name = literal(table.name)
    con.execute(
        "create or replace temp table jike_counted as "
        "select jike_files.source as _source, "
        f"cast({first} as date) as _first_on, cast({last} as date) as _last_on, "
        f"{counts} from {good_rows(con, table)} join jike_files using (_file_no) "
        "group by 1"
    )
    con.execute(f"delete from raw.presence where entity = {name}")
    # A file without rows was delivered too.
    con.execute(
        "insert into raw.presence with delivered as ("
        "select source as _source, max(delivered_on) as delivered_on from jike_files "
        f"where entity = {name} group by 1), "
        "listed as (select null as column_name, true as is_entity "
        f"union all select unnest({columns!r}), null), "
        "valued as (unpivot jike_counted on columns(* exclude "
        "(_source, _first_on, _last_on)) into name column_name value held) "
        f"select _source, {name}, column_name, "
        "coalesce(is_entity, held > 0, false), "
        "coalesce(jike_counted._first_on, parents.first_on), "
        "greatest(delivered_on, jike_counted._last_on, parents.last_on) "
        "from delivered cross join listed left join jike_counted using (_source) "
        "left join valued using (_source, column_name) "
        f"left join ({_dates_of_parent(table)}) as parents on _source = parents.source"
    )


def _dates_of_parent(table: Table) -> str:
    """The span of what rows without a date of their own belong to, by source."""
    parent = literal(table.parents[0]) if table.parents and not table.dated else "null"
    return (
        "select source, first_on, last_on from raw.presence "
        f"where column_name is null and entity = {parent}"
    )
