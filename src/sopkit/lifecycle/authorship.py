"""Who wrote a revision and who introduced an entry, from the commits behind a landing."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from sopkit.git.merges import Author, CommitWork, is_plain, parse_author, read_branch_work
from sopkit.git.repository import Repository
from sopkit.lifecycle.cache import HistoryCache
from sopkit.model.commits import Commit
from sopkit.model.entry import LEDGER


class Contribution(NamedTuple):
    """One commit that changed the text: its author, its co-authors, and the entries for the same SOP in it."""

    author: Author
    co_authors: tuple[Author, ...]
    entries: tuple[str, ...]  # blobs

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all its people."""
        return tuple(author.name for author in (self.author, *self.co_authors) if author.name)


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
        self._work |= {oid: (_commit_work(commit),) for oid, commit in new.items() if oid not in merges}
        if merges:
            self._work |= read_branch_work(self._repository, self._commits, merges)

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
            touching = [
                (
                    work,
                    [
                        path
                        for path, blob in work.files.items()
                        if path in paths or place.blob == blob or (blob in others and ids.get(blob) == place.id)
                    ],
                )
                for work in group
            ]
            works = [work for work, found in touching if found and not self._only_merged(work, found)] or works
        folder = f"{LEDGER}/{place.id}/"
        return tuple(
            Contribution(
                work.author,
                work.co_authors,
                tuple(blob for path, blob in sorted(work.files.items()) if path.startswith(folder)),
            )
            for work in works
        )

    def _only_merged(self, work: CommitWork, paths: Sequence[str]) -> bool:
        """Whether a commit did nothing to these files but put together what its parents had done."""
        if len(work.parents) < 2:  # noqa: PLR2004  # no merge
            return False
        return all(is_plain(self._repository, work.oid, work.parents, path) for path in paths)


def _commit_work(commit: Commit) -> CommitWork:
    """What a commit that is no merge did, as the line tells it."""
    author = Author(_decode_name(commit.author_name), _decode_name(commit.author_email))
    others = tuple(parse_author(_decode_name(other)) for other in commit.co_authors)
    return CommitWork(
        commit.oid,
        commit.parents,
        author,
        others,
        {change.path: change.blob for change in commit.changes if change.mode},
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
