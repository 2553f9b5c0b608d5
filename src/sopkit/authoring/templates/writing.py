"""Drafts into their files: all of them or none, and never over a file that is there."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from sopkit.authoring.templates.draft import Draft
from sopkit.files import create_file, make_folder, refuse_outside, restore_file, write_file
from sopkit.library import Library
from sopkit.lifecycle.record.lock import library_lock
from sopkit.model.errors import SopkitError


def make(root: Path, opened: Callable[[], Library], drafted: Callable[[Library], Draft]) -> Draft:
    """The draft that `drafted` gives, written; nobody else makes an SOP in this library meanwhile."""
    with library_lock(root):
        made = drafted(opened())
        write_drafts(root, (made,))
    return made


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
            undo.append(partial(restore_file, file, before))
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


def _make(file: Path, one: Draft) -> None:
    if not create_file(file, one.text.encode()):
        raise SopkitError(f"{one.path} is there already", "choose another --title or --id")
