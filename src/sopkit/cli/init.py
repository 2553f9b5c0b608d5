"""`sopkit init`."""

from pathlib import Path
from typing import Annotated

import typer

from sopkit.cli.console import echo
from sopkit.cli.options import check_name, current_date, make_command, split_values

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
    from sopkit.cli.init_dialog import FORGE_CHOICES, InitArguments, choose_options, format_result

    refuse_existing_library(folder)
    given = InitArguments(
        organisation=org,
        areas=split_values(area),
        frameworks=split_values(framework),
        forge=None if forge is None else check_name(forge, FORGE_CHOICES, "forge"),
        signed=signed,
    )
    choice = choose_options(folder, given, yes=yes)
    echo(format_result(create_library(folder, choice, current_date("UTC"), repository=git), asked_for_git=git))
