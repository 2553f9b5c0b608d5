"""What is judged: every file of the judged commit, or of the folder, that holds an SOP."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from sopkit.git.branch import landed_work
from sopkit.git.globs import compile_globs
from sopkit.git.ignore import survey
from sopkit.git.repository import blob_id
from sopkit.lifecycle.assess import Landed, Subject
from sopkit.lifecycle.judged import Judged
from sopkit.lifecycle.revisions import Past, Revision
from sopkit.lifecycle.snapshot import SnapshotReader
from sopkit.lifecycle.states import Mark
from sopkit.model.config import Basis, Config
from sopkit.text.parse import MOST_BYTES


def from_folder(root: Path, config: Config) -> tuple[list[Subject], tuple[str, ...]]:
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
    shared = Counter(key for _, key, _ in read if key)
    subjects = [
        Subject(
            id=key,
            path=path,
            snapshot=snapshot,
            digest=snapshot.digest,
            readable=snapshot.readable,
            others=tuple(other for other, its, _ in read if its == key and other != path) if shared[key] > 1 else (),
        )
        for path, key, snapshot in read
    ]
    return subjects, tuple(notes)


def from_history(judged: Judged) -> list[Subject]:
    """The SOPs of the judged commit with what the history says of each."""
    people = _authors(judged)
    return [_subject(judged, past, path, people) for past in judged.pasts.by_key.values() for path in past.paths]


def _subject(judged: Judged, past: Past, path: str, people: dict[tuple[int, str], tuple[str, ...]]) -> Subject:
    digest = judged.snapshots[past.paths[path]].digest
    revision = next((one for one in reversed(past.revisions) if one.digest == digest), None)
    marks = []
    if judged.at_head and _edited(judged, path, past.paths[path]):
        marks.append((Mark.UNCOMMITTED_EDIT, "the file holds another text than the commit that was judged"))
    changed = claimed = None
    commits = []
    if revision is not None:
        commits.append(revision.commit)
        changed = _landed(judged, revision.commit, people.get((revision.commit, revision.path), ()))
    if past.claim_commit is not None and judged.config.review.basis is Basis.CLAIMS:
        commits.append(past.claim_commit)
        commit = judged.history.commits[past.claim_commit]
        claimed = _landed(judged, past.claim_commit, (commit.author_name,))
    marks += _clock_marks(judged, dict.fromkeys(commits))
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
    )


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


def _authors(judged: Judged) -> dict[tuple[int, str], tuple[str, ...]]:
    """Who wrote the present revision of each SOP, by the commit where it begins and its path there."""
    wanted: dict[tuple[int, str], Revision] = {}
    known: dict[tuple[int, str], tuple[str, ...]] = {}
    commits = judged.history.commits
    for past in judged.pasts.by_key.values():
        digests = {judged.snapshots[blob].digest for blob in past.paths.values()}
        for revision in past.revisions:
            if revision.digest in digests:
                wanted[revision.commit, revision.path] = revision
    for place in list(wanted):
        people = judged.cache.authors(_name(judged, *place))
        if people is not None:
            known[place] = people
    missing = {place: revision for place, revision in wanted.items() if place not in known}
    work = landed_work(judged.repository, commits, {commits[index].oid for index, _ in missing})
    fresh = {}
    for place, revision in missing.items():
        commit = commits[place[0]]
        own = work[commit.oid][-1].people
        if len(commit.parents) > 1:
            parts = [
                part.people
                for part in work[commit.oid]
                if revision.path in part.files or revision.blob in part.files.values()
            ]
            own = tuple(dict.fromkeys(name for people in parts for name in people)) or own
        fresh[place] = own
    judged.cache.learn({}, {_name(judged, *place): people for place, people in fresh.items()})
    return known | fresh


def _name(judged: Judged, index: int, path: str) -> str:
    return f"{judged.history.commits[index].oid}:{judged.repository.prefix}{path}"


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
