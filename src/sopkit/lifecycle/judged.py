"""The library as the last commit landed by a day holds it, with the past of every SOP in it."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, tzinfo
from zoneinfo import ZoneInfo

from sopkit.git.blobs import read_blobs
from sopkit.git.globs import compile_globs
from sopkit.git.repository import Repository
from sopkit.git.tree import tree
from sopkit.library import CONFIG_NAME
from sopkit.lifecycle.cache import Cache
from sopkit.lifecycle.line import read_line
from sopkit.lifecycle.revisions import Pasts, read_pasts
from sopkit.lifecycle.snapshot import Snapshot, SnapshotReader
from sopkit.lifecycle.store import Store
from sopkit.model.config import Basis, Config
from sopkit.model.errors import SopkitError
from sopkit.model.history import SUBMODULE, Commit, History
from sopkit.text.settings import read_config

CACHE_FOLDER = "sopkit"

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

    @property
    def at_head(self) -> bool:
        """Whether the judged commit is the one that is checked out."""
        return self.count == len(self.history.commits)


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
    history = read_line(repository, globs, patterns, zone, today, store, environment)
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
            history = read_line(repository, globs, patterns, zone, today, store, environment)
    if basis is not None:
        review = config.review.model_copy(update={"basis": basis})
        config = config.model_copy(update={"review": review})
    reader = SnapshotReader(config)
    cache = Cache(store, config)
    commits = history.commits[:count]
    snapshots = _snapshots(repository, commits, reader, cache)
    return Judged(
        repository=repository,
        config=config,
        history=history,
        count=count,
        pasts=read_pasts(commits, snapshots, by_path=config.library.identity == "path"),
        snapshots=snapshots,
        reader=reader,
        cache=cache,
        submodules=tuple(sorted(path for path, (mode, _) in there.items() if mode == SUBMODULE and globs.enters(path))),
    )


def _config(repository: Repository, there: Tree, commit: str) -> Config:
    _, oid = there.get(CONFIG_NAME, ("", ""))
    if not oid:
        raise SopkitError(
            f"{CONFIG_NAME} is not part of commit {commit[:12]}",
            "commit it, or judge the folder alone with --tree-only",
        )
    [(_, data)] = read_blobs(repository, [oid])
    return read_config(data or b"", f"{CONFIG_NAME} of commit {commit[:12]}")


def _zone(config: Config) -> tzinfo:
    name = config.library.timezone
    return UTC if name == "UTC" else ZoneInfo(name)


def _snapshots(
    repository: Repository,
    commits: Sequence[Commit],
    reader: SnapshotReader,
    cache: Cache,
) -> dict[str, Snapshot]:
    """The snapshot of every text that an SOP's path has held, by blob id."""
    versions: dict[str, list[str]] = {}
    for commit in commits:
        for change in commit.changes:
            if change.is_file:
                versions.setdefault(change.path, []).append(change.blob)
    wanted = [oid for oids in versions.values() for oid in oids]
    known = cache.snapshots(wanted)
    fresh = {}
    for oid, data in read_blobs(repository, (oid for oid in wanted if oid not in known)):
        fresh[oid] = reader.read(data or b"")
    cache.learn(fresh, {})
    return known | fresh
