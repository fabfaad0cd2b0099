"""Mappings: which delivered files of a source make which tables, and what reads them.

A mapping is a folder: `source.yml` declares the files, and `<entity>.sql` or
`<list>.sql` is one select over their tables that yields the columns of the contract.
"""

import codecs
import hashlib
import os
import re
from collections.abc import Collection, Iterable
from collections.abc import Mapping as Named
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any

from jike.deliveries.contract import contract
from jike.deliveries.folders import Delivered
from jike.deliveries.manifests import LandedFile, checked_source
from jike.deliveries.reading.cells import KINDS, WHITESPACE, Reading
from jike.ground.errors import WrongInputError
from jike.ground.home import PROJECT, Home
from jike.ground.parameters import Value, checked_parameters

DECLARATION = "source.yml"
MACROS = Path(__file__).with_name("macros.sql")
TABLE_NAME = re.compile(r"[^\W\d]\w*")
KEYS = ("about", "delivered_on", "parameters", "files")
FILE_KEYS: dict[str, type | tuple[type, ...]] = {
    "file": str,
    "format": str,
    "encoding": str,
    "delimiter": str,
    "header": str,
    "header_row": (int, list),
    "skip_after_header": int,
    "sheet": (str, int),
    "required": bool,
    "columns": list,
    "keep_empty": bool,
}


@dataclass(frozen=True)
class Declared:
    """One entry of source.yml: the delivered files that make one table.

    `columns` are those the selects rely on: a file without one of them is refused, and
    where no file was delivered the table has them and no rows. An empty cell is null
    unless the table `keeps_empty` texts.
    """

    table: str
    pattern: str
    kind: str
    encoding: str
    delimiter: str
    header: tuple[int, int] | None
    skip: int
    sheet: str | int | None
    is_required: bool
    columns: tuple[str, ...]
    keeps_empty: bool

    def matches(self, file: str) -> bool:
        """Say whether a file, by its path below the delivery, is one of these."""
        wanted, parts = PurePosixPath(self.pattern).parts, PurePosixPath(file).parts
        return len(wanted) == len(parts) and all(map(fnmatchcase, parts, wanted))

    def label(self, file: str) -> str:
        """Name a file in messages: with its sheet, where one is declared."""
        return file if self.sheet is None else f"{file}#{self.sheet}"

    def reading(self, path: Path) -> Reading:
        """Say how a file is read: as declared, its format by the end of its name."""
        return Reading(
            kind=self.kind or KINDS.get(path.suffix.lower(), "csv"),
            encoding=self.encoding,
            delimiter=self.delimiter,
            header=self.header,
            sheet=self.sheet,
            columns=self.columns,
            skip=self.skip,
        )


@dataclass(frozen=True)
class Mapping:
    """A mapping as its folder has it.

    `selects` are the SQL files by name of the entity or list they yield; `delivered_on`
    the logical date of a source whose files bear none; `digest` stands for all of it.
    """

    name: str
    folder: Path
    declared: tuple[Declared, ...]
    selects: Named[str, Path]
    parameters: Named[str, Value]
    delivered_on: date | None
    digest: str

    def label(self, select: str) -> str:
        """Name the SQL file of an entity or list in messages."""
        return f"{self.name}/{select}.sql"

    def has(self, file: LandedFile) -> bool:
        """Say whether a landed file is still one of the mapping's, or never was."""
        if file.is_table:
            return file.name in self.tables
        return file.name in self.selects or file.file != self.label(file.name)

    @property
    def tables(self) -> Named[str, Declared]:
        """The entries of source.yml by table."""
        return {entry.table: entry for entry in self.declared}


def find_mapping(home: Home, given: str) -> Mapping:
    """Read a mapping by its name, or by the path of its folder.

    A name is looked for among the mappings of JIKE_HOME, then among those shipped.

    Raises:
        WrongInputError: no such mapping, or its folder holds something wrong.
    """
    if os.sep in given or given in (".", ".."):
        folder = Path(given).expanduser().resolve()
    else:
        folders = _known(home)
        if given not in folders:
            raise WrongInputError(
                "there is no mapping {name}; there are {known}",
                name=given,
                known=sorted(folders),
            )
        folder = folders[given]
    if not (folder / DECLARATION).is_file():
        raise WrongInputError(
            "{folder} is no mapping: it has no {file}", folder=folder, file=DECLARATION
        )
    return _read(folder)


