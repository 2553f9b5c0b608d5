"""`sopkit control check`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.cli.console import echo
from sopkit.cli.options import FolderOption, OutputOption, open_library, relative
from sopkit.cli.parameters import format_option
from sopkit.formats import format_named, format_names

if TYPE_CHECKING:
    from sopkit.control_files.check import Checked
    from sopkit.lint_report import LintReport


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
    from sopkit.cli.linting import lint_output  # noqa: PLC0415 - only for findings
    from sopkit.control_files.check import check_control_files  # noqa: PLC0415 - as above

    given = tuple(files or ())
    library = open_library(folder, None, given)
    report = _report(check_control_files(library.root, relative(library, given)))
    shown = lint_output(library, report, output, statistics=False, known=False)
    echo(format_named(format).write(shown), output)
    raise typer.Exit(1 if report.failed else 0)


def _report(checked: "Checked") -> "LintReport":
    from sopkit.lint import LintReport, Profile  # noqa: PLC0415 - the rules are loaded with it
    from sopkit.model.finding import Severity  # noqa: PLC0415 - as above
    from sopkit.rules import all_rules  # noqa: PLC0415 - as above

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
