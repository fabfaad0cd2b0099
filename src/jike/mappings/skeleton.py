"""A mapping to begin with: what delivered files look like, written down to be edited.

Only here is anything guessed about a file, and what was guessed stands in the text.
"""

import csv
import logging
import re
import tempfile
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from jike.deliveries.contract import Table, contract
from jike.deliveries.manifests import checked_source
from jike.deliveries.options import usual_limits
from jike.deliveries.reading.cells import (
    KINDS,
    WHITESPACE,
    Reading,
    RefusedError,
)
from jike.deliveries.reading.csv import reader_of
from jike.deliveries.reading.encoding import find_encoding
from jike.deliveries.reading.process import try_out
from jike.deliveries.reading.read import read_as
from jike.deliveries.reading.taking import fingerprint, open_regular, take
from jike.deliveries.reading.workbook import look_first
from jike.ground import durable
from jike.ground.errors import Message, WrongInputError
from jike.ground.home import Home
from jike.ground.quoting import quoted
from jike.mappings.declared import DECLARATION, visible_files

DELIMITERS = (",", ";", "\t", "|")
VALUE = re.compile(r"[-+]?[¥￥$]?[0-9][0-9.,:/ -]*[%％]?(T[0-9.:]+)?")
PERIOD = re.compile(r"[0-9]{1,2}|(19|20)[0-9]{2}([-./]?(0?[1-9]|1[0-2]))?")
DIGITS = re.compile(r"\d{4,}([-_.]?\d{2}){0,2}")
SAMPLE_LINES = 20
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Looked:
    """What a file looks like: how to read it, and the columns it then has."""

    table: str
    pattern: str
    reading: Reading
    columns: tuple[str, ...]


def write_skeleton(home: Home, folder: Path, name: str) -> list[Path]:
    """Write a mapping for the files of a folder to JIKE_HOME/mappings/<name>.

    Gives the files written: source.yml, and a select for each table. A select is named
    by the entity whose columns the file has; where that cannot be told, by its table,
    and must be renamed.

    Raises:
        WrongInputError: the mapping is there already, the name is none, or no file of
            the folder can be read.
    """
    into = home.mappings / checked_source(name)
    if into.exists():
        raise WrongInputError(
            "{folder} is there already; edit it, or choose another name", folder=into
        )
    if not folder.is_dir():
        raise WrongInputError(
            "{folder} is no folder; a delivery is a folder of files", folder=folder
        )
    found: dict[str, Looked] = {}
    for path in visible_files(folder):
        for looked in _look(folder, path):
            key = f"{looked.pattern} {looked.reading.sheet}"
            if key not in found:
                found[key] = _numbered(looked, [one.table for one in found.values()])
    if not found:
        raise WrongInputError("{folder} holds no file that can be read", folder=folder)
    texts = {DECLARATION: _declaration(found.values())}
    for looked in found.values():
        table = _entity(looked)
        if table and f"{table.name}.sql" in texts:
            table = None  # one select for each entity: put them together by hand
        stem = table.name if table else looked.table
        texts[f"{stem}.sql"] = _select(looked, table)
    for file, text in texts.items():
        durable.write_text(into / file, text)
    return [into / file for file in texts]


def _numbered(looked: Looked, taken: Collection[str]) -> Looked:
    """Give a table a name that no other has."""
    count, table = 1, looked.table
    while table in taken:
        count += 1
        table = f"{looked.table}_{count}"
    return replace(looked, table=table)


def _look(folder: Path, path: Path) -> list[Looked]:
    """Look at one file: a table for each sheet; none where it cannot be read."""
    from jike.deliveries.reading.sheet import sheet_names

    kind = KINDS.get(path.suffix.lower(), "csv")
    file = path.relative_to(folder).as_posix()
    try:
        with open_regular(path):
            pass
        if kind == "workbook":
            look_first(path, usual_limits())
            readings = [_sheet_reading(path, sheet) for sheet in sheet_names(path)]
        elif kind == "csv":
            readings = [_text_reading(path)]
        else:
            readings = [Reading(kind)]
        looked = [_looked(folder, path, reading, len(readings)) for reading in readings]
    except RefusedError as reason:
        log.warning(Message("{file}: {why}", file=file, why=reason.message))
        return []
    for reading in readings:
        if reading.header is None:
            log.warning(
                Message(
                    "{file}: line {line} looks like a record, not like a header; name "
                    "the columns in {declaration}, or declare header_row there",
                    file=file,
                    line=reading.first_record,
                    declaration=DECLARATION,
                )
            )
    return looked


def _sheet_reading(path: Path, sheet: str) -> Reading:
    """Guess the header of a sheet: its first row, unless that looks like a record."""
    from jike.deliveries.reading.sheet import sheet_rows, spelled

    found = list(islice(sheet_rows(path, sheet), SAMPLE_LINES))
    rows = [[spelled(cell, "shown") for cell in row] for _, row in found]
    first = found[0][0] if found else 1
    return _with_header(Reading("workbook", sheet=sheet), rows, first, first)


def _text_reading(path: Path) -> Reading:
    """Guess encoding, delimiter and header row of a text."""
    found = find_encoding(path).name
    encoding = "utf-8" if found == "utf-8-sig" else found
    with path.open(encoding=found, errors="replace", newline="") as file:
        lines = list(islice(file, SAMPLE_LINES))
    delimiter, widths = _delimiter(lines)
    widest = max(widths, default=0)
    header_row = widths.index(widest) + 1 if widths else 1
    rows = list(reader_of(lines, delimiter))
    # A record may leave cells empty, so the first one is not always the widest.
    first = next(
        (
            place
            for place, row in enumerate(rows, start=1)
            if widths
            and len(row) == len(rows[header_row - 1])
            and 2 * widths[place - 1] >= widest
        ),
        1,
    )
    reading = Reading("csv", encoding, delimiter)
    return _with_header(reading, rows[first - 1 :], first, header_row)


