"""What is judged: every file of the judged commit, or of the folder, that holds an SOP."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from sopkit.git.globs import compile_globs
from sopkit.git.ignore import survey
from sopkit.git.repository import blob_id
from sopkit.lifecycle.judged import Judged
from sopkit.lifecycle.ledger.authorship import Contribution, Place
from sopkit.lifecycle.ledger.ledger import Ledger, Verdict
from sopkit.lifecycle.ledger.ledgers import place_of
from sopkit.lifecycle.staleness.bursts import bulk_reviews
from sopkit.lifecycle.staleness.folder_ledger import folder_ledgers
from sopkit.lifecycle.staleness.states import OUT_OF_LIST, Mark
from sopkit.lifecycle.staleness.subject import Landed, Subject
from sopkit.lifecycle.staleness.watched import with_watches
from sopkit.lifecycle.texts.revisions import Past, Revision
from sopkit.lifecycle.texts.snapshot import SnapshotReader
from sopkit.model.config import Basis, Config
from sopkit.text.parse import MOST_BYTES


def from_folder(root: Path, config: Config, as_of: date) -> tuple[list[Subject], tuple[str, ...]]:
    """The SOPs in a folder, of whose past nothing is known, and notes on what was not read."""
    globs = compile_globs(config.library.sops)
    found = survey(root, globs, globs.enters)
    reader = SnapshotReader(config)
    by_path = config.library.identity == "path"
    read = []
    notes = [f"{path} is a repository of its own: what lies in it was not judged" for path in found.repositories]
    for path in found.files:
        data = _bytes(root / path)
        if data is None:
            notes.append(f"{path} cannot be read and was not judged")
        else:
            snapshot = reader.read(data)
            read.append((path, path if by_path else snapshot.id, snapshot))
    ledgers = folder_ledgers(root, as_of) if config.review.basis is Basis.RECORDS else {}
    shared = Counter(key for _, key, _ in read if key)
    subjects = [
        Subject(
            id=key,
            path=path,
            snapshot=snapshot,
            digest=snapshot.digest,
            readable=snapshot.readable,
            others=tuple(other for other, its, _ in read if its == key and other != path) if shared[key] > 1 else (),
            ledger=ledgers.get(key),
        )
        for path, key, snapshot in read
    ]
    return subjects, tuple(notes)


def from_history(judged: Judged) -> list[Subject]:
    """The SOPs of the judged commit with what the history and the ledger say of each."""
    # Ledgers first: who wrote what they approve is read from git at once, and the texts listed here are among it.
    bursts = bulk_reviews(judged.ledgers.values()) if judged.config.review.basis is Basis.RECORDS else {}
    listed = [(past, path) for past in judged.pasts.by_key.values() for path in past.paths]
    places = {place_of(past, one) for past, path in listed if (one := _revision(judged, past, path)) is not None}
    people = judged.authorship.of_texts(sorted(places))
    subjects = [_subject(judged, past, path, people, bursts) for past, path in listed]
    return with_watches(judged, subjects)


def _revision(judged: Judged, past: Past, path: str) -> Revision | None:
    """The newest revision with the text that a path holds."""
    digest = judged.snapshots[past.paths[path]].digest
    return next((one for one in reversed(past.revisions) if one.digest == digest), None)


def _subject(
    judged: Judged,
    past: Past,
    path: str,
    people: Mapping[Place, tuple[Contribution, ...]],
    bursts: Mapping[str, str],
) -> Subject:
    digest = judged.snapshots[past.paths[path]].digest
    revision = _revision(judged, past, path)
    records = judged.config.review.basis is Basis.RECORDS
    ledger = judged.ledger(past.key[0]) if records and past.key[0] else None
    marks = []
    if judged.at_head and _edited(judged, path, past.paths[path]):
        marks.append((Mark.UNCOMMITTED_EDIT, "the file holds another text than the commit that was judged"))
    changed = claimed = None
    commits = []
    if revision is not None:
        commits.append(revision.commit)
        names = [name for part in people.get(place_of(past, revision), ()) for name in part.names]
        changed = _landed(judged, revision.commit, tuple(dict.fromkeys(names)))
    if past.claim_commit is not None and judged.config.review.basis is Basis.CLAIMS:
        commits.append(past.claim_commit)
        commit = judged.history.commits[past.claim_commit]
        claimed = _landed(judged, past.claim_commit, (commit.author_name,))
    if ledger is not None:
        resting = _rests_on(ledger, revision)
        about = [one for one in ledger.verdicts if revision is not None and one.file.commit >= revision.commit]
        commits += [verdict.file.commit for verdict in (*resting, *about)]
        marks += _entry_marks(resting, bursts)
    marks += _clock_marks(judged, dict.fromkeys(commits))
    first = next((index for index, status in past.statuses if status not in OUT_OF_LIST), None)
    return Subject(
        id=past.key[0],
        path=path,
        snapshot=past.known[path],
        digest=digest,
        readable=judged.snapshots[past.paths[path]].readable,
        revision=revision.number if revision else None,
        restores=revision.restores if revision else None,
        changed=changed,
        claimed=claimed,
        raised=judged.pasts.raised.get(past.claim_commit, 0) if past.claim_commit is not None else 0,
        others=tuple(other for other in past.paths if other != path) if past.key[0] else (),
        marks=tuple(marks),
        ledger=ledger,
        active_since=judged.history.landings[first].day if first is not None else None,
    )


def _rests_on(ledger: Ledger, revision: Revision | None) -> list[Verdict]:
    """The entries that decide about a row: the latest review, and the approvals of the present text."""
    approval = ledger.approved.get(revision.number) if revision else None
    review = ledger.latest_review
    return [*([review] if review else []), *(approval.verdicts if approval else ())]


def _entry_marks(verdicts: Iterable[Verdict], bursts: Mapping[str, str]) -> Iterator[tuple[Mark, str]]:
    for verdict in verdicts:
        entry = verdict.entry
        if verdict.late:
            said = f"the {entry.kind} of {entry.date} by {entry.by} landed only on {verdict.landed}"
            yield Mark.LATE_RECORDED, said
        if verdict.file.path in bursts:
            yield Mark.BULK_REVIEW, bursts[verdict.file.path]


def _landed(judged: Judged, index: int, people: tuple[str, ...]) -> Landed:
    return Landed(judged.history.landings[index].day, judged.history.commits[index].oid, people)


def _clock_marks(judged: Judged, indices: dict[int, None]) -> Iterator[tuple[Mark, str]]:
    for index in indices:
        landing, commit = judged.history.landings[index], judged.history.commits[index]
        for flag in landing.flags:
            yield (
                Mark(flag.value),
                f"commit {commit.oid[:12]} is marked {flag.value} and counts as landed on {landing.day}",
            )


def _edited(judged: Judged, path: str, blob: str) -> bool:
    """Whether a file is there in the folder and says something else than the commit."""
    data = _bytes(judged.repository.root / path)
    if data is None:
        return False
    if len(data) > MOST_BYTES:  # cut off, so that its digest is no other's; what could not be read is still not
        return judged.snapshots[blob].readable
    oid = blob_id(data, judged.repository.object_format)
    if oid == blob:
        return False
    there = judged.snapshots.get(oid) or judged.reader.read(data)
    return there.digest != judged.snapshots[blob].digest


def _bytes(file: Path) -> bytes | None:
    """The bytes of a regular file, of one too large to be an SOP as many as show that; else None."""
    try:
        if file.is_symlink() or not file.is_file():
            return None
        with file.open("rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except OSError:
        return None
