"""`sopkit export`."""

from pathlib import Path
from typing import Annotated

import typer

from sopkit.cli.options import AsOfOption, FolderOption, TreeOnlyOption, folder_of, today
from sopkit.cli.parameters import command_app, known, several
from sopkit.library import find_root, load_config

app = command_app()


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
    from sopkit import __version__  # as below
    from sopkit.cli.exporting import list_of_exports, refuse_output, write, written
    from sopkit.exports import (
        export_named,  # git costs 70 ms
        export_names,  # git costs 70 ms
    )
    from sopkit.lifecycle.library_status import read_library_status

    if name is None:
        typer.echo(list_of_exports())
        return
    export = export_named(known(name, export_names(), "export"))
    refuse_output(export, output)
    root = folder_of(folder) if folder is not None else find_root(Path.cwd())
    now = today(load_config(root).library.timezone)
    with read_library_status(root, as_of or now, now, tree_only=tree_only) as ground:
        exported = written(export, ground, __version__, several(framework))
    write(export, exported, output)
    for note in (*ground.notes, *exported.left_out):
        typer.echo(f"note: {note}", err=True)
