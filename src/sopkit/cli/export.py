"""`sopkit export`."""

from pathlib import Path
from typing import Annotated

import typer

from sopkit.cli.options import (
    AsOfOption,
    FolderOption,
    TreeOnlyOption,
    check_name,
    current_date,
    make_command,
    require_library,
    split_values,
)
from sopkit.library import find_root, load_config

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
    from sopkit import __version__  # as below
    from sopkit.cli.export_output import check_output, format_exports, make_export, write_export
    from sopkit.exports import (
        export_named,  # git costs 70 ms
        export_names,  # git costs 70 ms
    )
    from sopkit.lifecycle.library_status import read_library_status

    if name is None:
        typer.echo(format_exports())
        return
    export = export_named(check_name(name, export_names(), "export"))
    check_output(export, output)
    root = require_library(folder) if folder is not None else find_root(Path.cwd())
    now = current_date(load_config(root).library.timezone)
    with read_library_status(root, as_of or now, now, tree_only=tree_only) as ground:
        exported = make_export(export, ground, __version__, split_values(framework))
    write_export(export, exported, output)
    for note in (*ground.notes, *exported.left_out):
        typer.echo(f"note: {note}", err=True)
