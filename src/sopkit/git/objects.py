"""The commits behind HEAD and the trees of their library, with ids computed from the bytes: what git cannot misreport.

The ids are those of git-hash-object(1): SHA-1 or SHA-256 over kind, size and bytes. `sopkit verify` compares with them.
"""

import os
import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, islice
from queue import SimpleQueue
from typing import IO, NamedTuple

from sopkit.git.blobs import read_object
from sopkit.git.history import complete_head
from sopkit.git.repository import Repository
from sopkit.git.run import checked_output, stream

Changes = Mapping[str, tuple[str, str]]
"""Mode and object id that a commit left at each path below the library's root; both empty where it removed the file."""


class AlteredObject(NamedTuple):
    """An object whose bytes have another id than it is stored under, or that git's own files misreport."""

    kind: str  # commit or tree
    oid: str
    path: str  # of a tree, from the top of the repository
    fault: str


class RawPerson(NamedTuple):
    """An author or committer as the bytes of a commit have it; the time in seconds since 1970, the zone as `+0100`."""

    name: str
    email: str
    time: int
    zone: str


@dataclass(frozen=True, slots=True)
class RawCommit:
    """A commit as its bytes have it; a person is None where the bytes are in another encoding, or malformed."""

    tree: str
    parents: tuple[str, ...]
    author: RawPerson | None
    committer: RawPerson | None


@dataclass
class RawHistory:
    """All commits behind HEAD by id, and what those of them changed that the first-parent line, or a merge, is made of.

    `changes` is against the first parent; `own` is what no parent of a merge has, which differs from it there only.
    """

    commits: dict[str, RawCommit]
    changes: dict[str, Changes] = field(default_factory=dict)
    own: dict[str, Changes] = field(default_factory=dict)
    altered: list[AlteredObject] = field(default_factory=list)


def read_raw_history(repository: Repository) -> RawHistory:
    """Read every commit behind HEAD, and below the library's folder every tree of each.

    Starts three git processes. Raises SopkitError when an object is missing, or the clone is shallow or has grafts.
    """
    with _open_objects(repository) as source:
        history = RawHistory(_read_commits(repository, source), altered=source.altered)
        history.altered += _find_forged_graph(repository, history.commits)
        trees = _Trees(repository, source)
        for at, (oid, commit) in enumerate(history.commits.items()):
            if at % _AHEAD == 0:
                trees.fetch([one.tree for one in islice(history.commits.values(), at, at + _AHEAD)])
            parents = [history.commits[parent].tree for parent in commit.parents]
            all_changes = [trees.compare(parent, commit.tree) for parent in parents or [""]]
            first = history.changes[oid] = all_changes[0]
            history.own[oid] = {path: left for path, left in first.items() if all(path in one for one in all_changes)}
    return history


class _Objects:
    """A running `git cat-file`, which answers one batch of ids after another."""

    batch = 500  # ids at a time: they have room in the pipe, so that neither side waits for the other

    def __init__(self, repository: Repository, out: IO[bytes], asked: "SimpleQueue[bytes | None]") -> None:
        self.repository, self._out, self._asked = repository, out, asked
        self.altered: list[AlteredObject] = []

    def read(self, paths: Mapping[str, str], kind: str) -> Iterator[tuple[str, bytes]]:
        """The bytes of each id; none of one whose bytes have another id, which is noted as altered, with its path."""
        listed = list(paths)
        for start in range(0, len(listed), self.batch):
            oids = listed[start : start + self.batch]
            self._asked.put("".join(f"{oid}\n" for oid in oids).encode("ascii"))
            self._asked.put(b"")
            for oid in oids:
                actual, data = read_object(self.repository, self._out, oid, kind)
                if actual != oid:
                    fault = f"the bytes stored for it have the id {actual}"
                    self.altered.append(AlteredObject(kind, oid, paths[oid], fault))
                yield oid, data if data is not None and actual == oid else b""


@contextmanager
def _open_objects(repository: Repository) -> Iterator[_Objects]:
    asked: SimpleQueue[bytes | None] = SimpleQueue()
    with stream(repository.git, "cat-file", "--batch", lines=iter(asked.get, None)) as out:
        try:
            yield _Objects(repository, out, asked)
        finally:
            asked.put(None)


def _read_commits(repository: Repository, source: _Objects) -> dict[str, RawCommit]:
    """The commits behind HEAD, parents before children where git lists them so; those that it does not list as well."""
    head = complete_head(repository, "nothing can be verified", os.environ)
    listed = checked_output(repository.git, "rev-list", "--reverse", "--topo-order", head, "--").decode("ascii").split()
    found: dict[str, RawCommit] = {}
    pending = listed
    while pending:
        found |= {oid: _parse_commit(data) for oid, data in source.read(dict.fromkeys(pending, ""), "commit")}
        wanted = (parent for oid in pending for parent in found[oid].parents if parent not in found)
        pending = list(dict.fromkeys(wanted))
    return found


_HEADERS = re.compile(
    rb"tree ([0-9a-f]+)\n((?:parent [0-9a-f]+\n)*)(?:author (.*)\n)?(?:committer (.*)\n)?(encoding )?"
)
_PERSON = re.compile(rb"([^<]*)<([^>]*)>(?:.*>)?\s*(\d+) *([+-]\d+)")  # as split_ident_line of git reads it


