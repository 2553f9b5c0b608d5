"""`sopkit approve`."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.cli.entry_flow import RecordOptions, record_entry
from sopkit.cli.options import (
    AsOption,
    CorrectOption,
    DateOption,
    DigestOption,
    FolderOption,
    KeyOption,
    NoCommitOption,
    NoteOption,
    SignOption,
    SopArgument,
    YesOption,
    find_library_and_date,
    make_command,
    refuse_conflicts,
)
from sopkit.model.errors import SopkitError

if TYPE_CHECKING:
    from sopkit.lifecycle.record.entries import EntryDraft
    from sopkit.lifecycle.record.review import EntryInput
    from sopkit.lifecycle.record.session import RecordingSession, ReviewTarget

app = make_command()


@app.command("approve")
def approve_command(
    sop: SopArgument,
    note: NoteOption = None,
    role: Annotated[
        str, typer.Option("--role", metavar="ROLE", help="Approve in this role only; else in all that you hold.")
    ] = "",
    editorial: Annotated[
        bool, typer.Option("--editorial", help="Only the wording changed since the text that was approved last.")
    ] = False,
    retire: Annotated[bool, typer.Option("--retire", help="Approve that the SOP is no longer in force.")] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="End the approval in force; the note says why.")] = False,
    digest: DigestOption = "",
    from_file: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="Import the reviews of a pull request: JSON of GitHub or GitLab."),
    ] = None,
    document: Annotated[
        Path | None, typer.Option("--document", metavar="FILE", help="A signed document that proves the approval.")
    ] = None,
    by: Annotated[str, typer.Option("--by", metavar="KEY", help="Who signed the document.")] = "",
    date: DateOption = None,
    as_key: AsOption = "",
    correct: CorrectOption = "",
    sign: SignOption = None,
    key: KeyOption = "",
    yes: YesOption = False,
    no_commit: NoCommitOption = False,
    folder: FolderOption = None,
) -> None:
    """Record that you approve the text of an SOP: shows what changed since the last approved text, asks for a note.

    You hold a role that the SOP names under approvers, and wrote nothing of what you approve. The approval names the
    digest of the committed text, so any later change needs a new one. It is one file for each of your roles in
    ledger/sops/ID, committed alone as you. When it would not count, it is refused with the reason.

    Examples: sopkit approve AC-001, sopkit approve AC-001 --sign, sopkit approve AC-001 --from reviews.json, sopkit
    approve AC-001 --withdraw --note "step 4 locks people out", sopkit approve AC-001 --document signed.pdf --by cat
    """
    from sopkit.lifecycle.record.approval_import import find_importer, import_document
    from sopkit.lifecycle.record.review import EntryInput, changes_since_approval, draft_approvals, draft_withdrawal
    from sopkit.lifecycle.record.session import open_session, read_target  # git and pydantic cost 100 ms
    from sopkit.model.entry import Outcome

    refuse_conflicts(editorial=editorial, retire=retire, withdraw=withdraw)
    refuse_conflicts(**{"from": from_file, "document": document, "withdraw": withdraw, "correct": correct})
    refuse_conflicts(**{"from": from_file, "as": as_key, "by": by})
    if bool(by) != (document is not None):
        raise typer.BadParameter("--document FILE and --by KEY go together: what was signed, and by whom")
    root, now = find_library_and_date(folder)
    session = open_session(root, now)
    target = read_target(session, sop, digest)
    outcome = Outcome.EDITORIAL if editorial else Outcome.RETIRE if retire else None
    signer = session.person(by or as_key).key if from_file is None else find_importer(session)
    entry = EntryInput("" if from_file else signer, date or now, note or "", outcome, role, correct, date is not None)
    options = RecordOptions(signer, note, digest, sign, key, yes, not no_commit)
    if from_file is not None:
        drafts, left_out = _read_forge_reviews(session, target, from_file, entry, pinned=bool(digest))
        notes = "; ".join(dict.fromkeys(draft.entry.note for draft in drafts))
        options = replace(options, note=note or notes)
        left_out = [f"left out: {one}" for one in left_out]
        record_entry(session, (target,), lambda *_: drafts, changes_since_approval, options, left_out)
        return
    evidence, added = import_document(session, target, document) if document is not None else (None, {})

    def build(session: "RecordingSession", targets: "tuple[ReviewTarget, ...]", note: str) -> "tuple[EntryDraft, ...]":
        if withdraw:
            return (draft_withdrawal(session, targets[0], replace(entry, note=note)),)
        drafts = draft_approvals(session, targets[0], replace(entry, note=note), evidence)
        return tuple(replace(draft, documents=added) for draft in drafts)

    record_entry(session, (target,), build, changes_since_approval, options)


def _read_forge_reviews(
    session: "RecordingSession", target: "ReviewTarget", file: Path, entry: "EntryInput", *, pinned: bool
) -> "tuple[tuple[EntryDraft, ...], Sequence[str]]":
    """The approvals in a forge's JSON, and why others do not count. Raises SopkitError where there is none."""
    from sopkit.lifecycle.evidence import read_reviews
    from sopkit.lifecycle.record.approval_import import import_reviews

    try:
        reviews = read_reviews(file.read_bytes(), str(file))
    except OSError as error:
        raise SopkitError(f"{file}: cannot be read: {error.strerror}", "name a file with the forge's JSON") from error
    drafts, left_out = import_reviews(session, target, reviews, entry, pinned=pinned)
    if not drafts:
        raise SopkitError(
            f"{file}: nothing in it approves {target.name}", "\n".join(left_out) or "it tells of no review"
        )
    return drafts, left_out
