"""The whole history of a library in one pass of git log."""

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import IO

from sopkit.git.landing import land
from sopkit.git.process import stream
from sopkit.git.repository import Repository
from sopkit.model.errors import SopkitError
from sopkit.model.history import Change, Commit, History

CO_AUTHORS = "%(trailers:key=Co-authored-by,valueonly,unfold,separator=%x0A)"
"""The people whom the trailers of a commit name, one on a line."""

_FORMAT = f"%H%n%P%n%an%n%ae%n%ad%n%cn%n%ce%n%cd%n{CO_AUTHORS}"
_LOG = (
    "log",
    "--first-parent",
    "--diff-merges=first-parent",
    "--raw",
    "-z",
    "--no-abbrev",
    "--no-renames",
    "--no-relative",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--no-notes",
    "--ignore-submodules=none",
    "--encoding=UTF-8",
    "--date=raw",
    f"--format={_FORMAT}",
)
_CHUNK = 1 << 18
_GONE = "000000"


def read_history(
    repository: Repository,
    wanted: Callable[[str], bool],
    zone: tzinfo,
    today: date,
    environment: Mapping[str, str] = os.environ,
    outside: Collection[str] = (),
) -> History:
    """The first-parent line up to HEAD with the changes of the wanted paths (relative to the library's root).

    Files at the top of the repository that are wanted too, though the library lies further down, are `outside`;
    they keep their names. Starts one git process. Raises SopkitError where history is missing (shallow clone) or
    altered (grafts); `environment` tells at which CI the hint is aimed.
    """
    head = repository.head_or_error()
    if repository.shallow:
        raise SopkitError("the clone is shallow, so no date can be told", mend(environment))
    if repository.grafted:
        raise SopkitError(
            "a grafts file alters the history of this repository",
            f"remove {repository.common_dir / 'info' / 'grafts'}",
        )
    paths = _Paths(os.fsencode(repository.prefix), wanted, {os.fsencode(name): name for name in outside})
    with stream(repository.git, *_LOG, head, "--") as out:
        commits = tuple(_commits(out, paths))[::-1]
    return History(commits, land(commits, zone, today))


def mend(environment: Mapping[str, str]) -> str:
    """The one line that gives a shallow clone its history, at the CI of the environment."""
    if "GITHUB_ACTIONS" in environment:
        return "under `with:` of actions/checkout: `fetch-depth: 0`"
    if "GITLAB_CI" in environment:
        return 'under `variables:` of the job: `GIT_DEPTH: "0"`'
    return "run: git fetch --unshallow"


@dataclass(frozen=True)
class _Paths:
    """Paths as git writes them, turned into those of the library; each is decided once and then known."""

    prefix: bytes
    wanted: Callable[[str], bool]
    known: dict[bytes, str | None]

    def get(self, path: bytes) -> str | None:
        try:
            return self.known[path]
        except KeyError:
            mine = os.fsdecode(path[len(self.prefix) :]) if path.startswith(self.prefix) else None
            self.known[path] = mine if mine is not None and self.wanted(mine) else None
            return self.known[path]


def _commits(out: IO[bytes], paths: _Paths) -> Iterator[Commit]:
    """Commits as git lists them: NUL ends the fields of each, and each mode line and path of a change."""
    header = b""
    changes: list[Change] = []
    tokens = _tokens(out)
    for token in tokens:
        if token[:2] == b"\n:" or token[:1] == b":":
            path = paths.get(next(tokens, b""))
            if path is not None:
                _, mode, _, oid, _ = token.decode("ascii").split(" ")
                changes.append(Change(path, "", "") if mode == _GONE else Change(path, mode, oid))
        elif token:
            if header:
                yield _commit(header, changes)
                changes = []
            header = token
    if header:
        yield _commit(header, changes)


def _tokens(out: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while chunk := out.read(_CHUNK):
        *whole, rest = (rest + chunk).split(b"\0")
        yield from whole
    if rest:
        yield rest


def _commit(header: bytes, changes: list[Change]) -> Commit:
    fields = header.decode("utf-8", "surrogateescape").split("\n")
    try:
        oid, parents, author, author_email, author_date, committer, committer_email, committer_date, *others = fields
        author_time, author_zone = author_date.split(" ")
        committer_time, committer_zone = committer_date.split(" ")
        return Commit(
            oid=oid,
            parents=tuple(parents.split()),
            author_name=author,
            author_email=author_email,
            author_time=int(author_time),
            author_zone=author_zone,
            committer_name=committer,
            committer_email=committer_email,
            committer_time=int(committer_time),
            committer_zone=committer_zone,
            changes=tuple(changes),
            co_authors=tuple(other for other in others if other.strip()),
        )
    except ValueError as error:
        raise SopkitError(f"commit {fields[0]} has no date that can be read", "run: git fsck") from error
