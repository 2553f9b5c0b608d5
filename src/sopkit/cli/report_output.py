"""Check the options of a report, print or write it, and decide whether it fails."""

import re
from collections.abc import Mapping
from pathlib import Path
from textwrap import wrap

import typer

from sopkit.cli.console import echo, format_table, terminal_width, write_document
from sopkit.cli.options import check_name
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.finding import Severity
from sopkit.reports import all_reports
from sopkit.reports.report import Report, ReportResult, report_document
from sopkit.tables.document import ReportTable
from sopkit.tables.escape import one_line
from sopkit.tables.rows import cell_text

_GAP = re.compile(r"(?<=\S) {2,}(?=\S)")
_MIN_WIDTH = 24  # columns below which wrapping under the last column would be a ribbon
_OPTIONS = {
    "subject": "ID",
    "frameworks": "--framework",
    "by": "--by",
    "fail_under": "--fail-under",
    "fail_on": "--fail-on",
}


def format_reports() -> str:
    """Each report with what it tells and takes."""
    rows = [
        (report.name, " ".join((*(_OPTIONS[name] for name in _accepted_options(report)), *report.forms)), report.title)
        for report in all_reports().values()
    ]
    return format_table(("REPORT", "TAKES", "TELLS"), rows, "no report")


def refuse_unused_options(report: Report, given: Mapping[str, object]) -> None:
    """Raise a usage error for an option that means nothing to the report, or that it cannot do without."""
    taken = _accepted_options(report)
    for name, value in given.items():
        if value is not None and name not in taken:
            advice = f"; for that one alone: sopkit report trace {value}" if name == "subject" else ""
            raise typer.BadParameter(f"report {report.name} takes no {_OPTIONS[name]}{advice}")
    if "subject" in taken and given["subject"] is None:
        raise typer.BadParameter(f"name what report {report.name} is about: sopkit report {report.name} ID")
    if isinstance(by := given["by"], str):
        check_name(by, report.by, "grouping")


def _accepted_options(report: Report) -> tuple[str, ...]:
    return (
        *report.takes,
        *(("by",) if report.by else ()),
        *(("fail_under",) if report.measures else ()),
        *(("fail_on",) if report.finds else ()),
    )


def write_report(report: Report, told: ReportResult, ground: LibraryStatus, form: str, output: Path | None) -> None:
    """Print a report in a format, or write it into a file."""
    if form in told.forms and form != "table":
        echo(told.forms[form](), output)
        return

    def table() -> str:
        room = terminal_width() if output is None else None
        if "table" in told.forms:
            return _fit_text(told.forms["table"](), room)
        return (f"{told.picture}\n\n" if told.picture and room is not None else "") + "\n\n".join(_format_tables(told))

    write_document(report_document(report, told, ground), form, output, table)


def has_failed(told: ReportResult, fail_under: float | None, fail_on: Severity | None) -> bool:
    """Whether less is covered than asked for, which is told, or a finding weighs as much as named."""
    short = fail_under is not None and told.percent is not None and told.percent < fail_under
    if short:
        of, advice = (f"{told.least}: ", "; --framework ID measures one alone") if told.least else ("", "")
        typer.echo(f"{of}{told.percent:g} % is covered, less than {fail_under:g} %{advice}", err=True)
    return short or (fail_on is not None and any(one.severity.rank >= fail_on.rank for one in told.findings))


def _format_tables(told: ReportResult) -> list[str]:
    further = (f"{one.title}\n{_format_report_table(one)}" for one in told.more if one.rows and not one.detail)
    found = [_format_report_table(told.table), *further]
    lines = [
        one_line(f"{one.path}:{one.place.line}: {one.severity} {one.code} {one.message}")
        for one in sorted(told.findings, key=lambda finding: finding.sort_key)
    ]
    return [*found, *(["\n".join(lines)] if lines else [])]


def _fit_text(text: str, room: int | None) -> str:
    """The lines of a text that has columns of its own; on a terminal the last one is wrapped under itself."""
    lines = []
    for line in text.split("\n"):
        gap = max((match.end() for match in _GAP.finditer(line)), default=0)
        indent = gap if room is not None and room - gap >= _MIN_WIDTH else len(line) - len(line.lstrip()) + 4
        lines += wrap(line, room, subsequent_indent=" " * indent, break_on_hyphens=False) if room and line else [line]
    return "\n".join(part.rstrip() for part in lines)


def _format_report_table(one: ReportTable) -> str:
    columns = one.visible_columns
    rows = [tuple(cell_text(getattr(row, column)) for column in columns) for row in one.rows]
    return format_table(tuple(column.upper().replace("_", " ") for column in columns), rows, one.empty)