def _known(home: Home) -> dict[str, Path]:
    """The mappings there are; one of the deployment stands before a shipped one."""
    return {
        path.parent.name: path.parent
        for base in (PROJECT / "mappings", home.mappings)
        for path in sorted(base.glob(f"*/{DECLARATION}"))
    }


def _read(folder: Path) -> Mapping:
    path = folder / DECLARATION
    content = _yaml(path)
    _check_keys(path, content, KEYS)
    files = content.get("files")
    if not isinstance(files, dict) or not files:
        raise WrongInputError(
            "{path}: declare the delivered files under `files`", path=path
        )
    selects = {sql.stem: sql for sql in sorted(folder.glob("*.sql"))}
    _check_selects(folder, selects)
    return Mapping(
        name=checked_source(folder.name),
        folder=folder,
        declared=tuple(_declared(path, name, raw) for name, raw in files.items()),
        selects=selects,
        parameters=_parameters(path, content.get("parameters") or {}),
        delivered_on=_day(path, content.get("delivered_on")),
        digest=_digest([path, *selects.values(), MACROS]),
    )


def _yaml(path: Path) -> dict[str, Any]:
    import yaml

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        raise WrongInputError(
            "{path}: line {line} is no YAML",
            path=path,
            line=mark.line + 1 if mark else 1,
        ) from None
    return content if isinstance(content, dict) else {}


def _check_keys(path: Path, found: Named[Any, Any], known: Iterable[str]) -> None:
    unknown = [key for key in found if key not in known]
    if unknown:
        raise WrongInputError(
            "{path}: {unknown} is not known; there are {known}",
            path=path,
            unknown=unknown,
            known=list(known),
        )


def _check_selects(folder: Path, selects: Named[str, Path]) -> None:
    if not selects:
        raise WrongInputError(
            "{folder} has no SQL file; write one named by the entity it yields, as "
            "customers.sql",
            folder=folder,
        )
    known = {**contract().entities, **contract().lists}
    for name, path in selects.items():
        if name not in known:
            raise WrongInputError(
                "{path}: {name} is neither an entity nor a list of the raw contract; "
                "rename the file to what it yields: {entities}",
                path=path,
                name=name,
                entities=list(contract().entities),
            )


def _declared(path: Path, table: object, raw: object) -> Declared:
    if not isinstance(table, str) or not TABLE_NAME.fullmatch(table):
        raise WrongInputError(
            "{path}: {table} is no name of a table; use letters, digits and _",
            path=path,
            table=table,
        )
    given = raw if isinstance(raw, dict) else {}
    _check_keys(path, given, FILE_KEYS)
    for key, kind in FILE_KEYS.items():
        value = given.get(key)
        is_right = isinstance(value, kind) and (kind is bool) == (
            isinstance(value, bool)
        )
        if (value is not None or key == "file") and not is_right:
            raise WrongInputError(
                "{path}: {key} of {table} is missing or of a wrong type",
                path=path,
                key=key,
                table=table,
            )
    entry = Declared(
        table=table,
        pattern=given["file"],
        kind=given.get("format", ""),
        encoding=given.get("encoding", "utf-8").lower(),
        delimiter=given.get("delimiter", ","),
        header=_header(path, table, given),
        skip=given.get("skip_after_header", 0),
        sheet=given.get("sheet"),
        is_required=given.get("required", True),
        columns=tuple(map(str, given.get("columns", ()))),
        keeps_empty=given.get("keep_empty", False),
    )
    _check_reading(path, entry)
    return entry


def _header(path: Path, table: str, given: Named[str, Any]) -> tuple[int, int] | None:
    """Give the first and the last row of the header; null where there is none.

    Raises:
        WrongInputError: these are no rows, or there is neither header nor columns.
    """
    if given.get("header") is not None:
        if given["header"] != "none" or "header_row" in given:
            raise _unreadable(path, "header", table)
        if not given.get("columns"):
            raise WrongInputError(
                "{path}: {table} is declared without a header; name its `columns` in "
                "the order of the file",
                path=path,
                table=table,
            )
        return None
    rows = given.get("header_row", 1)
    if rows == 0:
        raise WrongInputError(
            "{path}: header_row of {table} counts from 1; a file without a header is "
            "declared with `header: none` and its `columns`",
            path=path,
            table=table,
        )
    ends = rows if isinstance(rows, list) else [rows, rows]
    are_rows = len(ends) == 2 and all(type(row) is int for row in ends)
    if not are_rows or not 1 <= ends[0] <= ends[1]:
        raise _unreadable(path, "header_row", table)
    return ends[0], ends[1]


