"""Who changed which files in the commits that a first-parent line brought in."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, NamedTuple

from sopkit.git.history import CO_AUTHORS
from sopkit.git.process import stream
from sopkit.git.repository import Repository
from sopkit.model.history import Commit

_LOG = (
    *("log", "--no-walk=unsorted", "--stdin", "--raw", "-c", "-z", "--no-abbrev", "--no-renames"),
    *("--no-relative", "--no-ext-diff", "--no-textconv", "--no-color", "--no-notes"),
    *("--encoding=UTF-8", f"--format=%H%n%P%n%an%n%ae%n{CO_AUTHORS}"),
)


class Author(NamedTuple):
    """A person as a commit names them."""

    name: str
    email: str


@dataclass
class Work:
    """What one commit did: its people, and the blob that it left at each path below the library that it changed.

    A merge counts only the files that it has as no parent had them.
    """

    oid: str
    parents: tuple[str, ...]
    author: Author
    co_authors: tuple[Author, ...]
    files: dict[str, str] = field(default_factory=dict)


def landed_work(repository: Repository, line: Sequence[Commit], wanted: Iterable[str]) -> dict[str, tuple[Work, ...]]:
    """For each wanted commit of a first-parent line (oldest first), what it and its branch did, oldest first.

    Starts at most two git processes.
    """
    oids = set(wanted)
    if not oids:
        return {}
    merges = {commit.oid for commit in line if commit.oid in oids and len(commit.parents) > 1}
    brought = _brought(_parents(repository), line, merges) if merges else {}
    groups = {oid: (*brought.get(oid, ()), oid) for oid in sorted(oids)}
    every = dict.fromkeys(oid for group in groups.values() for oid in group)
    with stream(repository.git, *_LOG, lines=(f"{oid}\n".encode() for oid in every)) as out:
        done = dict(_work(out, os.fsencode(repository.prefix)))
    return {oid: tuple(done[one] for one in group if one in done) for oid, group in groups.items()}


def _parents(repository: Repository) -> dict[str, list[str]]:
    with stream(repository.git, "rev-list", "--parents", repository.head_or_error(), "--") as out:
        rows = [line.split() for line in out.read().decode("ascii").splitlines()]
    return {row[0]: row[1:] for row in rows}


def _brought(parents: Mapping[str, list[str]], line: Sequence[Commit], merges: set[str]) -> dict[str, tuple[str, ...]]:
    """The commits that each merge made part of the line: reachable from it, and not from the one before."""
    seen: set[str] = set()
    brought = {}
    for commit in line:
        found = []
        pending = [parent for parent in parents.get(commit.oid, ()) if parent not in seen]
        while pending:
            oid = pending.pop()
            if oid not in seen:
                seen.add(oid)
                found.append(oid)
                pending.extend(parents.get(oid, ()))
        seen.add(commit.oid)
        if commit.oid in merges:
            brought[commit.oid] = tuple(reversed(found))
    return brought


def _work(out: IO[bytes], prefix: bytes) -> Iterator[tuple[str, Work]]:
    work = None
    tokens = iter(out.read().split(b"\0"))
    for token in tokens:
        if token[:2] == b"\n:" or token[:1] == b":":
            path = next(tokens, b"")
            blob = token.split(b" ")[-2].decode("ascii")
            if work is not None and path.startswith(prefix):
                work.files[os.fsdecode(path[len(prefix) :])] = blob
        elif token.strip(b"\n"):
            if work is not None:
                yield work.oid, work
            work = _header(token.decode("utf-8", "replace"))
    if work is not None:
        yield work.oid, work


def _header(text: str) -> Work:
    oid, parents, name, email, *others = text.lstrip("\n").split("\n")
    co_authors = tuple(named(other) for other in others if other.strip())
    return Work(oid, tuple(parents.split()), Author(name, email), co_authors)


def named(text: str) -> Author:
    """The person whom a trailer names as `Name <address>`, or by a name or an address alone."""
    start, mark, rest = (part.strip() for part in text.rstrip().removesuffix(">").rpartition("<"))
    alone = not mark and "@" not in rest
    return Author(rest if alone else start, "" if alone else rest)
