"""The one commit that sopkit makes: with the user's own git identity and hooks, of the listed files alone."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import NamedTuple, Self

from sopkit.files import read_file, refuse_outside, write_file
from sopkit.git.repository import Repository, blob_id, read_default_branch
from sopkit.git.run import output, text_output
from sopkit.model.errors import SopkitError

# What a hook inherits of another repository or moment; names, dates and settings of the user stay.
_FOREIGN_VARIABLES = re.compile(
    r"GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|COMMON_DIR|NAMESPACE|PREFIX"
    r"|SHALLOW_FILE|GRAFT_FILE|REPLACE_REF_BASE|NO_REPLACE_OBJECTS|QUARANTINE_PATH|IMPLICIT_WORK_TREE"
    r"|INTERNAL_SUPER_PREFIX|(LITERAL|GLOB|NOGLOB|ICASE)_PATHSPECS)"
)
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


def run_as_user(
    repository: Repository, *arguments: str, variables: Mapping[str, str] | None = None, data: bytes | None = None
) -> tuple[int, str]:
    """Exit code, and all that git and its hooks result. An interrupt waits for git, which then has ended as well."""
    environment = {name: value for name, value in os.environ.items() if not _FOREIGN_VARIABLES.fullmatch(name)}
    program = repository.git.GIT_PYTHON_GIT_EXECUTABLE or "git"
    with TemporaryFile() as result, TemporaryFile() as given:  # a pipe would wait for what a hook leaves running
        given.write(data or b"")
        given.seek(0)
        process = subprocess.Popen(  # noqa: S603 - git, with arguments of ours
            [program, *arguments],
            cwd=repository.root,
            env=environment | dict(variables or {}),
            stdin=None if data is None else given,
            stdout=result,
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
        result.seek(0)
        return code, result.read().decode("utf-8", "replace")


def read_identity(repository: Repository, role: str = "AUTHOR") -> Identity:
    """The author (or COMMITTER) of a commit that the user makes now. Raises SopkitError when git does not know one."""
    code, result = run_as_user(repository, "-c", "user.useConfigOnly=true", "var", f"GIT_{role}_IDENT")
    match = _IDENTITY.fullmatch(result.strip())
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


def list_uncommitted(repository: Repository) -> tuple[str, ...]:
    """Files of the library that are new or changed, and that nobody has staged."""
    out = text_output(repository.git, "ls-files", "-z", "--modified", "--others", "--exclude-standard")
    return tuple(sorted({*filter(None, out.split("\0"))}))


def is_changed_by_git(repository: Repository, path: str, data: bytes) -> bool:
    """Whether git would keep other bytes than those of the file, because of an attribute or `core.autocrlf`."""
    code, as_kept = run_as_user(repository, "hash-object", "--stdin", f"--path={path}", data=data)
    plain = run_as_user(repository, "hash-object", "--stdin", "--no-filters", data=data)[1]
    return not code and as_kept != plain


# Git takes its hooks' time over a copy of the index, so nothing is locked meanwhile and nothing else is committed;
# then the files join the index proper. Git runs both: ending sopkit in between cannot leave one without the other.
_RECORD = (
    '!f() { export GIT_INDEX_FILE="$SOPKIT_FOLDER/index";'
    ' git update-index --add --remove -z --stdin <"$SOPKIT_FOLDER/paths" || exit 1;'
    " git -c gc.auto=0 -c maintenance.auto=false"
    ' commit --quiet --only --cleanup=whitespace --file="$SOPKIT_FOLDER/message" -- "$@" || exit 1;'
    " unset GIT_INDEX_FILE; tries=0;"
    ' until git update-index --add --remove -z --stdin <"$SOPKIT_FOLDER/paths" 2>/dev/null;'
    " do tries=$((tries+1)); test $tries -lt 100 || exit 75; sleep 0.1; done; }; f"
)
_INDEX_BUSY = 75
_STORE = "sopkit"  # below the folder that git never looks into


class HeadMovedError(SopkitError):
    """Somebody else committed in the same moment; nothing of ours is there."""


def commit_files(
    repository: Repository, message: str, added: Mapping[str, bytes], removed: Iterable[str] = ()
) -> tuple[str, str]:
    """Write and remove files (relative to the library) and commit that alone; the commit's id, and a warning if any.

    When git or a hook refuses, the files are as they were before and SopkitError says what was said.
    """
    gone = tuple(removed)
    before = repository.head_or_error()
    with _Files(repository, added, gone) as files:
        files.write()
        try:
            code, result = _commit(repository, message, (*added, *gone))
        except KeyboardInterrupt:
            head = _read_head(repository)
            if head != before and _is_committed(repository, head, added):
                files.keep()  # git was stopped before it brought the index to what was committed
                listed = b"".join(os.fsencode(path) + b"\0" for path in (*added, *gone))
                run_as_user(repository, "update-index", "--add", "--remove", "-z", "--stdin", data=listed)
            raise
        head = _read_head(repository)
        if code and code != _INDEX_BUSY:
            if head != before:
                raise HeadMovedError("somebody else committed in the same moment", "try again")
            raise SopkitError("git did not commit, and the files are as they were before", _describe_output(result))
        files.keep()
    return head, _commit_warning(repository, code, head, added, gone)


def commit_existing(repository: Repository, message: str, files: Mapping[str, bytes]) -> tuple[str, str]:
    """Commit files (relative to the library) that lie in the folder with these bytes, and them alone.

    Gives the commit's id, and a warning if any. Raises SopkitError when git or a hook refuses.
    """
    code, result = _commit(repository, message, tuple(files))
    if code and code != _INDEX_BUSY:
        raise SopkitError("git did not commit", _describe_output(result))
    head = _read_head(repository)
    return head, _commit_warning(repository, code, head, files)


def _commit_warning(
    repository: Repository, code: int, head: str, added: Mapping[str, bytes], removed: tuple[str, ...] = ()
) -> str:
    if code == _INDEX_BUSY:
        return f"committed, but the index was locked all the time; run: git reset -q -- {' '.join((*added, *removed))}"
    if not _is_committed(repository, head, added):
        return "a hook changed the files on their way into the commit; look at it: git show"
    return ""


def write_files(repository: Repository, added: Mapping[str, bytes]) -> None:
    """Write files (relative to the library) without a commit: all of them or none."""
    with _Files(repository, added, ()) as files:
        files.write()
        files.keep()


class _Files:
    """Files put into the folder, and taken back again unless they are kept."""

    def __init__(self, repository: Repository, added: Mapping[str, bytes], removed: tuple[str, ...]) -> None:
        self.repository, self.root, self.added, self.removed = repository, repository.root, added, removed
        self._made: list[str] = []
        self._folders: list[Path] = []
        self._taken: list[tuple[Path, bytes]] = []
        self._kept = False

    def __enter__(self) -> Self:
        return self

    def write(self) -> None:
        for path in (*self.added, *self.removed):
            refuse_outside(self.root, path)
        for path, data in self.added.items():
            file = self.root / path
            self._folder(file.parent)
            if self._put(file, data):
                self._made.append(path)
            elif read_file(self.root, path) != data:
                raise SopkitError(f"{path} is there already and holds something else", "move it away")
        for path in self.removed:
            file = self.root / path
            self._taken.append((file, read_file(self.root, path)))
            file.unlink()

    def keep(self) -> None:
        self._kept = True

    def __exit__(self, *error: object) -> None:
        if self._kept:
            return
        head = _read_head(self.repository)
        for path in self._made:
            if not _is_committed(self.repository, head, {path: self.added[path]}):  # as another run may have done
                with suppress(OSError):
                    (self.root / path).unlink()
        for file, data in self._taken:
            write_file(file, data)
        for folder in reversed(self._folders):
            with suppress(OSError):
                folder.rmdir()

    def _put(self, file: Path, data: bytes) -> bool:
        """Whether the file was made now, whole and at once; False when it was there.

        Written in the repository's own folder first, so that a kill leaves nothing beside the entries.
        """
        if os.path.lexists(file):
            return False
        beside = self.repository.common_dir / _STORE / f"{file.name[:80]}.{os.getpid()}"
        try:
            beside.parent.mkdir(exist_ok=True)
            write_file(beside, data)
            os.link(beside, file)
        except FileExistsError:  # another run made it in this moment
            return False
        except OSError:  # another file system, or one without links
            write_file(file, data)
        finally:
            with suppress(OSError):
                beside.unlink()
        return True

    def _folder(self, folder: Path) -> None:
        missing = []
        while not folder.is_dir():
            missing.append(folder)
            folder = folder.parent
        for one in reversed(missing):
            try:
                one.mkdir(exist_ok=True)
            except OSError as error:
                raise SopkitError(f"{one}: cannot be made: {error.strerror}", "mend its place") from error
            self._folders.append(one)


def _commit(repository: Repository, message: str, paths: tuple[str, ...]) -> tuple[int, str]:
    full = [f"{repository.prefix}{path}" for path in paths]
    with TemporaryDirectory(prefix="sopkit-") as place:
        folder = Path(place)
        index = text_output(repository.git, "rev-parse", "--git-path", "index")
        with suppress(FileNotFoundError):
            shutil.copyfile(repository.root / index, folder / "index")
        (folder / "paths").write_bytes(b"".join(os.fsencode(path) + b"\0" for path in full))
        (folder / "message").write_bytes(message.encode("utf-8", "replace"))
        return run_as_user(
            repository,
            *("-c", f"alias.sopkit-record={_RECORD}", "sopkit-record", *(f":(top,literal){path}" for path in full)),
            variables={"SOPKIT_FOLDER": folder.as_posix()},
        )


def _read_head(repository: Repository) -> str:
    return os.fsdecode(output(repository.git, "rev-parse", "HEAD")[1]).strip()


def _is_committed(repository: Repository, head: str, added: Mapping[str, bytes]) -> bool:
    """Whether a commit holds these files with these bytes."""
    for path, data in added.items():
        out = output(repository.git, "rev-parse", "--verify", "--quiet", f"{head}:{repository.prefix}{path}")[1]
        if out.decode("ascii").strip() != blob_id(data, repository.object_format):
            return False
    return True


def _describe_output(result: str) -> str:
    lines = [line.rstrip() for line in result.splitlines() if line.strip()]
    return "\n".join(("what was said:", *lines[-20:])) if lines else "run: git commit, and see what it says"
