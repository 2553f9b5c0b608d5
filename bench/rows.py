"""The measurements: each gives the rows of one letter."""

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import tools
from bench.history import repository
from bench.libraries import library
from bench.measure import Command, in_turn, peak
from bench.ratios import By, Row, against, growth
from bench.sops import path_of
from bench.words import AS_OF

ACME = Path(__file__).parent.parent / "examples" / "acme"
GIB = 1 << 30
FORMAT = "%H%n%P%n%an%n%ae%n%ad%n%cn%n%ce%n%cd"
LOG = (
    "git", "--no-pager", "--no-replace-objects", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null",
    "-c", "log.showSignature=false", "-c", "log.showRoot=true", "-c", "core.quotePath=false", "-c", "log.follow=false",
    "log", "--first-parent", "--diff-merges=first-parent", "--raw", "-z", "--no-abbrev", "--no-renames",
    "--no-relative", "--no-ext-diff", "--ignore-submodules=none", "--encoding=UTF-8", "--date=raw",
    f"--format={FORMAT}", "HEAD", "--",
)  # fmt: skip
"""The one pass over a history that nothing which tells dates from git can do without."""


@dataclass(frozen=True)
class Effort:
    """How often and how much is measured."""

    runs: int = 5
    many: int = 1_000
    most: int = 10_000
    commits: int = 13_000


def sopkit(*words: str, before: Callable[[], None] | None = None) -> Command:
    """The program of this environment; a finding is no failure."""
    program = Path(sys.executable).with_name("sopkit")
    start = (str(program),) if program.exists() else (sys.executable, "-m", "sopkit")
    return Command((*start, *words), codes=(0, 1), before=before)


def lint(folder: Path, *words: str) -> Command:
    """`sopkit lint` of a library, with what it has to say thrown away."""
    return sopkit("lint", "-C", str(folder), "--as-of", AS_OF, *words)


def baseline(name: str, folder: Path | None = None) -> Command:
    """One of baselines.py, in a process of its own."""
    words = (sys.executable, str(Path(__file__).with_name("baselines.py")), name)
    return Command((*words, str(folder)) if folder else words)


def all_of_many(effort: Effort) -> Iterator[Row]:
    """a: every SOP of a library."""
    folder = library(effort.many)
    ours, alone = in_turn([[lint(folder)], [baseline("events", folder)]], effort.runs)
    what = f"lint {effort.many:,} SOPs / imports, reading, YAML, Markdown events"
    # lint shares the work among processors, the baseline is one process: both ways to count are told.
    yield against("a", what, ours, alone, 5, By.CLOCK)
    yield against("a", f"{what}, all processors' time", ours, alone, 5, By.PROCESSOR)


def example(effort: Effort) -> Iterator[Row]:
    """b: the example company."""
    ours, alone = in_turn([[lint(ACME)], [baseline("imports")]], effort.runs * 2)
    yield against("b", "lint Acme / bare imports", ours, alone, 3, By.PROCESSOR)


def one_of_many(effort: Effort) -> Iterator[Row]:
    """c: one SOP against the whole of its library."""
    folder = library(effort.many)
    one = lint(folder, str(folder / path_of(effort.many // 2)))
    ours, alone, loaded = in_turn(
        [[one], [baseline("read", folder)], [baseline("read-loaded", folder)]], effort.runs * 2
    )
    what = f"lint 1 of {effort.many:,} SOPs / reading and YAML of all"
    yield against("c", what, ours, alone, 2, By.PROCESSOR)
    yield against("c", f"{what}, with the imports of b", ours, loaded, None, By.PROCESSOR)


def linear(effort: Effort) -> Iterator[Row]:
    """d: the time for each document, as libraries grow."""
    what = f"time for each of {effort.most:,} SOPs / of {effort.many:,}, start-up taken off"
    counts = (10, effort.many, effort.most)
    samples = in_turn([[lint(library(count))] for count in counts], max(1, effort.runs // 2))
    yield growth("d", what, dict(zip(counts, samples, strict=True)), 1.1, By.PROCESSOR)


def memory(effort: Effort) -> Iterator[Row]:
    """e: the most memory that lint holds."""
    most = peak(lint(library(effort.most)))
    what = f"most memory, lint {effort.most:,} SOPs / 1 GiB"
    yield Row("e", what, f"{most / GIB * 1024:.0f} MiB", "1024 MiB", {By.MEMORY: most / GIB}, 1, By.MEMORY)


def other_linters(effort: Effort) -> Iterator[Row]:
    """f: linters of Markdown on the same files."""
    folder = library(effort.many)
    yield from _over(folder, effort, tools.rumdl(), ("check", "--no-cache", "sops"), "rumdl without cache", 2)
    yield from _over(folder, effort, tools.markdownlint(), ("sops/**/*.md",), "markdownlint-cli2", 0.1)


def stale(effort: Effort) -> Iterator[Row]:
    """g: dates from a history, with the cache and after it was deleted."""
    folder = repository(effort.commits)
    words = ("stale", "-C", str(folder), "--basis", "git", "--as-of", AS_OF)
    bare = [Command(LOG, folder), sopkit("--version")]
    cold = sopkit(*words, before=lambda: shutil.rmtree(folder / ".git" / "sopkit", ignore_errors=True))
    # Whatever ran before the cached one in a round or in the last left a cache behind.
    unknown, known, alone = in_turn([[cold], [sopkit(*words)], bare], effort.runs)
    what = f"stale of {effort.commits:,} commits / git log + start-up"
    yield against("g", f"{what}, cached", known, alone, 2, By.CLOCK)
    yield against("g", f"{what}, cold", unknown, alone, 5, By.CLOCK)


MEASUREMENTS: dict[str, tuple[Callable[[Effort], Iterator[Row]], str]] = {
    "a": (all_of_many, ""),
    "b": (example, ""),
    "c": (one_of_many, ""),
    "d": (linear, "start-up is the same lint of a library with the same registers and 10 SOPs, measured in turn"),
    "e": (memory, "memory is that of all processes of one lint at one moment, pages that they share counted once"),
    "f": (other_linters, ""),
    "g": (stale, "git log and sopkit --version run as two processes, whose times are added"),
}
"""Each letter's measurement, with what a reader has to know of it."""


def _over(folder: Path, effort: Effort, program: Path, words: tuple[str, ...], name: str, bar: float) -> Iterator[Row]:
    other = Command((str(program), *words), folder, codes=(0, 1))
    ours, theirs = in_turn([[lint(folder)], [other]], effort.runs)
    yield against("f", f"lint {effort.many:,} SOPs / {name} {_number(program)}", ours, theirs, bar, By.CLOCK)


def _number(program: Path) -> str:
    words = tools.version(program).replace("markdownlint-cli2 ", "").split()
    return next((word.strip("v()") for word in words if word.strip("v()")[:1].isdigit()), "")
