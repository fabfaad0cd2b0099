"""What a workbook says of itself, looked at before any of it is read.

A sheet is read as a whole, at some 140 bytes of memory a cell. Its size stands in the
directory of the archive, and its header in the first kilobytes: what is to be refused
for one of them is refused here, within a second.
"""

import re
import zipfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.etree import ElementTree
from xml.sax.saxutils import unescape

from jike.deliveries.reading.cells import (
    KINDS,
    RefusedError,
    column_names,
    joined_header,
)

COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")
SMALLEST_CELL = 16  # bytes of a cell with a value: <c><v>1</v></c>
MOST_LOOKED_AT = 32 << 20  # bytes, unpacked; a header further away is not looked for
MEGABYTE = 1 << 20
MOST_COLUMNS = 1 << 14  # of any sheet
NO_TEXT = "\0"  # stands for a name that is no text
NO_WORD = re.compile("[0-9#]|true|false", re.IGNORECASE)  # what cells without text say
UNUSUAL = (
    *(ElementTree.ParseError, zipfile.BadZipFile, zlib.error, OSError, EOFError),
    *(ValueError, LookupError, NotImplementedError, RuntimeError),
)


@dataclass(frozen=True)
class Limits:
    """What a workbook may come to: megabytes once unpacked, cells of a sheet."""

    megabytes: int
    cells: int


def look_first(
    path: Path,
    limits: Limits,
    required: Collection[str] = (),
    sheet: str | int | None = None,
    header: tuple[int, int] | None = None,
) -> None:
    """Refuse a workbook by its size, or by a header without the required columns.

    `header` are the first and the last row of the header, null for the first row that
    is not empty. What cannot be found out here is left to the reading: of a workbook of
    the old format (.xls) nothing is.

    Raises:
        RefusedError: no workbook, above a limit, lacks a required column.
    """
    if is_old(path):
        return  # nothing in it is packed
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError):
        raise RefusedError("is not a whole xlsx workbook") from None
    with archive:
        _check_size(archive, limits)
        try:
            member = sheet_member(archive, _place(archive, sheet))
            if member is None:
                return
            _check_cells(archive, member, limits)
            names = _header(archive, member, header) if required else []
        except UNUSUAL:
            return  # which the reading finds out, and says in its words
    missing = [name for name in required if name not in names]
    # A number or a date may be written otherwise than the reading writes it; a name
    # without a digit is neither.
    may_be = [name for name in missing if NO_WORD.search(name)]
    if names and (len(may_be) < len(missing) or len(may_be) > names.count(NO_TEXT)):
        raise RefusedError("lacks the required column {missing}", missing=missing)


def _check_size(archive: zipfile.ZipFile, limits: Limits) -> None:
    unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > limits.megabytes * MEGABYTE:
        raise RefusedError(
            "unpacks to more than {limit:,} MB; deliver it as CSV or in parts, or "
            "raise the limit with --param workbook_megabytes=N",
            limit=limits.megabytes,
        )


