"""`sopkit stale`."""

from sopkit.cli.parameters import command_app

app = command_app()


@app.command("stale")
def stale_command() -> None:
    """Stub."""
