"""A commit as one transaction: folder, index and branch change together, or a later run completes or undoes it.

The lock of the user's index is held all the time, so no other git adds or commits what is half done. A journal in the
repository's own folder lists what to undo. What can fail comes first: hooks, the commit, the lock of the branch. Then
the index gets the new files, and the branch moves. In this order a kill in between leaves them staged at worst; an
index without files that are committed would remove them with the user's next commit.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from time import sleep
from types import FrameType

from sopkit.files import create_file, make_folder, refuse_outside
from sopkit.git.journal import (
    COMMIT,
    FORMER,
    JOURNAL,
    LOCK,
    NEXT,
    PRIVATE,
    ClonePaths,
    make_journal_folder,
    read_journal_file,
    settle,
    settle_interrupted,
    write_journal_file,
)
from sopkit.git.repository import Repository, blob_id
from sopkit.git.run import checked_output, run_as_user, user_environment
from sopkit.git.signatures import git_signs_commits
from sopkit.model.errors import SopkitError
from sopkit.reading import read_file

REFUSAL = "git did not commit, and the files are as they were before"
_LOCK_END = b" If it has ended, run: sopkit doctor --repair\n"
_PAUSE = 0.1  # seconds
_TRIES = 100
_OWN_TRIES = 600  # another run of ours waits for hooks
_HOOK_RUN = (2, 36)  # the first git with `git hook run`
_OLD_HOOK = '!f() { hook=$(git rev-parse --git-path "hooks/$1"); shift; test ! -x "$hook" || "$hook" "$@"; }; f'
_OID = re.compile(r"^[0-9a-f]{40,64}$", re.MULTILINE)


class HeadMovedError(SopkitError):
    """Somebody else committed at the same time; nothing was committed here."""


@dataclass
class CommitTransaction:
    """One commit on top of HEAD; paths are from the top of the repository."""

    clone: ClonePaths
    folder: Path
    handle: int | None
    head: str = ""
    commit: str = ""
    changed: tuple[str, ...] = ()
    """The paths that the commit changed, also those that a hook added."""
    _subject: str = ""
    _reference: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    def take_index_lock(self) -> None:
        """Wait for the lock of the index. Raises SopkitError when another program keeps it."""
        text = f"Process {os.getpid()} of sopkit is committing ({self.folder.name})."
        (self.folder / LOCK).write_bytes(text.encode() + _LOCK_END)
        tries = 0
        while not self._link_lock():
            tries += 1
            settle_interrupted(self.clone.repository)
            is_ours = read_journal_file(self.clone.lock).endswith(_LOCK_END)
            if tries >= (_OWN_TRIES if is_ours else _TRIES):
                raise SopkitError(
                    f"{self.clone.lock} is there: another git process uses this clone, or one was killed;"
                    " nothing was committed",
                    "wait until it has ended; if no git runs here, remove that file. Then try again",
                )
            sleep(_PAUSE)
        self.head = self.clone.read_head()

    def _link_lock(self) -> bool:
        own = self.folder / LOCK
        try:
            os.link(own, self.clone.lock)  # whole and at once, so that every later run knows whose it is
        except FileExistsError:
            return False
        except OSError:  # a file system without links
            try:
                with self.clone.lock.open("xb") as file:
                    file.write(own.read_bytes())
            except FileExistsError:
                return False
        return True

    def write_files(self, made: Mapping[str, bytes], removed: Collection[str] = ()) -> None:
        """Note in the journal what is made and removed, and make the files. Raises SopkitError for one that differs."""
        top, form = self.clone.top, self.clone.repository.object_format
        for path in (*made, *removed):
            refuse_outside(top, path)
        new = {path: data for path, data in made.items() if not _is_there(top / path, path, data)}
        journal = {
            "made": {path: blob_id(data, form) for path, data in new.items()},
            "folders": [one.relative_to(top).as_posix() for one in sorted(new_folders(top, new), reverse=True)],
            "removed": {path: blob_id(read_file(top, path), form) for path in removed},
            "index": self.clone.index.exists(),
        }
        write_journal_file(self.folder / JOURNAL, json.dumps(journal).encode())
        for path, data in new.items():
            make_file(top, path, data)

    def write_commit(self, message: str, paths: Iterable[str], removed: Iterable[str] = ()) -> None:
        """Make the commit, after the user's hooks, over an index of its own. Raises SopkitError when a hook refuses."""
        private = self.folder / PRIVATE
        with suppress(FileNotFoundError):
            shutil.copy2(self.clone.index, private)  # it knows which files of the folder are unchanged
        variables = {"GIT_INDEX_FILE": str(private), "GIT_EDITOR": ":"}
        self._run("read-tree", *(("--reset", self.head) if self.head else ("--empty",)), variables=variables)
        listed, gone = (b"".join(os.fsencode(path) + b"\0" for path in some) for some in (paths, removed))
        self._run("update-index", "--add", "--remove", "-z", "--stdin", variables=variables, data=listed)
        if gone:
            self._run("update-index", "--force-remove", "-z", "--stdin", variables=variables, data=gone)
        self._try("update-index", "-q", "--refresh", variables=variables)
        self.run_hook("pre-commit", variables=variables)
        tree = _oid(self._run("write-tree", variables=variables))
        if self.head and tree == _oid(self._run("rev-parse", f"{self.head}^{{tree}}")):
            raise SopkitError(REFUSAL, "there is nothing to commit")
        file = self.clone.git_dir / "COMMIT_EDITMSG"
        file.write_bytes(message.encode("utf-8", "replace"))
        self.run_hook("prepare-commit-msg", str(file), "message", variables=variables)
        self.run_hook("commit-msg", str(file), variables=variables)
        text = self._run("stripspace", data=file.read_bytes())
        if not text.strip():
            raise SopkitError(REFUSAL, "the message of the commit is empty")
        options = (
            *(("-S",) if git_signs_commits(self.clone.repository) else ()),
            *(("-p", self.head) if self.head else ()),
        )
        self.commit = _oid(self._run("commit-tree", *options, "-F", "-", tree, data=os.fsencode(text)))
        self._subject = text.partition("\n")[0]

    def write_index(self, own: Iterable[str]) -> None:
        """Make the user's next index: the former one, with what the commit changed.

        A path that only a hook added stays as the user staged it.
        """
        following = self.folder / NEXT
        for copy in (self.folder / FORMER, following):
            with suppress(FileNotFoundError):
                shutil.copy2(self.clone.index, copy)
        variables = {"GIT_INDEX_FILE": str(following)}
        plain = ("-r", "-z", "--root", "--no-commit-id", "--no-renames", "--no-ext-diff")
        rows = os.fsdecode(checked_output(self.clone.repository.git, "diff-tree", *plain, self.commit)).split("\0")[:-1]
        changes = {path: about.removeprefix(":").split() for about, path in zip(rows[::2], rows[1::2], strict=True)}
        self.changed = tuple(changes)
        kept = changes.keys() - set(own)
        if kept:
            listed = self._run("ls-files", "-s", "-z", variables=variables)
            staged = {path: about.split()[:2] for about, _, path in (one.partition("\t") for one in listed.split("\0"))}
            none = ["000000", "0" * len(self.commit)]
            kept = {path for path in kept if staged.get(path, none) != [changes[path][0], changes[path][2]]}
        lines = (f"{one[1]} {one[3]}\t{path}\0" for path, one in changes.items() if path not in kept)
        self._run("update-index", "-z", "--index-info", variables=variables, data=os.fsencode("".join(lines)))
        listed_own = b"".join(os.fsencode(path) + b"\0" for path in own)
        refresh = ("add", "--refresh", "--pathspec-from-file=-", "--pathspec-file-nul")
        self._try("--literal-pathspecs", *refresh, variables=variables, data=listed_own)

    def prepare_reference(self) -> None:
        """Have git lock the branch and ask the hook `reference-transaction`. Raises SopkitError when that fails."""
        write_journal_file(self.folder / COMMIT, self.commit.encode())
        program = self.clone.repository.git.GIT_PYTHON_GIT_EXECUTABLE or "git"
        what = "commit" if self.head else "commit (initial)"
        with TemporaryFile() as complaint:
            self._reference = subprocess.Popen(  # noqa: S603 - git, with arguments of ours
                [program, "-C", str(self.clone.top), "update-ref", "-m", f"{what}: {self._subject}", "--stdin"],
                env=user_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaint,
                pass_fds=() if self.handle is None else (self.handle,),  # the journal is in use as long as git lives
            )
            lines = f"start\nupdate HEAD {self.commit} {self.head or '0' * len(self.commit)}\nprepare\n"
            if self._tell(lines, "prepare: ok"):
                return
            self._reference.wait()
            complaint.seek(0)
            said = complaint.read().decode("utf-8", "replace")
        if self.clone.read_head() != self.head:
            raise HeadMovedError("somebody else committed in the same moment", "try again")
        raise SopkitError(REFUSAL, describe_output(said))

    def replace_index(self) -> None:
        """Put the next index in the place of the user's."""
        (self.folder / NEXT).replace(self.clone.index)

    def move_reference(self) -> None:
        """Move the branch, or a detached HEAD. Raises SopkitError when it did not."""
        if not self._tell("commit\n", "commit: ok"):
            raise SopkitError(REFUSAL, "the branch could not be moved; run: git fsck")
        self.end_reference()

    def _tell(self, lines: str, answer: str) -> bool:
        process = self._reference
        if process is None or process.stdin is None or process.stdout is None:
            return False
        with suppress(BrokenPipeError):
            process.stdin.write(lines.encode())
            process.stdin.flush()
        return any(line.strip() == answer.encode() for line in iter(process.stdout.readline, b""))

    def end_reference(self) -> None:
        """Wait until git has ended; it undoes what was only prepared."""
        process = self._reference
        if process is not None and process.stdin is not None and process.stdout is not None:
            with suppress(BrokenPipeError):
                process.stdin.close()
            process.stdout.close()
            process.wait()

    def run_hook(self, name: str, *arguments: str, variables: Mapping[str, str] | None = None) -> None:
        """Run a hook of the user, if there is one. Raises SopkitError when it refuses."""
        if self.clone.repository.git.version_info[:2] >= _HOOK_RUN:
            words = ("hook", "run", "--ignore-missing", name, *(("--", *arguments) if arguments else ()))
        else:
            words = ("-c", f"alias.sopkit-hook={_OLD_HOOK}", "sopkit-hook", name, *arguments)
        self._run(*words, variables=variables)

    def _run(self, *words: str, variables: Mapping[str, str] | None = None, data: bytes = b"") -> str:
        code, out, complaint = self._try(*words, variables=variables, data=data)
        if code:
            raise SopkitError(REFUSAL, describe_output(out + complaint))
        return out

    def _try(self, *words: str, variables: Mapping[str, str] | None = None, data: bytes = b"") -> tuple[int, str, str]:
        top = str(self.clone.top)
        return run_as_user(self.clone.repository.git, "-C", top, *words, variables=variables, data=data)


