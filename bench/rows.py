"""The measurements: each gives the rows of one letter."""

from collections.abc import Callable, Iterator
from pathlib import Path

from bench import editor_rows, handbook_rows, life_rows, report_rows, search_rows, tools
from bench.commands import ACME, GIB, Effort, baseline, lint
from bench.libraries import library
from bench.measure import Command, in_turn, peak
from bench.ratios import By, Row, against, growth
from bench.sops import path_of


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


MEASUREMENTS: dict[str, tuple[Callable[[Effort], Iterator[Row]], str]] = {
    "a": (all_of_many, ""),
    "b": (example, ""),
    "c": (one_of_many, ""),
    "d": (linear, "start-up is the same lint of a library with the same registers and 10 SOPs, measured in turn"),
    "e": (memory, "memory is that of all processes of one lint at one moment, pages that they share counted once"),
    "f": (other_linters, ""),
    "g": (life_rows.undated, "git log and sopkit --version run as two processes, whose times are added"),
    "h": (life_rows.often, "each text is approved and each SOP reviewed; one commit changes one SOP"),
    "i": (life_rows.wide, "as h; one commit changes ten SOPs"),
    "j": (life_rows.processes, "counted are all that sopkit starts, without a cache"),
    "k": (life_rows.memory, "as e"),
    "l": (life_rows.others, "on the library of i"),
    "n": (
        report_rows.reports,
        "load alone reads files and no YAML; `validated` parses and checks each SOP wholly",
    ),
    "m": (editor_rows.answers, "findings wait for a pause of 120 ms in the typing, which is counted in"),
    "o": (
        handbook_rows.handbook,
        "from nothing is without the former site and any cache; Hugo shows no history and no approvals",
    ),
    "p": (handbook_rows.growth, "as o"),
    "q": (handbook_rows.eleventy, "as o; Eleventy makes no lists of areas"),
    "r": (handbook_rows.material, "as o; with the navigation pruned, without which it takes longer"),
    "s": (handbook_rows.zensical, "as r"),
    "t": (handbook_rows.starlight, "as o; with Pagefind, which is its default"),
    "u": (
        search_rows.search,
        "each query is typed whole into a page that has just been opened; the words of all SOPs are there",
    ),
}
"""Each letter's measurement, with what a reader has to know of it."""

HEAVY = frozenset("rst")
"""The letters that run only when they are named: programs that are long to install and take minutes."""


def _over(folder: Path, effort: Effort, program: Path, words: tuple[str, ...], name: str, bar: float) -> Iterator[Row]:
    other = Command((str(program), *words), folder, codes=(0, 1))
    ours, theirs = in_turn([[lint(folder)], [other]], effort.runs)
    yield against("f", f"lint {effort.many:,} SOPs / {name} {_number(program)}", ours, theirs, bar, By.CLOCK)


def _number(program: Path) -> str:
    words = tools.version(program).replace("markdownlint-cli2 ", "").split()
    return next((word.strip("v()") for word in words if word.strip("v()")[:1].isdigit()), "")
