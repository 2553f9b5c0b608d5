"""`sopkit control list|show|map|check|import`."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sopkit import __version__
from sopkit.cli.console import echo, format_table, terminal_width
from sopkit.cli.options import (
    FolderOption,
    OutputOption,
    format_option,
    make_command,
    open_library,
    require_library,
    to_library_paths,
)
from sopkit.files import make_folder, refuse_outside, write_file
from sopkit.lint.formats import format_names, load_format
from sopkit.model.errors import SopkitError
from sopkit.tables.document import cells_csv, dump_json
from sopkit.tables.escape import escape_controls, wrap_cells

if TYPE_CHECKING:
    from sopkit.analysis.control_lookup import ControlDetails, ControlFinder
    from sopkit.frameworks.sheet_import import FrameworkImport


app = make_command("Look up controls: their ids, titles, editions, and the SOPs that carry them out.")


@app.command("check")
def check_command(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE", help="Only these files of the library's controls/.")
    ] = None,
    folder: FolderOption = None,
    format: Annotated[str, format_option(*format_names())] = "text",
    output: OutputOption = None,
) -> None:
    """Check the frameworks and mappings that a library keeps itself, in its controls/.

    Ids that are there twice or differ in capitals only, groups, parents and successors that do not exist, rows of
    mappings that lead nowhere: everything is told with its line. Exit code 1 when anything is an error.
    """
    from sopkit.cli.lint import make_lint_output  # only for findings
    from sopkit.frameworks.check import check_control_files
    from sopkit.lint.engine import LintReport
    from sopkit.lint.rules import all_rules
    from sopkit.lint.select import Profile
    from sopkit.model.finding import Severity

    paths = tuple(files or ())
    library = open_library(folder, None, paths)
    checked = check_control_files(library.root, to_library_paths(library, paths))
    report = LintReport(
        findings=checked.findings,
        ignored=(),
        checked=checked.count,
        profile=Profile.REVIEW,
        fail_on=Severity.ERROR,
        rules=all_rules(),
        unit="file",
        sources=checked.sources,
    )
    chosen = load_format(format)
    echo(chosen.write(make_lint_output(library, report, output)), output, verbatim=chosen.verbatim)
    raise typer.Exit(1 if report.failed else 0)


ColumnsOption = Annotated[
    str,
    typer.Option(
        "--columns",
        metavar="LIST",
        help="Which heads (or letters) hold what: 'id=Question ID,title=Question', also group=… and parent=….",
    ),
]


@app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A workbook (.xlsx) or CSV file of your own.")],
    name: Annotated[str, typer.Option("--id", metavar="ID", help="What SOPs call it, such as hecvat-4.")],
    columns: ColumnsOption,
    title: Annotated[str, typer.Option("--title", help="Its title; else the id.")] = "",
    edition: Annotated[str, typer.Option("--edition", help="Its edition; else the number at the end of the id.")] = "",
    publisher: Annotated[str, typer.Option("--publisher", help="Who publishes it.")] = "",
    sheet: Annotated[
        str | None, typer.Option("--sheet", metavar="NAME", help="The sheet, if there are several.")
    ] = None,
    header_row: Annotated[
        int | None,
        typer.Option("--header-row", metavar="N", min=1, help="The row of the heads; else the first that has them."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written; write nothing.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Write over the file of an earlier import.")] = False,
    folder: FolderOption = None,
) -> None:
    """Make a framework of your library from a questionnaire or list of controls that you have.

    Each row with an id and a text becomes a control of controls/ID.yaml, under which SOPs can claim it:
    `controls: {hecvat-4: [DOCU-01]}`. What is left out is told, with its row. The texts stay in your library.
    """
    from sopkit.frameworks.sheet_import import FrameworkOptions, import_framework, parse_columns

    wanted = FrameworkOptions(name, parse_columns(columns), title, edition, publisher, sheet, header_row)
    imported = import_framework(open_library(folder).root, file, wanted)
    if not dry_run and not imported.same:
        if imported.exists and not replace:
            differs = "; ".join(_list_differences(imported)) or "what is said of it, or its form, differs"
            raise SopkitError(
                f"controls/{imported.path.name} is there already: {differs}",
                "see all of it with --dry-run; write over the file with --replace",
            )
        refuse_outside(imported.path.parents[1], f"{imported.path.parent.name}/{imported.path.name}")
        make_folder(imported.path.parent)
        write_file(imported.path, imported.data)
    for label, text in _list_facts(imported, written=not dry_run):
        line = escape_controls(f"{label:<12}{text}" if label else text)
        echo("\n".join(wrap_cells(line, terminal_width(), rest=" " * 14 if label else "")))


def _list_facts(imported: "FrameworkImport", *, written: bool) -> Iterator[tuple[str, str]]:
    from sopkit.tables.grid import list_briefly

    framework, grid = imported.framework, imported.grid
    done = "is as it was" if imported.same else "written" if written else "would be written"
    yield "", f"controls/{imported.path.name}: {done}"
    sheet = f", sheet {grid.name}" if grid.sheets else ""
    yield "  from", f"{grid.path.rpartition('/')[2]}{sheet}"
    yield "  controls", f"{len(framework.controls)} in {len(framework.groups)} groups"
    yield "  groups", f"by {imported.draft.grouped_by}: {list_briefly([group.id for group in framework.groups])}"
    yield "  ids", framework.id_form or "of no one form"
    yield "  edition", f"{framework.edition}; publisher: {framework.publisher}"
    for note in (*grid.notes, *imported.draft.notes):
        yield "  note", note
    for difference in _list_differences(imported):
        yield "  differs", difference
    if not imported.exists:
        first = framework.controls[0].id
        yield "", f"Claim one in the front matter of an SOP: controls: {{{framework.id}: [{first}]}}"


def _list_differences(imported: "FrameworkImport") -> Iterator[str]:
    from sopkit.tables.grid import list_briefly

    if not imported.exists:
        return
    for names, text in ((imported.added, "came"), (imported.removed, "went"), (imported.changed, "changed")):
        if names and imported.before:
            yield f"{len(names)} {'id' if len(names) == 1 else 'ids'} {text}: {list_briefly(names)}"
    if imported.before is None:
        yield "the file that is there cannot be read"


FormatOption = Annotated[str, format_option("table", "json", "csv")]
FrameworkOption = Annotated[
    str | None, typer.Option("--framework", metavar="ID", help="The framework meant, where the id alone is ambiguous.")
]


def _open_finder(folder: Path | None) -> "ControlFinder":
    from sopkit.analysis.control_lookup import ControlFinder  # only when a control is looked up

    return ControlFinder.at(require_library(folder) if folder is not None else None, Path.cwd())


@app.command("list")
def list_command(
    framework: Annotated[
        str | None, typer.Argument(metavar="FRAMEWORK", help="Whose controls; without it, the frameworks.")
    ] = None,
    group: Annotated[
        str | None, typer.Option("--group", metavar="ID", help="Only this group, such as A.5 or AC.")
    ] = None,
    folder: FolderOption = None,
    format: FormatOption = "table",
    output: OutputOption = None,
) -> None:
    """List the frameworks, or the controls of one with their titles."""
    if group is not None and framework is None:
        raise typer.BadParameter(
            "name the framework that has the group, such as sopkit control list iso27001-2022 --group A.5"
        )
    finder = _open_finder(folder)
    if framework is None:
        _write_rows("frameworks", ("id", "edition", "status", "controls", "title"), finder.frameworks(), format, output)
    else:
        _write_rows("controls", ("id", "title", "group", "note"), finder.controls(framework, group), format, output)


@app.command("show")
def show_command(
    control: Annotated[str, typer.Argument(metavar="ID", help="As people write it: A.5.18, CC6.1, ac-2.1, Art. 32.")],
    framework: FrameworkOption = None,
    folder: FolderOption = None,
    format: FormatOption = "table",
    output: OutputOption = None,
) -> None:
    """Show a control: title, group, predecessors, what it corresponds to elsewhere, whether it applies, and its SOPs.

    It reads the files alone: `sopkit report trace ID` tells steps, records, and the last review or approval.
    """
    finder = _open_finder(folder)
    found = finder.show(control, framework)
    if format == "json":
        rows = [
            asdict(one.view)
            | {"sops": [asdict(sop) for sop in one.sops], "decided": asdict(one.decided) if one.decided else None}
            for one in found
        ]
        echo(_format_json("control", rows), output)
        return
    if format == "csv":
        cells = [(one.view.framework, one.view.id, one.view.title) for one in found]
        _write_rows("control", ("framework", "id", "title"), cells, format, output)
        return
    echo("\n\n".join(_control_text(one) for one in found), output)
    if any(one.sops or one.decided for one in found):
        view = found[0].view
        claimed = found[0].sops[0].control if found[0].sops else view.id
        name = f"{view.framework}:{view.id}" if claimed == view.id and view.framework != finder.default else claimed
        typer.echo(
            f"note: steps, records, when it was last reviewed: sopkit report trace {shlex.quote(name)}", err=True
        )


@app.command("map")
def map_command(
    control: Annotated[str, typer.Argument(metavar="ID", help="A control, or a range such as A.5.19-23.")],
    to: Annotated[str, typer.Option("--to", metavar="FRAMEWORK", help="The framework to translate into.")],
    framework: FrameworkOption = None,
    folder: FolderOption = None,
    format: FormatOption = "table",
    output: OutputOption = None,
) -> None:
    """Translate a control into another framework, by the published mapping between the two."""
    rows = [
        (mapped.control.id, found.id, found.title, mapped.to.relation if mapped.to else "")
        for mapped in _open_finder(folder).map(control, to, framework)
        for found in (mapped.to.controls if mapped.to else ())
    ]
    unmapped = "nothing corresponds to it there"
    _write_rows("mapping", ("from", "to", "title", "relation"), rows, format, output, empty=unmapped)


def _write_rows(
    what: str,
    columns: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    format: str,
    output: Path | None,
    empty: str = "nothing to list",
) -> None:
    if format == "json":
        # Ids may be digits alone; what is a number is known by its column.
        typed = [
            {name: int(cell) if name == "controls" else cell for name, cell in zip(columns, row, strict=True)}
            for row in rows
        ]
        echo(_format_json(what, typed), output)
    elif format == "csv":
        echo(cells_csv(columns, rows), output)
    else:
        echo(format_table(tuple(column.upper() for column in columns), rows, empty), output)


def _format_json(what: str, rows: list[dict[str, Any]]) -> str:
    # Nothing that is told here depends on a commit or a day.
    data = {"schema": f"sopkit/{what}/1", "tool": f"sopkit {__version__}", "head": "", "as_of": "", "rows": rows}
    return dump_json(data)


def _control_text(one: "ControlDetails") -> str:
    view = one.view
    lines = [f"{view.id}  {view.title}", f"  {view.framework_title}"]
    lines += [f"  group        {group.id} {group.title}" for group in view.groups]
    if view.parent:
        lines.append(f"  part of      {view.parent.id} {view.parent.title}")
    lines += [f"  note         {fact}" for fact in view.facts]
    if view.withdrawn:
        lines.append(f"  withdrawn    {view.withdrawn_note or 'went to ' + ', '.join(one.id for one in view.went_to)}")
    for label, found in (("before", view.predecessors), ("after", view.successors), ("related", view.crosswalk)):
        for correspondence in found:
            through = f" (derived, through {', '.join(correspondence.through)})" if correspondence.through else ""
            lines.append(f"  {label:<12} {correspondence.framework}{through}")
            lines += [f"                 {one.id}  {one.title}" for one in correspondence.controls]
    if one.decided:
        decided = one.decided
        answer = ("yes" if decided.procedure else "yes, without a procedure") if decided.applicable else "no"
        facts = {
            "applies": f"{answer}: {decided.reason or 'nobody has written why'}",
            "remark": decided.note,
            "drivers": ", ".join(decided.drivers),
            "owner": decided.owner,
        }
        lines += [f"  {label:<12} {fact}" for label, fact in facts.items() if fact]
    if one.sops:
        for sop in one.sops:
            after = f"{sop.control}, " if sop.control != view.id else ""
            lines.append(f"  {'SOP':<12} {sop.id} {sop.title} ({after}{sop.strength}, {sop.status}; {sop.owner})")
    else:
        lines.append("  SOP          none claims it")
    return "\n".join(lines)
