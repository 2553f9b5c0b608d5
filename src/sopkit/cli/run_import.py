"""`sopkit run import`."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.cli.console import echo, print_notes
from sopkit.cli.options import (
    AsOption,
    DatesOption,
    FolderOption,
    HeaderRowOption,
    KeyOption,
    NoCommitOption,
    RecordDryRunOption,
    SheetOption,
    SignOption,
    SopArgument,
    TimezoneOption,
    find_library_and_date,
    parse_period,
)
from sopkit.model.durations import DateRange
from sopkit.tables.escape import escape_controls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sopkit.practice.importing import PopulationPlan


def import_command(
    sop: SopArgument,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The export: CSV, an Excel workbook, or issues as JSON.")
    ],
    map: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="OURS=THEIRS",
            help="What the export calls our columns: case=Key, started=Created, LIMIT.to=Resolved. Again for each.",
        ),
    ] = None,
    save_map: Annotated[
        bool, typer.Option("--save-map", help='Keep all this in sopkit.toml, as [runs."ID"], for the next export.')
    ] = False,
    period: Annotated[
        DateRange | None,
        typer.Option(
            "--period",
            metavar="A..B",
            parser=parse_period,
            help="The export has all cases that began on these days; else from its first day to its last.",
        ),
    ] = None,
    system: Annotated[
        str, typer.Option("--system", metavar="NAME", help="The system that the cases are from, such as jira.")
    ] = "",
    exported: Annotated[
        str,
        typer.Option("--exported", metavar="TIME", help="When the export was made; else when the file was written."),
    ] = "",
    query: Annotated[
        str,
        typer.Option("--query", metavar="TEXT", help="What was asked of the system, so that anybody can ask again."),
    ] = "",
    cancelled: Annotated[
        list[str] | None,
        typer.Option("--cancelled", metavar="WORD", help="An outcome that means cancelled, beside the usual ones."),
    ] = None,
    timezone: TimezoneOption = "",
    dates: DatesOption = None,
    sheet: SheetOption = None,
    header_row: HeaderRowOption = None,
    keep_people: Annotated[
        bool, typer.Option("--keep-people", help="Keep who did each case, by key of the people register.")
    ] = False,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="Remarks, such as why limits were missed.")] = "",
    dry_run: RecordDryRunOption = False,
    as_key: AsOption = "",
    sign: SignOption = None,
    key: KeyOption = "",
    no_commit: NoCommitOption = False,
    folder: FolderOption = None,
) -> None:
    """Record all cases of a period, from the export of a ticket system.

    Taken are CSV and Excel, Jira's CSV export and JSON search result, and issues of GitHub and GitLab as JSON (gh issue
    list --json, or the API). Times, outcome and address of each case are kept; titles, texts and people are not. A
    newer export of the same period adds to the older ones: nothing is rewritten, and what changed is shown.

    Examples: sopkit run import AC-002 jira.csv --map disable.from=Created --map disable.to=Resolved --save-map;
    gh issue list -l access -s all -L 5000 --json number,url,createdAt,closedAt,state,stateReason > issues.json, then
    sopkit run import AC-001 issues.json --period 2026-07-01..2026-09-30
    """
    from sopkit.cli.practice_flow import SigningOptions, record_drafts
    from sopkit.files import library_lock
    from sopkit.lifecycle.record.session import open_session  # git and pydantic cost 100 ms
    from sopkit.model.practice_tables import ImportTable
    from sopkit.practice.importing import ImportRequest, plan_import

    root, now = find_library_and_date(folder)
    table = ImportTable.model_validate(
        {
            "system": system,
            "columns": parse_map(map or ()),
            "cancelled": cancelled or (),
            "timezone": timezone,
            "dates": dates or "",
        }
    )
    request = ImportRequest(sop, file, as_key, table, period, exported, query, note, keep_people, sheet, header_row)
    with library_lock(root):  # two imports at once: the second sees what the first recorded
        session = open_session(root, now)
        plan = plan_import(session, request)
        echo("".join(f"{escape_controls(line)}\n" for line in plan.lines))
        print_notes(*plan.notes)
        if plan.draft is None:
            echo("nothing new: the newest export says the same")
        elif dry_run:
            echo("nothing was written: --dry-run")
        else:
            options = SigningOptions(plan.draft.record.by, sign, key, not no_commit)
            record_drafts(session, (plan.draft,), f"Import {plan.subject}", options)
        if save_map and not dry_run:
            _save_map(root, plan)


def parse_map(values: "Sequence[str]") -> dict[str, str]:
    """Columns of ours to theirs, as typed: `case=Key,started=Created`; a name may hold commas."""
    found: dict[str, str] = {}
    for value in values:
        for pair in re.split(r",(?=\s*[\w.-]+\s*=)", value):
            ours, sign, theirs = pair.partition("=")
            if not sign or not theirs.strip() or not ours.strip():
                raise typer.BadParameter(f"--map {pair!r} says of no column what it is; write for example case=Key")
            found[ours.strip()] = theirs.strip()
    return found


def _save_map(root: Path, plan: "PopulationPlan") -> None:
    from sopkit.adopt.settings import add_settings
    from sopkit.files import write_file
    from sopkit.library import CONFIG_NAME
    from sopkit.reading import read_file

    table = ("runs", plan.sop_id)
    settings = plan.settings
    texts = {"system": settings.system, "timezone": settings.timezone, "dates": settings.dates}
    values: dict[tuple[str, ...], str | tuple[str, ...]] = {
        (*table, name): text for name, text in texts.items() if text
    }
    if settings.cancelled:
        values[*table, "cancelled"] = settings.cancelled
    values |= {(*table, "columns", ours): theirs for ours, theirs in settings.columns.items()}
    before = read_file(root, CONFIG_NAME)
    after = add_settings(before, values, replace=True)
    if after != before:
        write_file(root / CONFIG_NAME, after)
        echo(f'wrote [runs."{plan.sop_id}"] into {CONFIG_NAME}; commit it')
