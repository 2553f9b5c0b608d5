"""`sopkit run`: follow procedures, and record that they were followed."""

from sopkit.cli.options import make_command
from sopkit.cli.run_checklist import checklist_command, record_command

app = make_command("Follow a procedure step by step, and record what was done: in the terminal, or with a checklist.")

app.command("checklist")(checklist_command)
app.command("record")(record_command)
