"""Times processes against each other, one after the other in turn, so that a busy moment hits both."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from bench.libraries import CACHE, git_environment


class RunError(Exception):
    """A command of a row did not run; the message says which and why."""


@dataclass(frozen=True)
class Command:
    """A process to time; `codes` are the exit codes of one that did its work, `before` runs untimed ahead of it."""

    words: tuple[str, ...]
    folder: Path | None = None
    codes: tuple[int, ...] = (0,)
    before: Callable[[], None] | None = None


@dataclass(frozen=True)
class Sample:
    """What a process took, with those below it: seconds by the clock, seconds of processor."""

    wall: float
    processor: float


def environment() -> dict[str, str]:
    """The variables that a measured process sees: nothing that changes what sopkit, git or Python do."""
    unwanted = {"CI", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
    kept = {name: value for name, value in git_environment().items() if name not in unwanted}
    # Installed programs have their byte code; a checkout has it only where Python may write.
    return kept | {"NO_COLOR": "1", "PYTHONHASHSEED": "0", "PYTHONPYCACHEPREFIX": str(CACHE / "bytecode")}


def run(command: Command) -> Sample:
    """Run a command once, its output thrown away. Raises RunError when it fails."""
    if command.before:
        command.before()
    started = time.perf_counter()
    with _started(command) as process:
        assert process.stderr is not None
        complaint = process.stderr.read()
        # wait4 counts this process and those that it waited for, such as git below sopkit.
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    _judge(command, process.returncode, complaint)
    return Sample(wall, usage.ru_utime + usage.ru_stime)


def peak(command: Command) -> int:
    """Most memory that a command and all processes below it held at one moment, in bytes, looked at every 50 ms.

    What they share counts once (proportional set size), so that work shared among processes hides nothing. Linux
    alone tells this; elsewhere RunError is raised.
    """
    if not Path("/proc/self/smaps_rollup").exists():
        raise RunError("this system does not tell how much memory several processes hold together")
    if command.before:
        command.before()
    most = 0
    with tempfile.TemporaryFile() as complaint, _started(command, complaint) as process:
        while process.poll() is None:
            most = max(most, sum(_held(pid) for pid in _family(process.pid)))
            time.sleep(0.05)
        complaint.seek(0)
        _judge(command, process.returncode, complaint.read())
    return most


def starts_of(command: Command, program: str) -> int:
    """How often a command, run once, starts a program of that name, itself or below. Raises RunError when it fails."""
    real = shutil.which(program)
    if real is None:
        raise RunError(f"{program} is not on PATH")
    with tempfile.TemporaryDirectory() as folder:
        told, stand_in = Path(folder) / "told", Path(folder) / program
        stand_in.write_text(f'#!/bin/sh\necho . >> "{told}"\nexec "{real}" "$@"\n', "utf-8")
        stand_in.chmod(0o755)
        told.touch()
        run(replace(command, words=("env", f"PATH={folder}{os.pathsep}{os.environ['PATH']}", *command.words)))
        return len(told.read_text("ascii").splitlines())


def _started(command: Command, complaint: IO[bytes] | int = subprocess.PIPE) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(
            command.words,
            cwd=command.folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=complaint,
        )
    except OSError as error:
        raise RunError(f"{command.words[0]}: {error.strerror}") from error


def _judge(command: Command, code: int, complaint: bytes) -> None:
    if code not in command.codes:
        said = complaint.decode(errors="replace").strip().splitlines() or ["no message"]
        raise RunError(f"{' '.join(command.words)}: exit {code}: {said[-1][:200]}")


def _family(pid: int) -> Iterator[int]:
    yield pid
    # A process that has just ended is no longer there to be read.
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text("ascii").split():
                yield from _family(int(child))


def _held(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def in_turn(contestants: Sequence[Sequence[Command]], runs: int) -> list[Sample]:
    """The best of `runs` of each contestant; one of several commands takes their sum.

    All run once unmeasured, so that files and byte code are cached; then in turn, the order reversed each round.
    """
    for contestant in contestants:
        for command in contestant:
            run(command)
    taken: list[list[Sample]] = [[] for _ in contestants]
    for turn in range(runs):
        order = range(len(contestants)) if turn % 2 == 0 else reversed(range(len(contestants)))
        for at in order:
            taken[at].append(_sum([run(command) for command in contestants[at]]))
    return [
        Sample(min(sample.wall for sample in samples), min(sample.processor for sample in samples)) for samples in taken
    ]


def _sum(samples: Sequence[Sample]) -> Sample:
    return Sample(sum(sample.wall for sample in samples), sum(sample.processor for sample in samples))
