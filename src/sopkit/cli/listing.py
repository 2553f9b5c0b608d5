"""How `sopkit status` prints the master list, or writes it into a file."""

from pathlib import Path

from sopkit import __version__
from sopkit.cli.console import echo, put, table
from sopkit.git.checkout import checkout
from sopkit.library import Library
from sopkit.master_list import COLUMNS, MasterRow, as_cells, as_csv, as_json, as_markdown


def write(rows: tuple[MasterRow, ...], library: Library, form: str, output: Path | None) -> None:
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


def _workbook(rows: tuple[MasterRow, ...], library: Library) -> bytes:
    from sopkit.lifecycle.standing import Standings  # noqa: PLC0415 - git costs 70 ms, only for a workbook
    from sopkit.reports import Table  # noqa: PLC0415
    from sopkit.reports._workbook import cover_of, sheet_of  # noqa: PLC0415
    from sopkit.sheets.write import write_workbook  # noqa: PLC0415

    ground = Standings(library, checkout(library.root).head, {}, keeps_approvals=False)
    listed = sheet_of(Table("rows", "Master list", MasterRow, rows, COLUMNS))
    return write_workbook((listed,), cover_of("Master list", ground, __version__, ()))
