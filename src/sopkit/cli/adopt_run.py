"""Run `sopkit adopt`: make, show and carry out the plan."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import typer

from sopkit.adopt.adoption import AdoptOptions, build_plan, commit_plan, list_files, plan_diff, write_plan
from sopkit.adopt.decisions import Decisions, read_decisions
from sopkit.adopt.plan import AdoptedDraft, AdoptionPlan, MappingResult, adoption_json
from sopkit.adopt.settings import find_legacy_settings
from sopkit.cli import options
from sopkit.cli.console import ProgressBar, can_ask, echo, exit_on_interrupt, print_notes
from sopkit.files import refuse_outside, write_file
from sopkit.git.checkout import read_checkout
from sopkit.library import CONFIG_NAME, Library, find_root, load, load_config
from sopkit.model.errors import SopkitError
from sopkit.tables.document import dump_json
from sopkit.tables.escape import escape_controls

_WIDTH = 8
_MAX_DETAILED = 5
"""With so many drafts an overview is the last that is printed, a line for each."""


def format_plan(plan: AdoptionPlan, *, written: bool, commit: str) -> str:
    """What is mapped, guessed and left in each document, what is refused, and what comes next."""
    lines: list[str] = []
    for draft in plan.drafts:
        where = f"{draft.source} -> {draft.target}" if draft.moved else draft.source
        lines.append(f"{where}: {' '.join(part for part in (draft.id, draft.title) if part)}")
        for how in MappingResult:
            for one in (one for one in draft.plan_lines if one.how is how):
                line = f"line {one.line}: " if one.line else ""
                confidence = f" ({one.confidence})" if one.confidence else ""
                lines.append(f"  {how.ljust(_WIDTH)}{line}{one.about}: {one.words}{confidence}")
        lines.append("")
    if len(plan.drafts) >= _MAX_DETAILED:
        lines += (*_overview_lines(plan.drafts), "")
    lines += [f"not adopted  {one.source}: {one.why}" for one in plan.refused]
    lines += [f"changes      {path}" for path in sorted(plan.shared)]
    if lines and lines[-1]:
        lines.append("")
    count = Counter(one.how for draft in plan.drafts for one in draft.plan_lines)
    drafts = "1 draft" if len(plan.drafts) == 1 else f"{len(plan.drafts)} drafts"
    done = f"committed as {commit[:12]}" if commit else "written" if written else "planned, nothing is written"
    mapped, guessed = count[MappingResult.MAPPED], count[MappingResult.GUESSED]
    lines.append(f"{drafts} {done}: {mapped} mapped, {guessed} guessed, {count[MappingResult.LEFT]} left to you")
    if plan.drafts and written:
        lines.append("next: sopkit lint lists what must still be decided")
    elif plan.drafts:
        lines.append(
            "next: --diff shows the changes, --save-map FILE the decisions to edit, --write carries the plan out"
        )
    return "\n".join(escape_controls(line) for line in lines) + "\n"


def _overview_lines(drafts: Sequence[AdoptedDraft]) -> Iterator[str]:
    rows = [("id", "area", "guessed", "left", "document")]
    for draft in drafts:
        count = Counter(one.how for one in draft.plan_lines)
        confidence = next(
            (one.confidence for one in draft.plan_lines if one.about == "key area" and one.confidence), ""
        )
        area = f"{draft.area} ({confidence})" if confidence else draft.area
        numbers = (str(count[MappingResult.GUESSED]), str(count[MappingResult.LEFT]))
        rows.append((draft.id, area, *numbers, draft.source))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def find_library(folder: Path | None, path: Path) -> Library:
    """The library that is named, else the one around the current folder, else the one around the first document."""
    root = options.find_library(folder) or find_root(path)
    config = load_config(root)
    return load(root, options.current_date(config.library.timezone), config)


def is_single_document(paths: list[Path]) -> bool:
    """Whether one document is named, and no folder."""
    return len(paths) == 1 and not paths[0].is_dir()


def load_decisions(file: Path | None) -> Decisions:
    """The decisions of a map file, or none. Raises SopkitError with file and line."""
    if file is None:
        return Decisions()
    try:
        return read_decisions(file.read_bytes(), str(file))
    except OSError as error:
        raise SopkitError(
            f"{file}: cannot be read: {error.strerror}", "name a map file, as --save-map writes it"
        ) from error


def make_plan(
    library: Library, paths: list[Path], wished: tuple[str, str, str], decisions: Decisions, *, ask: bool
) -> AdoptionPlan:
    """The plan for documents; with `ask` somebody at the terminal says whether bullets of a single one are steps."""
    question = _ask_bullets if ask and is_single_document(paths) and can_ask() else lambda _: ""
    with ProgressBar("adopting") as progress:
        return build_plan(paths, library, AdoptOptions(*wished), decisions, progress, question)


def refuse_overwrite(
    plan: AdoptionPlan, library: Library, read: Iterable[Path], outputs: Iterable[Path | None]
) -> None:
    """Raise SopkitError when the plan itself is to be written over a document, or over a file that it changes."""
    names = (*(draft.source for draft in plan.drafts), *(one.source for one in plan.refused), *list_files(plan))
    protected = {os.path.realpath(path) for path in (*read, *(library.root / name for name in (*names, CONFIG_NAME)))}
    for output in outputs:
        if output is not None and os.path.realpath(output) in protected:
            raise SopkitError(f"{output} is a document, or a file of the library", "name another file for the output")


def _ask_bullets(draft: AdoptedDraft) -> str:
    """Whether the plain bullets of a document are steps, as somebody at the terminal says."""
    under = ", ".join(dict.fromkeys(heading or draft.title for heading in draft.undecided_bullets))
    with exit_on_interrupt("nothing was written"):
        yes = typer.confirm(escape_controls(f"Are the bullets under {under} steps, one after the other?"), err=True)
    return "steps" if yes else "keep"


def execute_plan(plan: AdoptionPlan, library: Library, *, commit: bool) -> str:
    """Write the files of a plan, and commit them; the id of the commit, empty without one."""
    with ProgressBar("writing") as progress:
        if not commit:
            write_plan(plan, library, progress)
            return ""
        oid, warning = commit_plan(plan, library, progress)
    print_notes(warning)
    return oid


def render_plan(plan: AdoptionPlan, library: Library, format: str, *, diff: bool, written: bool, commit: str) -> str:
    """The plan as JSON, as a diff, or as text."""
    if format == "json":
        head = read_checkout(library.root).head
        found = adoption_json(plan, head, library.as_of, written=written, commit=commit)
        return dump_json(found)
    return plan_diff(plan) if diff else format_plan(plan, written=written, commit=commit)


def configure_legacy(library: Library, paths: list[Path], decisions: Decisions, *, write: bool, diff: bool) -> None:
    """Let sopkit.toml say how the documents spell things, tell what it says, and leave with the exit code."""
    with ProgressBar("reading") as progress:
        found = find_legacy_settings(paths, library, decisions, progress)
    if write and found.after != found.before:
        refuse_outside(library.root, CONFIG_NAME)
        write_file(library.root / CONFIG_NAME, found.after)
    echo(found.difference if diff else found.summary(written=write), verbatim=diff)
    print_notes(*found.notes)
    raise typer.Exit(1 if found.refused else 0)
