"""The revisions and claims of each SOP, in the order in which they landed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sopkit.lifecycle.due import parse_date
from sopkit.lifecycle.snapshot import Snapshot
from sopkit.model.commits import FileChange
from sopkit.model.durations import date_part

SopKey = tuple[str, str]
"""An id and an empty text; of a file that has no id, an empty text and the path that it was found at."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A run of landed trees that hold one text of an SOP; `commit` is the index of its first on the line."""

    number: int
    digest: str
    commit: int
    path: str
    blob: str
    restores: int | None  # the first revision with the same text
    before: str = ""  # the path that the SOP had before
    earlier: tuple[tuple[int, str], ...] = ()  # commits and blobs that its file held beside another of the same id


@dataclass(frozen=True, slots=True)
class FileEvent:
    """What happened to the file of an SOP without making a revision; `commit` is an index on the line."""

    commit: int
    what: str


@dataclass
class RevisionHistory:
    """What the line says of one id up to the judged commit."""

    key: SopKey
    revisions: list[Revision] = field(default_factory=list)
    first: dict[str, int] = field(default_factory=dict)  # by digest: the first revision with it
    paths: dict[str, str] = field(default_factory=dict)  # to blobs; the path that has held the id longest is first
    known: dict[str, Snapshot] = field(default_factory=dict)  # the last readable text of each such path
    events: list[FileEvent] = field(default_factory=list)
    statuses: list[tuple[int, str]] = field(default_factory=list)  # as typed, each with the commit that set it
    claim: str = ""
    claim_commit: int | None = None  # index of the commit that set the present claim
    last: tuple[str, str] | None = None  # the path and blob that were there last


@dataclass(frozen=True)
class RevisionHistories:
    """The pasts of all ids, and how many claims each commit raised."""

    by_key: dict[SopKey, RevisionHistory]
    raised: dict[int, int]


def read_revision_histories(
    changes: Sequence[Sequence[FileChange]],
    snapshots: Mapping[str, Snapshot],
    *,
    by_path: bool,
) -> RevisionHistories:
    """The pasts of all ids over a first-parent line, from what each commit, oldest first, changed of SOPs."""
    walk = _Walk(snapshots, by_path)
    for index, changed in enumerate(changes):
        if changed:
            walk.step(index, changed)
    return RevisionHistories(walk.pasts, walk.raised)


class _Walk:
    def __init__(self, snapshots: Mapping[str, Snapshot], by_path: bool) -> None:  # noqa: FBT001  # a fact, not a switch
        self.snapshots, self.by_path = snapshots, by_path
        self.pasts: dict[SopKey, RevisionHistory] = {}
        self.held: dict[str, SopKey] = {}  # by path, also after it is gone
        self.last: dict[str, Snapshot] = {}  # by path: its last readable text
        self.puts: dict[str, list[tuple[int, str]]] = {}  # by path: what it held since it was last the SOP's text
        self.raised: dict[int, int] = {}

    def step(self, index: int, changes: Sequence[FileChange]) -> None:
        touched: dict[SopKey, None] = {}
        for change in changes:
            before = self.held.get(change.path)
            key = self._key(change) if change.is_file else None
            if before is not None and before != key and change.path in self.pasts[before].paths:
                del self.pasts[before].paths[change.path]
                touched[before] = None
            if key is not None:
                self._put(key, change)
                self.puts.setdefault(change.path, []).append((index, change.blob))
                touched[key] = None
        for key in touched:
            past = self.pasts[key]
            path_before = past.last[0] if past.last else ""
            self._note(index, past)
            if past.paths:
                self._land(index, past, path_before)

    def _key(self, change: FileChange) -> SopKey:
        if self.by_path:
            return change.path, ""
        snapshot = self.snapshots[change.blob]
        if not snapshot.readable:
            return self.held.get(change.path, ("", change.path))
        return (snapshot.id, "") if snapshot.id else ("", change.path)

    def _put(self, key: SopKey, change: FileChange) -> None:
        past = self.pasts.setdefault(key, RevisionHistory(key))
        past.paths[change.path] = change.blob
        snapshot = self.snapshots[change.blob]
        if snapshot.readable:
            self.last[change.path] = snapshot
        elif change.path in self.last and self.held.get(change.path) == key:
            snapshot = self.last[change.path]
        past.known[change.path] = snapshot
        self.held[change.path] = key

    def _note(self, index: int, past: RevisionHistory) -> None:
        """Keep what happened beside a change of the text."""
        before, after = past.last, next(iter(past.paths.items()), None)
        past.last = after
        if after is None or before is None:
            if before is not None:
                past.events.append(FileEvent(index, "removed"))
            elif past.revisions:
                past.events.append(FileEvent(index, f"restored as {after[0]}" if after else "removed"))
            return
        if before[0] != after[0]:
            past.events.append(FileEvent(index, f"moved from {before[0]} to {after[0]}"))
        elif before == after:
            past.events.append(FileEvent(index, "mode or copies changed"))
        if before[1] != after[1] and self.snapshots[before[1]].digest == self.snapshots[after[1]].digest:
            past.events.append(
                FileEvent(index, _describe_administrative(self.snapshots[before[1]], self.snapshots[after[1]]))
            )

    def _land(self, index: int, past: RevisionHistory, before: str) -> None:
        path, blob = next(iter(past.paths.items()))
        snapshot = self.snapshots[blob]
        known = bool(past.revisions)
        earlier = tuple((at, held) for at, held in self.puts.pop(path, ()) if at != index)
        if not known or past.revisions[-1].digest != snapshot.digest:
            number = len(past.revisions) + 1
            first = past.first.setdefault(snapshot.digest, number)
            restores = first if first != number else None
            past.revisions.append(Revision(number, snapshot.digest, index, path, blob, restores, before, earlier))
        if not snapshot.readable:
            return
        if not past.statuses or past.statuses[-1][1] != snapshot.status:
            past.statuses.append((index, snapshot.status))
        claim = snapshot.reviewed or snapshot.next
        if claim != past.claim:
            if known and _is_raised(past.claim, claim):
                self.raised[index] = self.raised.get(index, 0) + 1
            past.claim, past.claim_commit = claim, index


def _is_raised(before: str, after: str) -> bool:
    """Whether a claim of an SOP that was there moved to a later day, or was made for the first time."""
    old, new = parse_date(date_part(before)), parse_date(date_part(after))
    return new is not None and (old is None or old < new)


def _describe_administrative(before: Snapshot, after: Snapshot) -> str:
    """What an edit changed that left the text as it was."""
    said = [
        f"{key} {old or 'none'} to {new or 'none'}"
        for key, old, new in (("version", before.version, after.version), ("status", before.status, after.status))
        if old != new
    ]
    return "; ".join(said) or "layout or administrative keys only"