def _delimiter(lines: Sequence[str]) -> tuple[str, list[int]]:
    """Guess the delimiter of a text; give it, and the filled cells of each line.

    It is the one that makes most cells of a line; white space only where each line has
    as many cells as the others, and more than any delimiter makes of one.
    """
    counts = {
        sign: [sum(map(bool, row)) for row in csv.reader(lines, delimiter=sign)]
        for sign in DELIMITERS
    }
    best = max(DELIMITERS, key=lambda sign: max(counts[sign], default=0))
    try:
        spaced = [len(row) for row in reader_of(lines, WHITESPACE)]
    except csv.Error:
        spaced = []
    if len(set(spaced)) == 1 and spaced[0] > max(counts[best]):
        return WHITESPACE, spaced
    return best, counts[best]


def _with_header(
    reading: Reading, rows: Sequence[Sequence[str]], first: int, header_row: int
) -> Reading:
    """Say which row is the header; none where `rows`, from row `first` on, lack one."""
    if not rows or not looks_like_a_record(rows[0], rows[1:]):
        return replace(reading, header=(header_row, header_row))
    columns = tuple(f"column_{place}" for place in range(1, len(rows[0]) + 1))
    return replace(reading, header=None, columns=columns, skip=first - 1)


def looks_like_a_record(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Say whether the first row of a table holds values rather than names.

    It does when a cell is a number or a date as those below it are (a month is none: a
    sheet may have a column for each), or a text that comes again below it.
    """
    again = 0
    for place, cell in enumerate(row):
        others = [r[place] for r in below if place < len(r) and r[place].strip()]
        is_value = VALUE.fullmatch(cell.strip()) and not PERIOD.fullmatch(cell.strip())
        if is_value and all(map(VALUE.fullmatch, map(str.strip, others))):
            return True
        again += bool(cell.strip()) and cell in others
    return 0 < again < sum(map(bool, map(str.strip, row)))


def _looked(folder: Path, path: Path, reading: Reading, sheets: int) -> Looked:
    import duckdb

    with duckdb.connect() as con, tempfile.TemporaryDirectory() as work:
        staged = take(path, Path(work) / path.name, fingerprint(path))
        try_out(staged, reading.sheet)
        cells = read_as(con, staged, reading)
    file = path.relative_to(folder).as_posix()
    named = path.stem if sheets == 1 else f"{path.stem}_{reading.sheet}"
    return Looked(
        table=_table_name(named),
        pattern=DIGITS.sub("*", re.sub(r"([\[*?])", "?", file)),
        reading=reading,
        columns=tuple(name for name, *_ in cells.columns),
    )


def _table_name(text: str) -> str:
    without = DIGITS.sub("", text.lower())
    name = re.sub(r"\W+", "_", without).strip("_")
    return name if name and not name[0].isdigit() else f"table_{name}".rstrip("_")


def _entity(looked: Looked) -> Table | None:
    """The entity or list that has most of a file's columns, or its name."""
    known = {**contract().entities, **contract().lists}
    names = set(looked.columns)
    shared = {
        table.name: len(names & {column.name for column in table.columns})
        for table in known.values()
    }
    best = max(shared, key=lambda name: shared[name])
    if 2 * shared[best] >= len(known[best].required):
        return known[best]
    return known.get(looked.table)


def _declaration(found: Iterable[Looked]) -> str:
    import yaml

    files = {}
    for looked in found:
        entry: dict[str, object] = {"file": looked.pattern}
        if looked.reading.kind == "csv":
            entry["encoding"] = looked.reading.encoding
            entry["delimiter"] = looked.reading.delimiter
        if looked.reading.kind == "workbook":
            entry["sheet"] = looked.reading.sheet
        if looked.reading.header is None:
            entry["header"] = "none"
            if looked.reading.skip:
                entry["skip_after_header"] = looked.reading.skip
            entry["columns"] = list(looked.reading.columns)
        elif looked.reading.header[0] > 1:
            entry["header_row"] = looked.reading.header[0]
        files[looked.table] = entry
    return (
        "# How the delivered files are read; see docs/mapping.md. Encoding, delimiter\n"
        "# and header row were guessed from the files: check them.\n"
        + yaml.safe_dump({"files": files}, allow_unicode=True, sort_keys=False)
    )


def _select(looked: Looked, table: Table | None) -> str:
    """A select with a line for each column of the contract and of the file."""
    lines = []
    if table is None:
        lines += [
            "-- Rename this file to the entity or list it yields, as customers.sql,",
            "-- and name the columns as docs/raw-contract.md does.",
        ]
    lines.append("select")
    taken = set()
    yielded = table.with_free_cuts(looked.columns) if table else None
    for column in yielded.columns if yielded else ():
        given = column.name if column.name in looked.columns else None
        taken.add(given)
        marks = ", ".join([column.type, *(["required"] if column.required else [])])
        value = quoted(given) if given else "null"
        lines.append(f"    {value} as {column.name},  -- {marks}")
    lines += ["    _file,", "    _line", "", f"from {quoted(looked.table)}", ""]
    rest = [name for name in looked.columns if name not in taken]
    if rest:
        lines.append("-- Columns of the file that are not used yet:")
        lines += [f"--   {quoted(name)}" for name in rest]
    return "\n".join(lines).rstrip() + "\n"
