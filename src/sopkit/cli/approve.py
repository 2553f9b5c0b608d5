"""`sopkit approve`."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.cli.console import print_notes
from sopkit.cli.entry_flow import (
    AsOption,
    CorrectOption,
    DateOption,
    DigestOption,
    EntryAnswers,
    KeyOption,
    NoCommitOption,
    NoteOption,
    SignOption,
    YesOption,
    record_entry,
)
from sopkit.cli.options import FolderOption, find_library_and_date, make_command, refuse_conflicts
from sopkit.model.errors import SopkitError

if TYPE_CHECKING:
    from sopkit.lifecycle.record.entries import EntryDraft
    from sopkit.lifecycle.record.review import EntryInput
    from sopkit.lifecycle.record.session import RecordingSession, ReviewTarget
    from sopkit.model.entry import Evidence

app = make_command()


@app.command("approve")
def approve_command(
    sop: Annotated[str, typer.Argument(metavar="ID", help="The SOP's id, or its path in the library.")],
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
    from sopkit.lifecycle.record.entries import choose_signing_key
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
    entry = EntryInput("", date or now, "", outcome, role, correct, date is not None)
    answers = EntryAnswers(note, yes, not no_commit, digest, key)
    if from_file is not None:
        _import_from_forge(session, target, from_file, entry, answers, sign=sign)
        return
    entry = replace(entry, by=session.person(by or as_key).key)
    own_key, unsigned = choose_signing_key(session, entry.by, key, sign=sign)
    print_notes(unsigned)
    evidence: Evidence | None = None
    added: dict[str, bytes] = {}
    if document is not None:
        from sopkit.lifecycle.record.approval_import import import_document

        evidence, added = import_document(session, target, document)

    def build(session: "RecordingSession", targets: "tuple[ReviewTarget, ...]", note: str) -> "tuple[EntryDraft, ...]":
        if withdraw:
            return (draft_withdrawal(session, targets[0], replace(entry, note=note)),)
        drafts = draft_approvals(session, targets[0], replace(entry, note=note), evidence)
        return tuple(replace(draft, documents=added) for draft in drafts)

    answers = replace(answers, key=own_key)
    record_entry(session, (target,), build, changes_since_approval, _describe_drafts, answers)


def _import_from_forge(
    session: "RecordingSession",
    target: "ReviewTarget",
    file: Path,
    entry: "EntryInput",
    answers: EntryAnswers,
    *,
    sign: bool | None,
) -> None:
    from sopkit.lifecycle.evidence import read_reviews
    from sopkit.lifecycle.record.approval_import import find_importer, import_reviews
    from sopkit.lifecycle.record.entries import choose_signing_key
    from sopkit.lifecycle.record.review import changes_since_approval

    own_key, unsigned = choose_signing_key(session, find_importer(session), answers.key, sign=sign)
    try:
        reviews = read_reviews(file.read_bytes(), str(file))
    except OSError as error:
        raise SopkitError(f"{file}: cannot be read: {error.strerror}", "name a file with the forge's JSON") from error
    entry = replace(entry, note=answers.note or "")
    drafts, left_out = import_reviews(session, target, reviews, entry, pinned=bool(answers.pinned))
    if not drafts:
        why = "\n".join(left_out) or "it tells of no review"
        raise SopkitError(f"{file}: nothing in it approves {target.name}", why)
    print_notes(unsigned, *(f"left out: {one}" for one in left_out))
    note = answers.note or "; ".join(dict.fromkeys(draft.entry.note for draft in drafts))
    answers = replace(answers, note=note, key=own_key)
    record_entry(session, (target,), lambda *_: drafts, changes_since_approval, _describe_drafts, answers)


def _describe_drafts(drafts: "tuple[EntryDraft, ...]") -> str:
    entry = drafts[0].entry
    name = f"{entry.id} {entry.version}".rstrip()
    if entry.kind == "withdrawal":
        return f"Withdraw the approval of {name}"
    what = f" ({entry.outcome})" if entry.outcome in {"editorial", "retire"} else ""
    return f"{'Correct the approval of' if entry.corrects else 'Approve'} {name}{what}"
