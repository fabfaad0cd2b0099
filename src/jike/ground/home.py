"""Where state lives: the folders below JIKE_HOME, and the project itself."""

import getpass
import os
import re
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]

BUILD_NAME = re.compile(r"\d{6,}\.duckdb", re.ASCII)
UNFINISHED = ".unfinished"
"""Beside a build from before its file is made until its record is written."""


@dataclass(frozen=True)
class Home:
    """The folders of one deployment; nothing is written outside them."""

    root: Path

    @property
    def landing(self) -> Path:
        """Accepted rows of every delivery, as Parquet."""
        return self.root / "landing"

    @property
    def quarantine(self) -> Path:
        """Rejected rows of every delivery, readable by the owner only."""
        return self.root / "quarantine"

    @property
    def reference(self) -> Path:
        """Lists that replace the shipped defaults."""
        return self.root / "reference"

    @property
    def mappings(self) -> Path:
        """Mappings of this deployment, one folder each."""
        return self.root / "mappings"

    @property
    def build(self) -> Path:
        """One DuckDB file per build run, and dbt's own output."""
        return self.root / "build"

    @property
    def releases(self) -> Path:
        """Published files and the pointer to the current one."""
        return self.root / "releases"

    @property
    def state(self) -> Path:
        """Locks, counters and audit records."""
        return self.root / "state"

    @property
    def logs(self) -> Path:
        """Logs of dbt and of the append-only journal."""
        return self.root / "logs"


def find_home(given: str | os.PathLike[str] | None = None) -> Home:
    """Take --home, else JIKE_HOME, else ./data beside the project."""
    chosen = given or os.environ.get("JIKE_HOME") or PROJECT / "data"
    return Home(Path(chosen).expanduser().resolve())


def finished_builds(home: Home) -> list[Path]:
    """The files of all finished builds, the newest last: each has its record beside it.

    Whatever else lies in build/ is somebody's own.
    """
    found = (path for path in home.build.glob("*.duckdb") if path.is_file())
    ours = (path for path in found if BUILD_NAME.fullmatch(path.name))
    finished = (path for path in ours if path.with_suffix(".json").exists())
    return sorted(finished, key=lambda path: int(path.stem))


def unfinished_builds(home: Home) -> list[Path]:
    """The files of builds that were killed, whether they are there or not yet."""
    marks = home.build.glob(f"*{UNFINISHED}")
    return sorted(mark.with_suffix(".duckdb") for mark in marks)


def user_name() -> str:
    """Who runs this, for the records: the name of the account, else its number."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
