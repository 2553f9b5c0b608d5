"""A commit that nobody sees: its objects lie in a folder of their own, which is gone afterwards."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from sopkit.git.process import failure, output, stream
from sopkit.git.repository import Repository
from sopkit.model.history import Change

_NOBODY = ("-c", "user.name=sopkit", "-c", "user.email=sopkit@localhost", "-c", "commit.gpgsign=false")
_MODE = "100644"


@contextmanager
def rehearsed(
    repository: Repository, added: Mapping[str, bytes], removed: Iterable[str] = ()
) -> Iterator[tuple[Repository, tuple[Change, ...]]]:
    """The repository as it would be after a commit of these files (relative to the library), and what that changes.

    Nothing is written into the repository. Starts about six git processes.
    """
    head = repository.head_or_error()
    with TemporaryDirectory(prefix="sopkit-") as place:
        objects = Path(place) / "objects"
        objects.mkdir()
        door = type(repository.git)(repository.root)
        door.update_environment(
            GIT_OBJECT_DIRECTORY=str(objects),
            GIT_ALTERNATE_OBJECT_DIRECTORIES=_quoted(str(repository.common_dir / "objects")),
            GIT_INDEX_FILE=str(Path(place) / "index"),
        )
        there = replace(repository, git=door)
        changes = [Change(path, _MODE, _feed(there, [data], *_HASH)) for path, data in added.items()]
        changes += [Change(path, "", "") for path in removed]
        _said(there, "read-tree", head)
        _feed(there, [_line(repository, change) for change in changes], "update-index", "-z", "--index-info")
        tree = _said(there, "write-tree", "--missing-ok")
        commit = _said(there, *_NOBODY, "commit-tree", "-p", head, "-m", "rehearsal", tree)
        yield replace(there, head=commit), tuple(changes)


_HASH = ("hash-object", "-w", "--no-filters", "--stdin")


def _line(repository: Repository, change: Change) -> bytes:
    none = "0" * (64 if repository.object_format == "sha256" else 40)
    about = f"{change.mode or '0'} {change.blob or none}\t"
    return os.fsencode(f"{about}{repository.prefix}{change.path}") + b"\0"


def _feed(repository: Repository, lines: list[bytes], *arguments: str) -> str:
    with stream(repository.git, *arguments, lines=lines) as out:
        return out.read().decode("ascii").strip()


def _said(repository: Repository, *arguments: str) -> str:
    code, out, complaint = output(repository.git, *arguments)
    if code:
        raise failure(next(word for word in arguments if word in {"read-tree", "write-tree", "commit-tree"}), complaint)
    return out.decode("ascii").strip()


def _quoted(path: str) -> str:
    """A path as one item of a list that colons part."""
    special = os.pathsep in path or path.startswith('"')
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"' if special else path
