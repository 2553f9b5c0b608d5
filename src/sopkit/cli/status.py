"""`sopkit status`."""

from functools import partial
from typing import Annotated

import typer

from sopkit.analysis.status_list import COLUMNS, as_cells, filter_values, status_document, status_list
from sopkit.cli.console import choose_table_format, format_table, write_document
from sopkit.cli.options import (
    AsOfOption,
    FolderOption,
    OutputOption,
    TableFormatOption,
    check_name,
    make_command,
    open_library,
    split_values,
)

app = make_command()


@app.command("status")
def status_command(
    folder: FolderOption = None,
    format: TableFormatOption = None,
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
    form = choose_table_format(format, output)
    library = open_library(folder, as_of)
    for wanted, what in ((area, "area"), (owner, "owner"), (status, "status")):
        names = filter_values(library, what)
        for name in split_values(wanted):
            check_name(name, names, what)
    rows = status_list(
        library,
        areas=split_values(area),
        owners=split_values(owner),
        statuses=split_values(status),
        controls=split_values(control),
    )
    heads = tuple(column.upper().replace("_", " ") for column in COLUMNS)
    table = partial(format_table, heads, as_cells(rows), "no SOP matches")
    write_document(status_document(rows, library), form, output, table)
