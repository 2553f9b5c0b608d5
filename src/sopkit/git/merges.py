"""What a merge brought in: the work of its branch, its authors, its own edits, and files that it omitted."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from sopkit.git.blobs import read_paths
from sopkit.git.history import TRAILERS, read_co_authors, split_log
from sopkit.git.repository import Repository
from sopkit.git.run import PLAIN_DIFF, output, stream, text_output
from sopkit.model.commits import Commit
from sopkit.model.similarity import diff_sequences

_LOG = (
    *("log", "--no-walk=unsorted", "--stdin", "--raw", "-c", "--no-abbrev", *PLAIN_DIFF, "--no-notes"),
    *("--encoding=UTF-8", f"--format=%H%n%P%n%an%n%ae%n{TRAILERS}"),
)


class Author(NamedTuple):
    """A person as a commit names them."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class CommitWork:
    """What one commit did: its people, and the blob that it left at each path below the library that it changed.

    A merge counts only the files that it has as no parent had them.
    """

    oid: str
    parents: tuple[str, ...]
    author: Author
    co_authors: tuple[Author, ...]
    files: dict[str, str]


def read_branch_work(
    repository: Repository, line: Sequence[Commit], wanted: Iterable[str]
) -> dict[str, tuple[CommitWork, ...]]:
    """For each wanted commit of a first-parent line (oldest first), what it and its branch did, oldest first.

    Starts at most two git processes.
    """
    oids = set(wanted)
    if not oids:
        return {}
    merges = {commit.oid for commit in line if commit.oid in oids and len(commit.parents) > 1}
    brought = {}
    if merges:
        with stream(repository.git, "rev-list", "--parents", repository.head_or_error(), "--") as out:
            rows = [row.split() for row in out.read().decode("ascii").splitlines()]
        brought = _merged_commits({row[0]: row[1:] for row in rows}, line, merges)
    groups = {oid: (*brought.get(oid, ()), oid) for oid in sorted(oids)}
    every = dict.fromkeys(oid for group in groups.values() for oid in group)
    with stream(repository.git, *_LOG, lines=(f"{oid}\n".encode() for oid in every)) as out:
        tokens = iter(out.read().split(b"\0"))
    done = {}
    prefix = os.fsencode(repository.prefix)
    for header, changes in split_log(tokens):
        oid, parents, name, email, *trailers = header.decode("utf-8", "replace").lstrip("\n").split("\n")
        co_authors = tuple(map(parse_author, read_co_authors(trailers)))
        blobs = ((path, about.split(b" ")[-2].decode("ascii")) for about, path in changes)
        files = {os.fsdecode(path[len(prefix) :]): blob for path, blob in blobs if path.startswith(prefix)}
        done[oid] = CommitWork(oid, tuple(parents.split()), Author(name, email), co_authors, files)
    return {oid: tuple(done[one] for one in group if one in done) for oid, group in groups.items()}


def _merged_commits(
    parents: Mapping[str, list[str]], line: Sequence[Commit], merges: set[str]
) -> dict[str, tuple[str, ...]]:
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


def parse_author(text: str) -> Author:
    """The person whom a trailer names as `Name <address>`, or by a name or an address alone."""
    start, mark, rest = (part.strip() for part in text.rstrip().removesuffix(">").rpartition("<"))
    alone = not mark and "@" not in rest
    return Author(rest if alone else start, "" if alone else rest)


class _Edit(NamedTuple):
    start: int
    end: int
    lines: tuple[bytes, ...]


def is_plain(repository: Repository, oid: str, parents: Sequence[str], path: str) -> bool:
    """Whether a merge of two parents has a file as their edits make it, with nothing added and no conflict to settle.

    Git is not asked to merge: a configuration could have it run programs. In doubt the answer is no.
    """
    if len(parents) != 2:  # noqa: PLR2004  # an octopus
        return False
    base = text_output(repository.git, "merge-base", *parents)
    if not base:
        return False
    commits = (base, *parents, oid)
    files = read_paths(repository, [(commit, path) for commit in commits])
    texts = [files[commit, path].splitlines(keepends=True) for commit in commits if (commit, path) in files]
    if len(texts) < len(commits):
        return False
    return merge_lines(*texts[:3]) == texts[3]


def merge_lines(base: list[bytes], ours: list[bytes], theirs: list[bytes]) -> list[bytes] | None:
    """The lines that two edits of one text make together; None where they meet, or are too long."""
    one, other = _line_edits(base, ours), _line_edits(base, theirs)
    both = sorted({*(one or ()), *(other or ())})
    if one is None or other is None or any(later.start <= earlier.end for earlier, later in pairwise(both)):
        return None
    lines, at = [], 0
    for edit in both:
        lines += [*base[at : edit.start], *edit.lines]
        at = edit.end
    return lines + base[at:]


def _line_edits(base: list[bytes], text: list[bytes]) -> list[_Edit] | None:
    found = diff_sequences(base, text)
    if found is None:
        return None
    return [_Edit(one.start, one.end, tuple(text[one.new_start : one.new_end])) for one in found]


_MERGE_DIFF = ("diff-tree", "--stdin", "-r", "--raw", "--no-abbrev", *PLAIN_DIFF, "--diff-filter=DMT")

OmittedFiles = tuple[tuple[str, str], ...]
"""Paths, relative to the library's root, each with the blob that the other side held there."""


def find_omitted_files(repository: Repository, merges: Iterable[Commit], folder: str) -> dict[str, OmittedFiles]:
    """For each merge by its id: what another side of it held in a folder of the library, and it does not, or not so.

    Starts one git process.
    """
    parents = {commit.oid: commit.parents for commit in merges}
    if not parents:
        return {}
    # Told a commit and one parent, diff-tree compares the two, whatever other parents the commit has.
    lines = (f"{oid} {other}\n".encode() for oid, (_, *others) in parents.items() for other in others)
    prefix = os.fsencode(repository.prefix)
    with stream(repository.git, *_MERGE_DIFF, "--", f":(top,literal){repository.prefix}{folder}", lines=lines) as out:
        tokens = iter(out.read().split(b"\0"))
    found: dict[str, dict[tuple[str, str], None]] = {oid: {} for oid in parents}
    merge = ""
    for token in tokens:
        if token.startswith(b":"):
            blob, path = token.split(b" ")[2].decode("ascii"), next(tokens, b"")
            found[merge][os.fsdecode(path[len(prefix) :]), blob] = None
        elif token:
            merge = token.decode("ascii")
    return {oid: tuple(files) for oid, files in found.items()}


def are_related(repository: Repository, commits: Iterable[str]) -> bool:
    """Whether commits have one behind all of them; those of two projects do not. Starts one git process."""
    return output(repository.git, "merge-base", "--octopus", *commits)[0] == 0
