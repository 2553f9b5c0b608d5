"""Plan and write a new library: its files, starter SOPs and registers, without overwriting a file."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sopkit.authoring.init_files import (
    InitOptions,
    OpenMark,
    fill_text,
    find_open_marks,
    format_checklist,
    format_config,
    format_forge_files,
    format_readme,
    parse_config,
)
from sopkit.authoring.request import SopRequest
from sopkit.authoring.templates.draft import Draft, draft_sop
from sopkit.files import create_file, library_lock, make_folder, refuse_outside
from sopkit.git.checkout import Forge, find_top, forge_of, read_checkout, read_origin
from sopkit.git.repository import init_repository
from sopkit.library import CONFIG_NAME, Library, load, load_config
from sopkit.lint.engine import LintOptions, lint
from sopkit.lint.select import Profile
from sopkit.model.errors import SopkitError
from sopkit.model.template import Template
from sopkit.parsing.register import Register, read_register
from sopkit.parsing.template import find_template, template_names
from sopkit.reading import read_file

STARTER_REGISTERS = ("people", "roles", "policies", "assets", "risks", "vendors", "glossary")
"""The registers that a library begins with; the others are starter when somebody needs them."""

_BLANK_TEMPLATE = "blank"


def make_starter_files(library: Library, areas: tuple[str, ...]) -> tuple[dict[str, bytes], dict[str, str]]:
    """Registers and first SOPs for a library that may lack every file, by path; and the ids of all first SOPs by path.

    SOPs that an earlier run made are among the ids only. Raises SopkitError when a register or template is broken.
    """
    starter = _start_registers(library)
    library = replace(library, registers=starter)
    templates = _starter_templates(library)
    drafts: tuple[Draft, ...] = ()
    existing_ids: dict[str, str] = {}
    for area in areas:
        template = templates.get(area, templates[""])
        made = (sop for sop in library.sops if sop.text("template").partition("@")[0] == template.name)
        if (existing := next((sop for sop in made if sop.text("area") == area), None)) is not None:
            existing_ids[existing.path] = existing.id
            continue
        title = "" if template.header.starter else f"First procedure of {library.config.all_areas[area].title.lower()}"
        drafts += (draft_sop(library, template, SopRequest(area=area, title=title), drafts),)
    files = {register.path: register.source.data for register in starter.values() if register.path}
    for one in drafts:
        files |= one.registers
    files |= {one.path: one.text.encode() for one in drafts}
    return files, {**{one.path: one.id for one in drafts}, **existing_ids}


def _start_registers(library: Library) -> dict[str, Register]:
    found = {register.name: register for register in library.registers.values()}
    for name in STARTER_REGISTERS:
        if not found[name].path:
            path = found[name].file
            found[name] = read_register(name, path, fill_text(path).encode())
    return found


def _starter_templates(library: Library) -> dict[str, Template]:
    """The template with which each area begins, its first starter; under no name the one for areas without any."""
    known = [find_template(library.root, name) for name in template_names(library.root)]
    starters = {template.header.area: template for template in reversed(known) if template.header.starter}
    return {"": next(template for template in known if template.name == _BLANK_TEMPLATE), **starters}


@dataclass(frozen=True)
class LibraryPlan:
    """What is to be written, in this order, by path from `root`, and what is there already and stays.

    The configuration is last: until it is there the folder is no library, and a second run completes the first.
    """

    root: Path
    top: Path | None
    new: Mapping[str, bytes]
    left: tuple[str, ...]
    marks: tuple[OpenMark, ...]


def refuse_existing_library(folder: Path) -> None:
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


def guess_forge(folder: Path) -> Forge:
    """The forge that the repository around a folder came from; GitHub where nothing tells."""
    found = forge_of(read_origin(find_top(folder)))
    return Forge.GITHUB if found is Forge.UNKNOWN else found


def plan_library(root: Path, choice: InitOptions, as_of: date) -> LibraryPlan:
    """The files for a folder that is there. Raises SopkitError when what is in it is in the way."""
    root = root.resolve()
    config = parse_config(choice)
    library = load(root, as_of, config)
    starters, ids = make_starter_files(replace(library, exists=lambda path: os.path.lexists(root / path)), choice.areas)
    top = next((above for above in (root, *root.parents) if (above / ".git").exists()), None)
    folder = read_checkout(root).prefix
    up = f"{os.path.relpath(top, root)}/" if top is not None and folder else ""
    files = {
        **starters,
        "README.md": format_readme(choice, next(iter(ids.values()))).encode(),
        ".gitignore": fill_text("gitignore").encode(),
        ".gitattributes": fill_text("gitattributes").encode(),
        **{f"{up}{path}": content.encode() for path, content in format_forge_files(choice, folder).items()},
    }
    new = {path: data for path, data in files.items() if not os.path.lexists(root / path)}
    left = [path for path in {**ids, **files} if path not in new]
    marks = find_open_marks(
        {
            path: (new[path] if path in new else _read_existing(root, path)).decode("utf-8", "replace")
            for path in {**starters, **ids}
        }
    )
    last = {"DECISIONS.md": format_checklist(choice, marks), CONFIG_NAME: format_config(choice)}
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


def _read_existing(root: Path, path: str) -> bytes:
    try:
        return read_file(root, path)
    except OSError:
        return b""


def _refuse_blocked(root: Path, path: str) -> None:
    for above in (root / path).parents:
        if os.path.lexists(above):
            if not above.is_dir():
                raise SopkitError(f"{above}: is no folder, so {path} cannot be written", "move it away, then run again")
            return


@dataclass(frozen=True)
class InitResult:
    """What was done: files made and left, by path from `root`; the open marks; errors that the linter finds now.

    `top` is the top of the repository around the folder, None where there is none.
    """

    root: Path
    made: tuple[str, ...]
    left: tuple[str, ...]
    marks: tuple[OpenMark, ...]
    errors: int
    top: Path | None
    repository_made: bool

    @property
    def outside(self) -> tuple[str, ...]:
        """The files made that stand above the library, at the top of its repository."""
        return tuple(path for path in self.made if path.startswith("../"))


def create_library(folder: Path, choice: InitOptions, as_of: date, *, repository: bool = False) -> InitResult:
    """Make a library in a folder, which is made when it is missing; with `repository` a git repository first.

    Raises SopkitError when the folder is in a library, or cannot be written.
    """
    refuse_existing_library(folder)
    make_folder(folder)
    with library_lock(folder):
        refuse_existing_library(folder)  # another run may have made it meanwhile
        repository_made = repository and init_repository(folder)
        planned = plan_library(folder, choice, as_of)
        made: list[str] = []
        left = list(planned.left)
        for path, data in planned.new.items():
            file = planned.root / path
            make_folder(file.parent)
            (made if create_file(file, data) else left).append(path)
    library = load(planned.root, as_of, load_config(planned.root))
    report = lint(library, LintOptions(profile=Profile.REVIEW))
    errors = sum(finding.severity is report.fail_on for finding in report.findings)
    return InitResult(
        root=planned.root,
        made=tuple(sorted(made)),
        left=tuple(sorted(left)),
        marks=planned.marks,
        errors=errors,
        top=planned.top,
        repository_made=repository_made,
    )
