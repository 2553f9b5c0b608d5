"""Putting one folder in the place of another, so that no moment shows half of either."""

import ctypes
import errno
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_HERE = -100  # AT_FDCWD: paths as they are
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS
_CANNOT = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM})
Exchange = Callable[[Path, Path], bool]


def exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; False where the system or the disk cannot. Raises OSError."""
    if sys.platform == "win32":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    first, second = os.fsencode(one), os.fsencode(other)
    try:
        if sys.platform == "darwin":
            failed = libc.renamex_np(first, second, _EXCHANGE)
        else:
            failed = libc.renameat2(_HERE, first, _HERE, second, _EXCHANGE)
    except AttributeError:
        return False
    if not failed:
        return True
    code = ctypes.get_errno()
    if code in _CANNOT:
        return False
    raise OSError(code, os.strerror(code), str(one))


def put_in_place(fresh: Path, folder: Path, aside: Path, change: Exchange = exchange) -> Path | None:
    """Put a folder in the place of another, if there is one, and tell where that one is now. Raises OSError.

    Where folders cannot change places, the other one goes aside first; `restored` undoes that after a run that ended
    between the two steps.
    """
    if not folder.exists():
        fresh.rename(folder)
        return None
    if change(fresh, folder):
        return fresh
    folder.rename(aside)
    try:
        fresh.rename(folder)
    except OSError:
        with suppress(OSError):
            aside.rename(folder)
        raise
    return aside


def restored(folder: Path, aside: Path) -> bool:
    """Put back a folder that a run which was ended had put aside, where nothing took its place."""
    if folder.exists() or not aside.is_dir():
        return False
    aside.rename(folder)
    return True
