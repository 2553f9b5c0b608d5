"""The revisions and claims of each SOP, in the order in which they landed, and who wrote them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sopkit.git.merges import Author, CommitWork, is_plain, parse_author, read_branch_work
from sopkit.git.repository import Repository
from sopkit.lifecycle.cache import HistoryCache
from sopkit.lifecycle.due import parse_date
from sopkit.lifecycle.snapshot import Snapshot
from sopkit.model.commits import Commit, FileChange
from sopkit.model.durations import date_part
from sopkit.model.entry import LEDGER

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
    origins: tuple[tuple[SopKey, int], ...] = ()  # revisions that had its body before, and what it took the file of


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
    removed: tuple[int, str] | None = None  # the commit that removed its last file, and that file's path


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
        self.bodies: dict[str, tuple[SopKey, int]] = {}  # by body: the first revision of any SOP that had it
        self.own_bodies: dict[tuple[SopKey, str], int] = {}  # the same of each SOP
        self.raised: dict[int, int] = {}

    def step(self, index: int, changes: Sequence[FileChange]) -> None:
        touched: dict[SopKey, None] = {}
        replaced: dict[SopKey, SopKey] = {}  # what an SOP took the file of
        for change in changes:
            before = self.held.get(change.path)
            key = self._key(change) if change.is_file else None
            if before is not None and before != key and change.path in self.pasts[before].paths:
                del self.pasts[before].paths[change.path]
                touched[before] = None
                if key is not None:
                    replaced[key] = before
            if key is not None:
                past = self.pasts.setdefault(key, RevisionHistory(key))
                past.paths[change.path] = change.blob
                snapshot = self.snapshots[change.blob]
                if not snapshot.readable and before == key:
                    snapshot = self.last.get(change.path, snapshot)
                elif snapshot.readable:
                    self.last[change.path] = snapshot
                past.known[change.path] = snapshot
                self.held[change.path] = key
                self.puts.setdefault(change.path, []).append((index, change.blob))
                touched[key] = None
        for key in touched:
            past = self.pasts[key]
            path_before = past.last[0] if past.last else ""
            self._note(index, past)
            if past.paths:
                self._land(index, past, path_before, replaced.get(key))

    def _key(self, change: FileChange) -> SopKey:
        if self.by_path:
            return change.path, ""
        snapshot = self.snapshots[change.blob]
        if not snapshot.readable:
            return self.held.get(change.path, ("", change.path))
        return (snapshot.id, "") if snapshot.id else ("", change.path)

    def _note(self, index: int, past: RevisionHistory) -> None:
        """Keep what happened beside a change of the text."""
        before, after = past.last, next(iter(past.paths.items()), None)
        past.last = after
        if after is None or before is None:
            if before is not None:
                past.removed = index, before[0]
                past.events.append(FileEvent(index, "removed"))
            elif past.revisions:
                past.events.append(FileEvent(index, f"restored as {after[0]}" if after else "removed"))
            return
        if before[0] != after[0]:
            past.events.append(FileEvent(index, f"moved from {before[0]} to {after[0]}"))
        elif before == after:
            past.events.append(FileEvent(index, "mode or copies changed"))
        if before[1] != after[1] and self.snapshots[before[1]].digest == self.snapshots[after[1]].digest:
            old, new = self.snapshots[before[1]], self.snapshots[after[1]]
            values = (("version", old.version, new.version), ("status", old.status, new.status))
            changed = "; ".join(
                f"{key} {one or 'none'} to {other or 'none'}" for key, one, other in values if one != other
            )
            past.events.append(FileEvent(index, changed or "layout or administrative keys only"))

    def _land(self, index: int, past: RevisionHistory, before: str, replaced: SopKey | None) -> None:
        path, blob = next(iter(past.paths.items()))
        snapshot = self.snapshots[blob]
        known = bool(past.revisions)
        earlier = tuple((at, held) for at, held in self.puts.pop(path, ()) if at != index)
        if not known or past.revisions[-1].digest != snapshot.digest:
            number = len(past.revisions) + 1
            first = past.first.setdefault(snapshot.digest, number)
            restores = first if first != number else None
            origins = self._origins(past.key, number, snapshot.body, replaced)
            revision = Revision(number, snapshot.digest, index, path, blob, restores, before, earlier, origins)
            past.revisions.append(revision)
        if not snapshot.readable:
            return
        if not past.statuses or past.statuses[-1][1] != snapshot.status:
            past.statuses.append((index, snapshot.status))
        claim = snapshot.reviewed or snapshot.next
        if claim != past.claim:
            old, new = parse_date(date_part(past.claim)), parse_date(date_part(claim))
            if known and new is not None and (old is None or old < new):
                self.raised[index] = self.raised.get(index, 0) + 1
            past.claim, past.claim_commit = claim, index

    def _origins(self, key: SopKey, number: int, body: str, replaced: SopKey | None) -> tuple[tuple[SopKey, int], ...]:
        """Where a text came from: the first revision with its body, of any SOP and of its own, and what it replaced.

        SOPs between that took the body over have its authors by the first; so many alike cost no more than two.
        """
        found: dict[SopKey, int] = {}
        if body:
            first = self.bodies.setdefault(body, (key, number))
            own = self.own_bodies.setdefault((key, body), number)
            if not self.by_path:
                found = {one: at for one, at in (first, (key, own)) if (one, at) != (key, number)}
        if replaced is not None and self.pasts[replaced].revisions:
            found[replaced] = len(self.pasts[replaced].revisions)
        return tuple(found.items())


class Contribution(NamedTuple):
    """One commit that changed the text: its author, its co-authors, and the entries for the same SOP in it."""

    author: Author
    co_authors: tuple[Author, ...]
    entries: tuple[str, ...]  # blobs

    @property
    def authors(self) -> tuple[Author, ...]:
        """All its people."""
        return (self.author, *self.co_authors)


class TextLanding(NamedTuple):
    """Where a file of an SOP landed: the commit by its index, the SOP, its path, the path before, and its bytes."""

    commit: int
    id: str
    path: str
    before: str
    blob: str


class Authorship:
    """Answers from the commits of a first-parent line, and from what was worked out before."""

    def __init__(
        self,
        repository: Repository,
        commits: Sequence[Commit],
        cache: HistoryCache,
        is_sop: Callable[[str], bool],
        ids_of: Callable[[Collection[str]], Mapping[str, str]],
    ) -> None:
        """`is_sop` tells of a path, `ids_of` gives for blobs the id of the SOP that each holds."""
        self._repository, self._commits, self._cache = repository, commits, cache
        self._is_sop, self._ids_of = is_sop, ids_of
        self._work: dict[str, tuple[CommitWork, ...]] = {}

    def prepare(self, commits: Iterable[int]) -> None:
        """Read the work behind several landings at once."""
        landed = [self._commits[index] for index in commits]
        new = {commit.oid: commit for commit in landed if commit.oid not in self._work}
        merges = {oid for oid, commit in new.items() if len(commit.parents) > 1}
        for oid in new.keys() - merges:
            commit = new[oid]
            author = Author(_decode_name(commit.author_name), _decode_name(commit.author_email))
            others = tuple(parse_author(_decode_name(other)) for other in commit.co_authors)
            files = {change.path: change.blob for change in commit.changes if change.mode}
            self._work[oid] = (CommitWork(oid, commit.parents, author, others, files),)
        if merges:
            self._work |= read_branch_work(self._repository, self._commits, merges)

    def merged_work(self) -> Iterator[CommitWork]:
        """Every commit of a merged branch, and every merge, of which git was asked what it did."""
        for work in self._work.values():
            if len(work[-1].parents) > 1:
                yield from work

    def of_texts(self, places: Iterable[TextLanding]) -> dict[TextLanding, tuple[Contribution, ...]]:
        """Who wrote each of these texts; never nobody."""
        found = {}
        for place in dict.fromkeys(places):
            kept = self._cache.contributions(self._name(place))
            if kept is not None:
                found[place] = tuple(
                    Contribution(Author(*author), tuple(Author(*other) for other in others), tuple(entries))
                    for author, others, entries in kept
                )
        missing = [place for place in dict.fromkeys(places) if place not in found]
        self.prepare(place.commit for place in missing)
        ids = self._ids_of({blob for place in missing for blob in self._elsewhere(place)})
        fresh = {place: self._contributions(place, ids) for place in missing}
        self._cache.keep({self._name(place): people for place, people in fresh.items()})
        return found | fresh

    def introducers(self, commit: int, path: str, blob: str) -> tuple[Author, ...]:
        """The authors of the commits that first hold an entry's bytes at its path, for the landing that brought it."""
        landed = self._commits[commit]
        works = self._bringing(commit, path, blob)
        return tuple(work.author for work in works) or (Author(landed.author_name, landed.author_email),)

    def bringing(self, commit: int, path: str, blob: str) -> tuple[str, ...]:
        """The ids of those commits; never none."""
        return tuple(work.oid for work in self._bringing(commit, path, blob)) or (self._commits[commit].oid,)

    def _bringing(self, commit: int, path: str, blob: str) -> tuple[CommitWork, ...]:
        """The commits of a merged branch, the merge among them, that first hold these bytes."""
        landed = self._commits[commit]
        if len(landed.parents) < 2:  # noqa: PLR2004  # no merge
            return ()
        self.prepare([commit])
        group = {work.oid: work for work in self._work[landed.oid]}
        holding = {work.oid for work in group.values() if work.files.get(path) == blob}
        return tuple(group[oid] for oid in sorted(holding) if not _ancestors(oid, group) & holding)

    def _name(self, place: TextLanding) -> str:
        return f"{self._commits[place.commit].oid}:{place.id}:{self._repository.prefix}{place.path}"

    def _elsewhere(self, place: TextLanding) -> set[str]:
        """The texts that a merged branch left at other paths than those of the place."""
        landed, paths = self._commits[place.commit], {place.path, place.before}
        files = [work.files for work in self._work[landed.oid]] if len(landed.parents) > 1 else []
        return {blob for held in files for path, blob in held.items() if path not in paths and self._is_sop(path)}

    def _contributions(self, place: TextLanding, ids: Mapping[str, str]) -> tuple[Contribution, ...]:
        landed = self._commits[place.commit]
        group = self._work[landed.oid]
        works = [group[-1]]
        if len(landed.parents) > 1:
            paths = {place.path, place.before}
            others = self._elsewhere(place)
            touching = []
            for work in group:
                found = [
                    path
                    for path, blob in work.files.items()
                    if path in paths or place.blob == blob or (blob in others and ids.get(blob) == place.id)
                ]
                # a merge that only put together what its parents had done to these files wrote nothing
                merged = len(work.parents) > 1 and all(
                    is_plain(self._repository, work.oid, work.parents, path) for path in found
                )
                if found and not merged:
                    touching.append(work)
            works = touching or works
        folder = f"{LEDGER}/{place.id}/"
        return tuple(
            Contribution(
                work.author,
                work.co_authors,
                tuple(blob for path, blob in sorted(work.files.items()) if path.startswith(folder)),
            )
            for work in works
        )


def _decode_name(text: str) -> str:
    """A name of which each byte is a character."""
    return text if text.isprintable() else text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _ancestors(oid: str, group: Mapping[str, CommitWork]) -> set[str]:
    found: set[str] = set()
    pending = list(group[oid].parents)
    while pending:
        parent = pending.pop()
        if parent in group and parent not in found:
            found.add(parent)
            pending.extend(group[parent].parents)
    return found
