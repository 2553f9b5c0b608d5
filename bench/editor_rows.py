"""The measurements of the language server: how long an editor waits."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from bench.commands import ACME, Effort, lint
from bench.editing import Server, editing, took
from bench.libraries import library
from bench.measure import run
from bench.ratios import By, Row
from bench.sops import path_of


def answers(effort: Effort) -> Iterator[Row]:
    """m: findings after an edit, hover and completion of a running server."""
    many = library(effort.many)
    acme = next((ACME / "sops").rglob("ac-001-*.md"))
    yield from _of("1 of Acme", ACME, acme, effort)
    yield from _of(f"1 of {effort.many:,} SOPs", many, many / path_of(effort.many // 2), effort)


def _of(which: str, folder: Path, file: Path, effort: Effort) -> Iterator[Row]:
    """Each answer in turn with a lint of the same file; the best of each counts."""
    alone = lint(folder, str(file))
    run(alone)
    with editing(file) as server:
        asked: dict[str, tuple[Callable[[], object], float]] = {
            "findings after an edit": (server.edit, 1),
            "hover": (partial(server.ask, "textDocument/hover", **server.at("owner: ")), 0.2),
            "completion": (partial(server.ask, "textDocument/completion", **_controls(server)), 0.2),
        }
        taken: dict[str, list[float]] = {what: [] for what in asked}
        linted = []
        for _ in range(effort.runs * 2):
            linted.append(run(alone).wall)
            for what, (work, _) in asked.items():
                taken[what].append(took(work))
    baseline = min(linted)
    for what, (_, bar) in asked.items():
        ours = min(taken[what])
        words = f"{what}, {which} / lint of the file"
        yield Row(
            "m", words, f"{ours * 1000:.1f} ms", f"{baseline * 1000:.1f} ms", {By.CLOCK: ours / baseline}, bar, By.CLOCK
        )


def _controls(server: Server) -> dict[str, object]:
    """A place where a control is asked for."""
    return server.at(
        next(words for words in ("iso27001-2022: [", "    - A.") if any(words in line for line in server.lines))
    )
