"""The releases on disk: which there are, which one is served, which are removed."""

import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jike.ground.disk import told_when_not_written
from jike.ground.durable import only_one
from jike.ground.errors import JikeError, Message, WrongInputError
from jike.ground.home import Home
from jike.ground.private import private
from jike.releases.manifest import (
    Release,
    ReleaseError,
    newest_first,
    number_of,
    read_manifest,
)
from jike.releases.opening import current_release, open_release, whole_release
from jike.releases.pointer import POINTER, moves, point_to, pointed
from jike.releases.restated import write_down

RELEASES_KEPT = 10
GRACE_SECONDS = 3600
"""A release is not removed before it has been out of use this long."""


@dataclass(frozen=True)
class Listed:
    """A release as `jike releases` lists it.

    `is_current` marks what is really served, `alarm` says why it stands in for another;
    `trouble` says why it cannot be served.
    """

    number: int
    file: str
    is_current: bool
    run: str = ""
    as_of: str = ""
    published_at: str = ""
    is_sample: bool = False
    checks_passed: int = 0
    checks_warned: int = 0
    trouble: Message | None = None
    alarm: Message | None = None


def releases(home: Home) -> list[Listed]:
    """List the releases on disk, newest first, and which one is served."""
    try:
        current = current_release(home)
    except JikeError:
        current = None
    return [_listed(home, name, current) for name in newest_first(home)]


def _listed(home: Home, name: str, current: Release | None) -> Listed:
    is_current = current is not None and current.path.name == name
    try:
        release = open_release(home, name)
    except ReleaseError as error:
        return Listed(number_of(name), name, is_current, trouble=error.message)
    return Listed(
        release.number,
        name,
        is_current=is_current,
        run=release.run,
        as_of=release.as_of.isoformat(),
        published_at=release.published_at.isoformat(),
        is_sample=release.is_sample,
        checks_passed=release.checks_passed,
        checks_warned=release.checks_warned,
        alarm=current.alarm if current and is_current else None,
    )


@private()
def rollback(home: Home, number: int | None = None) -> Release:
    """Let the pointer name a former release; without a number the one before.

    Raises:
        WrongInputError: there is no such release; says which there are.
        JikeError: the release is damaged, or of another version of the tables, or
            the pointer cannot be written.
    """
    lock = home.state / "publish.lock"
    with told_when_not_written(), only_one(lock, "rollback"):
        name = _former(home, number)
        release = open_release(home, name)
        serve(home, release, "rollback")
        return release


def _former(home: Home, number: int | None) -> str:
    there = {listed.number: listed for listed in releases(home)}
    good = [number for number, listed in there.items() if listed.trouble is None]
    available = sorted(good) or Message("none")
    if number is None:
        current, _ = pointed(home)
        first = number_of(current) if current else max(good, default=0) + 1
        older = [n for n in good if n < first]
        if not older:
            raise WrongInputError(
                "no release before {served}; there are: {available}",
                served=first,
                available=available,
            )
        number = max(older)
    if number not in there:
        raise WrongInputError(
            "release {number} is not there; there are: {available}",
            number=number,
            available=available,
        )
    if there[number].trouble:
        raise WrongInputError(
            "release {number} cannot be served: {trouble}; there are: {available}",
            number=number,
            trouble=there[number].trouble,
            available=available,
        )
    return there[number].file


def serve(home: Home, release: Release, action: str) -> None:
    """Serve a release from now on; what the one before restates is written down."""
    write_down(home, served(home))
    point_to(home, release, action)


def served(home: Home) -> Release | None:
    """The release that the pointer names, whichever tables it has; None if damaged."""
    name, _ = pointed(home)
    try:
        return whole_release(home, name) if name else None
    except ReleaseError:
        return None


def released(home: Home, run: str) -> dict[str, Any]:
    """The manifest of the newest release made of a build; empty when there is none."""
    for name in newest_first(home):
        try:
            manifest = read_manifest((home.releases / name).with_suffix(".json"))
        except ReleaseError:
            continue
        if manifest.get("run") == run:
            return manifest
    return {}


def sweep(home: Home) -> None:
    """Remove what a killed publish left: unfinished files, files without manifest."""
    for path in home.releases.glob(".*"):
        if path.name.startswith((".unfinished-", f".{POINTER}.")):
            remove(path)
    current, _ = pointed(home)
    for name in newest_first(home):
        path = home.releases / name
        if name != current and not path.with_suffix(".json").exists():
            remove(path)


def remove(path: Path) -> None:
    """Remove a DuckDB file and its log."""
    path.unlink(missing_ok=True)
    path.with_name(path.name + ".wal").unlink(missing_ok=True)


def collect(home: Home) -> None:
    """Keep the last ten releases, and what is or was just now served."""
    current, _ = pointed(home)
    recent = _served_within_grace(home)
    for name in newest_first(home)[RELEASES_KEPT:]:
        if name != current and name not in recent:
            path = home.releases / name
            remove(path)
            path.with_suffix(".json").unlink(missing_ok=True)


def _served_within_grace(home: Home) -> set[str]:
    """Give the files whose service ended less than GRACE_SECONDS ago."""
    now = time.time()
    recent: set[str] = set()
    for move in moves(home):
        try:
            ended = datetime.fromisoformat(move["at"]).timestamp()
        except (ValueError, KeyError, TypeError):
            continue
        if abs(now - ended) < GRACE_SECONDS and move.get("before"):
            recent.add(move["before"])
    return recent
