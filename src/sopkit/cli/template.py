"""`sopkit template list|show`."""

from typing import Annotated

import typer

from sopkit import __version__
from sopkit.cli.console import echo, format_table
from sopkit.cli.options import FolderOption, OutputOption, find_library, format_option, make_command, open_library

app = make_command(
    "Look at the templates from which `sopkit new` makes SOPs: the shipped ones, and those in templates/."
)


@app.command("list")
def list_command(
    folder: FolderOption = None,
    format: Annotated[str, format_option("table", "json")] = "table",
    output: OutputOption = None,
) -> None:
    """List the templates: what each is for, and whether it is shipped or the library's own."""
    from sopkit.authoring.templates.listing import template_rows, templates_json  # jinja2 costs 48 ms

    rows = template_rows(find_library(folder))
    if format == "json":
        echo(templates_json(rows, __version__), output)
        return
    cells = [
        (row.name, row.title, row.area, row.version, "own" if row.own else "shipped", row.fault or row.summary)
        for row in rows
    ]
    echo(format_table(("NAME", "TITLE", "AREA", "VERSION", "FROM", "SUMMARY"), cells, "there is no template"), output)


@app.command("show")
def show_command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A template, as `sopkit template list` names it.")],
    source: Annotated[bool, typer.Option("--source", help="Show the text of the template itself.")] = False,
    folder: FolderOption = None,
    output: OutputOption = None,
) -> None:
    """Show the SOP that a template gives, with a mark at what is left to decide."""
    from sopkit.authoring.templates.draft import draft_sop  # jinja2 costs 48 ms
    from sopkit.authoring.templates.render import render_example
    from sopkit.parsing.template import find_template

    root = find_library(folder)
    template = find_template(root, name)
    if source:
        echo(template.source.decode(), output, verbatim=True)
    elif root is None:
        echo(render_example(template), output, verbatim=True)
    else:
        echo(draft_sop(open_library(root), template).text, output, verbatim=True)
