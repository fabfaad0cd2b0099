"""Text with cells between delimiters: as the raw contract or a mapping has it."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from jike.deliveries.reading.cells import (
    MOST_COLUMNS,
    WHITESPACE,
    Cells,
    Reading,
    Record,
    RefusedError,
    column_names,
    is_clean,
    joined_header,
    shown,
    write_cells,
)
from jike.deliveries.reading.encoding import find_encoding, scan
from jike.ground.errors import Message
from jike.ground.quoting import literal, quoted_path

if TYPE_CHECKING:
    from _csv import Reader

    import duckdb

LARGEST_FIELD = 131_072  # characters, the limit of Python's csv module
NEVER = "\n"  # what no cell of a plain line is: DuckDB takes none for a null


def csv_cells(con: "duckdb.DuckDBPyConnection", staged: Path) -> Cells:
    """Read a CSV file with a header row; records that span lines count as one.

    Raises:
        RefusedError: no header, broken quoting, an encoding that cannot be told.
    """
    found = find_encoding(staged)
    with staged.open(encoding=found.name, errors="surrogateescape", newline="") as file:
        reader = csv.reader(file, strict=True)
        try:
            header = next((row for row in reader if row), None)
            if header is None:
                raise RefusedError("is empty; a file without a header row is refused")
            names = [shown(name).strip() for name in header]
            if found.plain_lines and reader.line_num == 1:
                cells = _plain_cells(con, staged, names, found.plain_lines)
                if cells is not None:
                    return replace(cells, is_open=found.is_open)
            records = _records(reader, len(names), found.is_mixed)
            cells = write_cells(staged, names, records, found.may_hold_nul)
            return replace(cells, is_open=found.is_open)
        except csv.Error as error:
            raise RefusedError(_csv_reason(reader.line_num, str(error))) from None


def _plain_cells(
    con: "duckdb.DuckDBPyConnection", staged: Path, names: list[str], lines: int
) -> Cells | None:
    """Let DuckDB read a file in which each line is one record and fits the header.

    Gives None for any other file, which Python's csv then reads. It costs a twentieth
    of that. The cells are the same: without quotes and with one kind of line end there
    is one way to read a line, and DuckDB refuses those that do not fit.
    """
    import duckdb

    if not 2 <= len(names) <= MOST_COLUMNS:
        return None
    identifiers = [f"c{i}" for i in range(len(names))]
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in identifiers)
    read = (
        f"read_csv({quoted_path(staged)}, columns = {{{columns}}}, header = false, "
        f"skip = 1, auto_detect = false, delim = ',', quote = '', escape = '', "
        f"comment = '', nullstr = {literal(NEVER)}, strict_mode = true, "
        f"null_padding = false, ignore_errors = false, "
        f"max_line_size = {LARGEST_FIELD})"
    )
    try:
        found = con.execute(f"select count({identifiers[-1]}) from {read}").fetchall()
    except duckdb.Error:
        return None
    if found != [(lines - 1,)]:
        return None
    return Cells(
        relation=f"(select *, row_number() over () + 1 as _line, "
        f"cast(null as varchar) as _fault, cast(null as varchar[]) as _cells "
        f"from {read})",
        columns=tuple(
            (n, i, "VARCHAR") for n, i in zip(names, identifiers, strict=True)
        ),
        line="_line",
        rows=lines - 1,
        is_text=True,
        may_hold_nul=False,
    )


def _csv_reason(line: int, error: str) -> Message:
    if "field limit" in error:
        return Message(
            "line {line}: a field has more than {limit:,} characters",
            line=line,
            limit=LARGEST_FIELD,
        )
    if "unexpected end" in error:
        return Message("ends inside a quoted field")
    return Message("line {line}: broken quoting", line=line)


def declared_cells(staged: Path, reading: Reading) -> Cells:
    """Read a text whose encoding, delimiter and header are declared.

    Raises:
        RefusedError: no header in its row, broken quoting.
        UnicodeError: it is not in its encoding.
    """
    is_open = scan(staged).is_open
    encoding = "utf-8-sig" if reading.encoding == "utf-8" else reading.encoding
    above = reading.first_row - 1
    with staged.open(encoding=encoding, errors="surrogateescape", newline="") as file:
        for _ in range(above):
            file.readline()
        reader = reader_of(file, reading.delimiter)
        try:
            names = column_names(_header(reader, reading))
            if not names:
                raise RefusedError(
                    "has no header in line {line}", line=reading.first_row
                )
            for _ in range(reading.skip):
                next(reader, None)
            records = _records(reader, len(names), True, above, True)
            cells = write_cells(staged, names, records, may_hold_nul=True)
            return replace(cells, is_open=is_open)
        except csv.Error as error:
            line = reader.line_num + above
            raise RefusedError(_csv_reason(line, str(error))) from None


def reader_of(lines: Iterable[str], delimiter: str) -> "Reader":
    """Give the rows of a text whose delimiter is one character, or "whitespace"."""
    if delimiter != WHITESPACE:
        return csv.reader(lines, strict=True, delimiter=delimiter)
    joined = (line.replace("\t", " ").strip(" \r\n") + "\n" for line in lines)
    return csv.reader(joined, strict=True, delimiter=" ", skipinitialspace=True)


def _header(reader: "Reader", reading: Reading) -> list[str]:
    """Read the names of the columns, or take those declared."""
    if reading.header is None:
        return list(reading.columns)
    first, last = reading.header
    rows = [[shown(name) for name in next(reader, [])] for _ in range(first, last + 1)]
    return joined_header(rows)


def _records(
    reader: "Reader",
    width: int,
    is_mixed: bool,
    above: int = 0,
    may_trail: bool = False,
) -> Iterator[Record]:
    """Give the records after the header, each with its first line; skip blank lines.

    `above` lines lie above what the reader reads; empty cells beyond the header are
    left out where they `may_trail`.
    """
    start = reader.line_num + 1
    for row in reader:
        line, start = start + above, reader.line_num + 1
        if may_trail and len(row) > width and not any(row[width:]):
            row = row[:width]
        if len(row) == width:
            if is_mixed and not is_clean(row):
                yield line, [shown(cell) for cell in row], "encoding"
            else:
                yield line, row, None
        elif row:
            yield line, [shown(cell) for cell in row], "structure"
