"""`sopkit adopt`."""

from pathlib import Path
from typing import Annotated

import typer

from sopkit.cli.console import echo, print_notes
from sopkit.cli.options import FolderOption, OutputOption, check_name, format_option, make_command, refuse_conflicts
from sopkit.files import write_file
from sopkit.model.errors import SopkitError

app = make_command()

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
    refuse_conflicts(write=write, dry_run=dry_run)
    refuse_conflicts(commit=commit, dry_run=dry_run)
    refuse_conflicts(to=to, in_place_legacy=legacy)
    from sopkit.adopt.adoption import settle_leftovers
    from sopkit.adopt.decisions import (
        BULLETS,  # adopt and its libraries cost 100 ms
        write_map,  # adopt and its libraries cost 100 ms
    )
    from sopkit.cli import adopt_run

    if bullets:
        check_name(bullets, BULLETS, "choice of --bullets")
    library = adopt_run.find_library(folder, paths[0])
    if save_map is not None and save_map.exists():
        raise SopkitError(f"{save_map} is there already", "name a new file, so that nobody's decisions are lost")
    decisions = adopt_run.load_decisions(map_file)
    writes = not dry_run and (write or commit or (not diff and adopt_run.is_single_document(paths)))
    if legacy:
        adopt_run.configure_legacy(library, paths, decisions, write=write or commit, diff=diff)
        return
    plan = adopt_run.make_plan(library, paths, (area, to, bullets), decisions, ask=writes)
    adopt_run.refuse_overwrite(plan, library, (*paths, *([map_file] if map_file else [])), (output, save_map))
    if save_map is not None:  # before the plan is carried out: afterwards its documents are adopted, and say no more
        write_file(save_map, write_map(plan).encode("utf-8", "backslashreplace"))
    writes = writes and bool(plan.drafts)
    oid = adopt_run.execute_plan(plan, library, commit=commit) if writes else ""
    echo(adopt_run.render_plan(plan, library, format, diff=diff, written=writes, commit=oid), output, verbatim=diff)
    print_notes(*plan.notes, settle_leftovers(library) if commit else "")
    raise typer.Exit(1 if plan.failed else 0)
