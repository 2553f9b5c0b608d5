"""The first-parent line of a repository, read from git or, for the same head, as it was read before."""

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date, tzinfo
from importlib.metadata import version
from typing import Any

from sopkit.git.history import read_history
from sopkit.git.landing import land
from sopkit.git.repository import Repository
from sopkit.lifecycle.texts.store import Store
from sopkit.model.history import Change, Commit, History

_KIND = "line"


def read_line(
    repository: Repository,
    wanted: Callable[[str], bool],
    patterns: Sequence[str],
    zone: tzinfo,
    today: date,
    store: Store,
    environment: Mapping[str, str],
    outside: Sequence[str] = (),
) -> History:
    """The history with the changes of the wanted paths, which are those that the patterns stand for, and those outside.

    A commit id names all that lies before it, so the line of a head never changes; when its commits landed is
    worked out each time. Raises SopkitError where history is missing or altered.
    """
    rests_on = [
        repository.prefix,
        list(patterns),
        list(outside),
        Commit.__slots__,
        version("pathspec"),
        list(sys.version_info[:2]),
    ]
    if not (repository.shallow or repository.grafted):
        kept = store.read(_KIND, rests_on)
        if kept is not None and kept["head"] == repository.head:
            commits = _unpacked(kept)
            return History(commits, land(commits, zone, today))
    history = read_history(repository, wanted, zone, today, environment, outside)
    store.write(_KIND, rests_on, _packed(repository.head, history.commits))
    return history


def _packed(head: str | None, commits: Sequence[Commit]) -> dict[str, object]:
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


def _unpacked(kept: Any) -> tuple[Commit, ...]:  # noqa: ANN401 - JSON, as packed above
    people = kept["people"]
    commits = []
    before = ""
    for oid, parents, author, time, zone, committer, landed, place, changes, others in kept["commits"]:
        commits.append(
            Commit(
                oid,
                (before,) if parents is None else tuple(parents),
                people[author][0],
                people[author][1],
                time,
                zone,
                people[committer][0],
                people[committer][1],
                landed,
                place,
                tuple([Change(*change) for change in changes]) if changes else (),
                tuple(others),
            )
        )
        before = oid
    return tuple(commits)
