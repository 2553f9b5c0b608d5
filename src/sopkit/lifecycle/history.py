"""History: what git says up to a date, with the revisions and the ledger of each SOP."""

import os
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, tzinfo
from functools import cache as remembered
from functools import cached_property
from importlib.metadata import version
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from sopkit.git.blobs import WatchedTree, read_blobs, read_tree
from sopkit.git.globs import Globs, compile_sop_globs
from sopkit.git.history import compute_landings, read_commit_log
from sopkit.git.merges import Author
from sopkit.git.repository import Repository
from sopkit.library import CONFIG_NAME
from sopkit.lifecycle.attachments import digest_attachments, resolve_targets
from sopkit.lifecycle.cache import CacheStore, HistoryCache
from sopkit.lifecycle.entry_validation import required_roles
from sopkit.lifecycle.ledger import Ledger, is_ledger
from sopkit.lifecycle.ledger_reader import FirstParentLine, landing_of, read_ledgers
from sopkit.lifecycle.people import ORGANISATION_FILES, Organisation, OrganisationHistory
from sopkit.lifecycle.revisions import (
    Authorship,
    Contribution,
    Revision,
    RevisionHistories,
    RevisionHistory,
    SopKey,
    read_revision_histories,
)
from sopkit.lifecycle.snapshot import Snapshot, SnapshotReader
from sopkit.model.commits import REGULAR_MODES, SUBMODULE_MODE, Commit, CommitLog, FileChange, Landing
from sopkit.model.config import Basis, Config
from sopkit.model.errors import SopkitError
from sopkit.model.practice_base import PRACTICE_SCHEMA, is_practice
from sopkit.model.quiz import QUIZ_FOLDER
from sopkit.parallel import spread
from sopkit.parsing.config import read_config

_LINE_KIND = "line"


def read_first_parent(
    repository: Repository,
    wanted: Callable[[str], bool],
    patterns: Sequence[str],
    zone: tzinfo,
    today: date,
    store: CacheStore,
    environment: Mapping[str, str],
) -> CommitLog:
    """The history with the changes of the wanted paths, which are those that the patterns stand for.

    A commit id names all that lies before it, so the line of a head never changes; when its commits landed is
    worked out each time. Raises SopkitError where history is missing or altered.
    """
    versions = [version("pathspec"), list(sys.version_info[:2])]
    rests_on = [repository.prefix, list(patterns), Commit.__slots__, PRACTICE_SCHEMA, QUIZ_FOLDER, *versions]
    if not (repository.shallow or repository.grafted):
        kept = store.read(_LINE_KIND, rests_on)
        if kept is not None and kept["head"] == repository.head:
            commits = _unpack_commits(kept)
            return CommitLog(commits, compute_landings(commits, zone, today))
    log = read_commit_log(repository, wanted, zone, today, environment)
    store.write(_LINE_KIND, rests_on, _pack_commits(repository.head, log.commits))
    return log


def _pack_commits(head: str | None, commits: Sequence[Commit]) -> dict[str, object]:
    people: dict[tuple[str, str], int] = {}
    rows = []
    before = ""
    for commit in commits:
        author = people.setdefault((commit.author_name, commit.author_email), len(people))
        committer = people.setdefault((commit.committer_name, commit.committer_email), len(people))
        rows.append((
            *(commit.oid, None if commit.parents == (before,) else commit.parents),
            *(author, commit.author_time, commit.author_zone),
            *(committer, commit.committer_time, commit.committer_zone),
            [(change.path, change.mode, change.blob) for change in commit.changes],
            commit.co_authors,
        ))  # fmt: skip
        before = commit.oid
    return {"head": head, "people": list(people), "commits": rows}


def _unpack_commits(kept: Any) -> tuple[Commit, ...]:  # noqa: ANN401 - JSON, as packed above
    people = kept["people"]
    commits = []
    before = ""
    for oid, parents, author, time, zone, committer, landed, place, changes, others in kept["commits"]:
        line = (before,) if parents is None else tuple(parents)
        files = tuple([FileChange(*change) for change in changes]) if changes else ()
        fields = (oid, line, *people[author], time, zone, *people[committer], landed, place, files, tuple(others))
        commits.append(Commit(*fields))
        before = oid
    return tuple(commits)


CACHE_FOLDER = "sopkit"
_MIN_TEXTS_TO_SPREAD = 1000  # texts; for fewer, a second process costs more than it saves


