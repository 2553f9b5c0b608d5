"""`sopkit feedback add|list|close|import`."""

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.cli.console import choose_table_format, echo, format_report_table, print_notes, write_document
from sopkit.cli.options import (
    AsOfOption,
    AsOption,
    FolderOption,
    KeyOption,
    NoCommitOption,
    OutputOption,
    RecordDryRunOption,
    SignOption,
    SopArgument,
    TableFormatOption,
    YesOption,
    find_library_and_date,
    make_command,
    refuse_conflicts,
)
from sopkit.model.errors import SopkitError
from sopkit.tables.escape import escape_controls

if TYPE_CHECKING:
    from sopkit.lifecycle.record.session import RecordingSession
    from sopkit.model.practice import FeedbackRecord
    from sopkit.practice.ledger import PracticeResult

app = make_command("Say what is wrong or unclear in an SOP, and answer it: nothing that was said is lost.")


@app.command("add")
def add_command(
    sop: SopArgument,
    text: Annotated[
        str | None, typer.Option("--text", metavar="TEXT", help="What is wrong or unclear; asked for when left out.")
    ] = None,
    step: Annotated[str, typer.Option("--step", metavar="ANCHOR", help="The step that it is about.")] = "",
    clarity: Annotated[
        int | None, typer.Option("--clarity", min=1, max=5, help="How clear the text is, from 1 to 5.")
    ] = None,
    usefulness: Annotated[
        int | None, typer.Option("--usefulness", min=1, max=5, help="How useful it is, from 1 to 5.")
    ] = None,
    as_key: AsOption = "",
    sign: SignOption = None,
    key: KeyOption = "",
    no_commit: NoCommitOption = False,
    folder: FolderOption = None,
) -> None:
    """Record feedback on the text of an SOP that is in force, or on the newest one where none is.

    Anybody in the people register may. The owner answers with `sopkit feedback close`; lint warns after 90 days.

    Example: sopkit feedback add AC-001 --step suspend --text "Which Okta tenant is meant?"
    """
    from sopkit.cli.practice_flow import SigningOptions, record_drafts
    from sopkit.lifecycle.record.session import open_session  # git and pydantic cost 100 ms
    from sopkit.lifecycle.text_lookup import find_revision_history
    from sopkit.practice.feedback import make_feedback, plain_text
    from sopkit.practice.recording import RecordDraft

    root, now = find_library_and_date(folder)
    session = open_session(root, now)
    by = session.person(as_key).key
    history, past = session.history, find_revision_history(session.history, sop)
    if text is None:
        if not sys.stdin.isatty():
            raise SopkitError("say what is wrong or unclear", "--text TEXT")
        text = str(typer.prompt("What is wrong or unclear", err=True))
    if not (words := plain_text(text)):
        raise SopkitError("say what is wrong or unclear", "--text TEXT")
    approval = history.ledger(past.key[0]).in_force(now)
    revision = past.revisions[approval.revision - 1] if approval else past.revisions[-1]
    version = approval.label if approval else history.snapshots[revision.blob].version
    opinion = {"clarity": clarity, "usefulness": usefulness} if clarity or usefulness else None
    values = {"version": version, "step": step.removeprefix("#"), "opinion": opinion}
    record = make_feedback(session, past.key[0], words, by, values, revision.digest)
    options = SigningOptions(by, sign, key, not no_commit)
    record_drafts(session, (RecordDraft(record),), f"Record feedback on {record.id} {version}".rstrip(), options)


@app.command("list")
def list_command(
    sop: Annotated[str | None, typer.Option("--sop", metavar="ID", help="Only on this SOP.")] = None,
    format: TableFormatOption = None,
    output: OutputOption = None,
    as_of: AsOfOption = None,
    folder: FolderOption = None,
) -> None:
    """List feedback, what waits for an answer first."""
    from sopkit.lifecycle.library_status import read_library_status  # git costs 70 ms
    from sopkit.reports.feedback import REPORT
    from sopkit.reports.report import ReportOptions, report_document

    form = choose_table_format(format, output)
    root, now = find_library_and_date(folder)
    with read_library_status(root, as_of or now, now) as status:
        result = REPORT.make(status, ReportOptions(sop=sop or ""))
        document = report_document(REPORT, result, status)
        write_document(document, form, output, partial(format_report_table, result.table))


