"""The builds of the handbook that are measured: their sources, their site, and edits of one SOP."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path

from bench.commands import sopkit
from bench.libraries import CACHE, git, made
from bench.measure import Command
from bench.peers import forget
from bench.recorded import Size, recorded
from bench.sops import id_of, path_of
from bench.words import AS_OF

CHOSEN = 0
"""The number of the SOP that is edited and weighed."""
PAGE = f"sop/{id_of(CHOSEN)}/index.html"
"""Its page in the handbook."""


def sources(size: Size) -> Path:
    """The folder of a library of a size, which is a clone because it is edited."""

    def write(folder: Path) -> None:
        git(folder, "clone", "-q", str(recorded(size)), ".")

    return made(CACHE / f"handbook-of-{size.sops}-{size.revisions}", write)


def output(size: Size) -> Path:
    """The folder of its handbook."""
    return CACHE / f"handbook-site-{size.sops}-{size.revisions}"


def build(size: Size) -> Command:
    """A build from nothing: neither the site nor what sopkit keeps below .git is there."""
    return again(size, partial(forget, output(size), sources(size) / ".git" / "sopkit"))


def again(size: Size, before: Callable[[], None]) -> Command:
    """A build with what the last one left, after an edit."""
    words = ("build", "-C", str(sources(size)), "-o", str(output(size)), "--as-of", AS_OF)
    return sopkit(*words, before=before)


@contextmanager
def editing(clone: Path) -> Iterator[Callable[[], None]]:
    """What edits one SOP of a clone, another way each time; before and after, the clone is as its origin."""
    git(clone, "reset", "-q", "--hard", "origin/main")  # whoever was stopped may have left an edit
    file, turns = clone / path_of(CHOSEN), count(1)
    text = file.read_text("utf-8")

    def edit() -> None:
        file.write_text(text.replace("Without this procedure", f"Unless it is done {next(turns)} times", 1), "utf-8")

    try:
        yield edit
    finally:
        git(clone, "reset", "-q", "--hard", "origin/main")
