"""Writing files so that no reader ever sees half of one."""

import os
from contextlib import suppress
from pathlib import Path

from sopkit.model.errors import SopkitError


def write_file(path: Path, data: bytes) -> None:
    """Put bytes into a file at once: written beside it, synced, renamed. Raises SopkitError when it cannot be."""
    import tempfile  # noqa: PLC0415 - most commands write no file

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