def _unreadable(path: Path, key: str, table: str) -> WrongInputError:
    return WrongInputError(
        "{path}: {key} of {table} is not one that can be read",
        path=path,
        key=key,
        table=table,
    )


def _check_reading(path: Path, entry: Declared) -> None:
    wrong = {
        "format": entry.kind not in ("", "csv", *KINDS.values()),
        "encoding": not _is_encoding(entry.encoding),
        "delimiter": entry.delimiter != WHITESPACE
        and (len(entry.delimiter) != 1 or entry.delimiter in '"\r\n'),
        "skip_after_header": entry.skip < 0,
        "sheet": entry.sheet == 0,
    }
    for key, is_wrong in wrong.items():
        if is_wrong:
            raise _unreadable(path, key, entry.table)


def _is_encoding(name: str) -> bool:
    try:
        codecs.lookup(name)
        "".encode(name)
    except LookupError:
        return False
    return True


def _parameters(path: Path, given: object) -> dict[str, Value]:
    """The build parameters a source needs, checked as those of the command line."""
    values = given if isinstance(given, dict) else {"": given}
    shown = {
        str(name): value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }
    try:
        checked = checked_parameters(PROJECT, shown)
    except WrongInputError as reason:
        raise WrongInputError(
            "{path}: {reason}", path=path, reason=reason.message
        ) from None
    return {name: checked[name] for name in shown}


def _day(path: Path, given: object) -> date | None:
    if given is None or type(given) is date:
        return given
    raise WrongInputError(
        "{path}: delivered_on must be a date as 2025-09-30", path=path
    )


def _digest(paths: list[Path]) -> str:
    """One hash of the declaration, the selects and the macros they may call."""
    found = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        found.update(f"{path.name} {len(content)} ".encode() + content)
    return found.hexdigest()


# --- which delivered file is which ----------------------------------------------------


def find_files(mapping: Mapping, folder: Path) -> tuple[list[Delivered], list[str]]:
    """Give the files a mapping reads, by name and sheet, and the names of the others.

    Lists in reference/ are none of the mapping's; hidden files are not looked at.

    Raises:
        WrongInputError: no such folder, a required file is missing, or two entries
            claim the same file or sheet.
    """
    if not folder.is_dir():
        raise WrongInputError(
            "{folder} is no folder; a delivery is a folder of files", folder=folder
        )
    found: dict[str, Delivered] = {}
    others = []
    for path in visible_files(folder):
        file = path.relative_to(folder).as_posix()
        claims = [entry for entry in mapping.declared if entry.matches(file)]
        for entry in claims:
            label = entry.label(file)
            if label in found:
                raise _claimed_twice(mapping, found[label], entry)
            found[label] = Delivered(label, entry.table, False, path, is_table=True)
        if not claims:
            others.append(file)
    _check_required(mapping, folder, {d.name for d in found.values()}, others)
    return sorted(found.values(), key=lambda delivered: delivered.file), others


def _claimed_twice(
    mapping: Mapping, delivered: Delivered, entry: Declared
) -> WrongInputError:
    return WrongInputError(
        "{path}: {file} is claimed by {one} and by {other}; mend their patterns",
        path=mapping.folder / DECLARATION,
        file=delivered.file,
        one=delivered.name,
        other=entry.table,
    )


def _check_required(
    mapping: Mapping, folder: Path, tables: Collection[str], others: list[str]
) -> None:
    for entry in mapping.declared:
        if entry.is_required and entry.table not in tables:
            raise WrongInputError(
                "{folder} holds no file {pattern}, which mapping {name} requires; "
                "there are {files}",
                folder=folder,
                pattern=entry.pattern,
                name=mapping.name,
                files=others,
            )


def visible_files(folder: Path) -> list[Path]:
    """Give the files below a delivered folder, without reference/ and hidden ones."""
    found = []
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        is_hidden = any(part.startswith(".") for part in parts)
        is_list = len(parts) > 1 and parts[0] == "reference"
        if not is_hidden and not is_list and (path.is_symlink() or not path.is_dir()):
            found.append(path)
    return found
