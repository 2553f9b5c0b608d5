"""What `sopkit new` does with a template, and what it tells of a draft."""

import os
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sopkit.authoring.templates.wishes import Wishes, check_line
from sopkit.cli.asking import as_usage_error, ask, can_ask, giving_up
from sopkit.cli.console import echo
from sopkit.cli.options import open_library
from sopkit.cli.recording import tell
from sopkit.tables.escape import escape_controls

if TYPE_CHECKING:
    from sopkit.authoring.templates.draft import Draft
    from sopkit.model.template import Template


def draft_template(root: Path, template: str, wishes: Wishes, *, asking: bool, dry_run: bool) -> "Draft | None":
    """Make the draft of an SOP from a template; with `dry_run` print it, and make nothing."""
    from sopkit.authoring.templates.draft import draft  # jinja2 costs 48 ms
    from sopkit.authoring.templates.writing import make
    from sopkit.parsing.template import find_template

    chosen = find_template(root, template)
    foreseen = draft(open_library(root, None), chosen, wishes)  # what is wrong is said before anybody is asked
    if dry_run:
        show(foreseen)
        return None
    if asking and can_ask():
        wishes = _asked(chosen, wishes, foreseen)
    return make(root, lambda: open_library(root, None), lambda library: draft(library, chosen, wishes))


def show(foreseen: "Draft") -> None:
    """Print a draft that is not made, and which rows it needs."""
    echo(foreseen.text)
    tell(*(f"would add {line}" for line in _rows(foreseen)), *foreseen.notes)


def decided(answers: list[str] | None) -> dict[str, str]:
    """What --set says."""
    decided: dict[str, str] = {}
    for answer in answers or ():
        name, equals, value = answer.partition("=")
        if not equals or not name or name in decided:
            said = "is there twice" if name in decided else "is not of the form NAME=VALUE"
            raise typer.BadParameter(f"--set {escape_controls(answer)!r} {said}")
        decided[name] = value.strip()
    return decided


def _asked(template: "Template", wishes: Wishes, foreseen: "Draft") -> Wishes:
    """The wishes with what somebody answers at the terminal."""
    decided = dict(wishes.decided)
    with giving_up("nothing was made"):
        title = wishes.title or _ask("Title", "A verb and a thing; it stands above the text.", foreseen.title)
        owner = wishes.owner or _ask("Owner", "The role that answers for it, by id, title or alias.", foreseen.owner)
        for name, decision in template.header.decisions.items():
            if name not in decided:
                words = f"{decision.ask[:1].upper()}{decision.ask[1:]}"
                decided[name] = _ask(words, f"For example: {decision.example}. Enter leaves it open.", "")
    typer.echo(err=True)
    return replace(wishes, title=title, owner=owner, decided=decided)


def _ask(title: str, why: str, default: str) -> str:
    def read(text: str) -> str:
        with as_usage_error():
            check_line("answer", text)
        return text.strip()

    return ask(title, why, default, read)


def report(root: Path, done: "Draft", told: Iterable[str] = ()) -> Iterator[str]:
    """What was made, which rows were added, what is still open, what the answers `told`, and what to do next."""
    origin = f", from the template {done.template}" if done.template else ""
    yield f"made {done.path}: {done.id} {done.title}{origin}"
    yield from (f"added {line}" for line in _rows(done))
    if done.open:
        yield from ("", "still to decide:")
        for one in done.open:
            first, *others = one.lines
            lines = "lines" if len(others) > 1 else "line"
            also = f" (and on {lines} {', '.join(map(str, others))})" if others else ""
            yield f"  {one.path}:{first}: {one.mark}{also}"
    yield from told
    file = os.path.relpath(root / done.path)
    yield from ("", f"next: write what is open, then sopkit lint {shlex.quote(file)}")


def _rows(done: "Draft") -> Iterator[str]:
    """A line for each register that gets rows."""
    for name in dict.fromkeys(row.register for row in done.rows):
        ids = ", ".join(row.id for row in done.rows if row.register == name)
        yield f"to registers/{name}.yaml: {ids}"
