"""`sopkit report`."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.cli.console import (
    choose_table_format,
    echo,
    format_report_table,
    format_table,
    terminal_width,
    write_document,
)
from sopkit.cli.options import (
    TABLE_FORMATS,
    FolderOption,
    OutputOption,
    PeriodOption,
    TreeOnlyOption,
    check_name,
    find_library_and_date,
    make_command,
    parse_day,
    split_values,
)
from sopkit.model.finding import Severity
from sopkit.tables.escape import one_line

if TYPE_CHECKING:
    from sopkit.reports.report import Report, ReportResult

_GAP = re.compile(r"(?<=\S) {2,}(?=\S)")
_MIN_WIDTH = 24  # columns below which wrapping under the last column would be a ribbon
_OPTIONS = {
    "subject": "ID",
    "frameworks": "--framework",
    "sop": "--sop",
    "role": "--role",
    "control": "--control",
    "period": "--period",
    "count": "-n",
    "seed": "--seed",
    "by": "--by",
    "fail_under": "--fail-under",
    "fail_on": "--fail-on",
}

app = make_command()


@app.command("report")
def report_command(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Which report; without it, the list of them.")
    ] = None,
    subject: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="Of `trace`: an id of anything. Of `person`: key, name or address."),
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
    sop: Annotated[str | None, typer.Option("--sop", metavar="ID", help="Only this SOP.")] = None,
    role: Annotated[str | None, typer.Option("--role", metavar="ID", help="Only what this role does.")] = None,
    control: Annotated[str | None, typer.Option("--control", metavar="ID", help="Only what is about it.")] = None,
    period: PeriodOption = None,
    count: Annotated[
        int | None, typer.Option("-n", metavar="N", min=1, max=10_000, help="How many cases, for `sample`.")
    ] = None,
    seed: Annotated[
        str | None, typer.Option("--seed", metavar="TEXT", help="What the auditor names, for the order of `sample`.")
    ] = None,
    fail_under: Annotated[
        float | None,
        typer.Option("--fail-under", metavar="PERCENT", min=0, max=100, help="Exit 1 when less is covered."),
    ] = None,
    fail_on: Annotated[
        Severity | None, typer.Option("--fail-on", metavar="SEVERITY", help="Exit 1 for findings of this severity.")
    ] = None,
    tree_only: TreeOnlyOption = False,
    as_of: Annotated[
        date | None,
        typer.Option(
            "--as-of", "--on", metavar="DATE", parser=parse_day, help="Judge as of this day (YYYY-MM-DD), not today."
        ),
    ] = None,
) -> None:
    """Prove what the procedures cover: which SOP carries out which control, policy or risk, and what is missing.

    The folder is judged as it stands; with a day before the last commits, the library as it was committed then.
    """
    from sopkit.lifecycle.library_status import read_library_status  # git costs 70 ms
    from sopkit.reports import all_reports, report_named, report_names
    from sopkit.reports.report import ReportOptions, report_document

    if name is None:
        rows = [
            (one.name, " ".join((*(_OPTIONS[option] for option in _accepted_options(one)), *one.forms)), one.title)
            for one in all_reports().values()
        ]
        echo(format_table(("REPORT", "TAKES", "TELLS"), rows, "no report"), output)
        return
    report = report_named(check_name(name, report_names(), "report"))
    options: dict[str, object] = {
        "subject": subject,
        "frameworks": framework,
        "by": by,
        "fail_under": fail_under,
        "fail_on": fail_on,
    }
    options |= {"sop": sop, "role": role, "control": control, "period": period, "count": count, "seed": seed}
    _refuse_unused_options(report, options)
    form = choose_table_format(format, output, report.forms)
    check_name(form, (*TABLE_FORMATS, *report.forms), "format of this report")
    root, now = find_library_and_date(folder)
    with read_library_status(root, as_of or now, now, tree_only=tree_only) as status:
        wanted = ReportOptions(
            *(subject or "", split_values(framework), by or "", sop or "", role or "", control or ""),
            period=period,
            count=count,
            seed=seed or "",
        )
        result = report.make(status, wanted)
        if form in result.forms and form != "table":
            echo(result.forms[form](), output)
        else:
            document = report_document(report, result, status)
            write_document(document, form, output, lambda: _format_result(result, output))
    raise typer.Exit(1 if _has_failed(result, fail_under, fail_on) else 0)


def _refuse_unused_options(report: "Report", options: Mapping[str, object]) -> None:
    """Raise a usage error for an option that means nothing to the report, or that it cannot do without."""
    accepted = _accepted_options(report)
    for name, value in options.items():
        if value is not None and name not in accepted:
            advice = f"; for that one alone: sopkit report trace {value}" if name == "subject" else ""
            raise typer.BadParameter(f"report {report.name} takes no {_OPTIONS[name]}{advice}")
    if "subject" in accepted and options["subject"] is None:
        raise typer.BadParameter(f"name what report {report.name} is about: sopkit report {report.name} ID")
    if isinstance(by := options["by"], str):
        check_name(by, report.by, "grouping")


def _accepted_options(report: "Report") -> tuple[str, ...]:
    flags = {"by": report.by, "fail_under": report.measures, "fail_on": report.finds}
    return (*report.takes, *(name for name, accepted in flags.items() if accepted))


def _has_failed(result: "ReportResult", fail_under: float | None, fail_on: Severity | None) -> bool:
    """True if it cannot tell, if less is covered than required, or if a finding weighs as much as `fail_on`."""
    if result.failed:
        return True
    short = fail_under is not None and result.percent is not None and result.percent < fail_under
    if short:
        of, advice = (f"{result.least}: ", "; --framework ID measures one alone") if result.least else ("", "")
        typer.echo(f"{of}{result.percent:g} % is covered, less than {fail_under:g} %{advice}", err=True)
    return short or (fail_on is not None and any(one.severity.rank >= fail_on.rank for one in result.findings))


def _format_result(result: "ReportResult", output: Path | None) -> str:
    """The report's own text, else its picture (on a terminal), tables and findings."""
    room = terminal_width() if output is None else None
    if "table" in result.forms:
        return _wrap_columns(result.forms["table"](), room)
    parts = [result.picture] if result.picture and room is not None else []
    parts.append(format_report_table(result.table))
    parts += [f"{one.title}\n{format_report_table(one)}" for one in result.more if one.rows and not one.detail]
    lines = [
        one_line(f"{one.path}:{one.place.line}: {one.severity} {one.code} {one.message}")
        for one in sorted(result.findings, key=lambda finding: finding.sort_key)
    ]
    return "\n\n".join([*parts, *(["\n".join(lines)] if lines else [])])


def _wrap_columns(text: str, room: int | None) -> str:
    """The lines of a text that has columns of its own; on a terminal the last one is wrapped under itself."""
    lines = []
    for line in text.split("\n"):
        gap = max((match.end() for match in _GAP.finditer(line)), default=0)
        indent = gap if room is not None and room - gap >= _MIN_WIDTH else len(line) - len(line.lstrip()) + 4
        lines += wrap(line, room, subsequent_indent=" " * indent, break_on_hyphens=False) if room and line else [line]
    return "\n".join(part.rstrip() for part in lines)
