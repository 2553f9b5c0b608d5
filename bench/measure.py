"""Times processes against each other, one after the other in turn, so that a busy moment hits both."""

import os
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

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
    """What a process took: seconds by the clock, seconds of processor, most bytes of memory."""

    wall: float
    processor: float
    memory: int


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
    try:
        process = subprocess.Popen(
            command.words,
            cwd=command.folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
    except OSError as error:
        raise RunError(f"{command.words[0]}: {error.strerror}") from error
    assert process.stderr is not None
    complaint = process.stderr.read()
    # wait4 counts this process and those that it waited for, such as git below sopkit.
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.stderr.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in command.codes:
        said = complaint.decode(errors="replace").strip().splitlines() or ["no message"]
        raise RunError(f"{' '.join(command.words)}: exit {process.returncode}: {said[-1][:200]}")
    return Sample(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def in_turn(contestants: Sequence[Sequence[Command]], runs: int) -> list[Sample]:
    """The best of `runs` of each contestant; one of several commands takes their sum, and the most memory of any.

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
        Sample(
            min(sample.wall for sample in samples),
            min(sample.processor for sample in samples),
            round(median(sample.memory for sample in samples)),
        )
        for samples in taken
    ]


def _sum(samples: Sequence[Sample]) -> Sample:
    return Sample(
        sum(sample.wall for sample in samples),
        sum(sample.processor for sample in samples),
        max(sample.memory for sample in samples),
    )
