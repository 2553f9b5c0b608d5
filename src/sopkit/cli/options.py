"""Options that several commands share, and the way from them to a library."""

import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from sopkit.library import Library, find_root, load, load_config
from sopkit.model.errors import SopkitError


def day(text: str) -> date:
    """A day as typed, else a usage error."""
    try:
        if len(text) == len("2026-11-24"):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise typer.BadParameter(f"{text!r} is not a date; write YYYY-MM-DD")


AsOfOption = Annotated[
    date | None,
    typer.Option("--as-of", metavar="DATE", parser=day, help="Judge as of this day (YYYY-MM-DD) instead of today."),
]
FolderOption = Annotated[
    Path | None,
    typer.Option("-C", "--directory", metavar="DIR", help="The library's folder; else the nearest sopkit.toml upward."),
]
OutputOption = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write to this file instead of the terminal.")
]


def open_library(folder: Path | None, as_of: date | None, paths: tuple[Path, ...] = ()) -> Library:
    """The library that a command is about: the one named by -C, else the nearest to the paths or to here."""
    root = folder_of(folder) if folder is not None else find_root(paths[0] if paths else Path.cwd())
    config = load_config(root)
    return load(root, as_of or today(config.library.timezone), config)


def folder_of(folder: Path) -> Path:
    """The root of the library in exactly this folder. Raises SopkitError when it holds none."""
    if not folder.is_dir():
        raise SopkitError(f"{folder}: no such folder")
    if not (folder / "sopkit.toml").is_file():
        raise SopkitError(
            f"{folder}: not a library of SOPs: no sopkit.toml in it", "name the folder that holds sopkit.toml"
        )
    return folder.resolve()


def today(zone: str) -> date:
    """The day that it is now in a time zone."""
    if zone == "UTC":
        return datetime.now(UTC).date()
    from zoneinfo import ZoneInfo  # most libraries are in UTC

    return datetime.now(ZoneInfo(zone)).date()


def relative(library: Library, paths: tuple[Path, ...]) -> tuple[str, ...] | None:
    """Paths as the library names them; None for none. Raises SopkitError for one that is not in the library."""
    if not paths:
        return None
    found = []
    for path in paths:
        full = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow the link that is asked about
        if not os.path.lexists(full):
            raise SopkitError(f"{path}: no such file or folder")
        root = library.root
        if not full.is_relative_to(root):
            full = full.resolve()
        if not full.is_relative_to(root):
            raise SopkitError(f"{path}: not in the library {root}", "name its folder with -C DIR")
        name = full.relative_to(root).as_posix()
        found.append("" if name == "." else name)
    return tuple(found)


TreeOnlyOption = Annotated[
    bool, typer.Option("--tree-only", help="Judge the files alone, for want of history; nothing is proved approved.")
]
