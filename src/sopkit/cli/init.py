"""`sopkit init`."""

import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.cli.console import Answer, ask_until_valid, can_ask, convert_to_usage_error, echo, exit_on_interrupt
from sopkit.cli.options import check_name, current_date, make_command, split_values
from sopkit.model.areas import SHIPPED_AREAS
from sopkit.tables.escape import escape_controls

if TYPE_CHECKING:
    from sopkit.authoring.init_files import InitOptions
    from sopkit.authoring.init_library import InitResult

FORGE_CHOICES = ("github", "gitlab", "none")
_MAX_MARKS = 5
_MAX_WIDTH = 70  # columns of a command, beyond which its comment follows at once

app = make_command()


FolderArgument = Annotated[
    Path, typer.Argument(metavar="DIR", show_default=False, help="Where; made when missing. This folder by default.")
]
AreaOption = Annotated[
    list[str] | None,
    typer.Option("--area", metavar="NAME", help="An area to begin with, by default access-control; may be repeated."),
]
FrameworkOption = Annotated[
    list[str] | None,
    typer.Option(
        "--framework",
        metavar="ID",
        help="A control framework that the SOPs answer to, by default iso27001-2022; the first is the main one.",
    ),
]
ForgeOption = Annotated[
    str | None,
    typer.Option(
        "--forge",
        metavar="NAME",
        help="Where changes are reviewed: github, gitlab or none; by default as the remote says, else github.",
    ),
]
OrganisationOption = Annotated[
    str | None, typer.Option("--org", metavar="NAME", help="The organisation, as the SOPs call it.")
]
SignedOption = Annotated[
    bool | None,
    typer.Option(
        "--signed/--no-signed",
        show_default=False,
        help="Whether approvals of high criticality must be signed; by default they need not be.",
    ),
]
GitOption = Annotated[bool, typer.Option("--git", help="Make the folder a git repository as well, without a commit.")]
YesOption = Annotated[bool, typer.Option("-y", "--yes", help="Ask nothing; take the default of what is not given.")]


@app.command("init")
def init_command(
    folder: FolderArgument = Path(),
    area: AreaOption = None,
    framework: FrameworkOption = None,
    forge: ForgeOption = None,
    org: OrganisationOption = None,
    signed: SignedOption = None,
    git: GitOption = False,
    yes: YesOption = False,
) -> None:
    """Begin a library of SOPs: configuration, registers, a first SOP for each area, checks in git, a README.

    No file that is there is touched: it is listed and left. On a terminal the command asks for what is not given;
    elsewhere it takes the defaults and says so. What only you can know is marked `[decide: …]`, and listed in
    DECISIONS.md.

    Example: sopkit init procedures --org "Acme Cloud" --area access-control,incident-handling --git
    """
    from sopkit.authoring.init_library import create_library, refuse_existing_library  # the other commands do without

    refuse_existing_library(folder)
    if forge is not None:
        check_name(forge, FORGE_CHOICES, "forge")
    options = _choose_options(folder, org, split_values(area), split_values(framework), forge, signed, yes=yes)
    echo(_format_result(create_library(folder, options, current_date("UTC"), repository=git), asked_for_git=git))


