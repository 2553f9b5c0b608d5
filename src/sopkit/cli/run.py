"""`sopkit run`: follow procedures, and record that they were followed."""

from sopkit.cli.options import make_command
from sopkit.cli.run_checklist import checklist_command, record_command
from sopkit.cli.run_list import list_command, show_command
from sopkit.cli.run_walk import resume_command, start_command

app = make_command("Follow a procedure step by step, and record what was done: in the terminal, or with a checklist.")

app.command("start")(start_command)
app.command("resume")(resume_command)
app.command("list")(list_command)
app.command("show")(show_command)
app.command("checklist")(checklist_command)
app.command("record")(record_command)
