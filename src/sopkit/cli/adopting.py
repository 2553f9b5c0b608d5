"""What `sopkit adopt` does: the library and the decisions, the plan, and what is written or shown of it."""

import json
import os
from collections.abc import Iterable
from pathlib import Path

import typer

from sopkit.authoring.adopt.decisions import Decisions, read_decisions
from sopkit.authoring.adopt.document import adoption_json
from sopkit.authoring.adopt.legacy import legacy_settings
from sopkit.authoring.adopt.plan import AdoptedDraft, AdoptionPlan
from sopkit.authoring.adopt.planning import AdoptOptions, plan_of
from sopkit.authoring.adopt.writing import commit as commit_plan
from sopkit.authoring.adopt.writing import difference, files_of, left_behind
from sopkit.authoring.adopt.writing import write as write_plan
from sopkit.cli.adopt_text import plan_text
from sopkit.cli.asking import can_ask, giving_up
from sopkit.cli.console import echo
from sopkit.cli.options import folder_of, today
from sopkit.cli.progress import Progress
from sopkit.cli.recording import tell
from sopkit.files import write_file
from sopkit.git.checkout import read_checkout
from sopkit.library import CONFIG_NAME, Library, find_root, load, load_config, root_at_or_above
from sopkit.model.errors import SopkitError
from sopkit.tables.escape import escape_controls


def library_around(folder: Path | None, path: Path) -> Library:
    """The library that is named, else the one around the current folder, else the one around the first document."""
    root = folder_of(folder) if folder is not None else root_at_or_above(Path.cwd()) or find_root(path)
    config = load_config(root)
    return load(root, today(config.library.timezone), config)


def is_one(paths: list[Path]) -> bool:
    """Whether one document is named, and no folder."""
    return len(paths) == 1 and not paths[0].is_dir()


def decisions_in(file: Path | None) -> Decisions:
    """The decisions of a map file, or none. Raises SopkitError with file and line."""
    if file is None:
        return Decisions()
    try:
        return read_decisions(file.read_bytes(), str(file))
    except OSError as error:
        raise SopkitError(
            f"{file}: cannot be read: {error.strerror}", "name a map file, as --save-map writes it"
        ) from error


def planned(
    library: Library, paths: list[Path], wished: tuple[str, str, str], decisions: Decisions, *, ask: bool
) -> AdoptionPlan:
    """The plan for documents; with `ask` somebody at the terminal says whether bullets of a single one are steps."""
    with Progress("adopting") as progress:
        asking = ask and is_one(paths) and can_ask()
        return plan_of(paths, library, AdoptOptions(*wished), decisions, progress, _ask if asking else _silent)


def spare(plan: AdoptionPlan, library: Library, read: Iterable[Path], outputs: Iterable[Path | None]) -> None:
    """Raise SopkitError when the plan itself is to be written over a document, or over a file that it changes."""
    names = (*(draft.source for draft in plan.drafts), *(one.source for one in plan.refused), *files_of(plan))
    taken = {os.path.realpath(path) for path in (*read, *(library.root / name for name in (*names, CONFIG_NAME)))}
    for output in outputs:
        if output is not None and os.path.realpath(output) in taken:
            raise SopkitError(f"{output} is a document, or a file of the library", "name another file for the output")


def _silent(_draft: AdoptedDraft) -> str:
    return ""


def _ask(draft: AdoptedDraft) -> str:
    """Whether the plain bullets of a document are steps, as somebody at the terminal says."""
    under = ", ".join(dict.fromkeys(heading or draft.title for heading in draft.asked_bullets))
    with giving_up("nothing was written"):
        yes = typer.confirm(escape_controls(f"Are the bullets under {under} steps, one after the other?"), err=True)
    return "steps" if yes else "keep"


def carry_out(plan: AdoptionPlan, library: Library, *, commit: bool) -> str:
    """Write the files of a plan, and commit them; the id of the commit, empty without one."""
    with Progress("writing") as progress:
        if not commit:
            write_plan(plan, library, progress)
            return ""
        oid, warning = commit_plan(plan, library, progress)
    tell(warning)
    return oid


def tell_of(plan: AdoptionPlan, library: Library, *, commit: bool) -> None:
    """Print what else is to be known; after a commit also what an earlier run left behind."""
    tell(*plan.notes, left_behind(library) if commit else "")


def shown(plan: AdoptionPlan, library: Library, format: str, *, diff: bool, written: bool, commit: str) -> str:
    """The plan as it is asked for: as JSON, as the difference that it makes, or in words."""
    if format == "json":
        head = read_checkout(library.root).head
        found = adoption_json(plan, head, library.as_of, written=written, commit=commit)
        return json.dumps(found, indent=2, ensure_ascii=False) + "\n"
    if diff:
        return difference(plan)
    return plan_text(plan, written=written, commit=commit)


def leave_as_they_are(library: Library, paths: list[Path], decisions: Decisions, *, write: bool, diff: bool) -> None:
    """Let sopkit.toml say how the documents spell things, tell what it says, and leave with the exit code."""
    with Progress("reading") as progress:
        found = legacy_settings(paths, library, decisions, progress)
    if write and found.after != found.before:
        write_file(library.root / CONFIG_NAME, found.after)
    echo(found.difference if diff else found.told(written=write))
    tell(*found.notes)
    raise typer.Exit(1 if found.refused else 0)
