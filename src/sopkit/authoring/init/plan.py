"""The files of a new library: which they are, and which are there already."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sopkit.authoring.init.choice import Choice
from sopkit.authoring.init.decisions import Undecided, checklist, undecided_in
from sopkit.authoring.init.forge import forge_files
from sopkit.authoring.init.readme import readme_text
from sopkit.authoring.init.settings import settings_of, settings_text
from sopkit.authoring.init.starters import beginning
from sopkit.authoring.init.texts import text
from sopkit.files import refuse_outside
from sopkit.git.checkout import Forge, find_top, forge_of, read_checkout, read_origin
from sopkit.library import CONFIG_NAME, load
from sopkit.model.errors import SopkitError


@dataclass(frozen=True)
class LibraryPlan:
    """What is to be written, in this order, by path from `root`, and what is there already and stays.

    The configuration is last: until it is there the folder is no library, and a second run completes the first.
    """

    root: Path
    top: Path | None
    new: Mapping[str, bytes]
    left: tuple[str, ...]
    marks: tuple[Undecided, ...]


def refuse_library(folder: Path) -> None:
    """Raise SopkitError when a folder is a library or lies in one, or when it is no folder."""
    here = Path(os.path.realpath(folder))
    for above in (here, *here.parents):
        if os.path.lexists(above / CONFIG_NAME):
            where = "is a library already" if above == here else f"lies in the library {above}"
            raise SopkitError(
                f"{folder}: {where}: there is a {CONFIG_NAME}",
                "begin another procedure in it, also of another area: sopkit template list, then sopkit new",
            )
    if os.path.lexists(folder) and not folder.is_dir():
        raise SopkitError(f"{folder}: is no folder", "name a folder, or one that is still to be made")


def likely_forge(folder: Path) -> Forge:
    """The forge that the repository around a folder came from; GitHub where nothing tells."""
    found = forge_of(read_origin(find_top(folder)))
    return Forge.GITHUB if found is Forge.UNKNOWN else found


def plan(root: Path, choice: Choice, as_of: date) -> LibraryPlan:
    """The files for a folder that is there. Raises SopkitError when what is in it is in the way."""
    root = root.resolve()
    config = settings_of(choice)
    library = load(root, as_of, config)
    begun = beginning(replace(library, exists=lambda path: os.path.lexists(root / path)), choice.areas)
    top = next((above for above in (root, *root.parents) if (above / ".git").exists()), None)
    folder = read_checkout(root).prefix
    up = f"{os.path.relpath(top, root)}/" if top is not None and folder else ""
    files = {
        **begun.registers,
        **begun.sops,
        "README.md": readme_text(choice, begun.id).encode(),
        ".gitignore": text("gitignore").encode(),
        ".gitattributes": text("gitattributes").encode(),
        **{f"{up}{path}": content.encode() for path, content in forge_files(choice, folder).items()},
    }
    new = {path: data for path, data in files.items() if not os.path.lexists(root / path)}
    left = [*begun.there, *(path for path in files if path not in new)]
    marks = undecided_in(
        {
            path: (new[path] if path in new else _read(root / path)).decode("utf-8", "replace")
            for path in (*begun.registers, *begun.sops, *begun.there)
        }
    )
    last = {"DECISIONS.md": checklist(choice, marks), CONFIG_NAME: settings_text(choice)}
    for path, words in last.items():
        if os.path.lexists(root / path):
            left.append(path)
        else:
            new[path] = words.encode()
    for path in new:
        _refuse_blocked(root, path)
        if path.startswith("../") and top is not None:
            refuse_outside(top, os.path.relpath(root / path, top))
        else:
            refuse_outside(root, path)
    return LibraryPlan(root, top, new, tuple(sorted(left)), marks)


def _read(file: Path) -> bytes:
    """The bytes of a file that is there; nothing when they cannot be had, which the linter says."""
    try:
        return file.read_bytes()
    except OSError:
        return b""


def _refuse_blocked(root: Path, path: str) -> None:
    """Raise SopkitError when a file stands where a folder is needed."""
    for above in (root / path).parents:
        if os.path.lexists(above):
            if not above.is_dir():
                raise SopkitError(f"{above}: is no folder, so {path} cannot be written", "move it away, then run again")
            return
