"""`sopkit schema`."""

from typing import Annotated

import typer

from sopkit.cli.console import echo
from sopkit.cli.options import OutputOption, check_name, make_command

app = make_command()


@app.command("schema")
def schema_command(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Which schema; without it, the list of names.")
    ] = None,
    output: OutputOption = None,
) -> None:
    """Print the JSON Schema of the front matter, the configuration, a register or an output, for editors and tools."""
    from sopkit.docs import schema_text, schemas  # linting does not need the pages

    if name is None:
        echo("\n".join(schemas()), output)
        return
    echo(schema_text(check_name(name, tuple(schemas()), "schema")), output)
