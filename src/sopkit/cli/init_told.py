"""What `sopkit init` says at its end: what was made and left, what must be decided, and how to go on."""

import shlex
from collections.abc import Iterator
from pathlib import Path

from sopkit.authoring.init.decisions import SELECT, distinct
from sopkit.authoring.init.writing import Begun
from sopkit.tables.escape import escape_controls

_MOST_MARKS = 5
_WIDEST = 70  # columns of a command, beyond which its comment follows at once


def told(begun: Begun, *, asked_for_git: bool) -> str:
    """The text for the terminal."""
    parts = [
        [f"made in {escape_controls(str(begun.root))}:", *(f"  {escape_controls(path)}" for path in begun.made)],
        ["there already, and left as it was:", *(f"  {escape_controls(path)}" for path in begun.left)]
        if begun.left
        else [],
        list(_surroundings(begun, asked_for_git=asked_for_git)),
        list(_to_decide(begun)),
        ["Next:", "", *_next(begun)],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _surroundings(begun: Begun, *, asked_for_git: bool) -> Iterator[str]:
    if begun.outside:
        top = escape_controls(str(begun.top))
        yield f"it lies in the repository {top}, at whose top forge and hooks look for theirs"
    if asked_for_git and not begun.repository_made:
        yield f"there is a repository already, {escape_controls(str(begun.top))}, so git init was not run"
    if begun.errors:
        count = "1 error" if begun.errors == 1 else f"{begun.errors} errors"
        yield f"sopkit lint finds {count} that came of what was there; mend that first"


def _to_decide(begun: Begun) -> Iterator[str]:
    if not begun.marks:
        return
    count = "1 place awaits" if len(begun.marks) == 1 else f"{len(begun.marks)} places await"
    yield f"{count} your decision; DECISIONS.md lists them, `sopkit lint --select {SELECT}` those still left:"
    first = distinct(begun.marks)[:_MOST_MARKS]
    yield from (f"  {escape_controls(mark.shown)}" for mark in first)
    if len(begun.marks) > len(first):
        yield f"  and {len(begun.marks) - len(first)} more"


def _next(begun: Begun) -> Iterator[str]:
    if begun.root != Path.cwd().resolve():
        yield f"  cd {shlex.quote(str(begun.root))}"
    commit = f"git add {shlex.join(('.', *begun.outside))} && git commit -m 'Begin the library'"
    steps = {
        "sopkit lint": "what is still to be decided, and what is wrong",
        commit if begun.top else f"git init -b main && {commit}": "reviews and approvals rest on git",
        "sopkit template list": "what `sopkit new` can begin next, in this area or another",
    }
    size = min(max(map(len, steps)), _WIDEST)
    yield from (f"  {command.ljust(size)}  # {gives}" for command, gives in steps.items())
