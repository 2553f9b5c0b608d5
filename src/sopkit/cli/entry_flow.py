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
    """The answers from the command line. `pinned` is the digest that was read; `key` signs the entries."""

    note: str | None
    yes: bool
    commit: bool
    pinned: str = ""
    key: str = ""


DraftBuilder = Callable[["RecordingSession", "tuple[ReviewTarget, ...]", str], "tuple[EntryDraft, ...]"]


def record_entry(
    session: "RecordingSession",
    targets: "tuple[ReviewTarget, ...]",
    build: DraftBuilder,
    show: Callable[["RecordingSession", "ReviewTarget"], str],
    title: Callable[["tuple[EntryDraft, ...]"], str],
    answers: EntryAnswers,
) -> None:
    """Check that it would count, show the text, ask, and record. Raises SopkitError before anything is written."""
    from sopkit.lifecycle.record.entries import check_drafts, record_drafts, sign_drafts
    from sopkit.lifecycle.record.session import open_session, read_target  # git and pydantic cost 100 ms

    _require_answers(answers)
    foreseen = check_drafts(session, build(session, targets, answers.note or "-"), unsigned=bool(answers.key))
    for at, target in enumerate(targets):
        echo(("\n" if at else "") + show(session, target))
    print_notes(*session.notes, *_uncommitted_notes(session, targets), *_date_notes(session, targets, foreseen))
    with exit_on_interrupt("nothing was recorded"):
        note = _ask_note(answers)
        drafts = build(session, targets, note)
        subject = title(drafts)
        _ask_confirmation(subject, drafts, answers)
    drafts = sign_drafts(drafts, answers.key) if answers.key else drafts

    def reopen() -> "RecordingSession":
        fresh = open_session(session.repository.root, session.today)
        for target in targets:
            now = read_target(fresh, target.id, answers.pinned)
            if (now.digest, now.blob) != (target.digest, target.blob):
                raise SopkitError(f"{target.id} was changed while you read it", "nothing was recorded; read it again")
        return fresh

    _print_result(session, record_drafts(reopen, drafts, f"{subject}\n\n{note}\n", commit=answers.commit))


def _print_result(session: "RecordingSession", done: "RecordResult") -> None:
    from sopkit.lifecycle.status import SopState, StatusFlag

    if done.commit:
        lines = [f"recorded {path}" for path in done.paths if not path.endswith(".payload.json")]
        lines.append(f"commit {done.commit[:12]}")
    else:
        author = session.author
        lines = [f"wrote {path}" for path in done.paths]
        lines.append(
            f"commit it alone, as {author.name} <{author.email}>; a squash loses who wrote it unless it is signed"
        )
    then = "" if done.commit else "then "
    for row in done.foreseen.rows:
        due = f", the next review is due on {row.due}" if row.due else ""
        why = due if row.state in {SopState.CURRENT, SopState.DUE_SOON} else f": {row.reason}"
        lines.append(f"{then}{row.id} {row.version}: {row.state}{why}")
    lines += _missing_approvals(session, done.foreseen)
    echo("\n" + "".join(f"{escape_controls(line)}\n" for line in lines))
    bulk = [row.id for row in done.foreseen.rows if StatusFlag.BULK_REVIEW in row.flags]
    many = f"marked bulk-review, as many reviews within minutes are: {', '.join(bulk)}"
    print_notes(done.warning, many if 0 < len(bulk) <= MIN_BULK else "")


def _missing_approvals(session: "RecordingSession", foreseen: "EntryPreview") -> Iterable[str]:
    """The roles whose approval is still to come, when an approval was recorded."""
    from sopkit.lifecycle.record.session import describe_holders
    from sopkit.model.entry import EntryKind

    for verdict in foreseen.verdicts:
        ledger = foreseen.ledgers[verdict.file.id]
        if verdict.entry.kind is EntryKind.APPROVAL and verdict.revision not in ledger.approved:
            given = {role for one in ledger.pending if one.revision == verdict.revision for role in one.roles}
            missing = [role for role in ledger.required if role not in given]
            return [f"still to approve as {describe_holders(session, role)}" for role in missing]
    return []


def _date_notes(
    session: "RecordingSession", targets: "tuple[ReviewTarget, ...]", foreseen: "EntryPreview"
) -> Iterable[str]:
    """Notes about the date of an entry."""
    for target, verdict in zip(targets, foreseen.verdicts, strict=False):
        day, landed = verdict.entry.date, session.judged.history.landings[target.revision.commit].day
        if verdict.late:
            yield (
                f"this will be marked late-recorded: it is dated {day} and lands on {verdict.landed};"
                " the next review is due from its date"
            )
        if day < landed and verdict.entry.digest == target.digest:
            yield f"the text of {target.id} landed on {landed}, later than the {day} that you name"


def _uncommitted_notes(session: "RecordingSession", targets: "tuple[ReviewTarget, ...]") -> Iterable[str]:
    """Entries that are in the folder and in no commit, as after an interrupted run."""
    for target in targets:
        known = {one.file.name for one in target.ledger.verdicts}
        files = sorted(file.name for file in (session.repository.root / target.folder).glob("*.yaml"))
        if extra := [name for name in files if name not in known]:
            yield f"{target.folder} holds entries that are not committed: {', '.join(extra)}"


def _require_answers(answers: EntryAnswers) -> None:
    """Refuse early an answer that is missing, without a terminal on which to ask for it."""
    terminal = sys.stdin.isatty()
    if (answers.note is None and not terminal) or (answers.note is not None and not answers.note.strip()):
        raise SopkitError("say what you did, found or decided", "--note TEXT")
    if not answers.yes and not terminal:
        raise SopkitError("there is no terminal on which to ask whether to record this", "say so beforehand: --yes")


def _ask_note(answers: EntryAnswers) -> str:
    note = answers.note or ""
    while not (note := note.encode("utf-8", "replace").decode().strip()):
        note = str(typer.prompt("Note (what you did, found or decided)", err=True, default="", show_default=False))
    return note


def _ask_confirmation(subject: str, drafts: "tuple[EntryDraft, ...]", answers: EntryAnswers) -> None:
    if answers.yes:
        return
    entries = [draft.entry for draft in drafts]
    people = (f"{one.by}{f' as {one.role}' if one.role else ''}, {one.date}" for one in entries)
    who = "; ".join(dict.fromkeys(people))
    how = ", signed" if answers.key else ""
    what = "and commit it" if answers.commit else "without a commit"
    if not typer.confirm(f"{escape_controls(subject)} ({escape_controls(who)}{how}), {what}?", err=True):
        typer.echo("nothing was recorded", err=True)
        raise typer.Exit(1)
