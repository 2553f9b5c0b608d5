"""Write files atomically, and only inside the library."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import sleep

from sopkit.model.errors import SopkitError


def write_file(path: Path, data: bytes) -> None:
    """Put bytes into a file at once: written beside it, synced, renamed. Raises SopkitError when it cannot be."""
    import tempfile  # most commands write no file

    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)  # a pipe or a device, /dev/stdout too: there is nothing to rename over
            return
        target = Path(os.path.realpath(path)) if path.is_symlink() else path  # resolve() fails on a circle
        mode = target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_umask()
        handle, beside = tempfile.mkstemp(prefix=f".{target.name[:40]}.", suffix=".part", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(beside).chmod(mode)
            Path(beside).replace(target)
        except BaseException:
            with suppress(OSError):
                Path(beside).unlink()
            raise
    except OSError as error:
        raise SopkitError(
            f"{path}: cannot be written: {error.strerror}", "choose another file or mend its folder"
        ) from error


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
    beside = path.with_name(f".{path.name[:40]}.{os.getpid()}.part")
    try:
        write_file(beside, data)
        try:
            os.link(beside, path)
        except FileExistsError:
            return False
        except OSError:  # a file system without links: take the name, then put the whole file in its place
            return _move_into_place(beside, path)
    except SopkitError as error:
        raise SopkitError(error.message.replace(str(beside), str(path)), error.hint) from error
    except OSError as error:
        raise SopkitError(f"{path}: cannot be made: {error.strerror}", "choose or mend its place") from error
    finally:
        with suppress(OSError):
            beside.unlink()
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
    """Raise SopkitError when a symbolic link leads a path out of a folder, so that nothing is written elsewhere."""
    try:
        inside = (root / path).parent.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # a circle
        inside = False
    if not inside:
        raise SopkitError(
            f"{path}: a symbolic link leads out of {root}, so it is not written", "put the folder itself there"
        )


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
