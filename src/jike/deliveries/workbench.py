"""Where a load works: one connection, one folder for half-made files."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jike.deliveries.folders import Delivered
from jike.deliveries.reading.taking import take
from jike.ground import durable
from jike.ground.home import Home

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "512MB"
MOST_THREADS = 4


@dataclass(frozen=True)
class Workbench:
    """The home that a load fills, its connection, and a folder of its own."""

    home: Home
    con: "DuckDBPyConnection"
    folder: Path

    def new_folder(self) -> Path:
        """Make a folder for what becomes of one file."""
        return Path(tempfile.mkdtemp(dir=self.folder))

    def take(self, delivered: Delivered) -> Path:
        """Copy a delivered file, so that nobody changes it while it is read.

        Raises:
            RefusedError: it has changed since its hash was taken.
        """
        into = self.new_folder() / delivered.path.name
        return take(delivered.path, into, delivered.sha256)


@contextmanager
def opened_to_land(home: Home) -> Iterator[Workbench]:
    """Give the workbench of the only load; what killed loads have left is removed.

    Raises:
        BusyError: another load runs.
    """
    with durable.only_one(home.state / "load.lock", "load"):
        for left in home.state.glob("load-*"):
            shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix="load-", dir=home.state))
        try:
            with _connection(folder) as con:
                yield Workbench(home, con, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def opened_to_plan(home: Home) -> Iterator[Workbench]:
    """Give a workbench outside the home, in which nothing stays."""
    with (
        tempfile.TemporaryDirectory(prefix="jike-plan-") as folder,
        _connection(Path(folder)) as con,
    ):
        yield Workbench(home, con, Path(folder))


def settings(folder: Path) -> dict[str, Any]:
    """Settings of a database that spills to disk rather than take all memory."""
    import os

    return {
        "memory_limit": MEMORY,
        "threads": min(MOST_THREADS, os.cpu_count() or 1),
        "temp_directory": str(folder / "spill"),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }


@contextmanager
def _connection(folder: Path) -> Iterator["DuckDBPyConnection"]:
    import duckdb

    with duckdb.connect(config=settings(folder)) as con:
        con.execute("set timezone = 'Asia/Shanghai'")
        yield con
