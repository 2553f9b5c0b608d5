"""`sopkit control list|show|map|check|import`."""

import csv
import io
import shlex
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sopkit import __version__
from sopkit.cli.console import echo, table
from sopkit.cli.control_files import check_command, import_command
from sopkit.cli.options import FolderOption, OutputOption, folder_of
from sopkit.cli.parameters import format_option
from sopkit.tables.rows import dump_json

if TYPE_CHECKING:
    from sopkit.analysis.control_lookup import ControlDetails, ControlFinder
    from sopkit.model.control_views import Decided

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Look up controls: their ids, titles, editions, and the SOPs that carry them out.",
)
FormatOption = Annotated[str, format_option("table", "json", "csv")]
app.command("check")(check_command)
app.command("import")(import_command)


def _finder(folder: Path | None) -> "ControlFinder":
    from sopkit.analysis.control_lookup import ControlFinder  # only when a control is looked up

    return ControlFinder.at(folder_of(folder) if folder is not None else None, Path.cwd())


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
    finder = _finder(folder)
    if framework is None:
        _write("frameworks", ("id", "edition", "status", "controls", "title"), finder.frameworks(), format, output)
    else:
        _write("controls", ("id", "title", "group", "note"), finder.controls(framework, group), format, output)


@app.command("show")
def show_command(
    control: Annotated[str, typer.Argument(metavar="ID", help="As people write it: A.5.18, CC6.1, ac-2.1, Art. 32.")],
    framework: Annotated[
        str | None,
        typer.Option("--framework", metavar="ID", help="The framework meant, where the id alone is ambiguous."),
    ] = None,
    folder: FolderOption = None,
    format: FormatOption = "table",
    output: OutputOption = None,
) -> None:
    """Show a control: title, group, predecessors, what it corresponds to elsewhere, whether it applies, and its SOPs.

    It reads the files alone: `sopkit report trace ID` tells steps, records, and the last review or approval.
    """
    finder = _finder(folder)
    found = finder.show(control, framework)
    if format == "json":
        rows = [_row(one) for one in found]
        echo(_json("control", rows), output)
        return
    if format == "csv":
        rows = [
            {"framework": view.framework, "id": view.id, "title": view.title} for view in (one.view for one in found)
        ]
        _write("control", ("framework", "id", "title"), [tuple(row.values()) for row in rows], format, output)
        return
    echo("\n\n".join(_text(one) for one in found), output)
    if any(one.sops or one.decided for one in found):
        view = found[0].view
        name = view.id if view.framework == finder.default else f"{view.framework}:{view.id}"
        typer.echo(
            f"note: steps, records, when it was last reviewed: sopkit report trace {shlex.quote(name)}", err=True
        )


@app.command("map")
def map_command(
    control: Annotated[str, typer.Argument(metavar="ID", help="A control, or a range such as A.5.19-23.")],
    to: Annotated[str, typer.Option("--to", metavar="FRAMEWORK", help="The framework to translate into.")],
    framework: Annotated[
        str | None,
        typer.Option("--framework", metavar="ID", help="The framework meant, where the id alone is ambiguous."),
    ] = None,
    folder: FolderOption = None,
    format: FormatOption = "table",
    output: OutputOption = None,
) -> None:
    """Translate a control into another framework, by the published mapping between the two."""
    rows = [
        (mapped.control.id, found.id, found.title, mapped.to.relation if mapped.to else "")
        for mapped in _finder(folder).map(control, to, framework)
        for found in (mapped.to.controls if mapped.to else ())
    ]
    unmapped = "nothing corresponds to it there"
    _write("mapping", ("from", "to", "title", "relation"), rows, format, output, empty=unmapped)


def _write(
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
        echo(_json(what, typed), output)
    elif format == "csv":
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerows([columns, *rows])
        echo(out.getvalue(), output)
    else:
        echo(table(tuple(column.upper() for column in columns), rows, empty), output)


def _json(what: str, rows: list[dict[str, Any]]) -> str:
    # Nothing that is told here depends on a commit or a day.
    data = {"schema": f"sopkit/{what}/1", "tool": f"sopkit {__version__}", "head": "", "as_of": "", "rows": rows}
    return dump_json(data)


def _row(one: "ControlDetails") -> dict[str, Any]:
    decided = asdict(one.decided) if one.decided else None
    return {**asdict(one.view), "sops": [asdict(sop) for sop in one.sops], "decided": decided}


def _text(one: "ControlDetails") -> str:
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
        lines += [f"  {label:<12} {fact}" for label, fact in _applies(one.decided) if fact]
    if one.sops:
        lines += [f"  {'SOP':<12} {sop.id} {sop.title} ({sop.strength}, {sop.status}; {sop.owner})" for sop in one.sops]
    else:
        lines.append("  SOP          none claims it")
    return "\n".join(lines)


def _applies(decided: "Decided") -> tuple[tuple[str, str], ...]:
    answer = ("yes" if decided.procedure else "yes, without a procedure") if decided.applicable else "no"
    return (
        ("applies", f"{answer}: {decided.reason or 'nobody has written why'}"),
        ("remark", decided.note),
        ("drivers", ", ".join(decided.drivers)),
        ("owner", decided.owner),
    )
