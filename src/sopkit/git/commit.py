"""The one commit that sopkit makes: the user's own, of the named files alone, whatever else is staged."""

import os
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from sopkit.files import write_file
from sopkit.git.process import output
from sopkit.git.repository import Repository, blob_id
from sopkit.git.users_git import run_git
from sopkit.model.errors import SopkitError

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
            code, said = _commit(repository, message, (*added, *gone))
        except KeyboardInterrupt:
            head = _head(repository)
            if head != before and _landed(repository, head, added):
                files.keep()
                _join(repository, (*added, *gone))
            raise
        head = _head(repository)
        if code == _INDEX_BUSY:
            files.keep()
            paths = " ".join((*added, *gone))
            return head, f"committed, but the index was locked all the time; run: git reset -q -- {paths}"
        if code and head != before:
            raise HeadMovedError("somebody else committed in the same moment", "try again")
        if code:
            raise SopkitError("git did not commit, and the files are as they were before", _words(said))
        files.keep()
    if not _landed(repository, head, added):
        return head, "a hook changed the files on their way into the commit; look at it: git show"
    return head, ""


def commit_written(repository: Repository, message: str, files: Mapping[str, bytes]) -> tuple[str, str]:
    """Commit files (relative to the library) that lie in the folder with these bytes, and them alone.

    Gives the commit's id, and a warning if any. Raises SopkitError when git or a hook refuses.
    """
    code, said = _commit(repository, message, tuple(files))
    if code == _INDEX_BUSY:
        paths = " ".join(files)
        return _head(repository), f"committed, but the index was locked all the time; run: git reset -q -- {paths}"
    if code:
        raise SopkitError("git did not commit", _words(said))
    head = _head(repository)
    if not _landed(repository, head, files):
        return head, "a hook changed the files on their way into the commit; look at it: git show"
    return head, ""


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
        for path, data in self.added.items():
            file = self.root / path
            self._folder(file.parent)
            if self._put(file, data):
                self._made.append(path)
            elif not file.is_file() or file.read_bytes() != data:
                raise SopkitError(f"{path} is there already and holds something else", "move it away")
        for path in self.removed:
            file = self.root / path
            self._taken.append((file, file.read_bytes()))
            file.unlink()

    def keep(self) -> None:
        self._kept = True

    def __exit__(self, *error: object) -> None:
        if self._kept:
            return
        head = _head(self.repository)
        for path in self._made:
            if not _landed(self.repository, head, {path: self.added[path]}):  # as another run may have done
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
        index = os.fsdecode(output(repository.git, "rev-parse", "--git-path", "index")[1]).removesuffix("\n")
        with suppress(FileNotFoundError):
            shutil.copyfile(repository.root / index, folder / "index")
        (folder / "paths").write_bytes(b"".join(os.fsencode(path) + b"\0" for path in full))
        (folder / "message").write_bytes(message.encode("utf-8", "replace"))
        return run_git(
            repository,
            *("-c", f"alias.sopkit-record={_RECORD}", "sopkit-record", *(f":(top,literal){path}" for path in full)),
            variables={"SOPKIT_FOLDER": folder.as_posix()},
        )


def _join(repository: Repository, paths: tuple[str, ...]) -> None:
    """Bring the index to what was committed, after git was stopped in between."""
    listed = b"".join(os.fsencode(path) + b"\0" for path in paths)
    run_git(repository, "update-index", "--add", "--remove", "-z", "--stdin", data=listed)


def _head(repository: Repository) -> str:
    return os.fsdecode(output(repository.git, "rev-parse", "HEAD")[1]).strip()


def _landed(repository: Repository, head: str, added: Mapping[str, bytes]) -> bool:
    """Whether a commit holds these files with these bytes."""
    for path, data in added.items():
        out = output(repository.git, "rev-parse", "--verify", "--quiet", f"{head}:{repository.prefix}{path}")[1]
        if out.decode("ascii").strip() != blob_id(data, repository.object_format):
            return False
    return True


def _words(said: str) -> str:
    lines = [line.rstrip() for line in said.splitlines() if line.strip()]
    return "\n".join(("what was said:", *lines[-20:])) if lines else "run: git commit, and see what it says"
