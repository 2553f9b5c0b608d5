"""Runs git: to read, as a process whose results no configuration can change; to write, as the user would."""

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock, Thread
from typing import IO, TYPE_CHECKING

from sopkit.model.errors import SopkitError

if TYPE_CHECKING:
    from git.cmd import Git

# Hooks are looked for below a folder; the null device has no files in it on any system.
OPTIONS = (
    "--no-pager",
    "--no-replace-objects",
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "log.showSignature=false"),
    *("-c", "log.showRoot=true"),
    *("-c", "core.quotePath=false"),
    *("-c", "log.follow=false"),
    *("-c", "safe.bareRepository=explicit"),
    # Files that repeat what objects say; a forged one gives a commit other parents, or an object another place.
    *("-c", "core.commitGraph=false"),
    *("-c", "core.multiPackIndex=false"),
    # With other marks, a line such as `Co-authored-by: …` is no trailer, or a comment.
    *("-c", "trailer.separators=:"),
    *("-c", "core.commentChar=#"),
)
# A partial clone would fetch a missing object: over the network, with a program that its configuration names.
ENVIRONMENT = {
    "LC_ALL": "C",
    "LANGUAGE": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0",
}
# A hook inherits GIT_DIR, GIT_INDEX_FILE and more of another repository or moment. These are kept: where git
# itself is, whose configuration counts (safe.directory of a CI job among it) and where to stop looking.
_KEPT_VARIABLES = re.compile(
    r"GIT_(EXEC_PATH|CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+)"
    r"|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM|PYTHON_\w+)"
)
# What a hook inherits of another repository or moment; names, dates and settings of the user stay.
_FOREIGN_VARIABLES = re.compile(
    r"GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|COMMON_DIR|NAMESPACE|PREFIX"
    r"|SHALLOW_FILE|GRAFT_FILE|REPLACE_REF_BASE|NO_REPLACE_OBJECTS|QUARANTINE_PATH|IMPLICIT_WORK_TREE"
    r"|INTERNAL_SUPER_PREFIX|(LITERAL|GLOB|NOGLOB|ICASE)_PATHSPECS)"
)
PLAIN_DIFF = (
    *("-z", "--no-renames", "--no-relative", "--no-ext-diff", "--no-textconv", "--no-color"),
    *("--ignore-submodules=none", f"-O{os.devnull}"),
)
"""Options of log and diff-tree that keep the user's configuration out of the result."""
_LOCK = Lock()
_STDERR_LIMIT = 65_536


@contextmanager
def own_environment() -> Iterator[None]:
    """Take inherited git variables away while a process starts; GitPython can only add to os.environ."""
    with _LOCK:
        inherited = [name for name in os.environ if name.startswith("GIT_") and not _KEPT_VARIABLES.fullmatch(name)]
        held = {name: os.environ[name] for name in inherited}
        for name in held:
            del os.environ[name]
        try:
            yield
        finally:
            os.environ.update(held)


def open_git(folder: Path) -> "Git":
    """The way to run git in a folder. Raises SopkitError when git is not installed."""
    try:
        with own_environment():
            from git.cmd import Git  # 70 ms, and it starts git
    except ImportError as error:
        raise SopkitError("git cannot be run", "install git, or put it on PATH") from error
    return Git(folder)


def output(git: "Git", *arguments: str) -> tuple[int, bytes, str]:
    """Exit code, standard output and standard error of a short git command."""
    with own_environment():
        code, out, err = git.execute(
            [git.GIT_PYTHON_GIT_EXECUTABLE, *OPTIONS, *arguments],
            with_extended_output=True,
            with_exceptions=False,
            stdout_as_string=False,
            strip_newline_in_stdout=False,
            env=ENVIRONMENT,
        )
    return code, out, err


def checked_output(git: "Git", *arguments: str) -> bytes:
    """Standard output of a short git command. Raises SopkitError when it fails."""
    code, out, complaint = output(git, *arguments)
    if code:
        raise git_error(next(word for word in arguments if word[:1] != "-" and "=" not in word), complaint)
    return out


def text_output(git: "Git", *arguments: str) -> str:
    """Standard output of a short git command as text, without its last line end; empty when the command fails."""
    code, out, _ = output(git, *arguments)
    return "" if code else os.fsdecode(out).removesuffix("\n")


