"""`sopkit build`."""

from pathlib import Path
from typing import Annotated

import typer

from sopkit.cli.console import echo
from sopkit.cli.options import AsOfOption, FolderOption, TreeOnlyOption, folder_of, today
from sopkit.cli.parameters import command_app
from sopkit.library import find_root, load_config
from sopkit.model.document import Classification

app = command_app()


@app.command("build")
def build_command(
    folder: FolderOption = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="DIR", help="The folder of the site; by default `site`.")
    ] = None,
    classification: Annotated[
        Classification, typer.Option("--classification", help="The most secret that is shown.")
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
    tree_only: TreeOnlyOption = False,
    as_of: AsOfOption = None,
) -> None:
    """Make the handbook: a static site of the approved SOPs, with search, controls, roles and what is due."""
    from sopkit.handbook.asked import Asked  # noqa: PLC0415 - jinja2 and git cost 120 ms
    from sopkit.handbook.build import build  # noqa: PLC0415
    from sopkit.handbook.publish import publish  # noqa: PLC0415
    from sopkit.lifecycle.standing import standings, standings_of_tag  # noqa: PLC0415

    root = folder_of(folder) if folder is not None else find_root(Path.cwd())
    config = load_config(root)
    now = today(config.library.timezone)
    where = output or Path("site")
    if edition and tree_only:
        raise typer.BadParameter("--edition reads what was committed, --tree-only does not")
    read = (
        standings_of_tag(root, edition, as_of, now)
        if edition
        else standings(root, as_of or now, now, tree_only=tree_only)
    )
    with read as ground:
        site = build(ground, Asked(classification, base_url or config.handbook.url, edition, drafts))
    publish(site.files, where, root)
    echo(f"{len(site.files)} files in {where}; open {where}/index.html")
