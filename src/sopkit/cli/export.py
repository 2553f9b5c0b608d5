"""`sopkit export`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.cli.console import format_table, refuse_folder, refuse_outputs, write_bytes
from sopkit.cli.options import (
    AsOfOption,
    FolderOption,
    TreeOnlyOption,
    check_name,
    find_library_and_date,
    make_command,
    split_values,
)
from sopkit.files import make_folder, write_file

if TYPE_CHECKING:
    from sopkit.exports import Export, ExportResult

app = make_command()


@app.command("export")
def export_command(
    name: Annotated[
        str | None, typer.Argument(metavar="FORMAT", help="Which form; without it, the list of them.")
    ] = None,
    folder: FolderOption = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="PATH", help="The file to write, or the folder."),
    ] = None,
    framework: Annotated[
        list[str] | None, typer.Option("--framework", metavar="ID", help="Only these frameworks, for `oscal`.")
    ] = None,
    tree_only: TreeOnlyOption = False,
    as_of: AsOfOption = None,
) -> None:
    """Hand out the whole library: as one workbook, as tables, as one JSON document, or as OSCAL."""
    from sopkit import __version__
    from sopkit.exports import all_exports, export_named, export_names  # git costs 70 ms
    from sopkit.lifecycle.library_status import read_library_status

    if name is None:
        rows = [(one.name, "a folder" if one.folder else "a file", one.title) for one in all_exports().values()]
        typer.echo(format_table(("EXPORT", "INTO", "HOLDS"), rows, "no export"))
        return
    export = export_named(check_name(name, export_names(), "export"))
    _check_output(export, output)
    root, now = find_library_and_date(folder)
    frameworks = split_values(framework)
    with read_library_status(root, as_of or now, now, tree_only=tree_only) as status:
        if frameworks and export.within is None:
            raise typer.BadParameter(f"{export.name} takes no --framework")
        within = export.within if frameworks else None
        result = within(status, __version__, frameworks) if within else export.write(status, __version__)
    _write_export(export, result, output)
    for note in (*status.notes, *result.left_out):
        typer.echo(f"note: {note}", err=True)


def _check_output(export: "Export", output: Path | None) -> None:
    """Raise a usage error for a place that an export cannot be written to."""
    if output is None:
        if export.folder or (export.binary and sys.stdout.isatty()):
            where = "a folder with -o DIR" if export.folder else f"a file with -o FILE.{export.name}"
            raise typer.BadParameter(f"name {where}")
    elif export.folder:
        if output.exists() and not output.is_dir():
            raise typer.BadParameter(f"{output} is a file; {export.name} goes into a folder")
        refuse_folder(output)
    elif output.is_dir():
        raise typer.BadParameter(f"{output} is a folder; name a file in it")


def _write_export(export: "Export", result: "ExportResult", output: Path | None) -> None:
    """Write the files of an export, and say which; other files in the folder stay."""
    if output is None:
        for data in result.files.values():
            write_bytes(data)
        return
    files = {output / name if export.folder else output: data for name, data in result.files.items()}
    refuse_outputs(files)
    for folder in dict.fromkeys(file.parent for file in files):
        make_folder(folder)
    for file, data in files.items():
        write_file(file, data)
    count = f"{len(files)} files, " if export.folder else ""
    typer.echo(f"wrote {output}: {count}{sum(map(len, files.values())):,} bytes")
