"""Git as the user runs it, with the user's own identity, hooks and settings: for the one commit that is the user's."""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple

from sopkit.git.process import output
from sopkit.git.repository import Repository
from sopkit.model.errors import SopkitError

# What a hook inherits of another repository or moment; names, dates and settings of the user stay.
_OF_ELSEWHERE = re.compile(
    r"GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|COMMON_DIR|NAMESPACE|PREFIX"
    r"|SHALLOW_FILE|GRAFT_FILE|REPLACE_REF_BASE|NO_REPLACE_OBJECTS|QUARANTINE_PATH|IMPLICIT_WORK_TREE"
    r"|INTERNAL_SUPER_PREFIX|(LITERAL|GLOB|NOGLOB|ICASE)_PATHSPECS)"
)
_IDENTITY = re.compile(r"(.*?) ?<([^<>]*)> (\d+) ([+-]\d{4})")
_UNDER_WAY = {
    "MERGE_HEAD": "merge",
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
}
_USUAL = ("main", "master")


class Identity(NamedTuple):
    """As whom, and when, git would commit now."""

    name: str
    email: str
    time: int  # seconds since 1970
    zone: str


class BranchState(NamedTuple):
    """Where in its history a clone stands; `branch` is empty when HEAD is detached, `default` when it is not known."""

    branch: str
    default: str
    under_way: str  # merge, rebase, cherry-pick or revert that was begun and not ended; else nothing


def run_git(
    repository: Repository, *arguments: str, variables: Mapping[str, str] | None = None, data: bytes | None = None
) -> tuple[int, str]:
    """Exit code, and all that git and its hooks said. An interrupt waits for git, which then has ended as well."""
    environment = {name: value for name, value in os.environ.items() if not _OF_ELSEWHERE.fullmatch(name)}
    program = repository.git.GIT_PYTHON_GIT_EXECUTABLE or "git"
    with TemporaryFile() as said, TemporaryFile() as given:  # a pipe would wait for what a hook leaves running
        given.write(data or b"")
        given.seek(0)
        process = subprocess.Popen(  # noqa: S603 - git, with arguments of ours
            [program, *arguments],
            cwd=repository.root,
            env=environment | dict(variables or {}),
            stdin=None if data is None else given,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        interrupt: KeyboardInterrupt | None = None
        while process.returncode is None:
            try:
                process.wait()
            except KeyboardInterrupt as error:  # git got it as well, and takes its locks away
                interrupt = error
        if interrupt is not None:
            raise interrupt
        code = process.returncode
        said.seek(0)
        return code, said.read().decode("utf-8", "replace")


def identity(repository: Repository, role: str = "AUTHOR") -> Identity:
    """The author (or COMMITTER) of a commit that the user makes now. Raises SopkitError when git does not know one."""
    code, said = run_git(repository, "-c", "user.useConfigOnly=true", "var", f"GIT_{role}_IDENT")
    match = _IDENTITY.fullmatch(said.strip())
    if code or match is None:
        raise SopkitError(
            "git does not know who you are",
            'tell it:\ngit config --global user.name "Your Name"\ngit config --global user.email you@company.example',
        )
    name, email, time, zone = match.groups()
    return Identity(name, email, int(time), zone)


def branch_state(repository: Repository) -> BranchState:
    """Which branch is checked out, which is the default one, and whether something is under way."""
    git = repository.git
    folder = Path(os.fsdecode(output(git, "rev-parse", "--absolute-git-dir")[1]).removesuffix("\n"))
    branch = _said(repository, "symbolic-ref", "--quiet", "--short", "HEAD")
    default = _said(repository, "symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD").partition("/")[2]
    if not default:
        there = _said(repository, "for-each-ref", "--format=%(refname:short)", *(f"refs/heads/{one}" for one in _USUAL))
        default = next((one for one in _USUAL if one in there.split()), "")
    under_way = next((what for name, what in _UNDER_WAY.items() if (folder / name).exists()), "")
    return BranchState(branch, default, under_way)


def left_out_of_index(repository: Repository, folder: str) -> tuple[str, ...]:
    """Files below a folder of the library that HEAD has and the index has not, so that the next commit removes them."""
    arguments = ("diff-index", "--cached", "-z", "--name-only", "--no-renames", "--diff-filter=D", "--relative")
    code, out, _ = output(repository.git, *arguments, repository.head_or_error(), "--", folder)
    return () if code else tuple(sorted(os.fsdecode(path) for path in out.split(b"\0") if path))


def not_committed(repository: Repository) -> tuple[str, ...]:
    """Files of the library that are new or changed, and that nobody has staged."""
    code, out, _ = output(repository.git, "ls-files", "-z", "--modified", "--others", "--exclude-standard")
    return () if code else tuple(sorted({os.fsdecode(path) for path in out.split(b"\0") if path}))


def changed_by_git(repository: Repository, path: str, data: bytes) -> bool:
    """Whether git would keep other bytes than those of the file, because of an attribute or `core.autocrlf`."""
    code, as_kept = run_git(repository, "hash-object", "--stdin", f"--path={path}", data=data)
    plain = run_git(repository, "hash-object", "--stdin", "--no-filters", data=data)[1]
    return not code and as_kept != plain


def _said(repository: Repository, *arguments: str) -> str:
    code, out, _ = output(repository.git, *arguments)
    return "" if code else os.fsdecode(out).removesuffix("\n")
