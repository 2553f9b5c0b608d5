"""The files of a commit, the bytes of blobs and commits, and the digest of the files that an SOP watches."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import islice
from typing import IO

from sopkit.git.globs import Globs, compile_globs
from sopkit.git.repository import Repository
from sopkit.git.run import stream
from sopkit.model.entry import LEDGER
from sopkit.model.errors import SopkitError

_CHUNK = 1 << 20
_MAX_DOCUMENT = 1 << 27  # a scan that is larger is no evidence that anybody would keep in git


class AlteredObjectError(SopkitError):
    """An object of git does not have the bytes that its id names; git does not look when it reads."""

    def __init__(self, kind: str, oid: str) -> None:
        super().__init__(f"git object {oid} was altered where it is stored", ALTERED_HINT)
        self.kind, self.oid = kind, oid

    def __reduce__(self) -> tuple[type["AlteredObjectError"], tuple[str, str]]:
        return type(self), (self.kind, self.oid)  # a process that shares the work sends it


ALTERED_HINT = "do not rely on this clone: clone again with git clone --no-local, and find out who can write to it"


def read_blobs(
    repository: Repository, oids: Iterable[str], limit: int | None = None
) -> Iterator[tuple[str, bytes | None]]:
    """Each object id once, with its bytes, or None where these are more than `limit`.

    Starts one git process. Raises SopkitError when an object is missing or no file, and AlteredObjectError when it is
    not the one that its id names, however large it is.
    """
    return _read(repository, oids, "blob", limit)


def list_present_blobs(repository: Repository, oids: Iterable[str]) -> list[str]:
    """Those of the ids that are files in the repository, sorted; starts one git process."""
    wanted = sorted(set(oids))
    lines = (f"{oid}\n".encode() for oid in wanted)
    if not wanted:
        return []
    with stream(repository.git, "cat-file", "--batch-check=%(objecttype)", lines=lines) as out:
        kinds = out.read().splitlines()
    return [oid for oid, kind in zip(wanted, kinds, strict=True) if kind == b"blob"]


def read_commits(repository: Repository, oids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Each commit id once, with the bytes of the commit itself: headers, an empty line, message.

    Starts one git process. Raises SopkitError when an object is missing or no commit, and AlteredObjectError when it
    is not the one that its id names.
    """
    for oid, data in _read(repository, oids, "commit", None):
        yield oid, data or b""


def _read(
    repository: Repository, oids: Iterable[str], kind: str, limit: int | None
) -> Iterator[tuple[str, bytes | None]]:
    wanted = tuple(dict.fromkeys(oids))
    if not wanted:
        return
    lines = (f"{oid}\n".encode() for oid in wanted)
    with stream(repository.git, "cat-file", "--batch", "--buffer", lines=lines) as out:
        for oid in wanted:
            actual, data = read_object(repository, out, oid, kind, limit)
            if actual != oid:
                raise AlteredObjectError(kind, oid)
            yield oid, data
        tuple(islice(out, 1))


def read_object(
    repository: Repository, out: IO[bytes], oid: str, kind: str, limit: int | None = None
) -> tuple[str, bytes | None]:
    """The id of the bytes that `git cat-file --batch` gives for an id, and these bytes, or None above the limit.

    Raises SopkitError when there is no such object, or it is of another kind.
    """
    about = out.readline().split()
    if len(about) != 3 or about[1] != kind.encode("ascii"):  # noqa: PLR2004  # id, type, size
        raise _unreadable_error(repository, oid, about, kind)
    size = int(about[2])
    header = b"%s %d\0" % (about[1], size)  # gitformat-loose(5); a packed object has the same id
    seal, rest, parts = hashlib.new(repository.object_format, header, usedforsecurity=False), size, []
    while rest:
        part = out.read(min(_CHUNK, rest))
        if not part:
            raise SopkitError(f"git object {oid} is damaged", "run: git fsck")
        seal.update(part)
        rest -= len(part)
        if limit is None or size <= limit:
            parts.append(part)
    out.read(1)
    return seal.hexdigest(), b"".join(parts) if limit is None or size <= limit else None


