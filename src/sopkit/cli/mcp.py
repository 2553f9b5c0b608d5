"""`sopkit mcp`."""

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.cli.options import AsOfOption, FolderOption, current_date, make_command, open_library
from sopkit.model.errors import SopkitError
from sopkit.model.sop_document import Classification

if TYPE_CHECKING:
    from sopkit.handbook.published_library import PublishedLibrary

app = make_command()


@app.command("mcp")
def mcp_command(
    folder: FolderOption = None,
    classification: Annotated[
        Classification, typer.Option("--classification", help="The most secret SOPs that are shown.")
    ] = Classification.INTERNAL,
    as_of: AsOfOption = None,
) -> None:
    """Serve an assistant: search and read SOPs as approved, by control, by role, and what is stale.

    It reads only, and speaks the Model Context Protocol over standard input and output; docs/assistants.md says how
    assistants start it. An SOP above the classification, or whose classification cannot be read, does not exist for
    them. It ends when the assistant leaves.
    """
    try:
        import mcp  # noqa: F401 - an extra
    except ModuleNotFoundError as error:
        raise SopkitError(
            "the server for assistants needs a library that is not installed", "run: pip install 'sopkit[mcp]'"
        ) from error
    from sopkit.mcp.queries import open_published_library  # git costs 70 ms
    from sopkit.mcp.server import serve  # 400 ms

    library = open_library(folder, as_of)

    def open_now() -> "AbstractContextManager[PublishedLibrary]":
        now = current_date(library.config.library.timezone)
        return open_published_library(library.root, as_of or now, now, classification)

    serve(open_now)