def _choose_options(
    folder: Path,
    organisation: str | None,
    areas: tuple[str, ...],
    frameworks: tuple[str, ...],
    forge: str | None,
    signed: bool | None,
    *,
    yes: bool,
) -> "InitOptions":
    """What was given, and for the rest an answer, or the default where nobody can or need be asked.

    A usage error where a name is unknown.
    """
    from sopkit.authoring.init_files import DEFAULT_AREA, DEFAULT_FRAMEWORK, InitOptions, clean_organisation
    from sopkit.authoring.init_library import guess_forge
    from sopkit.frameworks.loader import load_catalogue
    from sopkit.git.checkout import Forge

    known_areas, known_frameworks = tuple(SHIPPED_AREAS), load_catalogue(folder / "controls").ids
    for area in areas:
        check_name(area, known_areas, "area")
    for framework in frameworks:
        check_name(framework, known_frameworks, "framework")
    name = None if organisation is None else clean_organisation(organisation)
    interactive = not yes and can_ask()
    if not yes and not interactive:
        typer.echo("note: no terminal to ask on, so the default of all that is not given is taken", err=True)

    def ask(title: str, why: str, default: str, read: Callable[[str], Answer]) -> Answer:
        return ask_until_valid(title, why, default, read) if interactive else read(default)

    with exit_on_interrupt("nothing was written"):
        if name is None:
            why = 'Its name, as the procedures say it; leave it empty for "the company".'
            name = ask("Organisation", why, "", _read_organisation)
        areas = areas or ask(
            "Areas",
            "Each begins with one procedure, and one area is enough: others come later with `sopkit new`.\n"
            f"Known: {', '.join(known_areas)}.",
            DEFAULT_AREA,
            lambda text: _read_names(text, known_areas, "area"),
        )
        frameworks = frameworks or ask(
            "Control frameworks",
            "The controls that the procedures answer to, the main framework first.\n"
            f"Known: {', '.join(known_frameworks)}.",
            DEFAULT_FRAMEWORK,
            lambda text: _read_names(text, known_frameworks, "framework"),
        )
        forge = forge or ask(
            "Forge",
            f"Where changes are reviewed; it gets a pipeline and CODEOWNERS. Known: {', '.join(FORGE_CHOICES)}.",
            str(guess_forge(folder)),
            lambda text: check_name(text.strip().lower(), FORGE_CHOICES, "forge"),
        )
        if signed is None:
            signed = ask(
                "Signed approvals",
                "Must an approval be signed when much depends on the procedure (criticality high)?\n"
                "Unsigned, it rests on the author of a git commit, and whoever may push can write any name there.\n"
                "Signed, it needs an ssh key of each approver in registers/people.yaml.",
                "no",
                _read_yes_or_no,
            )
    if interactive:
        typer.echo(err=True)
    from uuid import uuid4  # not for the other commands

    return InitOptions(
        organisation=name,
        areas=tuple(dict.fromkeys(areas)),
        frameworks=tuple(dict.fromkeys(frameworks)),
        forge=Forge.UNKNOWN if forge == "none" else Forge(forge),
        evidence="E3" if signed else "E1",
        uuid=str(uuid4()),
    )


def _read_organisation(text: str) -> str:
    from sopkit.authoring.init_files import clean_organisation

    with convert_to_usage_error():
        return clean_organisation(text)


def _read_names(text: str, names: tuple[str, ...], what: str) -> tuple[str, ...]:
    words = text.replace(",", " ").split()
    if not words:
        raise typer.BadParameter(f"name at least one {what}")
    return tuple(check_name(word, names, what) for word in words)


def _read_yes_or_no(text: str) -> bool:
    answers = {"y": True, "yes": True, "n": False, "no": False}
    word = text.strip().lower()
    if word not in answers:
        raise typer.BadParameter("say yes or no")
    return answers[word]


def _format_result(result: "InitResult", *, asked_for_git: bool) -> str:
    """What was made, what was left as it was, what awaits a decision, and what to do next."""
    repository = []
    top = escape_controls(str(result.top))
    if result.outside:
        repository.append(f"it lies in the repository {top}, at whose top forge and hooks look for theirs")
    if asked_for_git and not result.repository_made:
        repository.append(f"there is a repository already, {top}, so git init was not run")
    if result.errors:
        count = "1 error" if result.errors == 1 else f"{result.errors} errors"
        repository.append(f"sopkit lint finds {count} that came of what was there; mend that first")
    parts = [
        [f"made in {escape_controls(str(result.root))}:", *(f"  {escape_controls(path)}" for path in result.made)],
        ["there already, and left as it was:", *(f"  {escape_controls(path)}" for path in result.left)]
        if result.left
        else [],
        repository,
        list(_decision_lines(result)),
        ["Next:", "", *_next_lines(result)],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _decision_lines(result: "InitResult") -> Iterator[str]:
    from sopkit.authoring.init_files import DECISION_RULES, unique_marks

    if not result.marks:
        return
    count = "1 place awaits" if len(result.marks) == 1 else f"{len(result.marks)} places await"
    yield f"{count} your decision; DECISIONS.md lists them, `sopkit lint --select {DECISION_RULES}` those still left:"
    first = unique_marks(result.marks)[:_MAX_MARKS]
    yield from (f"  {escape_controls(mark.shown)}" for mark in first)
    if len(result.marks) > len(first):
        yield f"  and {len(result.marks) - len(first)} more"


def _next_lines(result: "InitResult") -> Iterator[str]:
    if result.root != Path.cwd().resolve():
        yield f"  cd {shlex.quote(str(result.root))}"
    commit = f"git add {shlex.join(('.', *result.outside))} && git commit -m 'Begin the library'"
    steps = {
        "sopkit lint": "what is still to be decided, and what is wrong",
        commit if result.top else f"git init -b main && {commit}": "reviews and approvals rest on git",
        "sopkit template list": "what `sopkit new` can begin next, in this area or another",
    }
    size = min(max(map(len, steps)), _MAX_WIDTH)
    yield from (f"  {command.ljust(size)}  # {gives}" for command, gives in steps.items())
