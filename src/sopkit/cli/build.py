"""`sopkit build`."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.cli.console import ProgressBar, echo, refuse_folder
from sopkit.cli.options import AsOfOption, FolderOption, TreeOnlyOption, find_library_and_date, make_command
from sopkit.library import load_config
from sopkit.model.sop_document import Classification
from sopkit.reminders.calendar import INSTALL_HINT, is_calendar_available
from sopkit.tables.escape import escape_controls

if TYPE_CHECKING:
    from sopkit.handbook.build import Site
    from sopkit.handbook.selection import BuildOptions


def print_warnings(warnings: Iterable[str]) -> None:
    """Print warnings to standard error."""
    for warning in warnings:
        typer.echo(f"warning: {escape_controls(warning)}", err=True)


def format_summary(site: "Site", options: "BuildOptions", where: Path) -> str:
    """How many SOPs are shown, how many are left out and why, and how to open the handbook."""
    from sopkit.handbook.paths import REVIEWS
    from sopkit.handbook.selection import describe_exclusions  # loaded with the build

    count = len(site.choice.chosen)
    left_out = ", ".join(describe_exclusions(site.choice))
    lines = [
        f"{count} {'SOP' if count == 1 else 'SOPs'} shown, {options.classification} at most",
        *([f"left out: {left_out}"] if left_out else []),
        *([] if is_calendar_available() else [f"without {REVIEWS}, the calendar of reviews; {INSTALL_HINT}"]),
        f"open {where / 'index.html'}",
    ]
    return "\n".join(lines)


app = make_command()


@app.command("build")
def build_command(
    folder: FolderOption = None,
    output: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="DIR", help="The folder of the site; what others put there is kept."),
    ] = Path("site"),
    classification: Annotated[
        Classification,
        typer.Option("--classification", help="The most secret that is shown; a build a group of readers."),
    ] = Classification.INTERNAL,
    base_url: Annotated[str, typer.Option("--base-url", metavar="URL", help="Where the site will stand.")] = "",
    edition: Annotated[
        str,
        typer.Option(
            "--edition", metavar="TAG", help="The library as it was committed at a tag, on the day it landed."
        ),
    ] = "",
    drafts: Annotated[
        bool, typer.Option("--with-drafts", help="Show texts that are not approved too, marked as such.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Write nothing when there is a warning, and exit with 1.")
    ] = False,
    tree_only: TreeOnlyOption = False,
    as_of: AsOfOption = None,
) -> None:
    """Make the handbook: a static site of the approved SOPs, with search, controls, roles and what is due.

    An SOP whose newest text is not approved is shown as it was last approved, and says so. What is more secret than
    --classification leaves no trace. A link that leads nowhere fails the build with its file and line, and the former
    site stays; it does so too when a build is ended half-way.
    """
    from sopkit.handbook.build import build
    from sopkit.handbook.publish import stage_site
    from sopkit.handbook.selection import BuildOptions  # jinja2 and git cost 120 ms
    from sopkit.lifecycle.library_status import read_library_status, read_tag_status

    root, now = find_library_and_date(folder)
    if edition and tree_only:
        raise typer.BadParameter("--edition reads what was committed, --tree-only does not")
    refuse_folder(output)
    options = BuildOptions(classification, base_url or load_config(root).handbook.url, edition, drafts)
    read = (
        read_tag_status(root, edition, as_of, now)
        if edition
        else read_library_status(root, as_of or now, now, tree_only=tree_only)
    )
    with ProgressBar("building") as progress, stage_site(output, root) as stage, read as status:
        site = build(status, options, progress, stage.files)
        print_warnings(site.warnings)
        if strict and site.warnings:
            raise typer.Exit(1)
        print_warnings(stage.finish())
    echo(format_summary(site, options, output))
