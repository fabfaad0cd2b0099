"""A release as its manifest describes it, and how its files are called."""

import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jike.ground.errors import JikeError, Message
from jike.ground.home import Home

SCHEMA_VERSION = 2
"""Raised when a table or column that questions use changes its meaning or its name."""

FILE_NAME = re.compile(r"(\d{6,})_([0-9a-f]{12})\.duckdb")


@dataclass(frozen=True)
class Release:
    """One published file: its number, where it lies, what it was made of.

    `alarm` is a sentence when another release should have been served but is damaged.
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
    alarm: Message | None = None


def described(path: Path, manifest: dict[str, Any]) -> Release:
    """Take a release from its manifest, without looking at the file.

    Raises:
        JikeError: the manifest is of another version of the tables or not complete.
    """
    if manifest.get("schema_version") != SCHEMA_VERSION:
        raise JikeError(
            "{file} holds tables of version {found}, this program reads version"
            " {wanted}; build and publish again",
            file=path.name,
            found=manifest.get("schema_version"),
            wanted=SCHEMA_VERSION,
        )
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
        )
    except (KeyError, TypeError, ValueError):
        raise JikeError(
            "the manifest of {file} is not readable", file=path.name
        ) from None


def read_manifest(path: Path) -> dict[str, Any]:
    """Read the manifest of a release.

    Raises:
        JikeError: it is missing or not JSON.
    """
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise JikeError("manifest {file} is missing", file=path.name) from None
    except (ValueError, OSError):
        raise JikeError("manifest {file} is not readable", file=path.name) from None
    if not isinstance(manifest, dict):
        raise JikeError("manifest {file} is not readable", file=path.name)
    return manifest


def manifest_of(release: Release) -> dict[str, Any]:
    """The manifest beside a release.

    Raises:
        JikeError: it is missing or not JSON.
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
