"""Files that a command may write: not a file that a library reads, and no file twice."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

import typer

from sopkit.model.errors import SopkitError

_LIBRARY_FOLDERS = ("registers/", "controls/", "ledger/", "templates/")


def choose_table_format(format: str | None, output: Path | None, own: tuple[str, ...] = ()) -> str:
    """The format given, else that of the file's ending (also one of the command's `own`), else a table.

    Raises a usage error for a workbook that would go to a terminal.
    """
    suffix = output.suffix.lower() if output is not None else ""
    forms = {".csv": "csv", ".json": "json", ".xlsx": "xlsx", ".md": "markdown"}
    form = format or forms.get(suffix, suffix[1:] if suffix[1:] in own else "table")
    if form == "xlsx" and output is None and sys.stdout.isatty():
        raise typer.BadParameter("name a file with -o FILE.xlsx")
    return form


def refuse_read(file: Path) -> None:
    """Raise SopkitError when a file is one of git's, or is there and the library around it reads it."""
    from sopkit.library import root_at_or_above  # most commands write no file

    full = Path(os.path.realpath(file))
    if ".git" in full.parts:
        raise SopkitError(f"{file}: belongs to git, so it is not written", "choose a file outside of .git")
    root = root_at_or_above(full.parent) if full.is_file() else None
    if root is not None and _is_library_file(root, full.relative_to(root).as_posix()):
        raise SopkitError(
            f"{file}: belongs to the library {root}, so it is not written over",
            "choose another file, or delete it first",
        )


def refuse_folder(folder: Path) -> None:
    """Raise SopkitError when a folder for many files is one that the library around it reads."""
    from sopkit.library import root_at_or_above  # most commands write no folder

    full = Path(os.path.realpath(folder))
    root = root_at_or_above(full)
    if root is not None and f"{full.relative_to(root).as_posix()}/".startswith(_LIBRARY_FOLDERS):
        raise SopkitError(f"{folder}: the library {root} reads what is in it", "choose another folder")


def refuse_outputs(files: Iterable[Path]) -> None:
    """Raise SopkitError when one of the files is read by a library, or is there twice."""
    seen: set[str] = set()
    for file in files:
        refuse_read(file)
        full = os.path.realpath(file)
        if full in seen and (file.is_file() or not file.exists()):
            raise SopkitError(f"{file}: is to be written twice", "name another file for one of the two")
        seen.add(full)


def _is_library_file(root: Path, path: str) -> bool:
    from sopkit.git.globs import compile_globs
    from sopkit.library import CONFIG_NAME, load_config
    from sopkit.model.config import Config

    try:
        config = load_config(root)
    except SopkitError:
        config = Config()
    named = {CONFIG_NAME, Path(config.lint.baseline).as_posix()}
    return path in named or path.startswith(_LIBRARY_FOLDERS) or compile_globs(config.library.sops)(path)