@app.command("close")
def close_command(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The record of the feedback, by its file name.")],
    changed: Annotated[
        str, typer.Option("--changed", metavar="VERSION", help="The text was changed, in this version.")
    ] = "",
    declined: Annotated[str, typer.Option("--declined", metavar="WHY", help="The text stays as it is, and why.")] = "",
    duplicate: Annotated[
        str, typer.Option("--duplicate-of", metavar="FILE", help="The record of feedback that says the same.")
    ] = "",
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="Remarks.")] = "",
    as_key: AsOption = "",
    sign: SignOption = None,
    key: KeyOption = "",
    yes: YesOption = False,
    no_commit: NoCommitOption = False,
    folder: FolderOption = None,
) -> None:
    """Answer feedback, as the owner of the SOP or a deputy: changed, declined, or said before.

    Example: sopkit feedback close 2026-03-02-feedback-ben-a3f84bf2.yaml --changed 2.2
    """
    from sopkit.cli.practice_flow import SigningOptions, record_drafts
    from sopkit.lifecycle.record.session import open_session  # git and pydantic cost 100 ms
    from sopkit.model.practice import Decision
    from sopkit.model.practice_base import PRACTICE_SCHEMA, PracticeKind
    from sopkit.practice.landing import read_practice
    from sopkit.practice.recording import RecordDraft

    chosen = {"changed": changed, "declined": declined, "duplicate": duplicate}
    refuse_conflicts(changed=changed, declined=declined, duplicate_of=duplicate)
    if not any(chosen.values()):
        raise typer.BadParameter("say what was decided: --changed VERSION, --declined WHY or --duplicate-of FILE")
    root, now = find_library_and_date(folder)
    session = open_session(root, now)
    result, feedback = _find(session, file)
    if read_practice(session.history).decisions(result):
        print_notes("it has an answer already; this one is added, and the newest counts")
    if changed:
        _require_version(session, feedback.id, changed)
    other = _find(session, duplicate)[0].file.name if duplicate else ""
    if other == result.file.name:
        raise SopkitError("feedback cannot say the same as itself", "name another record: --duplicate-of FILE")
    by = session.person(as_key).key
    record = Decision.model_validate(
        {
            "schema": PRACTICE_SCHEMA,
            "kind": PracticeKind.DECISION,
            "library": session.history.config.library.uuid,
            "by": by,
            "date": now,
            "note": note,
            "id": feedback.id,
            "about": result.file.name,
            "decision": next(name for name, value in chosen.items() if value),
            "version": changed,
            "why": declined,
            "duplicate_of": other,
        }
    )
    echo(escape_controls(f"{feedback.date} {feedback.id} {feedback.version}: {' '.join(feedback.text.split())}"))
    options = SigningOptions(by, sign, key, not no_commit, ask=not yes)
    record_drafts(session, (RecordDraft(record),), f"Answer feedback on {feedback.id}: {record.decision}", options)


def _find(session: "RecordingSession", name: str) -> "tuple[PracticeResult, FeedbackRecord]":
    from sopkit.model.practice import FeedbackRecord
    from sopkit.model.similarity import nearest
    from sopkit.practice.landing import read_practice

    known = {one.file.name: (one, record) for one, record in read_practice(session.history).counting(FeedbackRecord)}
    base = name.replace("\\", "/").rpartition("/")[2]
    if base not in known:
        near = nearest(base, list(known), 1, 0.5)
        advice = f"did you mean {near[0]}?" if near else "see: sopkit feedback list"
        raise SopkitError(f"no feedback is recorded in a file {name}", advice)
    return known[base]


def _require_version(session: "RecordingSession", sop_id: str, version: str) -> None:
    """Raise SopkitError for a version that no text of the SOP has had."""
    past = session.history.pasts.by_key[sop_id, ""]
    known = list(dict.fromkeys(session.history.snapshots[one.blob].version for one in past.revisions))
    if version not in known:
        raise SopkitError(f"{sop_id} has no version {version}", f"commit the change first; known: {', '.join(known)}")


@app.command("import")
def import_command(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Issues as JSON (GitHub, GitLab, Jira), or mails: .eml or .mbox.")
    ],
    dry_run: RecordDryRunOption = False,
    as_key: AsOption = "",
    sign: SignOption = None,
    key: KeyOption = "",
    no_commit: NoCommitOption = False,
    folder: FolderOption = None,
) -> None:
    """Record the feedback that readers sent with the handbook's link, from an export of issues or from mails.

    Taken is what has the line `sopkit feedback: id=…` that the link puts there. Who wrote it is known by login or
    address. What is recorded already is left out.
    """
    from sopkit.cli.practice_flow import SigningOptions, record_drafts
    from sopkit.files import library_lock
    from sopkit.lifecycle.record.session import open_session  # git and pydantic cost 100 ms
    from sopkit.practice.feedback import plan_feedback

    root, now = find_library_and_date(folder)
    with library_lock(root):  # two imports at once: the second sees what the first recorded
        session = open_session(root, now)
        by = session.person(as_key, session.history.config.practice.importers).key
        plan = plan_feedback(session, file, by)
        for draft in plan.drafts:
            record = draft.record
            echo(escape_controls(f"{record.date} {getattr(record, 'id', '')} by {record.by}: {draft.path}"))
        print_notes(*plan.notes)
        if not plan.drafts or dry_run:
            echo("nothing was written: --dry-run" if plan.drafts else "nothing new")
            return
        options = SigningOptions(by, sign, key, not no_commit)
        record_drafts(session, plan.drafts, f"Import feedback: {len(plan.drafts)} records", options)
