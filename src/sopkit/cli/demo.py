"""`sopkit demo`."""

from sopkit.cli.parameters import command_app

app = command_app()


@app.command("demo")
def demo_command() -> None:
    """Stub."""
