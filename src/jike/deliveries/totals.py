"""Totals rows: a sheet that ends in 合计 says the same amounts a second time.

A row is one when its name says so and its amounts are the sum of other rows. A name
alone proves nothing (there is a company called Total): such a row stays, and is told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from jike.deliveries.contract import Column, Table
from jike.deliveries.reading.cells import Cells
from jike.deliveries.reading.parquet import unreadable
from jike.ground.errors import Message
from jike.ground.quoting import literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# What a cell may say without spaces, brackets and colons, in small letters. The second
# takes names too (city A subtotal, Total of city A), which only the sum can prove.
WORDS = "[合总總小共累][计計]|[总總][和数數额額]"
EXACT = f"({WORDS}|(grand|sub)?totals?(amount)?|sum)(元)?"
NAMED = f"{EXACT}|.*({WORDS}|[汇匯彙][总總]|total)|({WORDS}|(grand|sub)?total|sumof).*"
LETTERS = "(?i)[计計总總]|total|sum"  # without one of these a cell says none of that
NOISE = r"[\s\x{3000}:：()（）_-]"
NUMBER = "decimal(24, 6)"
LEAST = Decimal("0.005")  # half a cent: sums of binary fractions differ by less
MOST_LEVELS = 50  # subtotals looked back at, for a total over several of them


@dataclass(frozen=True)
class _Mark:
    """A row that may be a totals row, and the rows and amounts up to it.

    `rows` and `sums` are of the rows above that are no such marks; a sum or an amount
    is null where there is no number.
    """

    line: int
    rows: int
    amounts: Sequence[Decimal | None]
    sums: Sequence[Decimal | None]


def without_totals(
    con: "DuckDBPyConnection", cells: Cells, table: Table | None
) -> tuple[Cells, list[Message]]:
    """Mark the totals rows of a file, and tell of rows that only read like one.

    `table` is the contract of the file's columns; without one (a file that a mapping
    reads) every text can be a name and every number an amount.

    Raises:
        RefusedError: the Parquet content turns out to be damaged.
    """
    import duckdb

    try:
        found, said = _found(con, cells, table)
    except duckdb.Error as error:
        raise unreadable(error) from None
    doubtful = sorted(said - set(found))
    told = [
        Message(
            "line {line}: a name reads as a total, but its amounts are not the sum of "
            "other rows; take the row out if it is one (rows: {rows:,})",
            line=line,
            rows=len(doubtful),
        )
        for line in doubtful[:1]
    ]
    return replace(cells, totals=tuple(found)), told


def _found(
    con: "DuckDBPyConnection", cells: Cells, table: Table | None
) -> tuple[list[int], set[int]]:
    """Find the lines of totals rows, and those whose name alone says so."""
    named, said, keyless = _candidates(con, cells, table)
    lines = [*named, *keyless]
    given = (_with_numbers(con, cells, a, lines) for a in _amounts(cells, table))
    amounts = next(filter(None, given), [])
    if not amounts:
        return [], said
    marks, whole = _marks(con, cells, amounts, lines)
    ends = [_Mark(0, 0, (), [None] * len(amounts)), whole]
    found = [
        mark.line
        for place, mark in enumerate(marks)
        if any(_sums_up(mark, m) for m in (*ends, *_near(marks, place)))
    ]
    return found, said


# --- which rows may be totals ---------------------------------------------------------


def _candidates(
    con: "DuckDBPyConnection", cells: Cells, table: Table | None
) -> tuple[list[int], set[int], list[int]]:
    """Find the lines whose names read as totals, and the last line if it has no key.

    Of the first it gives those too that say nothing but "total". Names by which more
    than half of the rows go are none.
    """
    texts = [c for name, c, kind in cells.columns if _is_name(name, kind, table)]
    found = con.execute(
        "select list(line) filter (where is_named), "
        "list(line) filter (where is_exact), "
        "max(line), max(line) filter (where is_keyless), count(*) "
        f"from (select {cells.line} as line, {_reads_as(texts, NAMED)} as is_named, "
        f"{_reads_as(texts, EXACT)} as is_exact, "
        f"{_keyless(cells, table)} as is_keyless "
        f"from {cells.relation} {_sound(cells)})"
    ).fetchall()
    named, exact, last, keyless, rows = found[0]
    if not named or 2 * len(named) > rows:
        named, exact = [], []
    is_keyless = last is not None and last == keyless and last not in named
    return named, set(exact or ()), [last] if is_keyless else []


def _sound(cells: Cells) -> str:
    return "where _fault is null" if cells.is_text else ""


def _reads_as(texts: Iterable[str], words: str) -> str:
    """The condition that one of the cells says words of a total."""
    plain = f"lower(regexp_replace({{0}}, {literal(NOISE)}, '', 'g'))"
    either = (
        f"(regexp_matches({{0}}, {literal(LETTERS)}) "
        f"and regexp_full_match({plain}, {literal(words)}))"
    )
    cells = " or ".join(either.replace("{0}", text) for text in texts)
    return f"coalesce({cells or 'false'}, false)"


def _is_name(name: str, kind: str, table: Table | None) -> bool:
    """A column of keys or names: what a row is about."""
    if kind != "VARCHAR":
        return False
    if table is None:
        return True
    column = {column.name: column for column in table.columns}.get(name)
    return column is not None and (
        name in table.key
        or column.reference is not None
        or name.endswith(("_id", "_name"))
    )


def _keyless(cells: Cells, table: Table | None) -> str:
    """The condition that a row says nothing of what it is about, only amounts."""
    given = {
        name: f"nullif(trim(cast({c} as varchar)), '')" for name, c, _ in cells.columns
    }
    if table is not None:
        keys = [key for key in table.key if key in table.required and key in given]
        return " and ".join(f"{given[key]} is null" for key in keys) or "false"
    numbers = [
        f"({cell} is null or {_number(cell)} is not null)" for cell in given.values()
    ]
    first = next(iter(given.values()))
    return " and ".join([f"{first} is null", *numbers])


# --- what they and the rows above come to ---------------------------------------------


def _amounts(cells: Cells, table: Table | None) -> tuple[list[str], ...]:
    """The cells that may be amounts: money where a row gives any, else numbers."""
    if table is None:
        return ([cell for _, cell, _ in cells.columns],)
    columns = {column.name: column for column in table.columns}
    given = [(columns[n], cell) for n, cell, _ in cells.columns if n in columns]
    return (
        [cell for column, cell in given if column.type == "money"],
        [cell for column, cell in given if _adds_up(column)],
    )


def _adds_up(column: Column) -> bool:
    has_range = column.maximum is not None or column.within is not None
    return column.type in ("int", "decimal") and not has_range


def _number(cell: str) -> str:
    """The SQL of a number as people write it: 1,234.50, 1.234,50, ¥3."""
    text = f"trim(cast({cell} as varchar), ' ¥￥$€元' || chr(160))"
    return (
        f"case when regexp_full_match({text}, '-?[0-9]{{1,3}}([.]?[0-9]{{3}})*,"
        f"[0-9]{{1,2}}') then try_cast(replace(replace({text}, '.', ''), ',', '.') "
        f"as {NUMBER}) else try_cast(replace({text}, ',', '') as {NUMBER}) end"
    )


def _marks(
    con: "DuckDBPyConnection",
    cells: Cells,
    amounts: Sequence[str],
    lines: Sequence[int],
) -> tuple[list[_Mark], _Mark]:
    """Give the candidates with what lies above them, in file order, and the whole."""
    places = range(len(amounts))
    numbers = "".join(f", {_number(cell)} as a{i}" for i, cell in enumerate(amounts))
    above = "filter (where not is_mark) over up"
    summed = "".join(f", sum(a{i}) {above} as s{i}" for i in places)
    listed = ", ".join(map(str, lines))
    found = con.execute(
        f"select is_mark, line, above, [{', '.join(f'a{i}' for i in places)}], "
        f"[{', '.join(f's{i}' for i in places)}] from ("
        f"select *, count(*) {above} as above{summed} from "
        f"(select {cells.line} as line, {cells.line} in ({listed}) as is_mark{numbers} "
        f"from {cells.relation} {_sound(cells)}) window up as (order by line)) "
        "qualify is_mark or row_number() over (order by line desc) = 1 order by line"
    ).fetchall()
    marks = [_Mark(*row) for is_mark, *row in found if is_mark]
    return marks, _Mark(*found[-1][1:])


def _with_numbers(
    con: "DuckDBPyConnection",
    cells: Cells,
    amounts: Sequence[str],
    lines: Sequence[int],
) -> list[str]:
    """Leave out the cells that hold no number in any of the lines."""
    if not amounts or not lines:
        return []
    held = ", ".join(f"count({_number(cell)})" for cell in amounts)
    found = con.execute(
        f"select {held} from {cells.relation} "
        f"where {cells.line} in ({', '.join(map(str, lines))})"
    ).fetchall()[0]
    return [cell for cell, numbers in zip(amounts, found, strict=True) if numbers]


# --- is it the sum of them? -----------------------------------------------------------


def _near(marks: Sequence[_Mark], place: int) -> list[_Mark]:
    """The marks between which rows are summed up: some before, and the next one."""
    return [*marks[max(0, place - MOST_LEVELS) : place], *marks[place + 1 : place + 2]]


def _sums_up(mark: _Mark, other: _Mark) -> bool:
    """Say whether the amounts are those of the rows between two places.

    Over one row all have to be; over several half of them, since a period, a price or
    a share is no sum, and one that is not 0.
    """
    rows = abs(mark.rows - other.rows)
    sign = 1 if mark.rows > other.rows else -1
    is_right = {
        place: abs(amount - sign * ((own or 0) - (others or 0))) < LEAST
        for place, (amount, own, others) in enumerate(
            zip(mark.amounts, mark.sums, other.sums, strict=True)
        )
        if amount is not None
    }
    right = [place for place in is_right if is_right[place]]
    needed = len(is_right) if rows == 1 else len(is_right) / 2
    return rows > 0 and len(right) >= needed and any(mark.amounts[p] for p in right)
