"""Drafts into their files: all of them or none, and never over a file that is there."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sopkit.authoring.templates.draft import Draft
from sopkit.files import make_folder, write_file
from sopkit.library import CONFIG_NAME, Library
from sopkit.model.errors import SopkitError


def make(root: Path, opened: Callable[[], Library], drafted: Callable[[Library], Draft]) -> Draft:
    """The draft that `drafted` gives, written; nobody else makes an SOP in this library meanwhile."""
    with alone(root):
        made = drafted(opened())
        write_drafts(root, (made,))
    return made


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Wait until nobody else makes SOPs in a library, so that two runs never take one id."""
    try:
        import fcntl  # noqa: PLC0415 - Windows has none
    except ImportError:
        yield
        return
    with (root / CONFIG_NAME).open("rb") as file:
        with suppress(OSError):  # a file system without locks: an SOP is created exclusively all the same
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def write_drafts(root: Path, drafts: tuple[Draft, ...]) -> None:
    """Write the registers, then the SOPs; on an error all is as before. Raises SopkitError.

    A run that is killed in between leaves rows that the next one finds and uses.
    """
    undo: list[Callable[[], None]] = []
    try:
        for path, data in {path: data for one in drafts for path, data in one.registers.items()}.items():
            file = root / path
            before = file.read_bytes() if file.exists() else None
            make_folder(file.parent)
            write_file(file, data)
            undo.append(lambda file=file, before=before: _restore(file, before))  # type: ignore[misc]
        for one in drafts:
            file = root / one.path
            make_folder(file.parent)
            _create(file, one.text.encode(), one.path)
            undo.append(file.unlink)
    except BaseException:
        for step in reversed(undo):
            with suppress(OSError, SopkitError):
                step()
        raise


def _restore(file: Path, before: bytes | None) -> None:
    if before is None:
        file.unlink()
    else:
        write_file(file, before)


def _create(file: Path, data: bytes, path: str) -> None:
    """Make a file that is not there yet, whole and at once. Raises SopkitError when it is there."""
    there = SopkitError(f"{path} is there already", "choose another --title or --id")
    if os.path.lexists(file):
        raise there
    beside = file.with_name(f".{file.name[:40]}.{os.getpid()}.part")
    write_file(beside, data)
    try:
        os.link(beside, file)
    except FileExistsError:
        raise there from None
    except OSError:  # a file system without links
        try:
            with file.open("xb") as new:
                new.write(data)
        except FileExistsError:
            raise there from None
    finally:
        with suppress(OSError):
            beside.unlink()
