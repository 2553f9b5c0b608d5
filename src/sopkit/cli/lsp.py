"""`sopkit lsp`."""

import sys
from datetime import date

import typer

from sopkit.cli.options import AsOfOption, current_date, make_command
from sopkit.model.errors import SopkitError

app = make_command()


@app.command("lsp")
def lsp_command(as_of: AsOfOption = None) -> None:
    """Serve an editor: findings while you type, meanings of ids, completion, renames and mends.

    Editors start it by themselves and talk to it over standard input and output; docs/editors.md says how they are
    set up. It ends when the editor leaves.
    """
    try:
        from sopkit.lsp.stdio import serve  # 500 ms, and an extra
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("sopkit"):
            raise
        raise SopkitError(
            "the language server needs a library that is not installed", "run: pip install 'sopkit[lsp]'"
        ) from error

    if sys.stdin.isatty():
        typer.echo("waiting for an editor on standard input (docs/editors.md); Ctrl-C ends it", err=True)

    def day(zone: str) -> date:
        return as_of or current_date(zone)

    raise typer.Exit(serve(day))
