"""The flow that `sopkit review` and `sopkit approve` share: options, questions, confirmation, entry."""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.cli.console import echo, exit_on_interrupt, print_notes
from sopkit.cli.options import parse_day
from sopkit.model.errors import SopkitError
from sopkit.tables.escape import escape_controls

if TYPE_CHECKING:
    from sopkit.lifecycle.record.entries import EntryDraft, EntryPreview, RecordResult
    from sopkit.lifecycle.record.session import RecordingSession, ReviewTarget

MIN_BULK = 4
"""More reviews than these at once are marked bulk-review."""

NoteOption = Annotated[
    str | None,
    typer.Option(
        "--note", metavar="TEXT", help="What you did, found or decided, in words; asked for when it is left out."
    ),
]
YesOption = Annotated[bool, typer.Option("-y", "--yes", help="Do not ask before recording.")]
AsOption = Annotated[
    str,
    typer.Option("--as", metavar="KEY", help="Who you are, by key of registers/people.yaml; else by git's user.email."),
]
DateOption = Annotated[
    date | None,
    typer.Option(
        "--date", metavar="DATE", parser=parse_day, help="The day on which it was done (YYYY-MM-DD); else today."
    ),
]
SignOption = Annotated[
    bool | None,
    typer.Option(
        "--sign/--no-sign",
        show_default=False,
        help="Sign the entry with git's ssh key, or not; by default as git signs your commits.",
    ),
]
KeyOption = Annotated[str, typer.Option("--key", metavar="FILE", help="Sign the entry with this ssh key.")]
NoCommitOption = Annotated[
    bool, typer.Option("--no-commit", help="Leave the entry in the folder, to be committed by you.")
]
DigestOption = Annotated[
    str, typer.Option("--digest", metavar="SOP1:…", help="The digest of the text that you read; another is refused.")
]
CorrectOption = Annotated[
    str,
    typer.Option(
        "--correct", metavar="ENTRY", help="Take the place of an entry of yours about the same text, by its file name."
    ),
]


@dataclass(frozen=True)
class EntryAnswers:
    """What was said about note, confirmation and commit; `pinned` is the digest that was read."""

    note: str | None
    yes: bool
    commit: bool
    pinned: str = ""


DraftBuilder = Callable[["RecordingSession", "tuple[ReviewTarget, ...]", str], "tuple[EntryDraft, ...]"]


def record_entry(
    desk: "RecordingSession",
    readings: "tuple[ReviewTarget, ...]",
    build: DraftBuilder,
    shown: Callable[["ReviewTarget"], str],
    title: Callable[["tuple[EntryDraft, ...]"], str],
    answers: EntryAnswers,
    key: str = "",
) -> "RecordResult":
    """Check that it would count, show the text, ask, and record. Raises SopkitError before anything is written."""
    from sopkit.lifecycle.record.entries import check_drafts, record_drafts, sign_drafts
    from sopkit.lifecycle.record.session import open_session, read_target  # git and pydantic cost 100 ms

    _require_answers(answers)
    foreseen = check_drafts(desk, build(desk, readings, answers.note or "-"), unsigned=bool(key))
    for at, reading in enumerate(readings):
        echo(("\n" if at else "") + shown(reading))
    print_notes(*desk.notes, *_uncommitted_notes(desk, readings))
    print_notes(*_date_notes(desk, readings, foreseen))
    with exit_on_interrupt("nothing was recorded"):
        note = _ask_note(answers)
        drafts = build(desk, readings, note)
        subject = title(drafts)
        _ask_confirmation(subject, drafts, answers, key)
    drafts = sign_drafts(drafts, key) if key else drafts

    def opened() -> "RecordingSession":
        fresh = open_session(desk.repository.root, desk.today)
        for reading in readings:
            there = read_target(fresh, reading.id, answers.pinned)
            if (there.digest, there.blob) != (reading.digest, reading.blob):
                raise SopkitError(f"{reading.id} was changed while you read it", "nothing was recorded; read it again")
        return fresh

    done = record_drafts(opened, drafts, f"{subject}\n\n{note}\n", commit=answers.commit)
    _print_result(desk, done)
    return done


