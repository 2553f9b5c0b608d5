"""`sopkit train acknowledge|record|session`."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.cli.console import echo, print_notes
from sopkit.cli.options import (
    AsOption,
    FolderOption,
    KeyOption,
    NoCommitOption,
    RecordDryRunOption,
    SignOption,
    YesOption,
    choice_of,
    find_library_and_date,
    parse_day,
)
from sopkit.model.errors import SopkitError
from sopkit.tables.escape import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sopkit.cli.practice_flow import SigningOptions
    from sopkit.lifecycle.library_status import LibraryStatus
    from sopkit.lifecycle.record.session import RecordingSession
    from sopkit.model.practice_base import RecordedText
    from sopkit.model.training import TrainingResult, TrainingSession

TextArguments = Annotated[
    list[str], typer.Argument(metavar="ID…", help="The SOPs; of an older version than that in force: AC-001@2.1.")
]
OnOption = Annotated[
    date | None, typer.Option("--on", metavar="DATE", parser=parse_day, help="The day on which it was; else today.")
]
NoteTextOption = Annotated[str, typer.Option("--note", metavar="TEXT", help="Remarks.")]


def acknowledge_command(
    texts: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID…", help="The SOPs that you have read; without, all that you are asked to read."),
    ] = None,
    as_key: AsOption = "",
    sign: SignOption = None,
    key: KeyOption = "",
    yes: YesOption = False,
    no_commit: NoCommitOption = False,
    folder: FolderOption = None,
) -> None:
    """Record that you have read SOPs, in the version that is in force today.

    Without an ID these are the SOPs that you are asked to read and have not. Only you can say that you have read
    something, with your own login of git or your key; for people without git a recorder uses `sopkit train record`.

    Examples: sopkit train acknowledge, sopkit train acknowledge AC-001 CM-002
    """
    from sopkit.cli.practice_flow import SigningOptions
    from sopkit.lifecycle.library_status import read_library_status  # git and pydantic cost 100 ms
    from sopkit.lifecycle.record.session import open_session
    from sopkit.practice.result_record import find_texts, make_result

    root, now = find_library_and_date(folder)
    session = open_session(root, now)
    by = session.person(as_key).key
    with read_library_status(root, now, now) as status:
        words = tuple(texts or _unread(status, by))
        if not words:
            echo("nothing that you are asked to read is unread")
            return
        found = find_texts(session.history, words, now)
        lines = [f"{text.id} {text.version}: {_title(status, text.id)}" for text in found]
        print_notes(*_method_notes(status, found, "read"))
    echo("".join(f"{one_line(line)}\n" for line in lines))
    record = make_result(session, by, by, found, {"date": now, "method": "read"})
    subject = f"Acknowledge {', '.join(f'{text.id} {text.version}' for text in found)}"
    _record(session, record, subject, SigningOptions(by, sign, key, not no_commit, ask=not yes))


def record_command(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Who was trained: key, name, address or login.")],
    texts: TextArguments,
    method: Annotated[
        str,
        typer.Option(
            "--method",
            metavar="HOW",
            callback=choice_of(("read", "quiz", "session", "observe"), "method"),
            help="read, quiz, session, or observe for watching at work.",
        ),
    ] = "read",
    on: OnOption = None,
    passed: Annotated[
        bool | None, typer.Option("--passed/--failed", show_default=False, help="Of a quiz: how it ended.")
    ] = None,
    attempt: Annotated[
        int | None, typer.Option("--attempt", metavar="N", min=1, help="Of a quiz: which attempt this was.")
    ] = None,
    note: NoteTextOption = "",
    as_key: AsOption = "",
    sign: SignOption = None,
    key: KeyOption = "",
    yes: YesOption = False,
    no_commit: NoCommitOption = False,
    folder: FolderOption = None,
) -> None:
    """Record that somebody was trained, for people without git: who may is in `[training] recorders`.

    What a recorder states of others is shown as reported. The text is the one that was in force on the day.

    Example: sopkit train record "Ines Marques" AC-001 CM-002@3.0 --method quiz --passed --on 2026-03-04
    """
    from sopkit.cli.practice_flow import SigningOptions
    from sopkit.lifecycle.library_status import read_library_status  # git and pydantic cost 100 ms
    from sopkit.lifecycle.record.session import open_session
    from sopkit.practice.case_rows import PeopleNames
    from sopkit.practice.result_record import find_person, find_texts, make_result, refuse_future

    if (method == "quiz") != (passed is not None):
        raise typer.BadParameter("say of a quiz, and of nothing else, how it ended: --passed or --failed")
    if attempt is not None and method != "quiz":
        raise typer.BadParameter("only a quiz has attempts")
    root, now = find_library_and_date(folder)
    day = on or now
    refuse_future(day, now)
    session = open_session(root, now)
    by = session.person(as_key, session.history.config.practice.importers).key
    people = session.history.organisation.people
    whom = find_person(PeopleNames(people), person)
    found = find_texts(session.history, texts, day)
    with read_library_status(root, now, now) as status:
        print_notes(*_method_notes(status, found, method))
    if not people[whom].holds(day):
        print_notes(f"{whom} was not with the organisation on {day}, by the people register")
    values: dict[str, object] = {"date": day, "method": method, "passed": passed, "attempt": attempt, "note": note}
    record = make_result(session, by, whom, found, {name: one for name, one in values.items() if one is not None})
    named = ", ".join(f"{text.id} {text.version}" for text in found)
    _record(
        session,
        record,
        f"Record {method} of {named} by {whom}",
        SigningOptions(by, sign, key, not no_commit, ask=not yes),
    )


def session_command(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The filled sheet of attendance: Word, CSV, Excel or Markdown.")
    ],
    sops: Annotated[
        list[str] | None,
        typer.Option(
            "--sop", metavar="ID", help="An SOP that it was about, as AC-001 or AC-001@2.1; else of the sheet."
        ),
    ] = None,
    on: Annotated[
        date | None, typer.Option("--on", metavar="DATE", parser=parse_day, help="The day; else that of the sheet.")
    ] = None,
    title: Annotated[str, typer.Option("--title", metavar="TEXT", help="What it was called; else of the sheet.")] = "",
    trainer: Annotated[str, typer.Option("--trainer", metavar="WHO", help="Who held it; else of the sheet.")] = "",
    type: Annotated[
        str,
        typer.Option(
            "--type",
            metavar="TYPE",
            callback=choice_of(("session", "observe"), "type"),
            help="session, or observe where people were watched at their work.",
        ),
    ] = "session",
    makes_up: Annotated[
        str, typer.Option("--makes-up", metavar="FILE", help="The record of the session that these people had missed.")
    ] = "",
    question: Annotated[
        list[str] | None,
        typer.Option("--question", metavar="TEXT", help="How a question went, of five people or more: AC-001 q1 9/18."),
    ] = None,
    skip_unknown: Annotated[
        bool, typer.Option("--skip-unknown", help="Leave out lines with a fault, and record the others.")
    ] = False,
    note: NoteTextOption = "",
    dry_run: RecordDryRunOption = False,
    as_key: AsOption = "",
    sign: SignOption = None,
    key: KeyOption = "",
    no_commit: NoCommitOption = False,
    folder: FolderOption = None,
) -> None:
    """Record an awareness session from the sheet that those who were there filled in.

    The sheet has the columns date, title, trainer, sops, person, name, attended; in Word or Markdown the first four
    are lines above the table (Date: 2026-03-04). `sopkit train plan` writes such sheets. People are known by key,
    name, address or login. A session that is recorded already is not recorded twice.

    Examples: sopkit train session q1.csv, sopkit train session q1-late.docx --makes-up 2026-03-04-session-dan-5f.yaml
    """
    from sopkit.cli.practice_flow import SigningOptions
    from sopkit.files import library_lock
    from sopkit.lifecycle.record.session import open_session  # git and pydantic cost 100 ms
    from sopkit.practice.attendance import SessionRequest, plan_session, read_attendance

    root, now = find_library_and_date(folder)
    request = SessionRequest(
        on, title, trainer, tuple(sops or ()), type, makes_up, tuple(question or ()), note, skip_unknown
    )
    with library_lock(root):  # two at once: the second sees what the first recorded
        session = open_session(root, now)
        by = session.person(as_key, session.history.config.practice.importers).key
        record, notes = plan_session(session, read_attendance(file), by, request)
        named = ", ".join(f"{text.id} {text.version}" for text in record.sops)
        count = len(record.attendees)
        subject = f"{record.type} on {record.date} about {named}: {count} {'person' if count == 1 else 'people'}"
        echo(one_line(subject))
        print_notes(*notes)
        if dry_run:
            echo("nothing was written: --dry-run")
            return
        _record(session, record, f"Record {subject}", SigningOptions(by, sign, key, not no_commit))


def _record(
    session: "RecordingSession", record: "TrainingResult | TrainingSession", subject: str, options: "SigningOptions"
) -> None:
    """Record it, unless it is recorded already."""
    from sopkit.cli.practice_flow import record_drafts
    from sopkit.practice.recording import RecordDraft, find_recorded

    if there := find_recorded(session, record):
        echo(f"recorded already: {one_line(there.file.path)}")
        return
    record_drafts(session, (RecordDraft(record),), subject, options)


def _unread(status: "LibraryStatus", key: str) -> "tuple[str, ...]":
    """The SOPs that a person is asked to read and has not; notes say which are trained otherwise."""
    from sopkit.practice.training import TrainingState
    from sopkit.practice.training_records import training_records
    from sopkit.reports.training.states import find_places

    if why := training_records(status).unknown:
        raise SopkitError(f"nobody knows what you have read: {why}", "name the SOPs: sopkit train acknowledge ID")
    open_states = {TrainingState.DUE, TrainingState.OVERDUE, TrainingState.NEVER}
    places = [one for one in find_places(status, person=key) if one.row.state in open_states]
    others = [f"{one.row.sop_id} ({one.training.method})" for one in places if one.training.method != "read"]
    print_notes(f"reading is not enough for {', '.join(others)}" if others else "")
    return tuple(one.row.sop_id for one in places if one.training.method == "read")


def _method_notes(status: "LibraryStatus", texts: "Sequence[RecordedText]", method: str) -> "list[str]":
    """A note on each text whose SOP asks for another method."""
    from sopkit.practice.training import training_of

    asked = {one.sop.id: one.method for one in training_of(status)}
    wrong = [(text.id, asked[text.id]) for text in texts if asked.get(text.id, "read") not in {"read", method}]
    return [f"{sop_id} asks for {wanted}: this record alone makes nobody current" for sop_id, wanted in wrong]


def _title(status: "LibraryStatus", sop_id: str) -> str:
    found = status.library.by_id.get(sop_id, ())
    return found[0].text("title") if found else ""
