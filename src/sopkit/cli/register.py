"""`sopkit register check|list|init|import|export`."""

from pathlib import Path
from typing import Annotated

import typer

from sopkit.cli.console import choose_table_format, format_report_table, write_document
from sopkit.cli.options import (
    AsOfOption,
    FolderOption,
    HeaderRowOption,
    OutputOption,
    SheetOption,
    TableFormatOption,
    format_option,
    make_command,
    open_library,
    open_library_on,
)
from sopkit.lint.formats import format_names
from sopkit.model.finding import Severity

app = make_command(
    "Keep the registers: people, roles, policies, assets, risks, vendors, statement of applicability and more."
)
NamesArgument = Annotated[
    list[str] | None, typer.Argument(metavar="NAME", help="Which registers, such as risks; without it, all.")
]
EverythingOption = Annotated[bool, typer.Option("--all", help="Rows that are no longer in force as well.")]


@app.command("check")
def check_command(
    names: NamesArgument = None,
    folder: FolderOption = None,
    format: Annotated[str, format_option(*format_names(), about=f"{', '.join(format_names())}.")] = "text",
    output: OutputOption = None,
    fail_on: Annotated[Severity, typer.Option("--fail-on", help="Least severity for exit code 1.")] = Severity.ERROR,
    as_of: AsOfOption = None,
) -> None:
    """Check registers: all that lint says of them.

    Values, ids, references, circles, controls, and what is late; SOPs are not judged.
    """
    from sopkit.cli.register_run import check_register_names, check_registers  # only what is run is loaded

    library = open_library(folder, as_of)
    raise typer.Exit(check_registers(library, check_register_names(names), format, output, fail_on))


@app.command("list")
def list_command(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Whose rows; without it, the registers.")] = None,
    everything: EverythingOption = False,
    folder: FolderOption = None,
    format: TableFormatOption = None,
    output: OutputOption = None,
    as_of: AsOfOption = None,
) -> None:
    """List the registers, or the rows of one.

    Of a register, the rows that are in force are shown. With --as-of and an earlier day, the files are those of the
    last commit that had landed by its end.
    """
    from sopkit.cli.register_run import check_register_names, list_registers

    check_register_names([name] if name is not None else None)
    form = choose_table_format(format, output)
    with open_library_on(folder, as_of) as opened:
        document = list_registers(opened, name, everything=everything)
        write_document(document, form, output, lambda: format_report_table(document.main))


@app.command("init")
def init_command(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="Which registers; without it, all that have no file but soa."),
    ] = None,
    framework: Annotated[
        str | None,
        typer.Option("--framework", metavar="ID", help="Whose controls soa gets; by default the library's first."),
    ] = None,
    folder: FolderOption = None,
) -> None:
    """Begin registers, each with an example.

    The statement of applicability (soa) gets a row for each control that has none yet; what is there stays as it is.
    """
    from sopkit.cli.register_run import check_register_names, create_registers

    library = open_library(folder)
    create_registers(library, check_register_names(names) if names else (), framework)


@app.command("import")
def import_command(
    words: Annotated[
        list[str], typer.Argument(metavar="[NAME] FILE", help="The register and the CSV file or Excel workbook.")
    ],
    everything: Annotated[
        bool, typer.Option("--all", help="Every sheet of the workbook into the register of its name.")
    ] = False,
    columns: Annotated[
        list[str] | None,
        typer.Option("--columns", metavar="OURS=THEIRS", help="What the table calls our columns: title=Name,owner=By."),
    ] = None,
    ignore_columns: Annotated[
        bool, typer.Option("--ignore-columns", help="Leave out columns that are none of ours.")
    ] = False,
    sheet: SheetOption = None,
    header_row: HeaderRowOption = None,
    key: Annotated[
        str, typer.Option("--key", metavar="COLUMN", help="Know rows by this column; new rows get ids of their own.")
    ] = "",
    on_missing: Annotated[
        str,
        format_option("keep", "close", about="Rows that the table lacks: keep them, or close them as of this day."),
    ] = "keep",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change; write nothing.")] = False,
    folder: FolderOption = None,
    as_of: AsOfOption = None,
) -> None:
    """Bring a table into a register, from CSV or Excel.

    Rows are known by their ids: new ones are added, changed cells changed in place, and all else in the file stays.
    Nothing is written when a cell cannot be read.
    """
    from sopkit.cli.register_run import TableSource, import_tables, parse_columns
    from sopkit.registers.importer import ImportOptions

    source = TableSource.of(words, sheet, header_row, everything=everything)
    options = ImportOptions(parse_columns(source, columns), ignore_columns, on_missing == "close", key)
    raise typer.Exit(import_tables(open_library(folder, as_of), source, options, write=not dry_run))


@app.command("export")
def export_command(
    names: NamesArgument = None,
    everything: Annotated[bool, typer.Option("--all", help="Every register that has rows.")] = False,
    format: Annotated[str, format_option("csv", "xlsx")] = "csv",
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="PATH", help="The file; for several registers as CSV a folder."),
    ] = None,
    delimiter: Annotated[
        str, typer.Option("--delimiter", metavar="SIGN", help="What divides the cells of CSV; `;` or tab as well.")
    ] = ",",
    folder: FolderOption = None,
    as_of: AsOfOption = None,
) -> None:
    """Hand out registers, as CSV or as one workbook.

    With every row and column, so that what is filled in can be brought back with `sopkit register import`. With
    --as-of and an earlier day, the files are those of the last commit that had landed by its end.
    """
    from sopkit.cli.register_run import check_register_names, export_registers

    wanted = check_register_names(names) if names else ()
    if bool(wanted) == everything:
        raise typer.BadParameter("name the registers, or say --all")
    with open_library_on(folder, as_of) as opened:
        code = export_registers(opened.library, wanted, format, output, delimiter)
    raise typer.Exit(code)
