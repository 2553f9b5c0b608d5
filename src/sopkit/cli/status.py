"""`sopkit status`."""

from pathlib import Path
from typing import Annotated

import typer

from sopkit import __version__
from sopkit.analysis.status_list import COLUMNS, StatusRow, as_cells, as_csv, as_json, as_markdown
from sopkit.cli.console import echo, format_table, write_bytes
from sopkit.cli.options import (
    AsOfOption,
    FolderOption,
    OutputOption,
    check_name,
    format_option,
    make_command,
    open_library,
    split_values,
)
from sopkit.cli.output_files import choose_output_format, refuse_terminal
from sopkit.git.checkout import read_checkout
from sopkit.library import Library


def write_status_list(rows: tuple[StatusRow, ...], library: Library, form: str, output: Path | None) -> None:
    """Print the rows in a format, or write them into a file."""
    if form == "xlsx":
        write_bytes(_make_workbook(rows, library), output)
    elif form == "json":
        echo(as_json(rows, library, __version__), output)
    elif form == "csv":
        echo(as_csv(rows), output)
    elif form == "markdown":
        echo(as_markdown(rows, library), output)
    else:
        heads = tuple(column.upper().replace("_", " ") for column in COLUMNS)
        echo(format_table(heads, as_cells(rows), "no SOP matches"), output)


def _make_workbook(rows: tuple[StatusRow, ...], library: Library) -> bytes:
    from sopkit.lifecycle.library_status import LibraryStatus  # git costs 70 ms, only for a workbook
    from sopkit.reports.report import ReportTable
    from sopkit.reports.workbook import build_cover, build_sheet
    from sopkit.tables.xlsx_writer import write_workbook

    ground = LibraryStatus(library, read_checkout(library.root).head, {}, keeps_approvals=False)
    listed = build_sheet(ReportTable("rows", "Master list", StatusRow, rows, COLUMNS))
    return write_workbook((listed,), build_cover("Master list", ground, __version__, ()))


app = make_command()

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

    form = format or choose_output_format(output)
    refuse_terminal(form, output)
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
    write_status_list(rows, library, form, output)