def _print_result(desk: "RecordingSession", done: "RecordResult") -> None:
    from sopkit.lifecycle.status import SopState, StatusFlag

    if done.commit:
        lines = [f"recorded {path}" for path in done.paths if not path.endswith(".payload.json")]
        lines.append(f"commit {done.commit[:12]}")
    else:
        author = desk.author
        lines = [f"wrote {path}" for path in done.paths]
        lines.append(
            f"commit it alone, as {author.name} <{author.email}>; a squash loses who wrote it unless it is signed"
        )
    then = "" if done.commit else "then "
    for row in done.foreseen.rows:
        due = f", the next review is due on {row.due}" if row.due else ""
        why = due if row.state in {SopState.CURRENT, SopState.DUE_SOON} else f": {row.reason}"
        lines.append(f"{then}{row.id} {row.version}: {row.state}{why}")
    lines += _missing_approvals(desk, done.foreseen)
    echo("\n" + "".join(f"{escape_controls(line)}\n" for line in lines))
    bulk = [row.id for row in done.foreseen.rows if StatusFlag.BULK_REVIEW in row.flags]
    many = f"marked bulk-review, as many reviews within minutes are: {', '.join(bulk)}"
    print_notes(done.warning, many if 0 < len(bulk) <= MIN_BULK else "")


def _missing_approvals(desk: "RecordingSession", foreseen: "EntryPreview") -> Iterable[str]:
    """The roles whose approval is still to come, when an approval was recorded."""
    from sopkit.lifecycle.record.session import describe_holders
    from sopkit.model.entry import EntryKind

    for verdict in foreseen.verdicts:
        ledger = foreseen.ledgers[verdict.file.id]
        if verdict.entry.kind is EntryKind.APPROVAL and verdict.revision not in ledger.approved:
            given = {role for one in ledger.pending if one.revision == verdict.revision for role in one.roles}
            missing = [role for role in ledger.required if role not in given]
            return [f"still to approve as {describe_holders(desk, role)}" for role in missing]
    return []


def _date_notes(
    desk: "RecordingSession", readings: "tuple[ReviewTarget, ...]", foreseen: "EntryPreview"
) -> Iterable[str]:
    """What is odd about the day of an entry."""
    for reading, verdict in zip(readings, foreseen.verdicts, strict=False):
        day, landed = verdict.entry.date, desk.judged.history.landings[reading.revision.commit].day
        if verdict.late:
            yield (
                f"this will be marked late-recorded: it is dated {day} and lands on {verdict.landed};"
                " the next review is due from its date"
            )
        if day < landed and verdict.entry.digest == reading.digest:
            yield f"the text of {reading.id} landed on {landed}, later than the {day} that you name"


def _uncommitted_notes(desk: "RecordingSession", readings: "tuple[ReviewTarget, ...]") -> Iterable[str]:
    """Entries that lie in the folder and in no commit, as after a run that was cut off."""
    for reading in readings:
        known = {one.file.name for one in reading.ledger.verdicts}
        there = sorted(file.name for file in (desk.repository.root / reading.folder).glob("*.yaml"))
        if extra := [name for name in there if name not in known]:
            yield f"{reading.folder} holds entries that are not committed: {', '.join(extra)}"


def _require_answers(answers: EntryAnswers) -> None:
    """Refuse early what is missing and nobody can be asked for."""
    asked = sys.stdin.isatty()
    if (answers.note is None and not asked) or (answers.note is not None and not answers.note.strip()):
        raise SopkitError("say what you did, found or decided", "--note TEXT")
    if not answers.yes and not asked:
        raise SopkitError("there is no terminal on which to ask whether to record this", "say so beforehand: --yes")


def _ask_note(answers: EntryAnswers) -> str:
    note = (answers.note or "").encode("utf-8", "replace").decode().strip()
    while not note:
        note = str(typer.prompt("Note (what you did, found or decided)", err=True, default="", show_default=False))
        note = note.encode("utf-8", "replace").decode().strip()
    return note


def _ask_confirmation(subject: str, drafts: "tuple[EntryDraft, ...]", answers: EntryAnswers, key: str) -> None:
    if answers.yes:
        return
    who = "; ".join(
        dict.fromkeys(
            f"{draft.entry.by}{f' as {draft.entry.role}' if draft.entry.role else ''}, {draft.entry.date}"
            for draft in drafts
        )
    )
    how = ", signed" if key else ""
    what = "and commit it" if answers.commit else "without a commit"
    if not typer.confirm(f"{escape_controls(subject)} ({escape_controls(who)}{how}), {what}?", err=True):
        typer.echo("nothing was recorded", err=True)
        raise typer.Exit(1)
