"""Runs a mapping: delivered files as tables, its selects over them, rows to be landed.

The selects are somebody's code. They run in a database of their own in which nothing
but the tables can be read: no file, no network, no setting.
"""

import json
import re
from collections.abc import Iterator
from collections.abc import Mapping as Named
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jike.deliveries.contract import FREE_CUT, contract
from jike.deliveries.files import Terms
from jike.deliveries.landing import INTEGERS, sound_records
from jike.deliveries.reading.cells import Cells, RefusedError
from jike.ground.errors import WrongInputError
from jike.ground.quoting import literal, quoted
from jike.ground.syntax import nodes as nodes_of
from jike.mappings.declared import MACROS, Mapping
from jike.mappings.select import Select
from jike.mappings.stopped import sql_reason, stopped_reason

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ORIGIN = ("_file", "_line")


def read_select(mapping: Mapping, name: str) -> Select:
    """Read the SQL file of one entity or list.

    Raises:
        WrongInputError: it is not one select, or no SQL; names the file and the line.
    """
    import duckdb

    label = mapping.label(name)
    text = mapping.selects[name].read_text(encoding="utf-8-sig")
    with duckdb.connect() as con:
        try:
            statements = con.extract_statements(text)
        except duckdb.Error as error:
            raise _refused(label, error) from None
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise _not_one_select(label)
        sql = _without_end(statements[0].query)
        found = con.execute("select json_serialize_sql(?)", [sql]).fetchall()
    above = text[: text.find(sql)].count("\n") if sql in text else 0
    nodes = list(nodes_of(json.loads(found[0][0])))
    if any(str(node.get("type", "")).endswith("_QUERY_NODE") for node in nodes):
        raise _not_one_select(label)
    return Select(
        name=name,
        label=label,
        sql="\n" * above + _with_places(sql),
        tables=frozenset(_named(nodes, "table_name") & mapping.tables.keys()),
        columns=_columns(nodes),
        patterns=_patterns(nodes, name),
        takes_date="delivered_on" in _named(nodes, "function_name"),
    )


def _without_end(sql: str) -> str:
    """Leave out the semicolon and what follows it: a comment at most."""
    import duckdb

    raw = sql.encode()
    for place, kind in duckdb.tokenize(sql):  # places are of bytes
        if kind == duckdb.token_type.operator and raw[place : place + 1] == b";":
            return raw[:place].decode()
    return sql.rstrip()


def _with_places(sql: str) -> str:
    """Complete filled_down(x) to filled_down(x, _file, _line).

    A macro of DuckDB knows no column but those it is given, and without an order of
    the rows nothing is above another. t.x is filled by t._file and t._line.
    """
    import duckdb

    if "filled_down" not in sql.lower():
        return sql
    raw = sql.encode()
    starts = [place for place, kind in duckdb.tokenize(sql)]
    tokens = [raw[a:b].decode() for a, b in pairwise([*starts, len(raw)])]
    words = [token.split("--")[0].strip().lower() for token in tokens]
    calls: list[tuple[int, bool]] = []  # open brackets: where, and whether one value
    for place, word in enumerate(words):
        if word == "(":
            calls.append((place, words[place - 1 : place] == ["filled_down"]))
        elif word == "," and calls:
            calls[-1] = (calls[-1][0], False)
        elif word == ")" and calls:
            first, is_short = calls.pop()
            if is_short:
                table = tokens[first + 1] + "." if words[first + 2] == "." else ""
                tokens[place] = f", {table}_file, {table}_line{tokens[place]}"
    return raw[: starts[0]].decode() + "".join(tokens)


def _not_one_select(label: str) -> WrongInputError:
    return WrongInputError(
        "{select} is not one select; write a single select (or with … select) in it",
        select=label,
    )


def _named(nodes: list[dict[str, Any]], key: str) -> set[str]:
    return {str(node[key]).lower() for node in nodes if node.get(key)}


def _columns(nodes: list[dict[str, Any]]) -> frozenset[str]:
    found = {
        str(name).lower()
        for node in nodes
        if node.get("class") == "COLUMN_REF"
        for name in node["column_names"]
    }
    joined = {str(n).lower() for node in nodes for n in node.get("using_columns") or ()}
    return frozenset(found | joined)


def _patterns(nodes: list[dict[str, Any]], name: str) -> tuple[str, ...]:
    """The regular expressions of columns('…'); any other choice takes all columns.

    A plain star takes what bears the name of a column that the select is to yield.
    """
    table = {**contract().entities, **contract().lists}[name]
    found = []
    for node in nodes:
        if node.get("class") == "STAR" and not node.get("columns"):
            names = [column.name for column in table.columns]
            names += [FREE_CUT.pattern] if table.free_cuts else []
            found.append(f"^({'|'.join(names)})$")
        elif node.get("class") == "STAR":
            text = ((node.get("expr") or {}).get("literal") or {}).get("text")
            if text is None:
                left_out = [str(name) for name in node.get("exclude_list") or ()]
                text = f"^(?!({'|'.join(map(re.escape, left_out))})$)"
            found.append(str(text))
    return tuple(found)


