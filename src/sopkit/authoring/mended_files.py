"""Mended files: shown as a diff, and written all or none."""

import os
import stat
from contextlib import suppress
from pathlib import Path

from sopkit.authoring.fix import Mended
from sopkit.files import refuse_outside, restore_file, write_file
from sopkit.library import Library
from sopkit.model.errors import SopkitError


def write(mended: Mended, library: Library) -> None:
    """Write the mended files, all or none: a fix in one file may rely on one in another. Raises SopkitError."""
    for path, (before, _) in mended.files.items():
        _refuse(library.root, path, before)
    written: list[str] = []
    try:
        for path, (_, after) in mended.files.items():
            write_file(library.root / path, after)
            written.append(path)
    except BaseException:
        for path in written:
            with suppress(OSError, SopkitError):
                restore_file(library.root / path, mended.files[path][0])
        raise


def _refuse(root: Path, path: str, before: bytes) -> None:
    """Raise SopkitError when a file is not as it was read, or is not to be written."""
    full = root / path
    refuse_outside(root, path)
    try:
        mode = full.lstat().st_mode
        now = full.read_bytes() if stat.S_ISREG(mode) else b""
    except OSError as error:
        raise SopkitError(f"{path}: {_gone(error)} while it was being mended; nothing was written", _AGAIN) from error
    if not stat.S_ISREG(mode):
        what = "a symbolic link" if stat.S_ISLNK(mode) else "no file"
        raise SopkitError(f"{path}: is {what}; nothing was written", "put the file itself there")
    if now != before:
        raise SopkitError(f"{path}: changed while it was being mended; nothing was written", _AGAIN)
    if not mode & 0o222 or not os.access(full, os.W_OK):
        raise SopkitError(f"{path}: is read-only; nothing was written", f"make it writable, or leave it out: {_OTHERS}")


_AGAIN = "run it again"
_OTHERS = "sopkit lint --fix PATH mends only the files that you name"


def _gone(error: OSError) -> str:
    return (
        "went away"
        if isinstance(error, FileNotFoundError | NotADirectoryError)
        else f"cannot be read ({error.strerror})"
    )


def difference(mended: Mended) -> str:
    """The changes as a unified diff."""
    from difflib import unified_diff  # only for --diff

    lines: list[str] = []
    for path, (before, after) in sorted(mended.files.items()):
        old, new = (side.decode("utf-8", "replace").splitlines(keepends=True) for side in (before, after))
        lines += (
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for line in unified_diff(old, new, f"a/{path}", f"b/{path}")
        )
    return "".join(lines)


def told(mended: Mended) -> str:
    """What was mended and what was not, in one line; empty when there was nothing to mend."""
    files = "1 file" if len(mended.files) == 1 else f"{len(mended.files)} files"
    parts = []
    if mended.withheld:
        parts.append(f"{len(mended.withheld)} in active SOPs left alone (--meaning)")
    if mended.suggested:
        parts.append(f"{_count(len(mended.suggested))} left alone (--unsafe)")
    if mended.unsettled:
        named = ", ".join(f"{one.path}:{one.place.line} {one.code}" for one in mended.unsettled[:3])
        more = f" and {len(mended.unsettled) - 3} more" if len(mended.unsettled) > 3 else ""  # noqa: PLR2004 - as above
        parts.append(f"fixes undo each other, so these stay: {named}{more}")
    if not mended.applied and not parts:
        return ""
    return "; ".join([f"mended {mended.applied} in {files}", *parts])


def _count(suggestions: int) -> str:
    return "1 suggestion" if suggestions == 1 else f"{suggestions} suggestions"
