"""The library as the last commit landed by a day holds it, with the past of every SOP in it."""

import os
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, tzinfo
from functools import cache as remembered
from functools import cached_property
from zoneinfo import ZoneInfo

from sopkit.git.blobs import read_blobs
from sopkit.git.globs import Globs, compile_globs
from sopkit.git.repository import Repository
from sopkit.git.tree import tree
from sopkit.library import CONFIG_NAME
from sopkit.lifecycle.ledger.asked import required_roles
from sopkit.lifecycle.ledger.authorship import Authorship
from sopkit.lifecycle.ledger.ledger import Ledger
from sopkit.lifecycle.ledger.ledger_files import is_ledger
from sopkit.lifecycle.ledger.ledgers import Line, place_of, read_ledgers
from sopkit.lifecycle.ledger.organisation import MAILMAP, SET_UP, Organisation, Organisations
from sopkit.lifecycle.texts.cache import Cache
from sopkit.lifecycle.texts.line import read_line
from sopkit.lifecycle.texts.revisions import Key, Past, Pasts, Revision, read_pasts
from sopkit.lifecycle.texts.snapshot import Snapshot, SnapshotReader
from sopkit.lifecycle.texts.store import Store
from sopkit.lifecycle.watch import Watcher
from sopkit.model.config import Basis, Config
from sopkit.model.errors import SopkitError
from sopkit.model.history import SUBMODULE, Change, Commit, History, Landing
from sopkit.parallel import spread
from sopkit.text.settings import read_config

CACHE_FOLDER = "sopkit"
_WORTH_SHARING = 1000  # texts; for fewer, a second process costs more than it saves

