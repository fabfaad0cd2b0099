"""Who may read what Jike writes: its own user, and its group where that is said."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from jike.ground.errors import WrongInputError

SWITCH = "JIKE_GROUP"
"""The variable that opens what is written to the group of the folder: `read`."""
CLOSED_TO = {"": 0o077, "read": 0o027}


def closed_to() -> int:
    """Give the bits of a mode that nothing written may have.

    Raises:
        WrongInputError: JIKE_GROUP says something else than `read`.
    """
    said = os.environ.get(SWITCH, "")
    if said not in CLOSED_TO:
        raise WrongInputError(
            "JIKE_GROUP cannot be {value}; set it to read, or leave it out",
            value=repr(said),
        )
    return CLOSED_TO[said]


@contextmanager
def private() -> Iterator[None]:
    """Make files 0600 and folders 0700 in here, whatever the umask of the caller.

    With JIKE_GROUP=read they are 0640 and 0750. The umask is the process's: what other
    threads write meanwhile is as private.

    Raises:
        WrongInputError: JIKE_GROUP says something else than `read`.
    """
    before = os.umask(closed_to())
    try:
        yield
    finally:
        os.umask(before)
