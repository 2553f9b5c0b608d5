"""How `sopkit status` prints the master list, or writes it into a file."""

from pathlib import Path

from sopkit import __version__
from sopkit.analysis.status_list import COLUMNS, StatusRow, as_cells, as_csv, as_json, as_markdown
from sopkit.cli.console import echo, put, table
from sopkit.git.checkout import read_checkout
from sopkit.library import Library


def write(rows: tuple[StatusRow, ...], library: Library, form: str, output: Path | None) -> None:
    """Print the rows in a format, or write them into a file."""
    if form == "xlsx":
        put(_workbook(rows, library), output)
    elif form == "json":
        echo(as_json(rows, library, __version__), output)
    elif form == "csv":
        echo(as_csv(rows), output)
    elif form == "markdown":
        echo(as_markdown(rows, library), output)
    else:
        heads = tuple(column.upper().replace("_", " ") for column in COLUMNS)
        echo(table(heads, as_cells(rows), "no SOP matches"), output)


def _workbook(rows: tuple[StatusRow, ...], library: Library) -> bytes:
    from sopkit.lifecycle.library_status import LibraryStatus  # git costs 70 ms, only for a workbook
    from sopkit.reports._report import Table
    from sopkit.reports._workbook import cover_of, sheet_of
    from sopkit.tables.xlsx_writer import write_workbook

    ground = LibraryStatus(library, read_checkout(library.root).head, {}, keeps_approvals=False)
    listed = sheet_of(Table("rows", "Master list", StatusRow, rows, COLUMNS))
    return write_workbook((listed,), cover_of("Master list", ground, __version__, ()))
