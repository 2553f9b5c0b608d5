"""The journals of commits that were begun, by which a later run completes or undoes those that were cut off."""

import json
import os
import shutil
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from time import sleep
from typing import Self

from sopkit.files import find_store, try_lock
from sopkit.git.repository import Repository, blob_id
from sopkit.git.run import checked_output, git_error, output, text_output
from sopkit.model.errors import SopkitError

JOURNAL, LOCK, COMMIT, FORMER, PRIVATE, NEXT = "journal.json", "lock", "commit", "former", "index", "next"
"""Files of a journal: what is made and removed, the text in the index's lock, the id of the commit, and indexes."""

INTERRUPTED = "a commit of sopkit was cut off, and git may refuse to commit; run: sopkit doctor --repair"
"""What to know and to do where `find_interrupted` finds something."""

_SAME_MOMENT = 10**9  # nanoseconds
_TRIES, _PAUSE = 5, 0.01  # seconds


@dataclass(frozen=True)
class ClonePaths:
    """Where the parts of a clone or worktree are that a commit changes."""

    repository: Repository
    top: Path
    git_dir: Path  # of this worktree
    index: Path

    @classmethod
    def of(cls, repository: Repository) -> Self:
        """The paths of the clone or worktree in which a library lies."""
        depth = repository.prefix.count("/")
        out = checked_output(repository.git, "rev-parse", "--absolute-git-dir")
        git_dir = Path(os.fsdecode(out).removesuffix("\n"))
        index = Path(os.path.realpath(git_dir / "index"))  # git locks the file to which a link leads
        return cls(repository, repository.root.parents[depth - 1] if depth else repository.root, git_dir, index)

    @property
    def store(self) -> Path:
        """Where the journals of all runs are."""
        return find_store(self.top) or self.git_dir / "sopkit"

    @property
    def lock(self) -> Path:
        """The lock that every git takes before it writes the index."""
        return self.index.with_name(f"{self.index.name}.lock")

    def read_head(self) -> str:
        """The commit that is checked out now; empty before the first. Raises SopkitError when it cannot be read."""
        code, out, complaint = output(self.repository.git, "rev-parse", "--verify", "--quiet", "HEAD")
        if code > 1 or code < 0:
            raise git_error("rev-parse", complaint)
        return "" if code else out.decode("ascii").strip()

    def has_moved_to(self, commit: str) -> bool:
        """Whether a commit is HEAD or behind it. Raises SopkitError when that cannot be read."""
        git, head = self.repository.git, self.read_head()
        if not head or head == commit:
            return bool(head)
        code, _, complaint = output(git, "merge-base", "--is-ancestor", commit, head)
        if code not in {0, 1} and output(git, "cat-file", "-e", commit)[0] != 1:  # 1: the object is missing
            raise git_error("merge-base", complaint)
        return not code

    def list_known(self, paths: Collection[str]) -> set[str]:
        """Those of some paths that are in the index or in HEAD. Raises SopkitError when that cannot be read."""
        commands: list[tuple[str, ...]] = [("ls-files", "-z")]
        if self.read_head():
            commands.append(("ls-tree", "-r", "-z", "--name-only", "HEAD"))
        place = ("-C", str(self.top), "--literal-pathspecs")
        outs = [checked_output(self.repository.git, *place, *one, "--", *paths) for one in commands if paths]
        return {os.fsdecode(path) for out in outs for path in out.split(b"\0") if path}


def settle_interrupted(repository: Repository) -> int:
    """Complete or undo the commits of runs that were killed; how many there were. Raises SopkitError when it cannot."""
    count, clone = 0, ClonePaths.of(repository)
    for folder in sorted(clone.store.glob("commit-*")):
        with suppress(FileNotFoundError):
            handle = try_lock(folder)
            if handle is None:
                continue
            try:
                settle(clone, folder)
                count += 1
            except PermissionError as error:
                raise SopkitError(f"{error.filename}: {error.strerror}", "fix its permissions") from error
            finally:
                os.close(handle)
    return count


def find_interrupted(root: Path) -> tuple[Path, ...]:
    """The journals of commits that were cut off because their run was killed; nothing is changed, and git not run."""
    found, store = [], find_store(root)
    for folder in sorted(store.glob("commit-*")) if store else ():
        with suppress(FileNotFoundError):
            handle = try_lock(folder)
            if handle is not None:
                os.close(handle)
                found.append(folder)
    return tuple(found)


def make_journal_folder(store: Path) -> tuple[Path, int | None]:
    """A new folder for a journal, and what locks it as long as this process lives. Raises OSError."""
    store.mkdir(exist_ok=True)
    while True:
        folder = Path(mkdtemp(prefix="commit-", dir=store))
        for _ in range(_TRIES):
            with suppress(FileNotFoundError):  # a later run took it for that of a dead one
                if (handle := try_lock(folder)) is not None and folder.is_dir():
                    return folder, handle
            sleep(_PAUSE)
        if folder.is_dir():
            return folder, None  # a file system without locks


def settle(clone: ClonePaths, folder: Path) -> None:
    """Complete a commit to which the branch moved, undo every other one, and release the lock of the index.

    Raises SopkitError when git cannot show whether the branch moved; everything then stays as it is.
    """
    locked = read_journal_file(clone.lock) == (read_journal_file(folder / LOCK) or None)
    journal = json.loads(read_journal_file(folder / JOURNAL) or b"null")
    if journal is not None:
        commit = read_journal_file(folder / COMMIT).decode()
        if commit and clone.has_moved_to(commit):
            _remove_unchanged(clone, journal["removed"])
        else:
            if commit and locked:
                _restore_index(clone, folder, was_there=journal["index"])
            known = clone.list_known(journal["made"])
            _remove_unchanged(clone, {path: blob for path, blob in journal["made"].items() if path not in known})
            for name in journal["folders"]:
                with suppress(OSError):
                    (clone.top / name).rmdir()
        if commit:
            _unlock_references(clone, folder, commit)
    (folder / JOURNAL).unlink(missing_ok=True)
    if locked:
        clone.lock.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def _restore_index(clone: ClonePaths, folder: Path, *, was_there: bool) -> None:
    if (folder / FORMER).exists():
        (folder / FORMER).replace(clone.index)
    elif not was_there:
        clone.index.unlink(missing_ok=True)


def _remove_unchanged(clone: ClonePaths, blobs: Mapping[str, str]) -> None:
    for path, blob in blobs.items():
        file = clone.top / path
        if file.is_file() and blob_id(file.read_bytes(), clone.repository.object_format) == blob:
            file.unlink()


def _unlock_references(clone: ClonePaths, folder: Path, commit: str) -> None:
    """Remove the locks that git left on the branch and on HEAD when it was killed while it moved them for us."""
    branch = text_output(clone.repository.git, "symbolic-ref", "--quiet", "HEAD")
    begun = (folder / COMMIT).stat().st_mtime_ns
    for lock in (clone.repository.common_dir / f"{branch}.lock", clone.git_dir / "HEAD.lock"):
        with suppress(FileNotFoundError):
            content, made = lock.read_bytes().decode("ascii", "replace").strip(), lock.stat().st_mtime_ns
            if content == commit or (not content and 0 <= made - begun < _SAME_MOMENT):
                lock.unlink()


def read_journal_file(file: Path) -> bytes:
    """The bytes of a file; none when it is not there."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""


def write_journal_file(file: Path, data: bytes) -> None:
    """Write a file of the journal, whole or not at all."""
    beside = file.with_suffix(".new")
    beside.write_bytes(data)
    beside.replace(file)
