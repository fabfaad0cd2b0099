"""Named points where a test can kill the process as a power cut would."""

import os


def reach(name: str) -> None:
    """End the process at once when JIKE_FAILPOINT names this point.

    Nothing is flushed, no handler runs: what is on disk is what kill -9 leaves.
    """
    if os.environ.get("JIKE_FAILPOINT") == name:
        os._exit(137)
