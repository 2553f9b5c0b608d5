"""`sopkit build`."""

from pathlib import Path
from typing import Annotated

import typer

from sopkit.cli.building import summary, tell
from sopkit.cli.console import echo
from sopkit.cli.options import AsOfOption, FolderOption, TreeOnlyOption, folder_of, today
from sopkit.cli.outputs import refuse_folder
from sopkit.cli.parameters import command_app
from sopkit.cli.progress import Progress
from sopkit.library import find_root, load_config
from sopkit.model.sop_document import Classification

app = command_app()


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
    from sopkit.handbook.asked import Asked  # jinja2 and git cost 120 ms
    from sopkit.handbook.build import build
    from sopkit.handbook.site.publish import staged
    from sopkit.lifecycle.library_status import read_library_status, read_tag_status

    root = folder_of(folder) if folder is not None else find_root(Path.cwd())
    config = load_config(root)
    now = today(config.library.timezone)
    if edition and tree_only:
        raise typer.BadParameter("--edition reads what was committed, --tree-only does not")
    refuse_folder(output)
    asked = Asked(classification, base_url or config.handbook.url, edition, drafts)
    read = (
        read_tag_status(root, edition, as_of, now)
        if edition
        else read_library_status(root, as_of or now, now, tree_only=tree_only)
    )
    with Progress("building") as progress, staged(output, root) as stage, read as ground:
        site = build(ground, asked, progress, stage.files)
        tell(site.warnings)
        if strict and site.warnings:
            raise typer.Exit(1)
        tell(stage.finish())
    echo(summary(site, asked, output))
