"""A release as its manifest describes it, and how its files are called."""

import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jike.ground.errors import JikeError, Message
from jike.ground.home import Home

SCHEMA_VERSION = 3
"""Raised when a column keeps its name and changes its meaning or type.

What came, went or has another name is found by comparing columns.
"""

REPUBLISH = Message("run `jike republish`, which builds and publishes it anew")

FILE_NAME = re.compile(r"(\d{6,})_([0-9a-f]{12})\.duckdb")


class ReleaseError(JikeError):
    """A release cannot be served; `remedy` says what to do about it.

    `is_whole`: nothing is wrong with its files.
    """

    is_whole = False

    def __init__(
        self, text: str, /, mended_by: Message = REPUBLISH, **values: object
    ) -> None:
        """Say what is wrong with the release, and what to do."""
        super().__init__(text, **values)
        self.remedy = mended_by


class OtherVersionError(ReleaseError):
    """A release whose tables are not those that this program reads."""

    is_whole = True


class HeldOpenError(ReleaseError):
    """A release that another program has open for writing."""

    is_whole = True


@dataclass(frozen=True)
class Release:
    """One published file: its number, where it lies, what it was made of.

    `schema_version` and `tables_sha256` say which tables it holds. `alarm` is a
    sentence when another release should have been served but cannot be.
    """

    number: int
    path: Path
    as_of: date
    published_at: datetime
    is_sample: bool
    checks_passed: int
    checks_warned: int
    sha256: str
    run: str
    schema_version: int = SCHEMA_VERSION
    tables_sha256: str = ""
    alarm: Message | None = None


def described(path: Path, manifest: dict[str, Any]) -> Release:
    """Take a release from its manifest, without looking at the file.

    Raises:
        ReleaseError: the manifest is not complete.
    """
    try:
        return Release(
            number=int(manifest["number"]),
            path=path,
            as_of=date.fromisoformat(manifest["as_of"]),
            published_at=datetime.fromisoformat(manifest["published_at"]),
            is_sample=bool(manifest["is_sample"]),
            checks_passed=int(manifest["checks_passed"]),
            checks_warned=int(manifest["checks_warned"]),
            sha256=str(manifest["sha256"]),
            run=str(manifest["run"]),
            schema_version=int(manifest["schema_version"]),
            tables_sha256=str(manifest.get("tables_sha256", "")),
        )
    except (KeyError, TypeError, ValueError):
        raise ReleaseError(
            "the manifest of {file} is not readable", file=path.name
        ) from None


def read_manifest(path: Path) -> dict[str, Any]:
    """Read the manifest of a release.

    Raises:
        ReleaseError: it is missing or not JSON.
    """
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ReleaseError("manifest {file} is missing", file=path.name) from None
    except (ValueError, OSError):
        raise ReleaseError("manifest {file} is not readable", file=path.name) from None
    if not isinstance(manifest, dict):
        raise ReleaseError("manifest {file} is not readable", file=path.name)
    return manifest


def manifest_of(release: Release) -> dict[str, Any]:
    """The manifest beside a release.

    Raises:
        ReleaseError: it is missing or not JSON.
    """
    return read_manifest(release.path.with_suffix(".json"))


def number_of(name: str) -> int:
    """The number in the name of a release's file."""
    return int(name.split("_")[0])


def newest_first(home: Home) -> list[str]:
    """The file names of all releases on disk, whole or not."""
    if not home.releases.exists():
        return []
    names = (path.name for path in home.releases.iterdir())
    return sorted(filter(FILE_NAME.fullmatch, names), key=number_of, reverse=True)
