"""`sopkit init`."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.authoring.init.decisions import SELECT
from sopkit.cli.console import echo
from sopkit.cli.options import today
from sopkit.cli.parameters import command_app, known, several
from sopkit.model.visible import visible

if TYPE_CHECKING:
    from sopkit.authoring.init.write import Begun

app = command_app()

_MOST_MARKS = 5
_WIDEST = 70  # columns of a command, beyond which its comment follows at once


@app.command("init")
def init_command(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", show_default=False, help="Where; made when missing. This folder by default."),
    ] = Path(),
    area: Annotated[
        list[str] | None,
        typer.Option(
            "--area", metavar="NAME", help="An area to begin with, by default access-control; may be repeated."
        ),
    ] = None,
    framework: Annotated[
        list[str] | None,
        typer.Option(
            "--framework",
            metavar="ID",
            help="A control framework that the SOPs answer to, by default iso27001-2022; the first is the main one.",
        ),
    ] = None,
    forge: Annotated[
        str | None,
        typer.Option(
            "--forge",
            metavar="NAME",
            help="Where changes are reviewed: github, gitlab or none; by default as the remote says, else github.",
        ),
    ] = None,
    org: Annotated[
        str | None, typer.Option("--org", metavar="NAME", help="The organisation, as the SOPs call it.")
    ] = None,
    signed: Annotated[
        bool | None,
        typer.Option(
            "--signed/--no-signed",
            show_default=False,
            help="Whether approvals of high criticality must be signed; by default they need not be.",
        ),
    ] = None,
    git: Annotated[
        bool, typer.Option("--git", help="Make the folder a git repository as well, without a commit.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("-y", "--yes", help="Ask nothing; take the default of what is not given.")
    ] = False,
) -> None:
    """Begin a library of SOPs: configuration, registers, a first SOP for each area, checks in git, a README.

    No file that is there is touched: it is listed and left. On a terminal the command asks for what is not given;
    elsewhere it takes the defaults and says so. What only you can know is marked `[decide: …]`, and listed in
    DECISIONS.md.

    Example: sopkit init procedures --org "Acme Cloud" --area access-control,incident-handling --git
    """
    from sopkit.authoring.init.plan import refuse_library  # noqa: PLC0415 - the other commands do without
    from sopkit.authoring.init.write import begin_library  # noqa: PLC0415
    from sopkit.cli.init_questions import FORGES, Given, chosen  # noqa: PLC0415

    refuse_library(folder)
    given = Given(
        organisation=org,
        areas=several(area),
        frameworks=several(framework),
        forge=None if forge is None else known(forge, FORGES, "forge"),
        signed=signed,
    )
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    if not (yes or terminal):
        typer.echo("note: no terminal to ask on, so the default of all that is not given is taken", err=True)
    try:
        choice = chosen(folder, given, ask=terminal and not yes)
    except typer.Abort:  # Ctrl-C or Ctrl-D at a question
        typer.echo("\nnothing was written", err=True)
        raise typer.Exit(130) from None
    echo(_told(begin_library(folder, choice, today("UTC"), repository=git), asked_for_git=git))


def _told(begun: "Begun", *, asked_for_git: bool) -> str:
    """What was made and left, what must be decided, and how to go on."""
    lines = [f"made in {visible(str(begun.root))}:", *(f"  {visible(path)}" for path in begun.made)]
    if begun.left:
        lines += ["", "there already, and left as it was:", *(f"  {visible(path)}" for path in begun.left)]
    if begun.outside:
        lines += [
            "",
            f"it lies in the repository {visible(str(begun.top))}, at whose top forge and hooks look for theirs",
        ]
    if asked_for_git and not begun.repository_made:
        lines += ["", f"there is a repository already, {visible(str(begun.top))}, so git init was not run"]
    if begun.errors:
        count = "1 error" if begun.errors == 1 else f"{begun.errors} errors"
        lines += ["", f"sopkit lint finds {count} because of what was left; mend that first"]
    if begun.marks:
        count = "1 decision is" if len(begun.marks) == 1 else f"{len(begun.marks)} decisions are"
        lines += ["", f"{count} yours; DECISIONS.md lists them, and `sopkit lint --select {SELECT}` those still left:"]
        lines += [f"  {visible(mark.shown)}" for mark in begun.marks[:_MOST_MARKS]]
        more = len(begun.marks) - _MOST_MARKS
        lines += [f"  and {more} more"] if more > 0 else []
    return "\n".join([*lines, "", "Next:", "", *_next(begun)])


def _next(begun: "Begun") -> list[str]:
    away = [] if begun.root == Path.cwd().resolve() else [f"  cd {shlex.quote(str(begun.root))}"]
    commit = f"git add {shlex.join(('.', *begun.outside))} && git commit -m 'Begin the library'"
    steps = {
        "sopkit lint": "what is still to be decided, and what is wrong",
        commit if begun.top else f"git init -b main && {commit}": "reviews and approvals rest on git",
        "sopkit new": "the next procedure, of this area or another",
    }
    size = min(max(map(len, steps)), _WIDEST)
    return [*away, *(f"  {command.ljust(size)}  # {gives}" for command, gives in steps.items())]