@dataclass(frozen=True)
class History:
    """What a report is made from; `count` commits of the history had landed, the last is the one judged."""

    repository: Repository
    config: Config
    log: CommitLog
    count: int
    pasts: RevisionHistories
    snapshots: Mapping[str, Snapshot]
    reader: SnapshotReader
    cache: HistoryCache
    submodules: tuple[str, ...]
    globs: Globs
    zone: tzinfo
    today: date
    store: CacheStore
    checked_out: bool = True  # the line ends at the commit that the folder is at

    @property
    def landings(self) -> tuple[Landing, ...]:
        """When the commits that count landed."""
        return self.log.landings[: self.count]

    @cached_property
    def line(self) -> FirstParentLine:
        """The line up to the judged commit, with its texts."""
        return FirstParentLine(
            repository=self.repository,
            config=self.config,
            commits=self.log.commits[: self.count],
            landings=self.landings,
            pasts=self.pasts,
            snapshots=self.snapshots,
            reader=self.reader,
            cache=self.cache,
            is_sop=self.globs,
        )

    @cached_property
    def authorship(self) -> Authorship:
        """Who wrote what."""
        return self.line.authorship()

    @cached_property
    def _ledgers(self) -> tuple[dict[str, Ledger], OrganisationHistory]:
        ledgers, organisations = read_ledgers(self.line, self.authorship)
        for ledger in ledgers.values():
            ledger.name_of = organisations.before(self.count).name_of
        return ledgers, organisations

    @property
    def ledgers(self) -> Mapping[str, Ledger]:
        """The ledgers of the ids that have one."""
        return self._ledgers[0]

    def ledger(self, sop_id: str) -> Ledger:
        """The ledger of an id; an empty one when nothing was entered."""
        found = self.ledgers.get(sop_id)
        if found is None:
            found = Ledger()
            past = self.pasts.by_key.get((sop_id, ""))
            if past is not None and past.revisions:
                snapshot = self.snapshots[past.revisions[-1].blob]
                found.required = required_roles(snapshot, self.organisation, self.config)
        return found

    @property
    def organisation(self) -> Organisation:
        """Who is who in the judged commit itself."""
        return self.organisation_before(self.count)

    def organisation_before(self, index: int) -> Organisation:
        """Who was who in the first parent of a commit, by the commit's index."""
        return self._ledgers[1].before(index)

    @cached_property
    def watcher(self) -> WatchedTree:
        """The files of the judged commit, for globs that SOPs watch."""
        commit = self.log.commits[self.count - 1].oid
        return WatchedTree(read_tree(self.repository, commit, whole=True), self.repository.prefix)

    def attachments(self, targets: str, path: str) -> dict[str, str]:
        """The local files that a text at a path refers to by these targets, from the top of the repository."""
        return resolve_targets(targets, path, self.repository.prefix, self.globs) if targets else {}

    def attachments_digest(self, targets: str, path: str) -> str:
        """The digest of these files in the judged commit."""
        files = self.attachments(targets, path)
        return digest_attachments(files, self.watcher.files) if files else ""

    @cached_property
    def _texts(self) -> Mapping[SopKey, list[tuple[int, FileChange]]]:
        found: dict[SopKey, list[tuple[int, FileChange]]] = {}
        for index, commit in enumerate(self.log.commits[: self.count]):
            for change in commit.changes:
                snapshot = self.snapshots.get(change.blob) if change.is_file else None
                if snapshot is not None and snapshot.readable:
                    for key in {(change.path, ""), (snapshot.id, ""), ("", change.path)}:
                        found.setdefault(key, []).append((index, change))
        return found

    def texts(self, past: RevisionHistory) -> Sequence[tuple[int, FileChange]]:
        """Every readable text that an SOP's files have held, each with the commit by which it landed."""
        return self._texts.get(past.key, ())

    def only(self, ids: Collection[str]) -> "History":
        """The same as if no other SOP than these had ever been there; all that it needs is read now."""
        pasts = {key: past for key, past in self.pasts.by_key.items() if key[0] in ids}
        raised = Counter(past.claim_commit for past in pasts.values() if past.claim_commit is not None)
        ledgers, organisations = self._ledgers
        texts, authorship = self._texts, self.authorship
        commits = tuple(replace(commit, changes=()) for commit in self.log.commits)
        cut = replace(self, pasts=RevisionHistories(pasts, dict(raised)), log=replace(self.log, commits=commits))
        known = {"authorship": authorship, "_texts": {key: texts[key] for key in pasts if key in texts}}
        own = {sop_id: ledger for sop_id, ledger in ledgers.items() if sop_id in ids}
        vars(cut).update(known, _ledgers=(own, organisations))
        return cut

    def contributors(self, past: RevisionHistory, revision: Revision) -> tuple[str, ...]:
        """The names of those who wrote a revision."""
        place = landing_of(past, revision)
        people = self.authorship.of_texts([place])[place]
        return self.names_of(people)

    def names_of(self, contributions: Iterable[Contribution]) -> tuple[str, ...]:
        """What the people are called who wrote a text, each once: by the register, else as typed in git."""
        authors = (author for part in contributions for author in part.authors)
        return tuple(dict.fromkeys(filter(None, map(self.organisation.author_name, authors))))

    def author_of(self, index: int) -> str:
        """What the author of a commit is called, by its index: by the register, else as typed in git."""
        commit = self.log.commits[index]
        return self.organisation.author_name(Author(commit.author_name, commit.author_email))

    @property
    def at_head(self) -> bool:
        """Whether the judged commit is the one that is checked out."""
        return self.checked_out and self.count == len(self.log.commits)