def _check_cells(archive: zipfile.ZipFile, member: str, limits: Limits) -> None:
    """Refuse a sheet with too many cells: by its range, if that can hold values.

    The range may reach down to the last row for a format alone.
    """
    with archive.open(member) as file:
        head = file.read(1 << 12)
    found = re.search(rb'<dimension ref="([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)"', head)
    if found is None:
        return
    rows = int(found[4]) - int(found[2]) + 1
    columns = column_number(found[3]) - column_number(found[1]) + 1
    cells = min(rows * columns, archive.getinfo(member).file_size // SMALLEST_CELL)
    if cells > limits.cells:
        raise RefusedError(
            "has a sheet of more than {limit:,} cells; deliver it as CSV or in parts, "
            "or raise the limit with --param workbook_cells=N",
            limit=limits.cells,
        )


def is_workbook(path: Path) -> bool:
    """Say whether a file is a workbook, by the end of its name."""
    return KINDS.get(path.suffix.lower()) == "workbook"


def is_old(path: Path) -> bool:
    """Say whether a workbook is of the format before xlsx, by its first bytes."""
    with path.open("rb") as file:
        return file.read(len(COMPOUND_FILE)) == COMPOUND_FILE


# --- where a sheet lies ---------------------------------------------------------------


def _place(archive: zipfile.ZipFile, sheet: str | int | None) -> int:
    """Find the place of a sheet, from 0. ValueError: it has no such sheet."""
    if not isinstance(sheet, str):
        return (sheet or 1) - 1
    text = archive.read("xl/workbook.xml").decode("utf-8")
    names = re.findall(r'<sheet [^>]*\bname="([^"]*)"', text)
    return [unescape(name, {"&quot;": '"'}) for name in names].index(sheet)


def sheet_member(archive: zipfile.ZipFile, place: int) -> str | None:
    """Find the file of a sheet, by its place from 0: workbook, then its relations."""
    names = archive.namelist()
    if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
        return None
    sheets = re.findall(
        rb"<sheet [^>]*r:id=\"([^\"]+)\"", archive.read("xl/workbook.xml")
    )
    if place >= len(sheets):
        return None
    relations = archive.read("xl/_rels/workbook.xml.rels")
    for found in re.finditer(rb"<Relationship [^>]*>", relations):
        if b'Id="' + sheets[place] + b'"' in found[0]:
            target = re.search(rb'Target="([^"]+)"', found[0])
            name = target[1].decode().lstrip("/") if target else ""
            name = name if name.startswith("xl/") else f"xl/{name}"
            return name if name in names else None
    return None


def column_number(letters: bytes) -> int:
    """Give the number of a column, from 1: A, B … AA."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


# --- the header -----------------------------------------------------------------------


class _Start:
    """The beginning of an unpacked member, which ends where nobody looks any more."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._left = file, MOST_LOOKED_AT

    def read(self, size: int = -1) -> bytes:
        """Read on, as a file does; `size` is what the parser asks for."""
        found = self._file.read(min(size, self._left) if size >= 0 else self._left)
        self._left -= len(found)
        if b"<!DOCTYPE" in found.replace(b"\0", b""):
            raise ValueError("a workbook has no DTD")
        return found


def _elements(file: IO[bytes]) -> Iterator[tuple[str, ElementTree.Element]]:
    """Give the elements of the beginning of a file, each when it ends.

    What harms parsers needs a DTD, and no workbook has one.
    """
    yield from ElementTree.iterparse(_Start(file))  # noqa: S314 - as said


def _header(
    archive: zipfile.ZipFile, member: str, header: tuple[int, int] | None
) -> list[str]:
    """Read the names of the columns, none where the header's rows are empty."""
    rows: list[list[str | int]] = []
    for line, cells in _rows(archive, member):
        if header is None and any(cell != "" for cell in cells):
            rows.append(cells)
            break
        if header and header[0] <= line <= header[1]:
            rows.append(cells)
        if header and line >= header[1]:
            break
    shared = {cell for row in rows for cell in row if isinstance(cell, int)}
    texts = _shared_texts(archive, shared)
    found = [[texts[c] if isinstance(c, int) else c for c in row] for row in rows]
    names = column_names(joined_header(found))
    return [NO_TEXT if NO_TEXT in name else name for name in names]


def _rows(
    archive: zipfile.ZipFile, member: str
) -> Iterator[tuple[int, list[str | int]]]:
    """Give (number, cells) of rows; a text that cells share is given by its number."""
    line = 0
    with archive.open(member) as file:
        for _, row in _elements(file):
            if not row.tag.endswith("}row"):
                continue
            line = int(row.get("r", line + 1))
            yield line, _cells(row)
            row.clear()


def _cells(row: ElementTree.Element) -> list[str | int]:
    cells: list[str | int] = []
    for cell in row:
        letters = cell.get("r", "").rstrip("0123456789").encode()
        place = column_number(letters) if letters else len(cells) + 1
        if not 1 <= place <= MOST_COLUMNS:
            raise ValueError("no column of a sheet")
        cells += [""] * (place - len(cells))
        value = next((e.text or "" for e in cell if e.tag.endswith("}v")), "")
        kind = cell.get("t")
        if kind == "s":
            cells[place - 1] = int(value)
        elif kind in ("str", "inlineStr"):
            cells[place - 1] = value or _text(cell)
        elif value:
            cells[place - 1] = NO_TEXT
    return cells


def _shared_texts(archive: zipfile.ZipFile, wanted: set[int]) -> dict[int, str]:
    """Find texts that cells share, by their numbers. KeyError: one is not there."""
    found: dict[int, str] = {}
    if not wanted:
        return found
    with archive.open("xl/sharedStrings.xml") as file:
        number = 0
        for _, element in _elements(file):
            if element.tag.endswith("}si"):
                if number in wanted:
                    found[number] = _text(element)
                number += 1
                element.clear()
                if len(found) == len(wanted):
                    return found
    raise KeyError("a text of the header")


def _text(element: ElementTree.Element) -> str:
    """The text of an element with runs, without how it is pronounced (rPh)."""
    parts = [element] if element.tag.endswith("}t") else []
    for child in element:
        if child.tag.endswith(("}t", "}r", "}is")):
            parts += [e for e in child.iter() if e.tag.endswith("}t")]
    return "".join(part.text or "" for part in parts)
