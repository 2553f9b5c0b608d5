"""Read the files of a library, and nothing outside of it."""

import errno
import os
import stat
from pathlib import Path

_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_FILE_FLAGS = os.O_RDONLY | _NO_FOLLOW | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
_LISTING_FLAGS = os.O_RDONLY | _NO_FOLLOW | getattr(os, "O_DIRECTORY", 0)
_PASSING_FLAGS = getattr(os, "O_PATH", os.O_RDONLY) | _NO_FOLLOW | getattr(os, "O_DIRECTORY", 0)
_ROOT_FLAGS = _PASSING_FLAGS & ~getattr(os, "O_NOFOLLOW", 0)  # the user named the root, be it through a link
_LINK_ERRORS = {errno.ELOOP, errno.ENOTDIR, errno.EMLINK}
_HAS_DIR_FD = os.open in os.supports_dir_fd


class NoPlainFileError(OSError):
    """What stands at a path of a library is no file of it; `strerror` tells in a few words what it is instead."""


def explain_unread(error: OSError) -> tuple[str, str]:
    """Why a file was not read, as a predicate, and what to do."""
    if isinstance(error, NoPlainFileError):
        return f"is {error.strerror}, so it is not read", "put the file itself there"
    return f"cannot be read: {error.strerror}", "check its permissions"


def read_file(root: Path | str, path: str, most: int | None = None) -> bytes:
    """The bytes, at most so many, of a plain file of a library; the one way in which such files are opened.

    `path` has `/` between folders, and no part of it may be a symbolic link: each is opened from the one before and
    never followed, so that nothing outside is read even when somebody swaps a folder for a link meanwhile. A pipe or
    a device is not waited for. Raises NoPlainFileError, and OSError as `open` does.
    """
    handle = _open_inside(root, path, _FILE_FLAGS)
    try:
        info = os.fstat(handle)
        if not stat.S_ISREG(info.st_mode):
            raise NoPlainFileError(errno.EINVAL, "no file", path)
        parts, size = [], 0
        while (left := info.st_size + 1 if most is None else most - size) > 0:
            part = os.read(handle, min(left, info.st_size + 1))
            if not part:
                break
            parts.append(part)
            size += len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)
    finally:
        os.close(handle)


def list_files(root: Path | str, folder: str, *, deep: bool = False) -> tuple[str, ...]:
    """The paths, sorted, of what is in a folder of a library and is no folder; with `deep` also of all below it.

    Symbolic links are among them, also those to folders, and none is followed. Nothing where there is no such folder.
    Raises NoPlainFileError when a link leads to it, and OSError.
    """
    found, pending = [], [folder]
    while pending:
        inner = pending.pop()
        try:
            entries = _scan_inside(root, inner)
        except (FileNotFoundError, NotADirectoryError):
            continue
        for name, is_folder in entries:
            if not is_folder:
                found.append(f"{inner}/{name}")
            elif deep:
                pending.append(f"{inner}/{name}")
    return tuple(sorted(found))


def _scan_inside(root: Path | str, folder: str) -> list[tuple[str, bool]]:
    """The names in a folder, each with whether it is a folder."""
    if not _HAS_DIR_FD:
        _refuse_links(root, folder)
        with os.scandir(Path(root, folder)) as entries:
            return [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    handle = _open_inside(root, folder, _LISTING_FLAGS)
    try:
        with os.scandir(handle) as entries:
            return [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    finally:
        os.close(handle)


def _open_inside(root: Path | str, path: str, flags: int) -> int:
    """A file or folder below a root, opened part by part. Raises NoPlainFileError where a part is a link."""
    *folders, name = path.split("/")
    if not {"", ".", ".."}.isdisjoint((*folders, name)):
        raise NoPlainFileError(errno.EINVAL, "outside of the library", path)
    try:
        if not _HAS_DIR_FD:
            _refuse_links(root, path)
            return os.open(Path(root, path), flags | getattr(os, "O_BINARY", 0))
        here = os.open(root, _ROOT_FLAGS)
        try:
            for folder in folders:
                inner = _open_part(here, folder, _PASSING_FLAGS, path, "reached by a symbolic link")
                os.close(here)
                here = inner
            return _open_part(here, name, flags, path, "a symbolic link")
        finally:
            os.close(here)
    except ValueError as error:  # a NUL, or what the file system cannot write
        raise NoPlainFileError(errno.EINVAL, "no file", path) from error
    except OSError as error:
        if error.errno == errno.ENXIO:  # a socket
            raise NoPlainFileError(errno.ENXIO, "no file", path) from error
        raise


def _open_part(here: int, name: str, flags: int, path: str, words: str) -> int:
    try:
        return os.open(name, flags, dir_fd=here)
    except OSError as error:
        error.filename = path
        if error.errno in _LINK_ERRORS and stat.S_ISLNK(os.stat(name, dir_fd=here, follow_symlinks=False).st_mode):
            raise NoPlainFileError(errno.ELOOP, words, path) from error
        raise


def _refuse_links(root: Path | str, path: str) -> None:
    """Look at the parts of a path before it is opened, on systems that can open none from the one before (Windows)."""
    full = Path(root, path)
    for link in (full, *full.parents[: path.count("/")]):
        if os.path.islink(link):  # noqa: PTH114 - as above
            words = "a symbolic link" if link == full else "reached by a symbolic link"
            raise NoPlainFileError(errno.ELOOP, words, path)
