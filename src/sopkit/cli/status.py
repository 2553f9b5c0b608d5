"""`sopkit status`."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.analysis.status_list import (
    COLUMNS,
    StatusRow,
    as_cells,
    filter_rows,
    filter_values,
    status_document,
    status_list,
)
from sopkit.cli.console import choose_table_format, format_table, write_document
from sopkit.cli.options import (
    AsOfOption,
    FolderOption,
    OutputOption,
    TableFormatOption,
    check_name,
    current_date,
    make_command,
    open_library,
    split_values,
)
from sopkit.model.errors import SopkitError

if TYPE_CHECKING:
    from sopkit.library import Library

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
        list[str] | None,
        typer.Option("--status", metavar="STATUS", help="Only draft, trial, active, retired or removed SOPs."),
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
        names = (*filter_values(library, what), *(["removed"] if what == "status" else []))
        for name in split_values(wanted):
            check_name(name, names, what)
    rows = status_list(
        library,
        areas=split_values(area),
        owners=split_values(owner),
        statuses=split_values(status),
        controls=split_values(control),
    )
    removed, notes = _read_removed(library)
    rows += filter_rows(removed, split_values(area), split_values(owner), split_values(status)) if not control else ()
    heads = tuple(column.upper().replace("_", " ") for column in COLUMNS)
    table = partial(format_table, heads, as_cells(rows), "no SOP matches")
    write_document(status_document(rows, library, notes), form, output, table)


def _read_removed(library: "Library") -> tuple[tuple[StatusRow, ...], tuple[str, ...]]:
    """The rows of the SOPs that have no file any more, and a note where the history does not show them."""
    from sopkit.lifecycle.library_status import read_committed_status
    from sopkit.lifecycle.removed_sops import removed_status_row

    try:
        status = read_committed_status(library, current_date(library.config.library.timezone))
    except SopkitError as error:
        return (), (f"{error.message}: SOPs without a file are not listed",)
    return tuple(removed_status_row(one, library) for one in status.removed) if status else (), ()
