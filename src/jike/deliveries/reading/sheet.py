"""Excel workbooks: rows of a sheet, cells in the contract's spelling."""

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any

from jike.deliveries.contract import Table
from jike.deliveries.reading.cells import (
    Cells,
    Reading,
    Record,
    RefusedError,
    column_names,
    joined_header,
    write_cells,
)
from jike.deliveries.reading.workbook import column_number, is_old, sheet_member

LARGEST_WHOLE = 1e15  # Excel keeps 15 digits
ERROR_CELL = re.compile(rb'<c (?=[^>]*\bt="e")[^>]*\br="([A-Z]+)([0-9]+)"')


def xlsx_cells(staged: Path, table: Table) -> Cells:
    """Read the first sheet of a workbook; its first non-empty row is the header.

    Raises:
        RefusedError: as `sheet_rows`, or it has no header.
    """
    rows = sheet_rows(staged)
    _, header = next(rows, (0, []))
    names = [str(name).strip() for name in header]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise RefusedError("is empty; a sheet without a header row is refused")
    types = {column.name: column.type for column in table.columns}
    wanted = [types.get(name, "text") for name in names]

    def records() -> Iterator[Record]:
        for line, row in rows:
            beyond = any(cell != "" for cell in row[len(names) :])
            kinds = wanted + ["text"] * (len(row) - len(wanted))
            cells = [spelled(c, kind) for c, kind in zip(row, kinds, strict=False)]
            if beyond:
                yield line, cells, "structure"
            else:
                padding = [""] * (len(names) - len(row))
                yield line, cells[: len(names)] + padding, None

    return write_cells(staged, names, records(), may_hold_nul=True)


def sheet_cells(staged: Path, reading: Reading) -> Cells:
    """Read a sheet of a workbook whose header is declared.

    Raises:
        RefusedError: as `sheet_rows`, or it has no header in that row.
    """
    found = (
        (line, [spelled(cell, "shown") for cell in row])
        for line, row in sheet_rows(staged, reading.sheet)
        if line >= reading.first_row
    )
    names, rows = _header(found, reading)
    width = len(names)

    def records() -> Iterator[Record]:
        for line, row in rows:
            if line < reading.first_record:
                continue
            if any(row[width:]):
                yield line, row, "structure"
            elif any(row):
                yield line, row[:width] + [""] * (width - len(row)), None

    return write_cells(staged, names, records(), may_hold_nul=True)


def _header(
    rows: Iterator[tuple[int, list[str]]], reading: Reading
) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """Give the names of the columns, and the rows after those of the header."""
    if reading.header is None:
        return column_names(reading.columns), rows
    first, last = reading.header
    header: list[list[str]] = []
    for line, row in rows:
        if line > last:
            rows = chain([(line, row)], rows)
            break
        if line > first and not header:
            break
        header.append(row)
    names = column_names(joined_header(header))
    if not names:
        raise RefusedError("has no header in line {line}", line=first)
    return names, rows


def sheet_rows(
    path: Path, sheet: str | int | None = None
) -> Iterator[tuple[int, list[Any]]]:
    """Give (row number, cells) of a sheet, without rows that are empty.

    The sheet is named, or given by its place from 1; without either it is the first.
    Cells are str, float, bool, date, datetime, time, timedelta; an empty one is "". An
    Excel error (#N/A) comes as the text "#N/A", never as an empty cell; of the old
    format (.xls) it comes empty.

    Raises:
        RefusedError: not a workbook, damaged, no such sheet.
    """
    import python_calamine as calamine

    try:
        with calamine.load_workbook(path) as workbook:
            place = _place(workbook.sheet_names, sheet)
            found = workbook.get_sheet_by_index(place)
            rows = found.to_python(skip_empty_area=False)
    except (calamine.CalamineError, OSError, ValueError):
        if sheet is not None:
            raise RefusedError(
                "is damaged: its sheet {sheet} cannot be read", sheet=sheet
            ) from None
        raise RefusedError("is damaged: its first sheet cannot be read") from None
    for line, column in _error_cells(path, place):
        if line < len(rows) and column < len(rows[line]):
            rows[line][column] = "#N/A"
    for number, row in enumerate(rows, start=1):
        if any(cell != "" for cell in row):
            yield number, row


def sheet_names(path: Path) -> list[str]:
    """Give the names of a workbook's sheets, in their order.

    Raises:
        RefusedError: not a workbook, or damaged.
    """
    import python_calamine as calamine

    try:
        with calamine.load_workbook(path) as workbook:
            return list(workbook.sheet_names)
    except (calamine.CalamineError, OSError, ValueError):
        raise RefusedError("is damaged: its first sheet cannot be read") from None


def _place(names: list[str], sheet: str | int | None) -> int:
    """Find a sheet's place, from 0."""
    if not names:
        raise RefusedError("has no sheet")
    if isinstance(sheet, str) and sheet in names:
        return names.index(sheet)
    if isinstance(sheet, str) or (sheet or 1) > len(names):
        raise RefusedError(
            "has no sheet {sheet}; there are {names}", sheet=sheet, names=names
        )
    return (sheet or 1) - 1


def spelled(cell: object, kind: str) -> str:
    """Write a native cell as the contract spells a value of this type.

    Numbers lose the noise of binary fractions, never a digit that was entered; a
    number in a date column stays a number, so that no serial is guessed to be a date. A
    number of the type "shown" has the 15 digits that Excel keeps. One with more than 15
    before the point is written as rounded, 4.60123456789012E+17, unless it is to be a
    number.
    """
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return _number(float(cell), kind)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return _duration(cell)
    return str(cell)


def _number(value: float, kind: str) -> str:
    if kind in ("text", "shown") and abs(value) >= LARGEST_WHOLE:
        return f"{value:.14E}"
    if value.is_integer() and abs(value) < LARGEST_WHOLE:
        return str(int(value))
    cents = round(value, 2)
    if kind == "money" and abs(value - cents) < 1e-7:
        return f"{cents:.2f}"
    if kind == "shown":
        return format(Decimal(f"{value:.15g}"), "f")
    return format(Decimal(repr(value)), "f")


def _duration(cell: timedelta) -> str:
    """Write a duration as hours, minutes and seconds: 27:03:04, 0:00:15.4.

    Excel keeps days as binary fractions; thousandths of a second are what it shows.
    """
    whole, thousandths = divmod(round(cell / timedelta(milliseconds=1)), 1000)
    minutes, seconds = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{thousandths:03}".rstrip("0") if thousandths else ""
    return f"{hours}:{minutes:02}:{seconds:02}{fraction}"


def _error_cells(path: Path, place: int) -> Iterator[tuple[int, int]]:
    """Give (row, column), from 0, of the cells of a sheet that hold an error.

    The reader gives them as empty, and an error must not pass for a missing value.
    """
    if is_old(path):
        return
    with zipfile.ZipFile(path) as archive:
        member = sheet_member(archive, place)
        if member is None:
            return
        left = b""
        with archive.open(member) as file:
            while chunk := file.read(1 << 20):
                text = left + chunk
                keep = text.rfind(b"<c ")
                cut = keep if keep > 0 else len(text)
                for found in ERROR_CELL.finditer(text, 0, cut):
                    yield int(found[2]) - 1, column_number(found[1]) - 1
                left = text[cut:]
        for found in ERROR_CELL.finditer(left):
            yield int(found[2]) - 1, column_number(found[1]) - 1
