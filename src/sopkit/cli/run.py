"""`sopkit run import|checklist|record|start|resume|list|show`."""

from sopkit.cli.options import make_command
from sopkit.cli.run_import import import_command

app = make_command(
    "Follow procedures and show that they are followed: lists of cases, checklists, and walking through one."
)
app.command("import")(import_command)


@app.callback()
def run_group() -> None:
    """Follow procedures, and show that they are followed."""
