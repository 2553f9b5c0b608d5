"""Write the files of a library: whole, and only inside of it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from time import sleep, time

from sopkit.model.errors import SopkitError

PART = ".sopkit.part"
"""How the name of a file ends that is being written, before it is put in its place."""

_MAX_AGE = 3600  # seconds: no run takes so long to write a file, where a lock cannot show whether it still does


def write_file(path: Path, data: bytes) -> None:
    """Replace a file in one step: written elsewhere, synced, renamed. Raises SopkitError when it cannot be written."""
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)  # a pipe or a device, /dev/stdout too: there is nothing to rename over
            return
        target = Path(os.path.realpath(path)) if path.is_symlink() else path  # resolve() fails on a circle
        mode = target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_umask()
        *others, last = _part_folders(target.parent)
        for folder in others:
            with suppress(OSError):  # such as another mount of the same device
                folder.mkdir(exist_ok=True)
                _replace_through(folder, target, data, mode)
                return
        _replace_through(last, target, data, mode)
    except OSError as error:
        raise SopkitError(
            f"{path}: cannot be written: {error.strerror}", "choose another file or mend its folder"
        ) from error


def _replace_through(folder: Path, target: Path, data: bytes, mode: int) -> None:
    with _part(folder, target.name, data, mode) as part:
        part.replace(target)


@contextmanager
def _part(folder: Path, name: str, data: bytes, mode: int) -> Iterator[Path]:
    """A new file with these bytes, which is locked, so that no other run takes it for the leftover of a dead one."""
    import tempfile  # most commands write no file

    _remove_leftovers_once(folder)
    while True:
        handle, beside = tempfile.mkstemp(prefix=f".{name[:40]}.", suffix=PART, dir=folder)
        part = Path(beside)
        with os.fdopen(handle, "wb") as file:
            try:
                _wait_for_lock(handle)
                if not os.fstat(handle).st_nlink:  # another run removed it before it was locked
                    continue
                file.write(data)
                file.flush()
                os.fsync(handle)
                part.chmod(mode)
                if os.name == "nt":
                    file.close()  # an open file cannot be renamed there
                yield part
            finally:
                with suppress(OSError):
                    part.unlink()
        return


def _part_folders(folder: Path) -> tuple[Path, ...]:
    """Where to write a file for a folder first, best first."""
    store = find_store(folder)
    with suppress(OSError):
        if store is not None and store.parent.stat().st_dev == folder.stat().st_dev:
            return store, folder
    return (folder,)


def find_store(folder: Path) -> Path | None:
    """The folder for files of ours in the repository's own folder, where git never looks; None outside of git.

    A worktree and a submodule have their own. The folder may not be there yet.
    """
    for place in (folder.absolute(), *folder.absolute().parents):
        own = place / ".git"
        if not os.path.lexists(own):
            continue
        with suppress(OSError, ValueError):
            if own.is_file():  # of a worktree or a submodule
                own = place / own.read_text("utf-8").removeprefix("gitdir:").strip()
            if (own / "HEAD").exists():
                return own / _STORE
        break
    return None


_STORE = "sopkit"


def list_part_folders(root: Path) -> tuple[Path, ...]:
    """The folders in which `find_leftovers` may find files that were written for a library."""
    found = [*_part_folders(root)]
    for place, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name != ".git"]
        if any(name.endswith(PART) for name in names):
            found.append(Path(place))
    return tuple(dict.fromkeys(found))


def find_leftovers(folder: Path) -> tuple[Path, ...]:
    """Files that dead runs left in a folder while they wrote them; none of those that a run is writing."""
    try:
        parts = sorted(file for file in folder.iterdir() if file.name.startswith(".") and file.name.endswith(PART))
    except OSError:
        return ()
    found = []
    for part in parts:
        with suppress(OSError):
            handle = try_lock(part)
            if handle is not None:
                os.close(handle)
                found.append(part)
    return tuple(found)


def remove_leftovers(folder: Path) -> tuple[Path, ...]:
    """Remove what `find_leftovers` finds; gives what was removed."""
    removed = []
    for part in find_leftovers(folder):
        with suppress(OSError):
            part.unlink()
            removed.append(part)
    return tuple(removed)


_remove_leftovers_once = cache(remove_leftovers)


def try_lock(path: Path) -> int | None:
    """A descriptor that locks a file or folder until it is closed or its process ends; None when another has it.

    Where there are no locks, something is taken to be in use for an hour. Raises OSError when it is not there.
    """
    try:
        handle = os.open(path, os.O_RDONLY)
    except PermissionError:
        if os.name == "nt":  # a folder cannot be opened there
            return None
        raise
    try:
        import fcntl  # Windows has none

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    except (ImportError, OSError):
        if time() - os.fstat(handle).st_mtime < _MAX_AGE:
            os.close(handle)
            return None
    return handle


def _wait_for_lock(handle: int) -> None:
    with suppress(ImportError, OSError):
        import fcntl  # Windows has none

        fcntl.flock(handle, fcntl.LOCK_EX)


def append_file(path: Path, data: bytes) -> None:
    """Put bytes behind what a file holds, which is made if it is not there. Raises SopkitError when it cannot be."""
    try:
        with path.open("ab") as file:
            file.write(data)
    except OSError as error:
        raise SopkitError(
            f"{path}: cannot be written: {error.strerror}", "choose another file or mend its folder"
        ) from error


def create_file(path: Path, data: bytes) -> bool:
    """Make a file that is not there yet, whole and at once; False when it is there. Raises SopkitError."""
    if os.path.lexists(path):
        return False
    try:
        *others, last = _part_folders(path.parent)
        mode = 0o666 & ~_umask()
        for folder in others:
            with suppress(OSError):
                folder.mkdir(exist_ok=True)
                with _part(folder, path.name, data, mode) as part:
                    return _link(part, path)
        with _part(last, path.name, data, mode) as part:
            try:
                return _link(part, path)
            except OSError:  # a file system without links: take the name, then put the whole file in its place
                return _move_into_place(part, path)
    except OSError as error:
        raise SopkitError(f"{path}: cannot be made: {error.strerror}", "choose or mend its place") from error


def _link(part: Path, path: Path) -> bool:
    try:
        os.link(part, path)
    except FileExistsError:
        return False
    return True


def _move_into_place(beside: Path, path: Path) -> bool:
    try:
        path.open("xb").close()
    except FileExistsError:
        return False
    try:
        beside.replace(path)
    except BaseException:
        path.unlink()
        raise
    return True


def restore_file(path: Path, before: bytes | None) -> None:
    """Put back what a file held, None being no file. Raises OSError and SopkitError when that fails."""
    if before is None:
        path.unlink()
    else:
        write_file(path, before)


def refuse_outside(root: Path, path: str) -> None:
    """Raise SopkitError when a symbolic link is in the way of a file to be written, so that it would be elsewhere."""
    parts = path.split("/")
    for count in range(1, len(parts) + 1):
        link = "/".join(parts[:count])
        if os.path.islink(root / link):  # noqa: PTH114 - Path raises for a long name
            who, what = ("", "file") if link == path else (f"{link} ", "folder")
            message = f"{path}: {who}is a symbolic link, so it is not written"
            raise SopkitError(message, f"put the {what} itself there")


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, where they are missing. Raises SopkitError when it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SopkitError(f"{folder}: cannot be made: {error.strerror}", "choose or mend its place") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


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
