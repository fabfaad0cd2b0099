"""Columns x_<name> of a deployment's own: how a build holds them, and what they mean.

Models are written before anybody knows these names, so that a row carries all of its
members in two columns: `free_cuts` and, of those that name persons, `protected_cuts`,
each the text of a JSON object by column, null where the row has none.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from jike.deliveries.contract import Table
from jike.deliveries.lists import list_rows
from jike.ground.quoting import literal, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CARRIED = ("free_cuts", "protected_cuts")
MOST_MEMBERS = 200
"""A cut with more members is too long to choose from."""

Named = dict[tuple[str, str], Mapping[str, str]]
"""The rows of the list `attributes` by entity and column."""


def named(lists: Mapping[str, Path]) -> Named:
    """Read the list `attributes` as it stands."""
    rows = list_rows("attributes", lists)
    return {(row["entity"], row["column"]): row for row in rows}


def empty_tables(con: "DuckDBPyConnection") -> None:
    """Make the tables that say which free cuts there are, and their members."""
    con.execute(
        "create or replace table raw.free_cuts (family varchar, free_cut varchar, "
        "entity varchar, name_zh varchar, name_en varchar, is_protected boolean, "
        "members bigint)"
    )
    con.execute(
        "create or replace table raw.free_cut_members (family varchar, "
        "free_cut varchar, member varchar)"
    )


def carried(table: Table, names: Named) -> str:
    """Select list of the columns that carry the free cuts of an entity, after a comma.

    Nothing where the entity takes none.
    """
    if not table.free_cuts:
        return ""
    secret = [cut for cut in table.cuts if _is_protected(table, cut, names)]
    open_ones = [cut for cut in table.cuts if cut not in secret]
    texts = zip(CARRIED, map(_as_text, (open_ones, secret)), strict=True)
    return "".join(f", {text} as {name}" for name, text in texts)


def _as_text(cuts: Iterable[str]) -> str:
    columns = [quoted(cut) for cut in cuts]
    if not columns:
        return "cast(null as varchar)"
    fields = ", ".join(f"{column} := {column}" for column in columns)
    return (
        f"case when coalesce({', '.join(columns)}) is not null "
        f"then cast(to_json(struct_pack({fields})) as varchar) end"
    )


def describe(
    con: "DuckDBPyConnection", table: Table, source: str, names: Named
) -> None:
    """Write down the free cuts of an entity: their names and members.

    `source` is the from clause of its accepted rows. A cut that no row has a value of
    is none. Members of protected cuts, and of those with more than MOST_MEMBERS, are
    counted and not listed.
    """
    for cut in table.cuts:
        row = names.get((table.name, cut), {})
        is_protected = _is_protected(table, cut, names)
        members = con.execute(
            f"select count(distinct {quoted(cut)}) from {source}"
        ).fetchall()[0][0]
        if not members:
            continue
        con.execute(
            "insert into raw.free_cuts values (?, ?, ?, ?, ?, ?, ?)",
            [
                *(table.free_cuts, cut, table.name),
                *(row.get(name) or cut for name in ("name_zh", "name_en")),
                *(is_protected, members),
            ],
        )
        if not is_protected and members <= MOST_MEMBERS:
            con.execute(
                "insert into raw.free_cut_members select distinct "
                f"{literal(str(table.free_cuts))}, {literal(cut)}, "
                f"coalesce({quoted(cut)}, 'unknown') from {source}"
            )


def _is_protected(table: Table, cut: str, names: Named) -> bool:
    return names.get((table.name, cut), {}).get("is_protected") == "true"
