"""`sopkit report`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.cli.console import echo
from sopkit.cli.options import (
    TABLE_FORMATS,
    AsOfOption,
    FolderOption,
    OutputOption,
    TreeOnlyOption,
    check_name,
    current_date,
    make_command,
    require_library,
    split_values,
)
from sopkit.cli.output_files import choose_table_format
from sopkit.library import find_root, load_config
from sopkit.model.finding import Severity

if TYPE_CHECKING:
    from sopkit.reports.report import Report

app = make_command()


@app.command("report")
def report_command(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Which report; without it, the list of them.")
    ] = None,
    subject: Annotated[
        str | None, typer.Argument(metavar="ID", help="What the report is about, for `trace`: an id of anything.")
    ] = None,
    folder: FolderOption = None,
    format: Annotated[
        str | None,
        typer.Option(
            "-f",
            "--format",
            metavar="NAME",
            help="table, csv, json, xlsx or markdown; `trace` also mermaid, svg. By default what FILE ends with.",
        ),
    ] = None,
    output: OutputOption = None,
    framework: Annotated[
        list[str] | None, typer.Option("--framework", metavar="ID", help="Only these frameworks, for `coverage`.")
    ] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="WHAT", help="Group by this, such as policy.")] = None,
    fail_under: Annotated[
        float | None,
        typer.Option("--fail-under", metavar="PERCENT", min=0, max=100, help="Exit 1 when less is covered."),
    ] = None,
    fail_on: Annotated[
        Severity | None, typer.Option("--fail-on", metavar="SEVERITY", help="Exit 1 for findings of this severity.")
    ] = None,
    tree_only: TreeOnlyOption = False,
    as_of: AsOfOption = None,
) -> None:
    """Prove what the procedures cover: which SOP carries out which control, policy or risk, and what is missing.

    The folder is judged as it stands; with a day before the last commits, the library as it was committed then.
    """
    from sopkit.cli.report_output import (
        format_reports,  # as below
        has_failed,  # as below
        refuse_unused_options,  # as below
        write_report,  # as below
    )
    from sopkit.lifecycle.library_status import read_library_status  # git costs 70 ms
    from sopkit.reports import report_named, report_names
    from sopkit.reports.report import ReportOptions

    if name is None:
        echo(format_reports(), output)
        return
    report: Report = report_named(check_name(name, report_names(), "report"))
    given = {"subject": subject, "frameworks": framework, "by": by, "fail_under": fail_under, "fail_on": fail_on}
    refuse_unused_options(report, given)
    form = choose_table_format(format, output, report.forms)
    check_name(form, (*TABLE_FORMATS, *report.forms), "format of this report")
    root = require_library(folder) if folder is not None else find_root(Path.cwd())
    now = current_date(load_config(root).library.timezone)
    with read_library_status(root, as_of or now, now, tree_only=tree_only) as ground:
        told = report.make(ground, ReportOptions(subject or "", split_values(framework), by or ""))
        write_report(report, told, ground, form, output)
    raise typer.Exit(1 if has_failed(told, fail_under, fail_on) else 0)
