"""`sopkit render`."""

from typing import Annotated

import typer

from sopkit.cli.console import echo
from sopkit.cli.options import AsOfOption, FolderOption, OutputOption, open_library
from sopkit.cli.parameters import command_app, format_option
from sopkit.library import Library
from sopkit.model.errors import SopkitError
from sopkit.model.nearest import nearest
from sopkit.model.sop import Sop

app = command_app()

FORMATS = ("html", "markdown")
_FORMATS = "html: one file without anything from outside; markdown: the text under a table of its metadata."


@app.command("render")
def render_command(
    sop: Annotated[str, typer.Argument(metavar="ID", help="The SOP's id, or its path in the library.")],
    format: Annotated[str, format_option(*FORMATS, about=_FORMATS)] = "html",
    folder: FolderOption = None,
    output: OutputOption = None,
    as_of: AsOfOption = None,
) -> None:
    """Show one SOP as a document of its own: to read, to print, to send."""
    from sopkit.render import render_html, render_markdown  # noqa: PLC0415 - jinja2 costs 48 ms

    library = open_library(folder, as_of)
    found = find_sop(library, sop)
    text = render_html(found, library) if format == "html" else render_markdown(found, library)
    echo(text, output)


def find_sop(library: Library, name: str) -> Sop:
    """The SOP of that id or path. Raises SopkitError that names the nearest id."""
    same = library.by_id.get(name) or library.by_id.get(name.upper(), ())
    if len(same) > 1:
        paths = ", ".join(sop.path for sop in same)
        raise SopkitError(f"{name} is the id of {len(same)} SOPs: {paths}", "name the path instead")
    found = same[0] if same else library.by_path.get(name.removeprefix("./"))
    if found is None:
        near = nearest(name.upper(), list(library.by_id), 1, 0.5)
        hint = f"did you mean {near[0]}?" if near else "sopkit status lists them"
        raise SopkitError(f"no SOP {name} in {library.root}", hint)
    return found
