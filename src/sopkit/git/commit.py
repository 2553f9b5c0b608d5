"""The one commit that sopkit makes: with the user's own git identity and hooks, of the listed files alone."""

import re
import shlex
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from sopkit.git.repository import Repository, blob_id, read_default_branch
from sopkit.git.run import output, run_as_user, text_output
from sopkit.git.transaction import CommitTransaction, HeadMovedError, commit_transaction, make_file, new_folders
from sopkit.model.errors import SopkitError

_IDENTITY = re.compile(r"(.*?) ?<([^<>]*)> (\d+) ([+-]\d{4})")
_OPERATIONS = {
    "MERGE_HEAD": "merge",
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
}
_DEFAULT_BRANCHES = ("main", "master")


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


def read_identity(repository: Repository, role: str = "AUTHOR") -> Identity:
    """The author (or COMMITTER) of a commit that the user makes now. Raises SopkitError when git does not know one."""
    code, out, _ = run_as_user(repository.git, "-c", "user.useConfigOnly=true", "var", f"GIT_{role}_IDENT")
    match = _IDENTITY.fullmatch(out.strip())
    if code or match is None:
        raise SopkitError(
            "git does not know who you are",
            'tell it:\ngit config --global user.name "Your Name"\ngit config --global user.email you@company.example',
        )
    name, email, time, zone = match.groups()
    return Identity(name, email, int(time), zone)


def read_branch_state(repository: Repository) -> BranchState:
    """Which branch is checked out, which is the default one, and whether something is under way."""
    git = repository.git
    folder = Path(text_output(git, "rev-parse", "--absolute-git-dir"))
    branch = text_output(git, "symbolic-ref", "--quiet", "--short", "HEAD")
    default = read_default_branch(git)
    if not default:
        heads = (f"refs/heads/{one}" for one in _DEFAULT_BRANCHES)
        there = text_output(git, "for-each-ref", "--format=%(refname:short)", *heads)
        default = next((one for one in _DEFAULT_BRANCHES if one in there.split()), "")
    under_way = next((what for name, what in _OPERATIONS.items() if (folder / name).exists()), "")
    return BranchState(branch, default, under_way)


def list_missing_from_index(repository: Repository, folder: str) -> tuple[str, ...]:
    """Files below a folder of the library that HEAD has and the index has not, so that the next commit removes them."""
    arguments = ("diff-index", "--cached", "-z", "--name-only", "--no-renames", "--diff-filter=D", "--relative")
    out = text_output(repository.git, *arguments, repository.head_or_error(), "--", folder)
    return tuple(sorted(filter(None, out.split("\0"))))


def describe_missing_from_index(repository: Repository, folder: str) -> str:
    """What the user must know and do when the index lacks committed files below a folder; empty when it has them."""
    missing = list_missing_from_index(repository, folder)
    if not missing:
        return ""
    return (
        "your next commit would remove entries that are committed, as after a commit that was cut off;"
        f" run: git reset -q -- {shlex.join(missing)}"
    )


def list_uncommitted(repository: Repository) -> tuple[str, ...]:
    """Files of the library that are new or changed, and that nobody has staged."""
    out = text_output(repository.git, "ls-files", "-z", "--modified", "--others", "--exclude-standard")
    return tuple(sorted({*filter(None, out.split("\0"))}))


def is_changed_by_git(repository: Repository, path: str, data: bytes) -> bool:
    """Whether git would keep other bytes than those of the file, because of an attribute or `core.autocrlf`."""
    code, as_kept, _ = run_as_user(repository.git, "hash-object", "--stdin", f"--path={path}", data=data)
    plain = run_as_user(repository.git, "hash-object", "--stdin", "--no-filters", data=data)[1]
    return not code and as_kept != plain


def commit_files(
    repository: Repository, message: str, added: Mapping[str, bytes], removed: Iterable[str] = ()
) -> tuple[str, str]:
    """Write and remove files (relative to the library) and commit that alone; the commit's id, and a warning if any.

    When git or a hook refuses, the files are as they were before and SopkitError says what was said.
    """
    return _commit(repository, message, added, tuple(removed), head=repository.head_or_error())


def commit_existing(repository: Repository, message: str, files: Mapping[str, bytes]) -> tuple[str, str]:
    """Commit files (relative to the library) that lie in the folder with these bytes, and them alone.

    Gives the commit's id, and a warning if any. Raises SopkitError when git or a hook refuses.
    """
    return _commit(repository, message, files, ())


def _commit(
    repository: Repository, message: str, added: Mapping[str, bytes], removed: tuple[str, ...], head: str | None = None
) -> tuple[str, str]:
    """Commit files on top of a commit, or of any when `head` is None; only then they lie in the folder already."""
    files = {f"{repository.prefix}{path}": data for path, data in added.items()}
    gone = [f"{repository.prefix}{path}" for path in removed]
    with commit_transaction(repository) as change:
        if head not in {None, change.head}:
            raise HeadMovedError("somebody else committed in the same moment", "try again")
        change.write_files({} if head is None else files, gone)
        change.write_commit(message, files, gone)
        change.write_index((*files, *gone))
        change.prepare_reference()
        change.replace_index()
        change.move_reference()
    with suppress(SopkitError):  # it can refuse nothing
        change.run_hook("post-commit")
    return change.commit, _commit_warning(repository, change, added, {*files, *gone})


def _commit_warning(
    repository: Repository, change: CommitTransaction, added: Mapping[str, bytes], own: Collection[str]
) -> str:
    found = []
    if not _is_committed(repository, change.commit, added):
        found.append("a hook changed the files on their way into the commit")
    if foreign := [path for path in change.changed if path not in own]:
        found.append(f"a hook added other files to the commit: {', '.join(foreign)}")
    return f"{'; '.join(found)}; look at it: git show" if found else ""


def write_files(repository: Repository, added: Mapping[str, bytes]) -> None:
    """Write files (relative to the library) without a commit: all of them or none. Raises SopkitError."""
    made: list[Path] = []
    folders = sorted(new_folders(repository.root, added), reverse=True)
    try:
        for path, data in added.items():
            if make_file(repository.root, path, data):
                made.append(repository.root / path)
    except BaseException:
        for file in made:
            file.unlink()
        for folder in folders:
            with suppress(OSError):
                folder.rmdir()
        raise


def _is_committed(repository: Repository, head: str, added: Mapping[str, bytes]) -> bool:
    """Whether a commit holds these files with these bytes."""
    for path, data in added.items():
        out = output(repository.git, "rev-parse", "--verify", "--quiet", f"{head}:{repository.prefix}{path}")[1]
        if out.decode("ascii").strip() != blob_id(data, repository.object_format):
            return False
    return True
