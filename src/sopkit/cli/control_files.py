"""`sopkit control check|import`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.cli.console import echo
from sopkit.cli.options import FolderOption, OutputOption, open_library, relative
from sopkit.cli.parameters import format_option
from sopkit.lint.formats import format_names, load_format

if TYPE_CHECKING:
    from sopkit.frameworks.check import ControlFilesReport
    from sopkit.lint.engine import LintReport


def check_command(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE", help="Only these files of the library's controls/.")
    ] = None,
    folder: FolderOption = None,
    format: Annotated[str, format_option(*format_names())] = "text",
    output: OutputOption = None,
) -> None:
    """Check the frameworks and mappings that a library keeps itself, in its controls/.

    Ids that are there twice or differ in capitals only, groups, parents and successors that do not exist, rows of
    mappings that lead nowhere: everything is told with its line. Exit code 1 when anything is an error.
    """
    from sopkit.cli.linting import lint_output  # only for findings
    from sopkit.frameworks.check import check_control_files

    given = tuple(files or ())
    library = open_library(folder, None, given)
    report = _report(check_control_files(library.root, relative(library, given)))
    shown = lint_output(library, report, output, statistics=False, known=False)
    echo(load_format(format).write(shown), output)
    raise typer.Exit(1 if report.failed else 0)


ColumnsOption = Annotated[
    str,
    typer.Option(
        "--columns",
        metavar="LIST",
        help="Which heads (or letters) hold what: 'id=Question ID,title=Question', also group=… and parent=….",
    ),
]


def import_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A workbook (.xlsx) or CSV file of your own.")],
    name: Annotated[str, typer.Option("--id", metavar="ID", help="What SOPs call it, such as hecvat-4.")],
    columns: ColumnsOption,
    title: Annotated[str, typer.Option("--title", help="Its title; else the id.")] = "",
    edition: Annotated[str, typer.Option("--edition", help="Its edition; else the number at the end of the id.")] = "",
    publisher: Annotated[str, typer.Option("--publisher", help="Who publishes it.")] = "",
    sheet: Annotated[
        str | None, typer.Option("--sheet", metavar="NAME", help="The sheet, if there are several.")
    ] = None,
    header_row: Annotated[
        int | None,
        typer.Option("--header-row", metavar="N", min=1, help="The row of the heads; else the first that has them."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written; write nothing.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Write over the file of an earlier import.")] = False,
    folder: FolderOption = None,
) -> None:
    """Make a framework of your library from a questionnaire or list of controls that you have.

    Each row with an id and a text becomes a control of controls/ID.yaml, under which SOPs can claim it:
    `controls: {hecvat-4: [DOCU-01]}`. What is left out is told, with its row. The texts stay in your library.
    """
    from sopkit.cli.control_import import (
        imported_text,  # only here
        write,  # only here
    )
    from sopkit.frameworks.sheet_import import FrameworkOptions, import_framework, parse_columns

    wanted = FrameworkOptions(name, parse_columns(columns), title, edition, publisher, sheet, header_row)
    imported = import_framework(open_library(folder, None).root, file, wanted)
    if not dry_run:
        write(imported, replace=replace)
    echo(imported_text(imported, written=not dry_run))


def _report(checked: "ControlFilesReport") -> "LintReport":
    from sopkit.lint.engine import LintReport  # the rules are loaded with it
    from sopkit.lint.rules import all_rules
    from sopkit.lint.select import Profile  # the rules are loaded with it
    from sopkit.model.finding import Severity

    return LintReport(
        findings=checked.findings,
        ignored=(),
        checked=checked.count,
        profile=Profile.REVIEW,
        fail_on=Severity.ERROR,
        rules=all_rules(),
        unit="file",
        sources=checked.sources,
    )
