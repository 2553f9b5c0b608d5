"""`sopkit adopt`."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.cli.asking import can_ask, giving_up
from sopkit.cli.console import echo
from sopkit.cli.options import FolderOption, OutputOption, folder_of, today
from sopkit.cli.parameters import command_app, format_option, known
from sopkit.cli.progress import Progress
from sopkit.cli.recording import only_one, tell
from sopkit.files import write_file
from sopkit.git.checkout import checkout
from sopkit.library import CONFIG_NAME, Library, find_root, load, load_config
from sopkit.model.errors import SopkitError
from sopkit.model.visible import visible

if TYPE_CHECKING:
    from sopkit.authoring.adopt.decisions import Decisions
    from sopkit.authoring.adopt.plan import AdoptedDraft, AdoptionPlan

app = command_app()

PathsArgument = Annotated[
    list[Path],
    typer.Argument(metavar="PATH", show_default=False, help="Documents, or folders of them; git's ignored ones not."),
]
WriteOption = Annotated[bool, typer.Option("--write", help="Carry the plan out. One document alone is written anyway.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Only plan, also for one document.")]
DiffOption = Annotated[bool, typer.Option("--diff", help="Show the changes; write them only with --write.")]
AreaOption = Annotated[str, typer.Option("--area", metavar="AREA", help="The area of all; else by the words of each.")]
ToOption = Annotated[
    str,
    typer.Option("--to", metavar="PATTERN", help="Where copies go, such as sops/{area}/{id}-{slug}.md."),
]
BulletsOption = Annotated[
    str,
    typer.Option("--bullets", metavar="WHAT", help="Plain bullets of a procedure: `steps`, or `keep` as they are."),
]
MapOption = Annotated[
    Path | None, typer.Option("--map", metavar="FILE", help="Decisions to replay, as --save-map writes them.")
]
SaveMapOption = Annotated[
    Path | None, typer.Option("--save-map", metavar="FILE", help="Write the plan's decisions as a new file, to edit.")
]
CommitOption = Annotated[bool, typer.Option("--commit", help="Write, and commit just these files.")]
LegacyOption = Annotated[
    bool,
    typer.Option(
        "--in-place-legacy",
        help="Leave the documents alone, and let sopkit.toml say how they spell things: to lint them as they are.",
    ),
]


@app.command("adopt")
def adopt_command(
    paths: PathsArgument,
    write: WriteOption = False,
    dry_run: DryRunOption = False,
    diff: DiffOption = False,
    format: Annotated[str, format_option("text", "json")] = "text",
    output: OutputOption = None,
    area: AreaOption = "",
    to: ToOption = "",
    bullets: BulletsOption = "",
    map_file: MapOption = None,
    save_map: SaveMapOption = None,
    commit: CommitOption = False,
    legacy: LegacyOption = False,
    folder: FolderOption = None,
) -> None:
    """Make drafts of procedures that you have: Markdown of every shape, or Word files. No word is lost.

    The plan says for each document what is mapped, what is guessed and how surely, and what is left to you. Headings
    that nothing else fits become parts of the Procedure, a section that is missing gets a mark `[decide: …]`, plain
    bullets stay bullets unless you say that they are steps. Keys of others stay, and sopkit.toml tolerates them.

    A document that `[library] sops` names is changed in place, any other becomes a new file by `[library] file` and
    is left alone. For a folder: look at the plan, save it with --save-map, edit it, run again with --map and --write.

    Exit codes: 0 planned or written, 1 something could not be adopted, 2 the call or the set-up must be mended.
    """
    only_one(write=write, dry_run=dry_run)
    only_one(commit=commit, dry_run=dry_run)
    only_one(to=to, in_place_legacy=legacy)
    if bullets:
        from sopkit.authoring.adopt.decisions import BULLETS  # noqa: PLC0415 - as for the plan

        known(bullets, BULLETS, "choice of --bullets")
    library = _library(folder, paths[0])
    if save_map is not None and save_map.exists():
        raise SopkitError(f"{save_map} is there already", "name a new file, so that nobody's decisions are lost")
    decisions = _decisions(map_file)
    carry_out = not dry_run and (write or commit or (not diff and _is_one(paths)))
    if legacy:
        _legacy(library, paths, decisions, carry_out=write or commit, diff=diff)
        return
    plan = _planned(library, paths, (area, to, bullets), decisions, ask=carry_out)
    _spare(plan, library, (*paths, *([map_file] if map_file else [])), (output, save_map))
    if save_map is not None:  # before the plan is carried out: afterwards its documents are adopted, and say no more
        from sopkit.authoring.adopt.saving import map_of  # noqa: PLC0415 - the imports of the plan are late as well

        write_file(save_map, map_of(plan).encode("utf-8", "backslashreplace"))
    oid = _carried_out(plan, library, commit=commit) if carry_out and plan.drafts else ""
    echo(_shown(plan, library, format, diff=diff, written=carry_out and bool(plan.drafts), commit=oid), output)
    tell(*plan.notes)
    raise typer.Exit(1 if plan.failed else 0)


def _library(folder: Path | None, path: Path) -> Library:
    """The library that is named, else the one around the current folder, else the one around the first document."""
    if folder is not None:
        root = folder_of(folder)
    else:
        try:
            root = find_root(Path.cwd())
        except SopkitError:
            root = find_root(path)
    config = load_config(root)
    return load(root, today(config.library.timezone), config)


def _is_one(paths: list[Path]) -> bool:
    return len(paths) == 1 and not paths[0].is_dir()


def _decisions(file: Path | None) -> "Decisions":
    from sopkit.authoring.adopt.decisions import Decisions, read_decisions  # noqa: PLC0415 - as for the plan

    if file is None:
        return Decisions()
    try:
        return read_decisions(file.read_bytes(), str(file))
    except OSError as error:
        raise SopkitError(
            f"{file}: cannot be read: {error.strerror}", "name a map file, as --save-map writes it"
        ) from error


def _planned(
    library: Library, paths: list[Path], wished: tuple[str, str, str], decisions: "Decisions", *, ask: bool
) -> "AdoptionPlan":
    from sopkit.authoring.adopt.planning import AdoptOptions, plan_of  # noqa: PLC0415 - jinja2 and git cost 100 ms

    with Progress("adopting") as progress:
        asking = ask and _is_one(paths) and can_ask()
        return plan_of(paths, library, AdoptOptions(*wished), decisions, progress, _ask if asking else _silent)


def _spare(plan: "AdoptionPlan", library: Library, read: Iterable[Path], outputs: Iterable[Path | None]) -> None:
    """Raise SopkitError when the plan itself is to be written over a document, or over a file that it changes."""
    from sopkit.authoring.adopt.writing import files_of  # noqa: PLC0415 - as for the plan

    names = (*(draft.source for draft in plan.drafts), *(one.source for one in plan.refused), *files_of(plan))
    taken = {os.path.realpath(path) for path in (*read, *(library.root / name for name in (*names, CONFIG_NAME)))}
    for output in outputs:
        if output is not None and os.path.realpath(output) in taken:
            raise SopkitError(f"{output} is a document, or a file of the library", "name another file for the output")


def _silent(_draft: "AdoptedDraft") -> str:
    return ""


def _ask(draft: "AdoptedDraft") -> str:
    """Whether the plain bullets of a document are steps, as somebody at the terminal says."""
    under = ", ".join(dict.fromkeys(heading or draft.title for heading in draft.asked_bullets))
    with giving_up("nothing was written"):
        yes = typer.confirm(visible(f"Are the bullets under {under} steps, one after the other?"), err=True)
    return "steps" if yes else "keep"


def _carried_out(plan: "AdoptionPlan", library: Library, *, commit: bool) -> str:
    from sopkit.authoring.adopt.writing import commit as commit_plan  # noqa: PLC0415 - as for the plan
    from sopkit.authoring.adopt.writing import write as write_plan  # noqa: PLC0415

    with Progress("writing") as progress:
        if not commit:
            write_plan(plan, library, progress)
            return ""
        oid, warning = commit_plan(plan, library, progress)
    tell(warning)
    return oid


def _shown(plan: "AdoptionPlan", library: Library, format: str, *, diff: bool, written: bool, commit: str) -> str:
    if format == "json":
        from sopkit.authoring.adopt.document import adoption_json  # noqa: PLC0415 - as for the plan

        head = checkout(library.root).head
        found = adoption_json(plan, head, library.as_of, written=written, commit=commit)
        return json.dumps(found, indent=2, ensure_ascii=False) + "\n"
    if diff:
        from sopkit.authoring.adopt.writing import difference  # noqa: PLC0415 - as for the plan

        return difference(plan)
    from sopkit.cli.adopt_text import plan_text  # noqa: PLC0415 - as for the plan

    return plan_text(plan, written=written, commit=commit)


def _legacy(library: Library, paths: list[Path], decisions: "Decisions", *, carry_out: bool, diff: bool) -> None:
    from sopkit.authoring.adopt.legacy import legacy_settings  # noqa: PLC0415 - as for the plan

    with Progress("reading") as progress:
        found = legacy_settings(paths, library, decisions, progress)
    if carry_out and found.after != found.before:
        write_file(library.root / CONFIG_NAME, found.after)
    echo(found.difference if diff else found.told(written=carry_out))
    tell(*found.notes)
    raise typer.Exit(1 if found.refused else 0)
