"""Files that survive a power cut: written whole, synced, then given their name."""

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from jike.ground.errors import BusyError, JikeError
from jike.ground.private import private


def sha256_of(path: Path) -> str:
    """Give the SHA-256 of a file as 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_file(path: Path) -> None:
    """Wait until the content of a file is on the disk."""
    _sync(path, os.O_RDONLY)


def sync_folder(path: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    _sync(path, os.O_RDONLY | os.O_DIRECTORY)


def _sync(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_json(path: Path, content: object) -> None:
    """Replace a JSON file in one step: a reader sees the old one or the new one."""
    write_text(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")


@private()
def write_text(path: Path, content: str) -> None:
    """Replace a text file in one step; told as done only when it is on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    waiting = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with _naming(path), waiting.open("w", encoding="utf-8", newline="") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        waiting.replace(path)
    finally:
        waiting.unlink(missing_ok=True)
    sync_folder(path.parent)


@private()
def append_line(path: Path, line: str) -> None:
    """Add one line to a log that is only ever added to; a torn line before it ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o660)
    try:
        with _naming(path):
            size = os.fstat(handle).st_size
            is_torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
            os.write(handle, b"\n" * is_torn + line.encode() + b"\n")
            os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Let an error of the system name the file, which it does not when writing."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or str(path)
        raise


@contextmanager
def only_one(path: Path, job: str) -> Iterator[None]:
    """Hold a lock while a job runs; the system frees it when the process dies.

    Raises:
        BusyError: another process holds it; says which job, its pid and since when.
    """
    with private():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o660)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _busy(job, os.read(handle, 500).decode("utf-8", "replace")) from None
        since = datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")
        with _naming(path):
            os.ftruncate(handle, 0)
            said = f"{job} running, pid {os.getpid()}, since {since}"
            os.write(handle, said.encode())
        yield
    finally:
        os.close(handle)


HOLDER = re.compile(r"(?P<job>.+) running, pid (?P<pid>\d+), since (?P<since>.+)")


def _busy(job: str, written: str) -> BusyError:
    """Tell who holds a lock; its file may not say it yet."""
    if holder := HOLDER.fullmatch(written.strip()):
        return BusyError(
            "{job} running, pid {pid}, since {since}; try again later",
            **holder.groupdict(),
        )
    return BusyError("{job} running; try again later", job=job)


def next_number(state: Path, name: str, at_least: int = 0) -> int:
    """Take the next number of a series: never given twice, whatever the clock says.

    `at_least` is the highest number found in use, so that a lost counter heals.
    """
    path = state / "counter"
    counted: dict[str, int] = {}
    if path.exists():
        try:
            counted = json.loads(path.read_text(encoding="utf-8"))
            number = max(int(counted.get(name, 0)), at_least) + 1
        except (ValueError, AttributeError, TypeError):
            raise JikeError(
                "{path} is not readable; remove it, numbers go on from the files",
                path=path,
            ) from None
    else:
        number = at_least + 1
    write_json(path, {**counted, name: number})
    return number