# --- delivered files as tables --------------------------------------------------------


def fill_tables(
    con: "DuckDBPyConnection",
    path: Path,
    mapping: Mapping,
    found: Named[str, list[tuple[str, Cells]]],
    terms: Terms,
) -> None:
    """Make the database that the selects read: tables, and the macros.

    `found` are the delivered files of each table, (label, cells), in the order of
    their names. Files of one table are put together by the names of their columns. A
    table declared with `columns` is there without files too, and then empty.
    """
    con.execute(f"attach {literal(path)} as delivered")
    try:
        for entry in mapping.declared:
            files = found.get(entry.table, [])
            parts = [
                f"({sound_records(cells, label, entry.keeps_empty)})"
                for label, cells in files
            ]
            if entry.columns and not files:
                named = "".join(f"'' as {quoted(c)}, " for c in entry.columns)
                parts = [f"select {named}'' as _file, 0 as _line where false"]
            if parts:
                con.execute(
                    f"create table delivered.{quoted(entry.table)} as "
                    + " union all by name ".join(parts)
                )
        con.execute("use delivered")
        con.execute(MACROS.read_text(encoding="utf-8"))
        day = terms.delivered_on
        told = f"date '{day}'" if day else "cast(null as date)"
        con.execute(f"create macro delivered_on() as {told}")
        for name, year in (
            ("_first_year", terms.years.first),
            ("_last_year", terms.years.last),
        ):
            con.execute(f"create or replace macro {name}() as {year}")
    finally:
        con.execute("use memory")
        con.execute("detach delivered")


# --- the selects ----------------------------------------------------------------------


@contextmanager
def locked(
    tables: Path, into: Path, settings: Named[str, Any]
) -> Iterator["DuckDBPyConnection"]:
    """Open the tables for selects, which read nothing else and write nothing else."""
    import duckdb

    with duckdb.connect(config=dict(settings)) as con:
        con.execute(f"attach {literal(into)} as mapped")
        con.execute(f"attach {literal(tables)} as delivered (read_only)")
        con.execute("use delivered")
        con.execute("set timezone = 'Asia/Shanghai'")
        con.execute("set python_enable_replacements = false")
        con.execute("set enable_external_access = false")
        con.execute("set lock_configuration = true")
        yield con


def run_select(con: "DuckDBPyConnection", select: Select) -> Cells:
    """Run a select in a locked database; give its rows as cells of table mapped.<name>.

    Rows are put in the order of the delivered file and line they pass through as _file
    and _line, and by their values, so that they are the same whenever it is run.

    Raises:
        RefusedError: DuckDB refuses it; gives the reason and the line of the select;
            of a value that it stopped at the delivered line, column and kind.
    """
    import duckdb

    into = f"mapped.main.{quoted(select.name)}"
    kinds: dict[str, str] = {}
    try:
        described = con.execute(f"describe select * from (\n{select.sql}\n)").fetchall()
        kinds = {name: kind for name, kind, *_ in described}
        has_origin = kinds.get("_file") == "VARCHAR" and kinds.get("_line") in INTEGERS
        first = "_file, _line, " if has_origin else ""
        rest = ", ".join(quoted(name) for name in kinds if name not in ORIGIN)
        made = con.execute(
            f"create table {into} as select * from (\n{select.sql}\n) "
            f"order by {first}{rest}"
        ).fetchall()
    except duckdb.Error as error:
        reason = stopped_reason(con, select, kinds, error)
        raise RefusedError(reason) from None
    line = "rowid + 1"
    if has_origin:
        line = f"case when _file is null then {line} else coalesce(_line, {line}) end"
    return Cells(
        relation=into,
        columns=tuple(
            (name, quoted(name), kind)
            for name, kind in kinds.items()
            if name not in ORIGIN
        ),
        line=line,
        rows=made[0][0],
        is_text=False,
        may_hold_nul=True,
        file="_file" if has_origin else "",
    )


def as_list(cells: Cells) -> Cells:
    """Number the rows of a mapped list by their place: a list has one file."""
    return replace(cells, line="rowid + 1", file="")


def _refused(label: str, error: Exception) -> WrongInputError:
    return WrongInputError(
        "{select} {reason}", select=label, reason=sql_reason(error, above=0)
    )
