"""`sopkit train plan`."""

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.cli.console import choose_table_format, write_bytes, write_document
from sopkit.cli.options import (
    AsOfOption,
    FolderOption,
    OutputOption,
    TableFormatOption,
    find_library_and_date,
)
from sopkit.model.errors import SopkitError

if TYPE_CHECKING:
    from sopkit.lifecycle.library_status import LibraryStatus
    from sopkit.reports.training.plan import TrainingPlan

_SHEETS = (".docx", ".csv", ".md")
_QUARTER = re.compile(r"\d{4}-Q[1-4]")
_MIN_YEAR, _MAX_YEAR = 2000, 9998


def _check_quarter(text: str | None) -> str | None:
    if text is not None and (not _QUARTER.fullmatch(text) or not _MIN_YEAR <= int(text[:4]) <= _MAX_YEAR):
        raise typer.BadParameter(f"{text!r} is not a quarter; write 2027-Q1")
    return text


def plan_command(
    year: Annotated[
        int | None,
        typer.Option("--year", metavar="YEAR", min=_MIN_YEAR, max=_MAX_YEAR, help="The year; else the current one."),
    ] = None,
    role: Annotated[str | None, typer.Option("--role", metavar="ID", help="Only this role, or everyone.")] = None,
    sheet: Annotated[
        str | None,
        typer.Option(
            "--sheet",
            metavar="QUARTER",
            callback=_check_quarter,
            help="Write the sheet of attendance of --role for this quarter (2027-Q1) instead of the plan.",
        ),
    ] = None,
    format: TableFormatOption = None,
    output: OutputOption = None,
    as_of: AsOfOption = None,
    folder: FolderOption = None,
) -> None:
    """Plan a year of training: a session of 20 minutes per quarter and role, with at most three SOPs each.

    An SOP is chosen when nobody was trained on it, people are due, its text changed, its criticality is high, its time
    limits are missed, runs deviate from it, or questions about it fail; the plan says which. A quarter that began is
    planned by the library on its first day, so its plan stays as it was, and shows what took place.

    Examples: sopkit train plan --year 2027, sopkit train plan --sheet 2027-Q1 --role support -o q1.docx
    """
    from sopkit.lifecycle.library_status import read_library_status  # git costs 70 ms
    from sopkit.reports.training.plan import plan_document

    root, now = find_library_and_date(folder)
    day = as_of or now
    if sheet is not None:
        _check_sheet(role, output, format)
    with read_library_status(root, day, now) as status:
        plan = _make_plan(root, status, now, int(sheet[:4]) if sheet else year or day.year, role or "")
        if sheet is not None and role is not None and output is not None:
            _write_sheet(plan, status, sheet, output)
            return
        document = plan_document(plan, status)
        write_document(document, choose_table_format(format, output), output, lambda: _format_plan(plan))


def _make_plan(root: Path, status: "LibraryStatus", now: date, year: int, role: str) -> "TrainingPlan":
    """The plan of a year; each quarter that began is judged on its first day, the others on the day of `status`."""
    from sopkit.lifecycle.library_status import read_library_status
    from sopkit.model.durations import quarter_range
    from sopkit.reports.training.plan import QUARTERS, TrainingPlan

    plan = TrainingPlan(year, role)
    for quarter in QUARTERS:
        first = quarter_range(year, quarter).first
        if first >= status.as_of or status.judged is None or first < status.history.landings[0].day:
            plan.add_quarter(quarter, status, status)
            continue
        with read_library_status(root, first, now) as past:
            plan.add_quarter(quarter, past, status)
    return plan


def _check_sheet(role: str | None, output: Path | None, format: str | None) -> None:
    if role is None:
        raise typer.BadParameter("name the role that the sheet is for: --role ID, or --role everyone")
    if output is None or output.suffix.lower() not in _SHEETS or format is not None:
        raise typer.BadParameter("name a file for the sheet with -o FILE.docx, FILE.csv or FILE.md, without -f")


def _write_sheet(plan: "TrainingPlan", status: "LibraryStatus", quarter: str, output: Path) -> None:
    from sopkit.authoring.training.attendance_sheet import build_attendance_sheet, write_attendance_sheet

    if not status.library.registers["people"].rows:
        raise SopkitError(
            "registers/people.yaml lists nobody, so a sheet would be empty", "write it: sopkit register init people"
        )
    row = next((one for one in plan.rows if one.quarter == quarter), None)
    if row is None:
        raise SopkitError(
            f"no SOP in force has the role `{plan.role}` in its audience",
            "see the roles that are trained: sopkit train status --by role",
        )
    sheet = build_attendance_sheet(status, row)
    write_bytes(write_attendance_sheet(sheet, output.suffix.lower()), output)
    typer.echo(f"wrote {output}; when it is filled in, run: sopkit train session {output}", err=True)


def _format_plan(plan: "TrainingPlan") -> str:
    """The plan for people: each session as a short block."""
    blocks = []
    for row in plan.rows:
        done = f" ({'; '.join(row.done)})" if row.done else ""
        lines = [f"{row.quarter}  {row.title}, {row.people} people: {', '.join(row.sops)}  [{row.state}]{done}"]
        lines += [f"    {line}" for line in (*row.why, *row.agenda)]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) or "no SOP in force has an audience to plan for"
