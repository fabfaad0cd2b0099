"""The pointer: which release is served, and every move of it in the journal."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jike.ground.durable import append_line, sha256_of, write_json
from jike.ground.errors import JikeError, Message, system_reason
from jike.ground.failpoints import reach
from jike.ground.home import Home, user_name
from jike.releases.manifest import (
    FILE_NAME,
    Release,
    ReleaseError,
    newest_first,
    number_of,
)

POINTER = "current.json"


def pointed(home: Home) -> tuple[str | None, Message | None]:
    """Give the file name the pointer holds, and what is wrong with the pointer."""
    path = home.releases / POINTER
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        name = content["file"]
    except FileNotFoundError:
        # Without a journal too, nothing was ever served: a release that a killed
        # first publish left is not let out by accident.
        missing = Message("{file} is missing", file=POINTER)
        return None, missing if _served_last(home) else None
    except (ValueError, KeyError, TypeError, OSError):
        return None, Message("{file} is not readable", file=POINTER)
    if not isinstance(name, str) or not FILE_NAME.fullmatch(name):
        return None, Message("{file} does not name a release", file=POINTER)
    return name, None


def to_serve(home: Home, wanted: str | None) -> Iterator[str]:
    """Give the release to serve, then older ones from the newest on, then newer ones.

    Older ones first: a release somebody rolled back from must not return by itself.
    """
    first = wanted or _served_last(home)
    known = newest_first(home)
    if first is None:
        yield from known
        return
    yield first
    yield from (name for name in known if number_of(name) < number_of(first))
    yield from (name for name in known if number_of(name) > number_of(first))


def _served_last(home: Home) -> str | None:
    for move in reversed(moves(home)):
        name = move.get("file")
        if isinstance(name, str) and FILE_NAME.fullmatch(name):
            return name
    return None


def beside(home: Home, run: str) -> dict[str, Path]:
    """What a release is bound to besides its file, by its entry in the manifest."""
    return {
        "audit_sha256": home.state / "audits" / f"{run}.json",
        "checks_sha256": home.build / f"{run}.checks.parquet",
    }


def check_bound(home: Home, release: Release, manifest: Mapping[str, Any]) -> None:
    """Compare what stands beside a release with what was bound when it was published.

    The pointer, and the journal for releases before, hold the hash of the manifest,
    the manifest those of the audit record and of the checks. What was removed, or
    published by a version that did not bind it, is not compared.

    Raises:
        ReleaseError: one was changed since.
    """
    path = release.path.with_suffix(".json")
    bound = _bound_manifest(home, release.path.name)
    files = {path: bound} if bound else {}
    for entry, file in beside(home, release.run).items():
        if entry in manifest and file.exists():
            files[file] = manifest[entry]
    for file, sha256 in files.items():
        if sha256_of(file) != sha256:
            raise ReleaseError(
                "{file} was changed after publishing", file=file.relative_to(home.root)
            )


def _bound_manifest(home: Home, name: str) -> str | None:
    """The hash of a manifest as it was published; the newest move counts."""
    # The pointer holds the newest: the journal is read for other releases only.
    for source in (_newest_move, moves):
        for move in reversed(source(home)):
            if move.get("file") == name:
                return move.get("manifest_sha256")
    return None


def _newest_move(home: Home) -> list[dict[str, Any]]:
    try:
        return _objects([(home.releases / POINTER).read_text("utf-8")])
    except (OSError, ValueError):
        return []


def moves(home: Home) -> list[dict[str, Any]]:
    """The moves in the journal that can be read, the oldest first."""
    try:
        lines = journal(home).read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
    return _objects(lines)


def _objects(texts: Iterable[str]) -> list[dict[str, Any]]:
    found = []
    for text in texts:
        with suppress(ValueError):
            found.append(json.loads(text))
    return [one for one in found if isinstance(one, dict)]


def point_to(home: Home, release: Release, action: str) -> None:
    """Replace the pointer in one step and write the move down."""
    _write_down_what_was_missed(home)
    former, _ = pointed(home)
    move = {
        "action": action,
        "number": release.number,
        "file": release.path.name,
        "sha256": release.sha256,
        "manifest_sha256": sha256_of(release.path.with_suffix(".json")),
        "at": now(),
        "by": user_name(),
        "before": former,
    }
    write_json(home.releases / POINTER, move)
    reach("publish:pointed")
    try:
        append_line(journal(home), json.dumps(move))
    except OSError as error:
        raise JikeError(
            "release {number} is served, but {journal} could not be written "
            "({reason}); make room, the next publish or rollback adds the line",
            number=release.number,
            journal=journal(home),
            reason=system_reason(error),
        ) from error


def journal(home: Home) -> Path:
    """Where every move of the pointer is written down, a line each."""
    return home.logs / "journal.jsonl"


def _write_down_what_was_missed(home: Home) -> None:
    """Add the last move when the process died between the pointer and the journal."""
    try:
        move = json.loads((home.releases / POINTER).read_text(encoding="utf-8"))
        line = json.dumps(move)
    except (OSError, ValueError):
        return
    if not isinstance(move, dict) or "action" not in move:
        return
    path = journal(home)
    known = path.read_text("utf-8", "replace") if path.exists() else ""
    if line not in known.splitlines():
        append_line(path, line)


def now() -> str:
    """The time as journals and manifests write it."""
    return datetime.now(UTC).isoformat(timespec="seconds")
