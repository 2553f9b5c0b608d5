"""A new repository with a history that is given: the same commits for everybody, whatever their configuration."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sopkit.git.process import failure, output, own_environment, stream
from sopkit.model.errors import SopkitError

if TYPE_CHECKING:
    from git.cmd import Git

BRANCH = "main"
_INIT = ("init", "--quiet", "--template=", f"--initial-branch={BRANCH}", "--object-format=sha1")
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
    git = _door(folder)
    _run(git, *_INIT)
    with stream(
        git, "fast-import", "--quiet", "--done", "--date-format=raw", lines=_script(commits, tags or {})
    ) as out:
        out.read()
    _run(git, "read-tree", "--reset", "-u", BRANCH)
    return _run(git, "rev-parse", "--verify", BRANCH).decode("ascii").strip()


def _door(folder: Path) -> "Git":
    try:
        with own_environment():
            import git  # noqa: PLC0415  # 70 ms, and it starts git
    except ImportError as error:
        raise SopkitError("git cannot be run", "install git, or put it on PATH") from error
    door = git.cmd.Git(folder)
    door.update_environment(**_ENVIRONMENT)
    return door


def _run(git: "Git", *arguments: str) -> bytes:
    code, out, complaint = output(git, *arguments)
    if code:
        raise failure(arguments[0], complaint)
    return out


def _script(commits: Sequence[NewCommit], tags: Mapping[str, int]) -> Iterator[bytes]:
    """What fast-import reads; each commit states what differs from its first parent."""
    for at, commit in enumerate(commits):
        before = commits[commit.parents[0]].files if commit.parents else {}
        if not commit.parents:
            yield b"reset refs/heads/%s\n" % BRANCH.encode()
        yield b"commit refs/heads/%s\nmark :%d\n" % (BRANCH.encode(), at + 1)
        yield b"author %s\ncommitter %s\n" % (_stamp(commit.author), _stamp(commit.committer))
        yield _data(commit.message.encode())
        for word, parent in zip((b"from", *(b"merge" for _ in commit.parents)), commit.parents, strict=False):
            yield b"%s :%d\n" % (word, parent + 1)
        for path in sorted(before.keys() - commit.files.keys()):
            yield b"D %s\n" % _quoted(path)
        for path, data in sorted(commit.files.items()):
            if before.get(path) != data:
                yield b"M 100644 inline %s\n" % _quoted(path)
                yield _data(data)
    for name, at in tags.items():
        yield b"reset refs/tags/%s\nfrom :%d\n\n" % (name.encode(), at + 1)
    yield b"done\n"


def _stamp(stamp: Stamp) -> bytes:
    zone = stamp.moment.strftime("%z")
    return f"{stamp.name} <{stamp.email}> {int(stamp.moment.timestamp())} {zone}".encode()


def _data(data: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(data), data)


def _quoted(path: str) -> bytes:
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return b'"%s"' % os.fsencode(escaped)
