"""`sopkit status`."""

from typing import Annotated

import typer

from sopkit.cli.options import AsOfOption, FolderOption, OutputOption, open_library
from sopkit.cli.outputs import form_of, refuse_terminal
from sopkit.cli.parameters import command_app, format_option, known, several

app = command_app()

FORMATS = ("table", "json", "csv", "markdown", "xlsx")
FORMATS_HELP = "table, json, csv, markdown or xlsx; else by the name of the output file."


@app.command("status")
def status_command(
    folder: FolderOption = None,
    format: Annotated[str | None, format_option(*FORMATS, about=FORMATS_HELP)] = None,
    output: OutputOption = None,
    area: Annotated[list[str] | None, typer.Option("--area", metavar="AREA", help="Only SOPs of these areas.")] = None,
    owner: Annotated[
        list[str] | None, typer.Option("--owner", metavar="ROLE", help="Only SOPs of these owners.")
    ] = None,
    status: Annotated[
        list[str] | None, typer.Option("--status", metavar="STATUS", help="Only draft, trial, active or retired SOPs.")
    ] = None,
    control: Annotated[
        list[str] | None, typer.Option("--control", metavar="ID", help="Only SOPs that claim one of these controls.")
    ] = None,
    as_of: AsOfOption = None,
) -> None:
    """List the SOPs of a library: the master list of controlled documents that an auditor asks for first."""
    from sopkit.analysis.status_list import filter_values, status_list
    from sopkit.cli.listing import write  # linting does not need it

    form = format or form_of(output)
    refuse_terminal(form, output)
    library = open_library(folder, as_of)
    for wanted, what in ((area, "area"), (owner, "owner"), (status, "status")):
        names = filter_values(library, what)
        for name in several(wanted):
            known(name, names, what)
    rows = status_list(
        library, areas=several(area), owners=several(owner), statuses=several(status), controls=several(control)
    )
    write(rows, library, form, output)
