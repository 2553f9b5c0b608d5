"""`sopkit train import`."""

from pathlib import Path
from typing import Annotated

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
    TimezoneOption,
    choice_of,
    find_library_and_date,
)
from sopkit.cli.run_import import parse_map
from sopkit.tables.escape import one_line


def import_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The export: CSV, or an Excel workbook.")],
    preset: Annotated[
        str | None,
        typer.Option(
            "--preset",
            metavar="NAME",
            callback=choice_of(("moodle", "google-forms"), "preset"),
            help="Whose columns they are: moodle (grades or responses of a quiz) or google-forms.",
        ),
    ] = None,
    map: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="OURS=THEIRS",
            help="What the export calls our columns: person=E-mail, date=Day, passed=Result. Again for each.",
        ),
    ] = None,
    sop: Annotated[
        str, typer.Option("--sop", metavar="ID", help="The SOP of rows that name none, as AC-001 or AC-001@2.1.")
    ] = "",
    method: Annotated[
        str | None,
        typer.Option(
            "--method",
            metavar="HOW",
            callback=choice_of(("read", "quiz", "session", "observe"), "method"),
            help="How people were trained; else quiz for rows with a result, and read for others.",
        ),
    ] = None,
    timezone: TimezoneOption = "",
    dates: DatesOption = None,
    sheet: SheetOption = None,
    header_row: HeaderRowOption = None,
    skip_unknown: Annotated[
        bool, typer.Option("--skip-unknown", help="Leave out rows with a fault, and record the others.")
    ] = False,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="Remarks.")] = "",
    dry_run: RecordDryRunOption = False,
    as_key: AsOption = "",
    sign: SignOption = None,
    key: KeyOption = "",
    no_commit: NoCommitOption = False,
    folder: FolderOption = None,
) -> None:
    """Record results from a learning platform or a form.

    Columns of ours are person, date, sop, version, method, passed, score, max, attempt and state. People are known by
    key, name, address or login; the text is that in force on the day. Kept are person, day, version, and whether a
    quiz was passed at which attempt; scores and answers are not. Rows that are recorded already are left out.

    Examples: sopkit train import grades.csv --preset moodle --sop AC-001; sopkit train import form.csv --preset
    google-forms --sop AC-001 --method read; sopkit train import hr.xlsx --map person=Email --map date=Completed
    """
    from sopkit.cli.practice_flow import SigningOptions, record_drafts
    from sopkit.files import library_lock
    from sopkit.lifecycle.library_status import read_library_status  # git and pydantic cost 100 ms
    from sopkit.lifecycle.record.session import open_session
    from sopkit.practice.result_import import ResultImport, plan_results
    from sopkit.practice.result_rows import ResultShape, open_results
    from sopkit.practice.times import zone_named

    root, now = find_library_and_date(folder)
    with library_lock(root):  # two imports at once: the second sees what the first recorded
        session = open_session(root, now)
        own = zone_named(session.history.config.library.timezone)
        zone = zone_named(timezone) if timezone else own
        shape = ResultShape(preset or "", parse_map(map or ()), zone, own, dates or "", sheet, header_row)
        by = session.person(as_key, session.history.config.practice.importers).key
        request = ResultImport(open_results(file, shape), by, sop, method or "", note, skip_unknown)
        with read_library_status(root, now, now) as status:
            plan = plan_results(session, status, request)
        echo("".join(f"{one_line(line)}\n" for line in plan.lines))
        print_notes(*plan.notes)
        if plan.draft is None:
            echo("nothing new: every row is recorded already")
        elif dry_run:
            echo("nothing was written: --dry-run")
        else:
            options = SigningOptions(by, sign, key, not no_commit)
            record_drafts(session, (plan.draft,), f"Import {plan.subject}", options)
