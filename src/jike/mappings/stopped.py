"""Why a select stopped: what DuckDB found wrong, and at which delivered line.

A select that stops at a value names none, so the value is looked for: the select is run
over the first rows of a table, fewer or more of them, until one row is left to blame.
"""

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from jike.ground.errors import SPEAKS_OF_NAMES, Message
from jike.ground.quoting import quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from jike.mappings.select import Select

KINDS = {
    r"(to|destination type) U?(INT\d+|HUGEINT|BIGNUM)\b": Message("a whole number"),
    r"(to|destination type) (DOUBLE|FLOAT|DECIMAL\(\d+,\d+\))": Message("a number"),
    r"to BOOL": Message("yes or no"),
    r"invalid date field format|^date field value": Message("a date"),
    r"invalid timestamp field format|^timestamp field value": Message("a moment"),
}
"""What DuckDB wanted to make of a value, by how a conversion error says it."""
VALUE = re.compile(r"""(['"]).*\1""", re.DOTALL)


def sql_reason(error: Exception, above: int) -> Message:
    """Say what DuckDB found wrong with a select, without values of rows.

    `above` lines stand above the select in the statement that was run.
    """
    text = str(error)
    kind = text.split(":")[0]
    at = re.search(r"^LINE (\d+):", text, re.MULTILINE)
    told = " ".join(text[: at.start() if at else None].split())
    if kind in SPEAKS_OF_NAMES:
        reason = Message("is refused by DuckDB: {told}", told=told)
    elif kind == "Permission Error":
        reason = Message("is refused: a mapping reads nothing but its tables")
    else:
        reason = Message(
            "stopped at {value}; try_cast and the macros leave such a value to the "
            "contract",
            value=_value(told),
        )
    if at is None:
        return reason
    return Message("{why} (line {line})", why=reason, line=int(at[1]) - above)


def stopped_reason(
    con: "DuckDBPyConnection",
    select: "Select",
    columns: Iterable[str],
    error: Exception,
) -> Message:
    """Say why a select over the tables of a locked database stopped.

    At a value: the delivered file and line, and the one of the yielded `columns` (or of
    the delivered ones) that it was to be.
    """
    reason = sql_reason(error, above=1)
    text = str(error)
    if text.split(":")[0] in (*SPEAKS_OF_NAMES, "Permission Error"):
        return reason
    for table in sorted(select.tables):
        place = _first_row(con, table, partial(_stops, con, select, table))
        if place is None:
            continue
        row, file, line = place
        source = re.search(r"from source column (\w+)$", text.split("\n\nLINE")[0])
        alone = [c for c in columns if _stops(con, select, table, row, quoted(c))]
        names = alone[:1] if not _stops(con, select, table, row, "1") else []
        if not names and source and source[1] in _delivered(con, table):
            names = [source[1]]
        at = Message("{file} line {line}", file=file, line=line)
        if names:
            at = Message("{at}, column {column}", at=at, column=names[0])
        return Message("{at}: {why}", at=at, why=reason)
    return reason


def _value(told: str) -> Message:
    """Say what kind of value it was to be."""
    kind, _, text = told.partition(": ")
    without = VALUE.sub("", text)
    for pattern, name in KINDS.items():
        if kind == "Conversion Error" and re.search(pattern, without):
            return Message("a value that is not {kind}", kind=name)
    return Message("a value it cannot work with ({kind})", kind=kind)


def _first_row(
    con: "DuckDBPyConnection", table: str, stops: Callable[[int], bool]
) -> tuple[int, str, int] | None:
    """Find the first row of a table at which a select stops.

    Gives how many rows it reads then, and the file and line of the last of them; None
    where it stops without any row, or with none.
    """
    counted = con.execute(f"select count(*) from {_stored(table)}").fetchall()
    least, most = 0, min(1, counted[0][0])
    if not most or stops(0):
        return None
    while not stops(most):
        if most == counted[0][0]:
            return None
        least, most = most, min(2 * most, counted[0][0])
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (least, middle) if stops(middle) else (middle, most)
    ((file, line),) = con.execute(
        f"select _file, _line from {_stored(table)} where rowid = ?", [most - 1]
    ).fetchall()
    return most, file, line


def _stops(
    con: "DuckDBPyConnection", select: "Select", table: str, rows: int, what: str = ""
) -> bool:
    """Say whether a select stops when its table has only its first rows."""
    import duckdb

    try:
        con.execute(
            f"with {quoted(table)} as "
            f"(select * from {_stored(table)} where rowid < {rows}) "
            f"select bit_xor(hash({what or 'yielded'})) "
            f"from (\n{select.sql}\n) as yielded"
        ).fetchall()
    except duckdb.Error:
        return True
    return False


def _stored(table: str) -> str:
    return f"delivered.main.{quoted(table)}"


def _delivered(con: "DuckDBPyConnection", table: str) -> list[str]:
    found = con.execute(f"describe {_stored(table)}").fetchall()
    return [name for name, *_ in found]
