"""Drafts into their files: all of them or none, and never over a file that is there."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import sleep

from sopkit.authoring.templates.draft import Draft
from sopkit.files import create_file, make_folder, refuse_outside, write_file
from sopkit.library import Library
from sopkit.model.errors import SopkitError

_PAUSE = 0.05  # seconds
_TRIES = 1200


def make(root: Path, opened: Callable[[], Library], drafted: Callable[[Library], Draft]) -> Draft:
    """The draft that `drafted` gives, written; nobody else makes an SOP in this library meanwhile."""
    with alone(root):
        made = drafted(opened())
        write_drafts(root, (made,))
    return made


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Wait until nobody else makes files in a library, so that two runs never take one id.

    Raises SopkitError when the other does not end.
    """
    try:
        import fcntl  # noqa: PLC0415 - Windows has none
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


def write_drafts(root: Path, drafts: tuple[Draft, ...]) -> None:
    """Write the registers, then the SOPs; on an error all is as before. Raises SopkitError.

    A run that is killed in between leaves rows that the next one finds and uses.
    """
    undo: list[Callable[[], None]] = []
    try:
        for path, data in {path: data for one in drafts for path, data in one.registers.items()}.items():
            refuse_outside(root, path)
            file = root / path
            before = file.read_bytes() if file.exists() else None
            make_folder(file.parent)
            write_file(file, data)
            undo.append(lambda file=file, before=before: restore(file, before))  # type: ignore[misc]
        for one in drafts:
            file = root / one.path
            make_folder(file.parent)
            _make(file, one)
            undo.append(file.unlink)
    except BaseException:
        for step in reversed(undo):
            with suppress(OSError, SopkitError):
                step()
        raise


def restore(file: Path, before: bytes | None) -> None:
    """Put back what a file held, None being no file. Raises OSError and SopkitError when that fails."""
    if before is None:
        file.unlink()
    else:
        write_file(file, before)


def _make(file: Path, one: Draft) -> None:
    if not create_file(file, one.text.encode()):
        raise SopkitError(f"{one.path} is there already", "choose another --title or --id")
