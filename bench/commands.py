"""The commands that are measured, and how much is."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.measure import Command
from bench.recorded import Size
from bench.words import AS_OF

ACME = Path(__file__).parent.parent / "examples" / "acme"
GIB = 1 << 30
OFTEN = Size(1_000, 20)
WIDE = Size(10_000, 5, together=10)
BOOK = Size(1_000, 3)
SHELF = Size(5_000, 3)
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
    often: Size = OFTEN
    wide: Size = WIDE
    book: Size = BOOK
    shelf: Size = SHELF


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