def _parse_commit(data: bytes) -> RawCommit:
    match = _HEADERS.match(data)
    if match is None:
        return RawCommit("", (), None, None)
    parents = tuple(word.decode("ascii") for word in match[2].split()[1::2])
    people = (None if match[5] or not line else _parse_person(line) for line in match.groups()[2:4])
    return RawCommit(match[1].decode("ascii"), parents, *people)


def _parse_person(line: bytes) -> RawPerson | None:
    match = _PERSON.match(line)
    if match is None:
        return None
    name, email = (text.decode("utf-8", "surrogateescape") for text in (match[1].rstrip(), match[2]))
    return RawPerson(name, email, int(match[3]), f"{int(match[4]):+05d}")


def _find_forged_graph(repository: Repository, commits: Mapping[str, RawCommit]) -> Iterator[AlteredObject]:
    """The commits of which a commit-graph file says something else than their bytes; sopkit reads no such file."""
    listing = ("log", "--format=%H %T %P", "--no-show-signature", repository.head_or_error(), "--")
    out = checked_output(repository.git, "-c", "core.commitGraph=true", *listing).decode("ascii")
    for oid, tree, *parents in map(str.split, out.splitlines()):
        raw = commits.get(oid)
        if raw is None or (raw.tree, raw.parents) != (tree, tuple(parents)):
            fault = (
                f"the commit-graph of this clone gives it the parents {' '.join(parents) or 'none'} and the tree {tree}"
            )
            yield AlteredObject("commit", oid, "", fault)


_Entry = tuple[bytes, bytes, bytes]  # mode, name, object id
_TREE_MODE = b"40000"
_MODES = {b"100644", b"100755", b"120000", b"160000"}
_MAX_ENTRIES = 200_000  # of the trees that are kept at hand
_AHEAD = 50  # commits whose trees are fetched together: an answer costs more time than a tree


class _Trees:
    """Compares trees below the library's folder; each tree is hashed whenever it is read."""

    def __init__(self, repository: Repository, source: _Objects) -> None:
        self._source = source
        size = 32 if repository.object_format == "sha256" else 20
        self._entry = re.compile(rb"([0-7]+) ([^\0]+)\0(.{%d})" % size, re.DOTALL)
        self._parts = [os.fsencode(part) for part in repository.prefix.split("/") if part]
        self._kept: OrderedDict[str, frozenset[_Entry]] = OrderedDict()
        self._seen: set[str] = set()
        self._count = 0

    def fetch(self, roots: Iterable[str]) -> None:
        """Read the new trees below the library's folder, a level of all these commits at a time."""
        level = {root: "" for root in roots if root and root not in self._seen}
        room = _MAX_ENTRIES // 2
        for depth in count():
            if not level or room < 0:
                return
            paths, level = level, {}
            part = self._parts[depth] if depth < len(self._parts) else None
            for oid, entries in self._load(paths):
                room -= len(entries)
                level |= {
                    below: f"{paths[oid]}{os.fsdecode(name)}/"
                    for mode, name, data in entries
                    if mode == _TREE_MODE and part in {None, name} and (below := data.hex()) not in self._seen
                }

    def compare(self, old: str, new: str) -> Changes:
        """What differs below the library's folder between two trees of the repository; an empty id has no file."""
        above = ""
        for part in self._parts:
            old, new = (
                next((one[2].hex() for one in self._read(oid, above) if one[:2] == (_TREE_MODE, part)), "")
                for oid in (old, new)
            )
            above = f"{above}{os.fsdecode(part)}/"
        found: dict[str, tuple[str, str]] = {}
        pending = [("", old, new)]
        while pending:
            folder, old, new = pending.pop()
            before, after = self._read(old, above + folder), self._read(new, above + folder)
            sides: dict[bytes, list[_Entry | None]] = {}
            for side, entries in enumerate((before - after, after - before)):
                for entry in entries:
                    sides.setdefault(entry[1], [None, None])[side] = entry
            for name, (gone, come) in sides.items():
                path = folder + os.fsdecode(name)
                left, right = (one[2].hex() if one and one[0] == _TREE_MODE else "" for one in (gone, come))
                if left or right:
                    pending.append((f"{path}/", left, right))
                if come is not None and come[0] != _TREE_MODE:
                    found[path] = _plain_mode(come[0]), come[2].hex()
                elif gone is not None and gone[0] != _TREE_MODE:
                    found[path] = "", ""
        return found

    def _read(self, oid: str, path: str) -> frozenset[_Entry]:
        if not oid:
            return frozenset()
        if oid in self._kept:
            self._kept.move_to_end(oid)
            return self._kept[oid]
        [(_, entries)] = self._load({oid: path})
        return entries

    def _load(self, paths: Mapping[str, str]) -> Iterator[tuple[str, frozenset[_Entry]]]:
        for oid, data in self._source.read(paths, "tree"):
            found: list[_Entry] = self._entry.findall(data)
            entries = self._kept[oid] = frozenset(found)
            self._seen.add(oid)
            self._count += len(entries)
            while self._count > _MAX_ENTRIES and len(self._kept) > 1:
                self._count -= len(self._kept.popitem(last=False)[1])
            yield oid, entries


def _plain_mode(mode: bytes) -> str:
    """The mode as git shows it; in old trees there are others, such as 100664."""
    if mode in _MODES:
        return mode.decode("ascii")
    return "100755" if int(mode, 8) & 0o100 else "100644"
