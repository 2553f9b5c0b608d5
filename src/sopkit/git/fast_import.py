"""Commits that are built without a work tree: a complete given history, and a trial commit that is discarded."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sopkit.git.repository import Repository
from sopkit.git.run import checked_output, open_git, stream
from sopkit.model.commits import FileChange

IMPORT_BRANCH = "main"
_INIT = ("init", "--quiet", "--template=", f"--initial-branch={IMPORT_BRANCH}", "--object-format=sha1")
# No file of configuration or attributes is read, not even one that a variable names; these stand in their place.
_CONFIGURATION = {
    "core.attributesFile": os.devnull,
    "core.logAllRefUpdates": "false",  # a reflog would name whoever runs this
    "fastimport.unpackLimit": "1",
    "safe.directory": "*",  # it is made here, on whatever file system
}
_ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_COUNT": str(len(_CONFIGURATION)),
    **{f"GIT_CONFIG_KEY_{at}": key for at, key in enumerate(_CONFIGURATION)},
    **{f"GIT_CONFIG_VALUE_{at}": value for at, value in enumerate(_CONFIGURATION.values())},
}


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who did something, and when; the moment has a zone."""

    name: str
    email: str
    moment: datetime


@dataclass(frozen=True, slots=True)
class NewCommit:
    """A commit to be made: its parents by their place in the list, and every file that it holds, by path."""

    author: Stamp
    committer: Stamp
    message: str
    parents: tuple[int, ...]
    files: Mapping[str, bytes]


def import_history(folder: Path, commits: Sequence[NewCommit], tags: Mapping[str, int] | None = None) -> str:
    """Make a repository in an empty folder, the last commit checked out on `main`; gives that commit's id.

    `tags` are set on commits by their place in the list. Parents stand before their children. Runs no hook and signs
    nothing. Raises SopkitError when git fails, and leaves behind what there is then.
    """
    git = open_git(folder)
    git.update_environment(**_ENVIRONMENT)
    checked_output(git, *_INIT)
    script = _import_script(commits, tags or {})
    with stream(git, "fast-import", "--quiet", "--done", "--date-format=raw", lines=script) as out:
        out.read()
    checked_output(git, "read-tree", "--reset", "-u", IMPORT_BRANCH)
    return checked_output(git, "rev-parse", "--verify", IMPORT_BRANCH).decode("ascii").strip()


def _import_script(commits: Sequence[NewCommit], tags: Mapping[str, int]) -> Iterator[bytes]:
    """What fast-import reads; each commit states what differs from its first parent."""
    for at, commit in enumerate(commits):
        before = commits[commit.parents[0]].files if commit.parents else {}
        if not commit.parents:
            yield b"reset refs/heads/%s\n" % IMPORT_BRANCH.encode()
        yield b"commit refs/heads/%s\nmark :%d\n" % (IMPORT_BRANCH.encode(), at + 1)
        yield b"author %s\ncommitter %s\n" % (_format_stamp(commit.author), _format_stamp(commit.committer))
        yield _format_data(commit.message.encode())
        for word, parent in zip((b"from", *(b"merge" for _ in commit.parents)), commit.parents, strict=False):
            yield b"%s :%d\n" % (word, parent + 1)
        for path in sorted(before.keys() - commit.files.keys()):
            yield b"D %s\n" % _quote_path(path)
        for path, data in sorted(commit.files.items()):
            if before.get(path) != data:
                yield b"M 100644 inline %s\n" % _quote_path(path)
                yield _format_data(data)
    for name, at in tags.items():
        yield b"reset refs/tags/%s\nfrom :%d\n\n" % (name.encode(), at + 1)
    yield b"done\n"


def _format_stamp(stamp: Stamp) -> bytes:
    zone = stamp.moment.strftime("%z")
    return f"{stamp.name} <{stamp.email}> {int(stamp.moment.timestamp())} {zone}".encode()


def _format_data(data: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(data), data)


def _quote_path(path: str) -> bytes:
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return b'"%s"' % os.fsencode(escaped)


_TRIAL_IDENTITY = ("-c", "user.name=sopkit", "-c", "user.email=sopkit@localhost", "-c", "commit.gpgsign=false")
_MODE = "100644"


@contextmanager
def trial_commit(
    repository: Repository, added: Mapping[str, bytes], removed: Iterable[str] = ()
) -> Iterator[tuple[Repository, tuple[FileChange, ...]]]:
    """The repository as it would be after a commit of these files (relative to the library), and what that changes.

    Nothing is written into the repository. Starts about six git processes.
    """
    head = repository.head_or_error()
    with TemporaryDirectory(prefix="sopkit-") as place:
        objects = Path(place) / "objects"
        objects.mkdir()
        git = type(repository.git)(repository.root)
        git.update_environment(
            GIT_OBJECT_DIRECTORY=str(objects),
            GIT_ALTERNATE_OBJECT_DIRECTORIES=_quote_separator(str(repository.common_dir / "objects")),
            GIT_INDEX_FILE=str(Path(place) / "index"),
        )
        trial = replace(repository, git=git)
        changes = [FileChange(path, _MODE, _feed(trial, [data], *_HASH)) for path, data in added.items()]
        changes += [FileChange(path, "", "") for path in removed]
        checked_output(git, "read-tree", head)
        none = "0" * (64 if repository.object_format == "sha256" else 40)
        rows = (f"{one.mode or '0'} {one.blob or none}\t{repository.prefix}{one.path}\0" for one in changes)
        _feed(trial, [os.fsencode(row) for row in rows], "update-index", "-z", "--index-info")
        tree = checked_output(git, "write-tree", "--missing-ok").decode("ascii").strip()
        commit = checked_output(git, *_TRIAL_IDENTITY, "commit-tree", "-p", head, "-m", "rehearsal", tree)
        yield replace(trial, head=commit.decode("ascii").strip()), tuple(changes)


_HASH = ("hash-object", "-w", "--no-filters", "--stdin")


def _feed(repository: Repository, lines: list[bytes], *arguments: str) -> str:
    with stream(repository.git, *arguments, lines=lines) as out:
        return out.read().decode("ascii").strip()


def _quote_separator(path: str) -> str:
    """A path as one item of a list that colons part."""
    special = os.pathsep in path or path.startswith('"')
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"' if special else path
