"""Room on the disk: what is needed, and what to say when something is not written."""

import errno
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jike.ground.errors import JikeError, Message, system_reason
from jike.ground.home import Home, finished_builds

MEGABYTE = 1 << 20
BUILD_AT_LEAST = 35
"""Megabytes of a build of a few rows, with dbt's own output."""
BUILD_TO_LANDED = 6
"""A build takes so many times what was landed; measured on the sample: 433 of 71 MB."""
RELEASE_TO_BUILD = 0.5
"""A release takes so much of its build; measured on the sample: 196 of 433 MB."""
TOO_LARGE = "file too large"
FULL = ("no space left", "disk full", "disk quota exceeded", "max_temp_directory_size")


def build_megabytes(home: Home) -> int:
    """Estimate what a build takes: as much as the last one, else of what was landed."""
    builds = finished_builds(home)
    if builds:
        return max(builds[-1].stat().st_size // MEGABYTE, 1)
    landed = sum(path.stat().st_size for path in home.landing.rglob("*.parquet"))
    return BUILD_AT_LEAST + BUILD_TO_LANDED * landed // MEGABYTE


def release_megabytes(built: Path) -> int:
    """Estimate what the release of a build takes."""
    return max(int(RELEASE_TO_BUILD * built.stat().st_size) // MEGABYTE, 1)


def is_full(message: str) -> bool:
    """Tell whether an error message speaks of a full disk or a file-size limit."""
    return any(sign in message.lower() for sign in (*FULL, TOO_LARGE))


def no_room(folder: Path, needed: int, reason: str) -> JikeError:
    """Say that a disk is full or files may not grow; never asks for less than is free.

    folder: where it was to be written; needed: megabytes, as estimated; reason: what
    the system or DuckDB said.
    """
    if TOO_LARGE in reason.lower():
        return JikeError(
            "{folder}: {remedy}; what is served has not changed",
            folder=folder,
            remedy=_larger_files(),
        )
    free = shutil.disk_usage(folder).free // MEGABYTE
    return JikeError(
        "{folder} is full: {free} MB free, about {needed} MB needed; make room and try "
        "again, what is served has not changed",
        folder=folder,
        free=free,
        needed=max(needed, free + 1),
    )


def _larger_files() -> Message:
    limit, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    if limit == resource.RLIM_INFINITY:
        return Message("its file system takes no larger file, choose another --home")
    return Message(
        "a file may not grow beyond {limit} kB here, raise the limit (ulimit -f)",
        limit=limit >> 10,
    )


def not_written(error: OSError) -> Message:
    """Say what could not be read or written, why, and what to do."""
    reason = Message(system_reason(error))
    if not error.filename:
        return reason
    remedy = {
        errno.EACCES: Message("give this user the right to it"),
        errno.EDQUOT: Message("make room and try again"),
        errno.EFBIG: _larger_files(),
        errno.ENOSPC: Message("make room and try again"),
        errno.EPERM: Message("give this user the right to it"),
        errno.EROFS: Message("choose another --home"),
    }.get(error.errno or 0)
    if remedy is None:
        return Message("{path}: {reason}", path=error.filename, reason=reason)
    return Message(
        "{path}: {reason}; {remedy}", path=error.filename, reason=reason, remedy=remedy
    )


@contextmanager
def told_when_not_written() -> Iterator[None]:
    """Turn what the system refuses into a sentence.

    Raises:
        JikeError: something could not be written; names it and the remedy.
    """
    try:
        yield
    except OSError as error:
        raise JikeError(
            "{what}; what is served has not changed", what=not_written(error)
        ) from error