Tree = dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Judged:
    """What a report is made from; `count` commits of the history had landed, the last is the one judged."""

    repository: Repository
    config: Config
    history: History
    count: int
    pasts: Pasts
    snapshots: Mapping[str, Snapshot]
    reader: SnapshotReader
    cache: Cache
    submodules: tuple[str, ...]
    globs: Globs
    zone: tzinfo
    today: date
    store: Store
    checked_out: bool = True  # the line ends at the commit that the folder is at

    @property
    def landings(self) -> tuple[Landing, ...]:
        """When the commits that count landed."""
        return self.history.landings[: self.count]

    @cached_property
    def line(self) -> Line:
        """The line up to the judged commit, with its texts."""
        return Line(
            repository=self.repository,
            config=self.config,
            commits=self.history.commits[: self.count],
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
    def _ledgers(self) -> tuple[dict[str, Ledger], Organisations]:
        return read_ledgers(self.line, self.authorship)

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
    def watcher(self) -> Watcher:
        """The files of the judged commit, for globs that SOPs watch."""
        commit = self.history.commits[self.count - 1].oid
        return Watcher(tree(self.repository, commit, whole=True), self.repository.prefix)

    @cached_property
    def _texts(self) -> Mapping[Key, list[tuple[int, Change]]]:
        found: dict[Key, list[tuple[int, Change]]] = {}
        for index, commit in enumerate(self.history.commits[: self.count]):
            for change in commit.changes:
                snapshot = self.snapshots.get(change.blob) if change.is_file else None
                if snapshot is not None and snapshot.readable:
                    for key in {(change.path, ""), (snapshot.id, ""), ("", change.path)}:
                        found.setdefault(key, []).append((index, change))
        return found

    def texts(self, past: Past) -> Sequence[tuple[int, Change]]:
        """Every readable text that an SOP's files have held, each with the commit by which it landed."""
        return self._texts.get(past.key, ())

    def only(self, ids: Collection[str]) -> "Judged":
        """The same as if no other SOP than these had ever been there; all that it needs is read now."""
        pasts = {key: past for key, past in self.pasts.by_key.items() if key[0] in ids}
        raised = Counter(past.claim_commit for past in pasts.values() if past.claim_commit is not None)
        ledgers, organisations = self._ledgers
        texts, authorship = self._texts, self.authorship
        commits = tuple(replace(commit, changes=()) for commit in self.history.commits)
        cut = replace(self, pasts=Pasts(pasts, dict(raised)), history=replace(self.history, commits=commits))
        known = {"authorship": authorship, "_texts": {key: texts[key] for key in pasts if key in texts}}
        own = {sop_id: ledger for sop_id, ledger in ledgers.items() if sop_id in ids}
        vars(cut).update(known, _ledgers=(own, organisations))
        return cut

    def contributors(self, past: Past, revision: Revision) -> tuple[str, ...]:
        """The names of those who wrote a revision."""
        place = place_of(past, revision)
        people = self.authorship.of_texts([place])[place]
        return tuple(dict.fromkeys(name for part in people for name in part.names))

    @property
    def at_head(self) -> bool:
        """Whether the judged commit is the one that is checked out."""
        return self.checked_out and self.count == len(self.history.commits)


def judge(
    repository: Repository,
    as_of: date,
    today: date,
    *,
    basis: Basis | None = None,
    cached: bool = True,
    environment: Mapping[str, str] = os.environ,
) -> Judged:
    """Read the library at the last commit landed by the end of `as_of`; `basis` overrides its configuration.

    Raises SopkitError where history is missing, nothing had landed, or no configuration is committed.
    """
    head = repository.head_or_error()
    store = Store(repository.common_dir / CACHE_FOLDER if cached else None)
    there = tree(repository, head)
    config = _config(repository, there, head)
    patterns, zone = config.library.sops, _zone(config)
    globs = compile_globs(patterns)
    history = read_line(repository, _wanted(globs, repository), patterns, zone, today, store, environment, (MAILMAP,))
    count = history.count_at(as_of)
    if not count:
        first = history.landings[0].day
        raise SopkitError(f"on {as_of} nothing was committed yet", f"the first commit landed on {first}")
    if count < len(history.commits):
        commit = history.commits[count - 1].oid
        there = tree(repository, commit)
        config = _config(repository, there, commit)
        if config.library.sops != patterns:
            patterns = config.library.sops
            globs = compile_globs(patterns)
            history = read_line(
                repository, _wanted(globs, repository), patterns, zone, today, store, environment, (MAILMAP,)
            )
    if basis is not None:
        review = config.review.model_copy(update={"basis": basis})
        config = config.model_copy(update={"review": review})
    reader = SnapshotReader(config)
    cache = Cache(store, config)
    changes = _of_sops(history.commits[:count], globs)
    snapshots = _snapshots(repository, changes, reader, cache)
    return Judged(
        repository=repository,
        config=config,
        history=history,
        count=count,
        pasts=read_pasts(changes, snapshots, by_path=config.library.identity == "path"),
        snapshots=snapshots,
        reader=reader,
        cache=cache,
        submodules=tuple(sorted(path for path, (mode, _) in there.items() if mode == SUBMODULE and globs.enters(path))),
        globs=globs,
        zone=zone,
        today=today,
        store=store,
    )


def _wanted(globs: Globs, repository: Repository) -> Callable[[str], bool]:
    """Which files make the history of a library: its SOPs, its ledger, and who is who."""
    set_up = {path for path in SET_UP if path != MAILMAP or not repository.prefix}  # git reads none further down
    return lambda path: globs(path) or path in set_up or is_ledger(path)


def _of_sops(commits: Sequence[Commit], globs: Globs) -> list[Sequence[Change]]:
    """What each commit changed of SOPs."""
    is_sop = remembered(globs)
    return [
        [change for change in commit.changes if is_sop(change.path)] if commit.changes else () for commit in commits
    ]


def _config(repository: Repository, there: Tree, commit: str) -> Config:
    _, oid = there.get(CONFIG_NAME, ("", ""))
    if not oid:
        raise SopkitError(
            f"{CONFIG_NAME} is not part of commit {commit[:12]}",
            "commit it; `stale` and `lint` judge the folder alone with --tree-only",
        )
    [(_, data)] = read_blobs(repository, [oid])
    return read_config(data or b"", f"{CONFIG_NAME} of commit {commit[:12]}")


def _zone(config: Config) -> tzinfo:
    name = config.library.timezone
    return UTC if name == "UTC" else ZoneInfo(name)


def _snapshots(
    repository: Repository,
    changes: Sequence[Sequence[Change]],
    reader: SnapshotReader,
    cache: Cache,
) -> dict[str, Snapshot]:
    """The snapshot of every text that an SOP's path has held, by blob id."""
    versions: dict[str, list[str]] = {}
    for changed in changes:
        for change in changed:
            if change.is_file:
                versions.setdefault(change.path, []).append(change.blob)
    wanted = [oid for oids in versions.values() for oid in oids]
    known = cache.snapshots(wanted)
    missing = [oid for oid in dict.fromkeys(wanted) if oid not in known]

    def read(oids: Sequence[str]) -> list[tuple[str, Snapshot]]:
        return [(oid, reader.read(data or b"")) for oid, data in read_blobs(repository, oids)]

    fresh = dict(spread(read, missing, _WORTH_SHARING))
    cache.learn(fresh)
    return known | fresh