def read_paths(repository: Repository, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
    """The bytes of files by commit and path (relative to the library's root); a file that is not there is left out.

    Starts at most two git processes.
    """
    pairs = [(commit, path) for commit, path in sorted(set(wanted)) if _is_below(path)]
    if not pairs:
        return {}
    lines = [os.fsencode(f"{commit}:{repository.prefix}{path}\n") for commit, path in pairs]
    with stream(repository.git, "cat-file", "--batch-check=%(objectname) %(objecttype)", lines=lines) as out:
        answers = out.read().splitlines()
    found = {
        pair: answer.split(b" ")[0].decode("ascii")
        for pair, answer in zip(pairs, answers, strict=True)
        if answer.endswith(b" blob")
    }
    data = dict(read_blobs(repository, found.values(), _MAX_DOCUMENT))
    return {pair: content for pair, oid in found.items() if (content := data[oid]) is not None}


def _is_below(path: str) -> bool:
    """Whether a path that somebody typed can name a file of a tree; git would take `..` for an error."""
    plain = not set(path) & {"\n", "\0"} and not set(path.split("/")) & {"", ".", ".."}
    try:
        return plain and bool(os.fsencode(path))
    except UnicodeEncodeError:
        return False


def _unreadable_error(repository: Repository, oid: str, about: list[bytes], kind: str) -> SopkitError:
    if about[1:] == [b"missing"]:
        if repository.partial:
            return SopkitError(
                f"git object {oid} was left on the server by a partial clone",
                "fetch what is missing: git fetch --refetch --no-filter",
            )
        return SopkitError(f"git object {oid} is missing", "run: git fsck; then fetch it, or clone again")
    if len(about) == 3:  # noqa: PLR2004  # id, type, size
        wanted = "file" if kind == "blob" else kind
        return SopkitError(f"git object {oid} is no {wanted} but a {about[1].decode()}", "run: git fsck")
    return SopkitError(f"git object {oid} is damaged", "run: git fsck")


def read_tree(repository: Repository, commit: str, *, whole: bool = False) -> dict[str, tuple[str, str]]:
    """Mode and object id of everything below the library's root in a commit, by path relative to that root.

    With `whole` it is everything in the repository, by path from its top. Symbolic links (mode 120000) and submodules
    (160000) are among it. Starts one git process.
    """
    # Run in the library's folder, ls-tree lists that folder only, with names relative to it.
    full = ("--full-tree",) if whole else ()
    with stream(repository.git, "ls-tree", "-r", "-z", *full, commit, "--") as out:
        entries = out.read().split(b"\0")
    found = {}
    for entry in entries[:-1]:
        about, _, path = entry.partition(b"\t")
        mode, _, oid = about.split(b" ")
        found[os.fsdecode(path)] = (mode.decode(), oid.decode())
    return found


WATCH_DIGEST = "watch1"


class WatchedTree:
    """Answers about globs over one tree; paths and globs are relative to the top of the repository.

    The digest is `watch1:` and the SHA-256 over `<mode> <oid> TAB <path> NUL` of all matching files, sorted by the
    bytes of their paths; the ledger is left out, or a review would change what it reviews.
    """

    def __init__(self, tree: Mapping[str, tuple[str, str]], prefix: str) -> None:
        self._tree, self._ledger = tree, f"{prefix}{LEDGER.partition('/')[0]}/"
        self._known: dict[str, str] = {}

    @property
    def files(self) -> Mapping[str, tuple[str, str]]:
        """Mode and object id of every file, by its path from the top of the repository."""
        return self._tree

    def digest(self, watches: str) -> str:
        """The digest for globs, one on a line; nothing when there are none."""
        if not watches:
            return ""
        if watches not in self._known:
            globs = compile_watches(watches)
            lines = sorted(
                (os.fsencode(path), f"{mode} {oid}".encode("ascii"))
                for path, (mode, oid) in self._tree.items()
                if not self.left_out(path) and globs(path)
            )
            data = b"".join(b"%s\t%s\0" % (about, path) for path, about in lines)
            self._known[watches] = f"{WATCH_DIGEST}:{sha256(data).hexdigest()}"
        return self._known[watches]

    def left_out(self, path: str) -> bool:
        """Whether a path is of the ledger, which nobody watches."""
        return path.startswith(self._ledger)


def compile_watches(watches: str) -> Globs:
    """The test for globs, one on a line; one that is malformed matches nothing."""
    good = []
    for line in watches.split("\n"):
        try:
            compile_globs([line])
        except SopkitError:
            continue
        good.append(line)
    return compile_globs(good)
