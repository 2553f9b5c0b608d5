"""Removes entries from the ledger after their retention period, and records that."""

from collections.abc import Callable, Iterable
from datetime import date
from hashlib import sha256
from pathlib import PurePosixPath

from sopkit.git.blobs import read_blobs
from sopkit.lifecycle.evidence import CONTROLLER
from sopkit.lifecycle.ledger import is_ledger
from sopkit.lifecycle.record.entries import EntryDraft, RecordResult, record_drafts, sign_drafts
from sopkit.lifecycle.record.session import RecordingSession
from sopkit.model.entry import ENTRY_SCHEMA, LEDGER, Entry, EntryKind
from sopkit.model.errors import SopkitError


def dispose(
    reopen: Callable[[], RecordingSession],
    paths: Iterable[str],
    note: str,
    *,
    by: str = "",
    key: str = "",
    commit: bool = True,
) -> RecordResult:
    """Remove files of the ledger and record that, in one commit; `paths` are relative to the library.

    `opened` gives a desk (`open_desk`); `by` is the person, else the one whom git names, and holds the role
    document-controller; `key` signs. Without `commit` the entry is written and the files stay.
    """
    session = reopen()
    person = session.person(by).key
    wanted = sorted(dict.fromkeys(str(PurePosixPath(path)) for path in paths))
    hashes = _landed_hashes(session, wanted)
    drafts: tuple[EntryDraft, ...] = tuple(
        EntryDraft(
            _make_entry(
                name, [hashes[path] for path in wanted if path.split("/")[-2] == name], person, note, session.today
            )
        )
        for name in sorted({path.split("/")[-2] for path in wanted})
    )
    if key:
        drafts = sign_drafts(drafts, key)
    ids = ", ".join(draft.entry.id for draft in drafts)
    message = f"Dispose of {len(wanted)} {'file' if len(wanted) == 1 else 'files'} of the ledger of {ids}\n\n{note}\n"
    return record_drafts(reopen, drafts, message, commit=commit, removed=wanted if commit else ())


def _make_entry(name: str, removed: list[str], by: str, note: str, day: date) -> Entry:
    return Entry.model_validate({
        "schema": ENTRY_SCHEMA,
        "kind": EntryKind.DISPOSAL,
        "id": name,
        "by": by,
        "role": CONTROLLER,
        "date": day,
        "note": note,
        "removed": removed,
    })  # fmt: skip


def _landed_hashes(session: RecordingSession, paths: list[str]) -> dict[str, str]:
    """`sha256:` of the bytes with which each file landed. Raises SopkitError for what is no file of the ledger."""
    first: dict[str, str] = {}
    there: set[str] = set()
    for commit in session.history.log.commits:
        for change in commit.changes:
            if change.is_file and is_ledger(change.path):
                first.setdefault(change.path, change.blob)
                there.add(change.path)
            elif not change.mode:
                there.discard(change.path)
    if not paths:
        raise SopkitError("nothing to dispose of", "name files of the ledger")
    for path in paths:
        if path not in there or path.count("/") != LEDGER.count("/") + 2:
            raise SopkitError(f"{path} is no file of the ledger that is committed", f"name one below {LEDGER}/")
        if not (session.repository.root / path).is_file():
            raise SopkitError(f"{path} is gone from the folder, but not from the commit", f"run: git restore {path}")
    hashes = {
        oid: f"sha256:{sha256(data or b'').hexdigest()}"
        for oid, data in read_blobs(session.repository, {first[path] for path in paths})
    }
    return {path: hashes[first[path]] for path in paths}