@contextmanager
def commit_transaction(repository: Repository) -> Iterator[CommitTransaction]:
    """A commit to be made, with the lock of the index; it is completed or undone at the end, whatever happens.

    Raises SopkitError when the repository cannot be written or another program keeps the index locked.
    """
    settle_interrupted(repository)
    clone = ClonePaths.of(repository)
    try:
        folder, handle = make_journal_folder(clone.store)
    except OSError as error:
        raise SopkitError(f"{clone.git_dir} cannot be written: {error.strerror}", "fix its permissions") from error
    change = CommitTransaction(clone, folder, handle)
    try:
        with _end_on_signals():
            try:
                change.take_index_lock()
                yield change
            finally:
                change.end_reference()
                settle(clone, folder)
    except OSError as error:
        raise SopkitError(
            f"git did not commit: {error.filename}: {error.strerror}", "fix that, and try again"
        ) from error
    finally:
        if handle is not None:
            os.close(handle)


def describe_output(result: str) -> str:
    """The end of what git or a hook printed, as a hint."""
    lines = [line.rstrip() for line in result.splitlines() if line.strip()]
    return "\n".join(("what was said:", *lines[-20:])) if lines else "run: git commit, and see what it says"


@contextmanager
def _end_on_signals() -> Iterator[None]:
    """End as after an interrupt, with all undone, when the terminal closes or somebody ends this process kindly."""
    signals = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    if threading.current_thread() is not threading.main_thread():
        signals = []
    held = [one for one in signals if signal.getsignal(one) is signal.SIG_DFL]
    for one in held:
        signal.signal(one, _exit)
    try:
        yield
    finally:
        for one in held:
            signal.signal(one, signal.SIG_DFL)


def _exit(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def new_folders(root: Path, paths: Iterable[str]) -> set[Path]:
    """The folders that are missing for some files below a root."""
    return {folder for path in paths for folder in (root / path).parents if not folder.is_dir()}


def make_file(root: Path, path: str, data: bytes) -> bool:
    """Whether the file is made now; False when it is there with these bytes. Raises SopkitError for other bytes."""
    refuse_outside(root, path)
    if _is_there(root / path, path, data):
        return False
    make_folder((root / path).parent)
    return create_file(root / path, data) or not _is_there(root / path, path, data)


def _is_there(file: Path, path: str, data: bytes) -> bool:
    """Whether a file is there already, with these bytes. Raises SopkitError when it holds others."""
    if not os.path.lexists(file):
        return False
    if not file.is_file() or file.read_bytes() != data:
        raise SopkitError(f"{path} is there already and holds something else", "move it away")
    return True


def _oid(result: str) -> str:
    found = _OID.search(result)
    if found is None:
        raise SopkitError(REFUSAL, describe_output(result))
    return found[0]
