"""Takes delivered files: regular ones, below a limit, unchanged while they are read."""

import hashlib
import os
import stat
from io import BufferedReader
from pathlib import Path

from jike.deliveries.reading.cells import GIB, RefusedError
from jike.ground.errors import system_reason

LARGEST_TEXT = 32 * GIB
LARGEST_FILE = {".parquet": 64 * GIB, ".xlsx": GIB // 4, ".xls": GIB // 4}
CHUNK = 1 << 20


def fingerprint(path: Path) -> str:
    """Give the SHA-256 of a regular file.

    Raises:
        RefusedError: a symbolic link, a device, a file above the limit of its format.
    """
    with open_regular(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def take(path: Path, into: Path, sha256: str) -> Path:
    """Copy a file whose hash is known, so that nobody changes it while it is read.

    Raises:
        RefusedError: it has changed since its hash was taken.
    """
    found = hashlib.sha256()
    with open_regular(path) as file, into.open("wb") as copy:
        while chunk := file.read(CHUNK):
            found.update(chunk)
            copy.write(chunk)
    if found.hexdigest() != sha256:
        raise RefusedError("changes while it is read; deliver it when it is whole")
    return into


def open_regular(path: Path) -> BufferedReader:
    """Open a regular file for reading, never through a symbolic link.

    Raises:
        RefusedError: not a regular file, not readable, above the limit of its format.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if path.is_symlink():
            raise RefusedError("is a symbolic link; deliver the file itself") from None
        reason = system_reason(error)
        raise RefusedError("cannot be opened ({reason})", reason=reason) from None
    found = os.fstat(handle)
    limit = LARGEST_FILE.get(path.suffix.lower(), LARGEST_TEXT)
    if stat.S_ISREG(found.st_mode) and found.st_size <= limit:
        return os.fdopen(handle, "rb")
    os.close(handle)
    if not stat.S_ISREG(found.st_mode):
        raise RefusedError("is not a regular file")
    raise RefusedError(
        "is larger than {limit:,} bytes; deliver it in parts", limit=limit
    )
