"""`sopkit serve`."""

import threading
from typing import TYPE_CHECKING, Annotated

import typer

from sopkit.cli.options import AsOfOption, FolderOption, TreeOnlyOption, current_date, make_command, resolve_root
from sopkit.model.errors import SopkitError
from sopkit.model.sop_document import Classification
from sopkit.tables.escape import escape_controls

if TYPE_CHECKING:
    from sopkit.handbook.serve import PreviewState

app = make_command()
PORT = 8000


@app.command("serve")
def serve_command(
    folder: FolderOption = None,
    port: Annotated[
        int, typer.Option("--port", min=1, max=65535, help="The port; the next free one when it is taken.")
    ] = PORT,
    classification: Annotated[
        Classification, typer.Option("--classification", help="The most secret that is shown.")
    ] = Classification.RESTRICTED,
    drafts: Annotated[
        bool, typer.Option("--with-drafts/--approved-only", help="Show texts that are not approved, marked as such.")
    ] = True,
    tree_only: TreeOnlyOption = False,
    as_of: AsOfOption = None,
) -> None:
    """Show the handbook in a browser on this machine while you write; it reloads when a file changes.

    Everything in the library is shown, drafts too: it is the writer's own view. The address that is printed ends with
    a token, new at each start, without which nobody on this machine sees a page. What cannot be made is shown here
    and in the page, and the previous handbook stays until it is fixed. Ctrl-C ends it.
    """
    from sopkit.git.repository import open_repository  # git and jinja2 cost 120 ms
    from sopkit.handbook.selection import BuildOptions
    from sopkit.handbook.serve import Preview, create_server, handbook_builder, watch_changes

    _require_watchfiles()
    root = resolve_root(folder)
    make = handbook_builder(root, BuildOptions(classification, drafts=drafts), as_of, current_date, tree_only=tree_only)
    preview = Preview(make)
    changes = watch_changes(root, open_repository(root), threading.Event())
    next(changes)  # watch first: what changes while the handbook is made is seen
    _print_state(preview.renew())
    with create_server(preview, port) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        note = f"; port {port} is taken" if server.port != port else ""
        typer.echo(f"open {server.address}{note}; Ctrl-C ends it")
        try:
            for paths in changes:
                if paths:
                    first = escape_controls(paths[0].removeprefix(f"{root}/"))
                    typer.echo(f"{first}{f' and {len(paths) - 1} more' if paths[1:] else ''} changed")
                _print_state(preview.renew())
        finally:
            server.shutdown()


def _require_watchfiles() -> None:
    try:
        import watchfiles  # noqa: F401 - an extra
    except ModuleNotFoundError as error:
        raise SopkitError(
            "watching files needs a library that is not installed", "run: pip install 'sopkit[serve]'"
        ) from error


def _print_state(state: "PreviewState") -> None:
    for warning in state.warnings:
        typer.echo(f"warning: {escape_controls(warning)}", err=True)
    if state.error:
        typer.echo(f"sopkit: {escape_controls(state.error)}", err=True)
        if state.hint:
            typer.echo(f"  {escape_controls(state.hint)}", err=True)
    else:
        typer.echo(f"{len(state.files)} files")
