"""The flow of `sopkit review` and `sopkit approve`: check, show the text, ask, sign, record."""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import typer

from sopkit.cli.console import echo, exit_on_interrupt, print_notes
from sopkit.model.errors import SopkitError
from sopkit.reading import list_files
from sopkit.tables.escape import escape_controls

if TYPE_CHECKING:
    from sopkit.lifecycle.record.entries import EntryDraft, EntryPreview, RecordResult
    from sopkit.lifecycle.record.session import RecordingSession, ReviewTarget

MIN_BULK = 4
"""More reviews than these at once are marked bulk-review."""

DraftBuilder = Callable[["RecordingSession", "tuple[ReviewTarget, ...]", str], "tuple[EntryDraft, ...]"]


@dataclass(frozen=True)
class RecordOptions:
    """The options that both commands share, as typed. `signer` is the person who signs, `digest` the text they read."""

    signer: str
    note: str | None
    digest: str
    sign: bool | None
    key: str
    yes: bool
    commit: bool


def record_entry(
    session: "RecordingSession",
    targets: "tuple[ReviewTarget, ...]",
    build: DraftBuilder,
    show: Callable[["RecordingSession", "ReviewTarget"], str],
    options: RecordOptions,
    notes: Iterable[str] = (),
) -> None:
    """Check that it would count, show the text, ask, and record. Raises SopkitError before anything is written."""
    from sopkit.lifecycle.record.entries import check_drafts, choose_signing_key, record_drafts, sign_drafts
    from sopkit.lifecycle.record.session import open_session, read_target  # git and pydantic cost 100 ms

    key, unsigned = choose_signing_key(session, options.signer, options.key, sign=options.sign)
    print_notes(unsigned, *notes)
    _require_answers(options)
    preview = check_drafts(session, build(session, targets, options.note or "-"), unsigned=bool(key))
    for at, target in enumerate(targets):
        echo(("\n" if at else "") + show(session, target))
    print_notes(*session.notes, *_uncommitted_notes(session, targets), *_date_notes(session, targets, preview))
    with exit_on_interrupt("nothing was recorded"):
        note = options.note or ""
        while not (note := note.encode("utf-8", "replace").decode().strip()):
            note = str(typer.prompt("Note (what you did, found or decided)", err=True, default="", show_default=False))
        drafts = build(session, targets, note)
        subject = _describe_drafts(drafts)
        if not options.yes:
            _confirm(subject, drafts, signed=bool(key), commit=options.commit)
    drafts = sign_drafts(drafts, key) if key else drafts

    def reopen() -> "RecordingSession":
        fresh = open_session(session.repository.root, session.today)
        for target in targets:
            now = read_target(fresh, target.id, options.digest)
            if (now.digest, now.blob) != (target.digest, target.blob):
                raise SopkitError(f"{target.id} was changed while you read it", "nothing was recorded; read it again")
        return fresh

    _print_result(session, record_drafts(reopen, drafts, f"{subject}\n\n{note}\n", commit=options.commit))


def _require_answers(options: RecordOptions) -> None:
    """Refuse early an answer that is missing, without a terminal on which to ask for it."""
    terminal = sys.stdin.isatty()
    if (options.note is None and not terminal) or (options.note is not None and not options.note.strip()):
        raise SopkitError("say what you did, found or decided", "--note TEXT")
    if not options.yes and not terminal:
        raise SopkitError("there is no terminal on which to ask whether to record this", "say so beforehand: --yes")


def _describe_drafts(drafts: "tuple[EntryDraft, ...]") -> str:
    """The subject of the commit, and of the question before it."""
    from sopkit.model.entry import EntryKind

    entry = drafts[0].entry
    names = ", ".join(dict.fromkeys(f"{draft.entry.id} {draft.entry.version}".rstrip() for draft in drafts))
    if entry.kind is EntryKind.WITHDRAWAL:
        return f"Withdraw the approval of {names}"
    if entry.kind is EntryKind.APPROVAL:
        what = f" ({entry.outcome})" if entry.outcome in {"editorial", "retire"} else ""
        return f"{'Correct the approval of' if entry.corrects else 'Approve'} {names}{what}"
    what = "watched files" if entry.scope == "watched" else str(entry.result).replace("-", " ")
    return f"{'Correct the review of' if entry.corrects else 'Review'} {names} ({what})"


def _confirm(subject: str, drafts: "tuple[EntryDraft, ...]", *, signed: bool, commit: bool) -> None:
    """Ask whether to record; leave with exit code 1 when the answer is no."""
    entries = [draft.entry for draft in drafts]
    people = (f"{one.by}{f' as {one.role}' if one.role else ''}, {one.date}" for one in entries)
    who = escape_controls("; ".join(dict.fromkeys(people)))
    what = "and commit it" if commit else "without a commit"
    if not typer.confirm(f"{escape_controls(subject)} ({who}{', signed' if signed else ''}), {what}?", err=True):
        typer.echo("nothing was recorded", err=True)
        raise typer.Exit(1)


def _print_result(session: "RecordingSession", result: "RecordResult") -> None:
    from sopkit.lifecycle.status import SopState, StatusFlag

    if result.commit:
        lines = [f"recorded {path}" for path in result.paths if not path.endswith(".payload.json")]
        lines.append(f"commit {result.commit[:12]}")
    else:
        author = session.author
        lines = [f"wrote {path}" for path in result.paths]
        lines.append(
            f"commit it alone, as {author.name} <{author.email}>; a squash loses who wrote it unless it is signed"
        )
    then = "" if result.commit else "then "
    for row in result.preview.rows:
        due = f", the next review is due on {row.due}" if row.due else ""
        why = due if row.state in {SopState.CURRENT, SopState.DUE_SOON} else f": {row.reason}"
        lines.append(f"{then}{row.id} {row.version}: {row.state}{why}")
    lines += _missing_approvals(session, result.preview)
    echo("\n" + "".join(f"{escape_controls(line)}\n" for line in lines))
    bulk = [row.id for row in result.preview.rows if StatusFlag.BULK_REVIEW in row.flags]
    many = f"marked bulk-review, as many reviews within minutes are: {', '.join(bulk)}"
    print_notes(result.warning, many if 0 < len(bulk) <= MIN_BULK else "")


def _missing_approvals(session: "RecordingSession", preview: "EntryPreview") -> Iterable[str]:
    """The roles whose approval is still to come, when an approval was recorded."""
    from sopkit.lifecycle.record.session import describe_holders
    from sopkit.model.entry import EntryKind

    for verdict in preview.verdicts:
        ledger = preview.ledgers[verdict.file.id]
        if verdict.entry.kind is EntryKind.APPROVAL and verdict.revision not in ledger.approved:
            approving = {role for one in ledger.pending if one.revision == verdict.revision for role in one.roles}
            missing = [role for role in ledger.required if role not in approving]
            return [f"still to approve as {describe_holders(session, role)}" for role in missing]
    return []


def _date_notes(
    session: "RecordingSession", targets: "tuple[ReviewTarget, ...]", preview: "EntryPreview"
) -> Iterable[str]:
    """Notes about the date of an entry."""
    for target, verdict in zip(targets, preview.verdicts, strict=False):
        day, landed = verdict.entry.date, session.history.log.landings[target.revision.commit].day
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
        paths = (PurePosixPath(path) for path in list_files(session.repository.root, target.folder))
        if extra := [path.name for path in paths if path.suffix == ".yaml" and path.name not in known]:
            yield f"{target.folder} holds entries that are not committed: {', '.join(extra)}"
