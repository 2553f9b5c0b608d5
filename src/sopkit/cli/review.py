"""`sopkit review`."""

from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.cli.entry_flow import MIN_BULK, RecordOptions, record_entry
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
    YesOption,
    find_library_and_date,
    make_command,
    refuse_conflicts,
)

if TYPE_CHECKING:
    from sopkit.lifecycle.record.entries import EntryDraft
    from sopkit.lifecycle.record.session import RecordingSession, ReviewTarget

app = make_command()


@app.command("review")
def review_command(
    sops: Annotated[list[str], typer.Argument(metavar="ID", help="The SOPs' ids, or their paths in the library.")],
    note: NoteOption = None,
    no_change: Annotated[bool, typer.Option("--no-change", help="Nothing had to change: the default.")] = False,
    updated: Annotated[bool, typer.Option("--updated", help="The text was changed for this review.")] = False,
    retire: Annotated[bool, typer.Option("--retire", help="The SOP is no longer needed.")] = False,
    watched: Annotated[
        bool, typer.Option("--watched", help="Review only the files that the SOP watches; the due date stays.")
    ] = False,
    digest: DigestOption = "",
    date: DateOption = None,
    as_key: AsOption = "",
    correct: CorrectOption = "",
    sign: SignOption = None,
    key: KeyOption = "",
    yes: YesOption = False,
    no_commit: NoCommitOption = False,
    folder: FolderOption = None,
) -> None:
    """Record that you, the owner, reviewed an SOP: shows what changed since the last review, and asks for a note.

    The review names the digest of the committed text, counts from its date, and moves the due date. It is one file in
    ledger/sops/ID, committed alone as you; whatever else is staged stays staged. When it would not count (another's
    role, an edit that is not committed, a wrong date) it is refused with the reason, and nothing is written.

    Examples: sopkit review AC-001, sopkit review AC-001 --no-change --note "walked through with the night shift" --yes
    """
    from sopkit.lifecycle.record.review import EntryInput, changes_since_review, draft_review, watched_changes_since
    from sopkit.lifecycle.record.session import open_session, read_target  # git and pydantic cost 100 ms
    from sopkit.model.entry import Outcome

    refuse_conflicts(no_change=no_change, updated=updated, retire=retire)
    refuse_conflicts(watched=watched, updated=updated, retire=retire)
    refuse_conflicts(digest=digest, several_ids=len(set(sops)) > 1)
    root, now = find_library_and_date(folder)
    session = open_session(root, now)
    by = session.person(as_key).key
    targets = tuple({one.id: one for one in (read_target(session, name, digest) for name in sops)}.values())
    outcome = None if correct and not no_change else Outcome.NO_CHANGE
    outcome = Outcome.RETIRE if retire else Outcome.UPDATED if updated else outcome

    def build(session: "RecordingSession", targets: "tuple[ReviewTarget, ...]", note: str) -> "tuple[EntryDraft, ...]":
        entry = EntryInput(by, date or now, note, outcome, corrects=correct, dated=date is not None)
        return tuple(draft_review(session, target, entry, watched=watched) for target in targets)

    bulk = f"{len(targets)} reviews at once are marked bulk-review: an auditor will ask who read them all"
    record_entry(
        session,
        targets,
        build,
        watched_changes_since if watched else changes_since_review,
        RecordOptions(by, note, digest, sign, key, yes, not no_commit),
        [bulk] if len(targets) > MIN_BULK and not watched else (),
    )