@contextmanager
def stream(git: "Git", *arguments: str, lines: Iterable[bytes] = ()) -> Iterator[IO[bytes]]:
    """Standard output of a git command that reads the given lines; raises SopkitError when it fails.

    An empty line sends those before it, for a reader that gives the next line only after an answer.
    """
    with own_environment():
        started = git.execute(
            [git.GIT_PYTHON_GIT_EXECUTABLE, *OPTIONS, *arguments],
            istream=subprocess.PIPE,
            as_process=True,
            env=ENVIRONMENT,
        )
    process = started.proc  # the wrapper kills it when collected, so its name lives on to the end
    if process is None or process.stdin is None or process.stdout is None or process.stderr is None:
        raise SopkitError("git did not start", "run: git version")
    complaint: list[bytes] = []
    # Both run beside the reader: git stops when a pipe that nobody reads is full.
    threads = [
        Thread(target=_feed, args=(process.stdin, lines), daemon=True),
        Thread(target=_drain, args=(process.stderr, complaint), daemon=True),
    ]
    for thread in threads:
        thread.start()
    ended = False
    try:
        yield process.stdout
        ended = True
    finally:
        process.stdout.close()
        if not ended:
            process.kill()
        code = process.wait()
        for thread in threads:
            thread.join()
        process.stderr.close()
    if code:
        raise git_error(arguments[0], b"".join(complaint).decode("utf-8", "replace"))


def user_environment() -> dict[str, str]:
    """The variables of this process without those that name another repository or moment."""
    return {name: value for name, value in os.environ.items() if not _FOREIGN_VARIABLES.fullmatch(name)}


def run_as_user(
    git: "Git", *arguments: str, variables: Mapping[str, str] | None = None, data: bytes | None = None
) -> tuple[int, str, str]:
    """Exit code, and what git and its hooks print on standard output and on standard error.

    An interrupt waits for git, which then has ended as well.
    """
    # a pipe would wait for what a hook leaves running
    with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as complaint:
        given.write(data or b"")
        given.seek(0)
        process = subprocess.Popen(  # noqa: S603 - git, with arguments of ours
            [git.GIT_PYTHON_GIT_EXECUTABLE or "git", *arguments],
            cwd=git.working_dir,
            env=user_environment() | dict(variables or {}),
            stdin=None if data is None else given,
            stdout=out,
            stderr=complaint,
        )
        interrupt: KeyboardInterrupt | None = None
        while process.returncode is None:
            try:
                process.wait()
            except KeyboardInterrupt as error:  # git got it as well, and takes its locks away
                interrupt = error
        if interrupt is not None:
            raise interrupt
        for file in (out, complaint):
            file.seek(0)
        return process.returncode, os.fsdecode(out.read()), complaint.read().decode("utf-8", "replace")


def git_error(command: str, complaint: str) -> SopkitError:
    """The error for a git command that failed, with what git reason and the mend where we know it."""
    owner = re.search(r"git config --global --add safe\.directory (.+)", complaint)
    if owner:
        return SopkitError(
            "git refuses a repository that belongs to somebody else",
            f"when you trust it, run: git config --global --add safe.directory {owner[1].strip()}",
        )
    bare = re.search(r"cannot use bare repository '(.+?)' \(safe", complaint)
    if bare:
        return bare_error(bare[1])
    reason = next((line.strip() for line in complaint.splitlines() if line.strip()), "no reason given")
    return SopkitError(f"git {command} failed: {reason}", "run: git fsck")


def bare_error(folder: str) -> SopkitError:
    """The error for a folder that git takes for a bare repository; a commit can contain the files that make it one."""
    return SopkitError(
        "a bare repository has no files to read",
        f"run sopkit in a clone or worktree of it; in a clone, remove HEAD, objects and refs from {folder}:"
        " they hide the history of the clone",
    )


def _feed(stdin: IO[bytes], lines: Iterable[bytes]) -> None:
    # The pipe breaks when git has ended or the reader has had enough; the exit code says which.
    with suppress(BrokenPipeError), stdin:
        for line in lines:
            if line:
                stdin.write(line)
            else:
                stdin.flush()


def _drain(stderr: IO[bytes], complaint: list[bytes]) -> None:
    size = 0
    while chunk := stderr.read(4096):
        if size < _STDERR_LIMIT:
            complaint.append(chunk)
            size += len(chunk)
