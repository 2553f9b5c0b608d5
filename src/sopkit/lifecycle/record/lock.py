"""The lock of a library: one run at a time creates files in it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

from sopkit.model.errors import SopkitError

_PAUSE = 0.05  # seconds
_TRIES = 1200


@contextmanager
def library_lock(root: Path) -> Iterator[None]:
    """Wait until nobody else makes files in a library, so that two runs never take one id.

    Raises SopkitError when the other does not end.
    """
    try:
        import fcntl  # Windows has none
    except ImportError:
        yield
        return
    folder = os.open(root, os.O_RDONLY)  # the folder: an editor may put another sopkit.toml in the place of the first
    try:
        for _ in range(_TRIES):
            try:
                fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                sleep(_PAUSE)
            except OSError:  # a file system without locks: an SOP is created exclusively all the same
                break
        else:
            raise SopkitError(
                f"{root}: another program has been making files in it for {round(_TRIES * _PAUSE)} seconds",
                "wait until it has ended, or end it, then try again",
            )
        yield
    finally:
        os.close(folder)