def read_history(
    repository: Repository,
    as_of: date,
    today: date,
    *,
    basis: Basis | None = None,
    cached: bool = True,
    store: CacheStore | None = None,
    environment: Mapping[str, str] = os.environ,
) -> History:
    """Read the library at the last commit landed by the end of `as_of`; `basis` overrides its configuration.

    Known results come from `store`, else from the repository's own folder, else (not `cached`) from nowhere. Raises
    SopkitError where history is missing, nothing had landed, or no configuration is committed.
    """
    head = repository.head_or_error()
    store = store or CacheStore(repository.common_dir / CACHE_FOLDER if cached else None)
    tree = read_tree(repository, head)
    config = _read_commit_config(repository, tree, head)
    patterns, name = config.library.sops, config.library.timezone
    zone = UTC if name == "UTC" else ZoneInfo(name)
    globs = compile_sop_globs(patterns)
    log = read_first_parent(repository, _is_history_path(globs), patterns, zone, today, store, environment)
    count = log.count_at(as_of)
    if not count:
        raise SopkitError(f"on {as_of} nothing was committed yet", f"the first commit landed on {log.landings[0].day}")
    if count < len(log.commits):
        commit = log.commits[count - 1].oid
        tree = read_tree(repository, commit)
        config = _read_commit_config(repository, tree, commit)
        if config.library.sops != patterns:
            patterns = config.library.sops
            globs = compile_sop_globs(patterns)
            log = read_first_parent(repository, _is_history_path(globs), patterns, zone, today, store, environment)
    if basis is not None:
        config = config.model_copy(update={"review": config.review.model_copy(update={"basis": basis})})
    reader = SnapshotReader(config)
    cache = HistoryCache(store, config)
    is_sop = remembered(globs)
    changes: list[Sequence[FileChange]] = [
        [change for change in commit.changes if is_sop(change.path)] if commit.changes else ()
        for commit in log.commits[:count]
    ]
    snapshots = _read_snapshots(repository, changes, reader, cache)
    return History(
        repository=repository,
        config=config,
        log=log,
        count=count,
        pasts=read_revision_histories(changes, snapshots, by_path=config.library.identity == "path"),
        snapshots=snapshots,
        reader=reader,
        cache=cache,
        submodules=tuple(
            sorted(path for path, (mode, _) in tree.items() if mode == SUBMODULE_MODE and globs.enters(path))
        ),
        globs=globs,
        zone=zone,
        today=today,
        store=store,
    )


def _is_history_path(globs: Globs) -> Callable[[str], bool]:
    """Which files make the history of a library: its SOPs, ledger, records and quizzes, and who is who."""
    return lambda path: (
        globs(path)
        or path in ORGANISATION_FILES
        or is_ledger(path)
        or is_practice(path)
        or path.startswith(f"{QUIZ_FOLDER}/")
    )


def _read_commit_config(repository: Repository, tree: dict[str, tuple[str, str]], commit: str) -> Config:
    mode, oid = tree.get(CONFIG_NAME, ("", ""))
    if mode and mode not in REGULAR_MODES:
        raise SopkitError(f"{CONFIG_NAME} is no file in commit {commit[:12]}", "commit the file itself")
    if not oid:
        raise SopkitError(
            f"{CONFIG_NAME} is not part of commit {commit[:12]}",
            "commit it; `stale` and `lint` judge the folder alone with --tree-only",
        )
    [(_, data)] = read_blobs(repository, [oid])
    return read_config(data or b"", f"{CONFIG_NAME} of commit {commit[:12]}")


def _read_snapshots(
    repository: Repository,
    changes: Sequence[Sequence[FileChange]],
    reader: SnapshotReader,
    cache: HistoryCache,
) -> dict[str, Snapshot]:
    """The snapshot of every text that an SOP's path has held, by blob id."""
    blobs: dict[str, list[str]] = {}
    for change in chain.from_iterable(changes):
        if change.is_file:
            blobs.setdefault(change.path, []).append(change.blob)
    wanted = [oid for oids in blobs.values() for oid in oids]
    known = cache.snapshots(wanted)
    missing = [oid for oid in dict.fromkeys(wanted) if oid not in known]

    def read(oids: Sequence[str]) -> list[tuple[str, Snapshot]]:
        return [(oid, reader.read(data or b"")) for oid, data in read_blobs(repository, oids)]

    fresh = dict(spread(read, missing, _MIN_TEXTS_TO_SPREAD))
    cache.learn(fresh)
    return known | fresh
