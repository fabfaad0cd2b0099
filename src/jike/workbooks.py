"""Excel workbooks: rows of the first sheet, cells in the contract's spelling."""

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from jike.reading import GIB, RefusedError

LARGEST_CONTENT = 2 * GIB  # bytes once unpacked: a bomb is larger
ERROR_CELL = re.compile(rb'<c (?=[^>]*\bt="e")[^>]*\br="([A-Z]+)([0-9]+)"')


def sheet_rows(path: Path) -> Iterator[tuple[int, list[Any]]]:
    """Give (row number, cells) of the first sheet, without rows that are empty.

    Cells are str, float, bool, date, datetime, time; an empty one is "". An Excel
    error (#N/A) comes as the text "#N/A", never as an empty cell.

    Raises:
        RefusedError: not a workbook, damaged, or too large once unpacked.
    """
    import python_calamine as calamine

    _check_size(path)
    try:
        with calamine.load_workbook(path) as workbook:
            if not workbook.sheet_names:
                raise RefusedError("has no sheet")
            sheet = workbook.get_sheet_by_index(0)
            rows = sheet.to_python(skip_empty_area=False)
    except (calamine.CalamineError, OSError, ValueError):
        raise RefusedError("is damaged: its first sheet cannot be read") from None
    for line, column in _error_cells(path):
        if line < len(rows) and column < len(rows[line]):
            rows[line][column] = "#N/A"
    for number, row in enumerate(rows, start=1):
        if any(cell != "" for cell in row):
            yield number, row


def spelled(cell: object, kind: str) -> str:
    """Write a native cell as the contract spells a value of this type.

    Numbers lose the noise of binary fractions, never a digit that was entered; a
    number in a date column stays a number, so that no serial is guessed to be a date.
    """
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return _number(float(cell), kind)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def _number(value: float, kind: str) -> str:
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    cents = round(value, 2)
    if kind == "money" and abs(value - cents) < 1e-7:
        return f"{cents:.2f}"
    return format(Decimal(repr(value)), "f")


def _check_size(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):
        raise RefusedError("is not a whole xlsx workbook") from None
    if unpacked > LARGEST_CONTENT:
        raise RefusedError(
            "unpacks to more than {limit:,} bytes", limit=LARGEST_CONTENT
        )


def _error_cells(path: Path) -> Iterator[tuple[int, int]]:
    """Give (row, column), from 0, of the cells of the first sheet that hold an error.

    The reader gives them as empty, and an error must not pass for a missing value.
    """
    with zipfile.ZipFile(path) as archive:
        member = _first_sheet(archive)
        if member is None:
            return
        left = b""
        with archive.open(member) as file:
            while chunk := file.read(1 << 20):
                text = left + chunk
                keep = text.rfind(b"<c ")
                cut = keep if keep > 0 else len(text)
                for found in ERROR_CELL.finditer(text, 0, cut):
                    yield int(found[2]) - 1, _column_number(found[1])
                left = text[cut:]
        for found in ERROR_CELL.finditer(left):
            yield int(found[2]) - 1, _column_number(found[1])


def _first_sheet(archive: zipfile.ZipFile) -> str | None:
    """Find the file of the first sheet: workbook, then its relations."""
    names = archive.namelist()
    if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
        return None
    sheet = re.search(
        rb"<sheet [^>]*r:id=\"([^\"]+)\"", archive.read("xl/workbook.xml")
    )
    if sheet is None:
        return None
    relations = archive.read("xl/_rels/workbook.xml.rels")
    for found in re.finditer(rb"<Relationship [^>]*>", relations):
        if b'Id="' + sheet[1] + b'"' in found[0]:
            target = re.search(rb'Target="([^"]+)"', found[0])
            name = target[1].decode().lstrip("/") if target else ""
            name = name if name.startswith("xl/") else f"xl/{name}"
            return name if name in names else None
    return None


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
