"""Delivered folders: which files the contract knows, and what is none of it."""

from dataclasses import dataclass
from pathlib import Path

from jike.deliveries.contract import contract
from jike.deliveries.reading.cells import FORMATS
from jike.ground.errors import Message, WrongInputError


@dataclass(frozen=True)
class Delivered:
    """A file in the delivered folder that the contract or a mapping knows.

    `name` is its entity or list; with `is_table` it is one that a mapping reads, and
    `name` its table. `sha256` is empty until it is known.
    """

    file: str
    name: str
    is_list: bool
    path: Path
    is_table: bool = False
    sha256: str = ""

    @property
    def place(self) -> tuple[bool, bool, str]:
        """What it is a file of, as that of LandedFile."""
        return self.is_list, self.is_table, self.name


def find_files(folder: Path) -> tuple[list[Delivered], list[Message]]:
    """List the files of a delivery, and sentences on everything that is none of it.

    Raises:
        WrongInputError: no such folder, or nothing in it that the contract knows.
    """
    if not folder.is_dir():
        raise WrongInputError(
            "{folder} is no folder; a delivery is a folder of files", folder=folder
        )
    found: list[Delivered] = []
    unknown: list[str] = []
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.is_dir() and (
            path.name in contract().entities or path.name == "reference"
        ):
            _find_parts(path, found, unknown)
        elif _is_readable(path) and path.stem in contract().entities:
            found.append(Delivered(path.name, path.stem, False, path))
        else:
            unknown.append(path.name)
    if not found:
        raise WrongInputError(
            "{folder} holds no file of the raw contract; name files "
            "<entity>.csv, <entity>.parquet or <entity>.xlsx",
            folder=folder,
        )
    names = sorted(found, key=lambda delivered: delivered.file)
    return names, not_in_contract(unknown)


def find_lists(folder: Path) -> tuple[list[Delivered], list[str]]:
    """List the files of reference/ in a delivery, and the names of what is no list."""
    found: list[Delivered] = []
    unknown: list[str] = []
    if (folder / "reference").is_dir():
        _find_parts(folder / "reference", found, unknown)
    return found, unknown


def not_in_contract(names: list[str]) -> list[Message]:
    """Say of each file that nothing reads it."""
    return [
        Message("{name}: not part of the raw contract, left out", name=name)
        for name in names
    ]


def _find_parts(folder: Path, found: list[Delivered], unknown: list[str]) -> None:
    if folder.is_symlink():
        raise WrongInputError(
            "{folder} is a symbolic link; deliver the folder itself", folder=folder
        )
    is_list = folder.name == "reference"
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        file = f"{folder.name}/{path.name}"
        name = path.stem if is_list else folder.name
        is_known = path.suffix == ".csv" and name in contract().lists
        if is_known if is_list else _is_readable(path):
            found.append(Delivered(file, name, is_list, path))
        else:
            unknown.append(file)


def _is_readable(path: Path) -> bool:
    """A name of a known format; a link or a device is found too, and refused later."""
    return path.suffix.lower() in FORMATS and not path.name.startswith(".")
