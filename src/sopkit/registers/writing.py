"""Registers written: all of those that a run changes, or none."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from sopkit.files import make_folder, refuse_outside, restore_file, write_file
from sopkit.model.errors import SopkitError

Files = Mapping[str, tuple[bytes | None, bytes]]
"""Path in the library to the bytes of a file before (None: there is none) and after."""


def write_registers(root: Path, files: Files) -> None:
    """Write files, each at once. Raises SopkitError before the first when one changed since it was read."""
    for path, (before, _) in files.items():
        _unchanged(root, path, before)
    written: list[str] = []
    try:
        for path, (_, after) in files.items():
            make_folder((root / path).parent)
            write_file(root / path, after)
            written.append(path)
    except BaseException:
        for path in written:
            with suppress(OSError, SopkitError):
                restore_file(root / path, files[path][0])
        raise


def _unchanged(root: Path, path: str, before: bytes | None) -> None:
    refuse_outside(root, path)
    file = root / path
    if file.is_symlink():
        raise SopkitError(f"{path}: is a symbolic link; nothing was written", "put the file itself there")
    try:
        now = file.read_bytes()
    except FileNotFoundError:
        now = None
    except OSError as error:
        raise SopkitError(f"{path}: cannot be read: {error.strerror}; nothing was written", "mend its place") from error
    if now is not None and not file.stat().st_mode & 0o222:
        raise SopkitError(f"{path}: is read-only; nothing was written", "make it writable")
    if now != before:
        raise SopkitError(f"{path}: changed since it was read; nothing was written", "run it again")
