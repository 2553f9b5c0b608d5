"""`sopkit run`: follow procedures, and show that they are followed."""

from sopkit.cli.options import make_command
from sopkit.cli.run_checklist import checklist_command, record_command
from sopkit.cli.run_import import import_command
from sopkit.cli.run_list import list_command, show_command
from sopkit.cli.run_walk import resume_command, start_command

app = make_command(
    "Follow a procedure step by step or with a checklist, record what was done, and import the cases of other systems."
)

app.command("start")(start_command)
app.command("resume")(resume_command)
app.command("list")(list_command)
app.command("show")(show_command)
app.command("checklist")(checklist_command)
app.command("record")(record_command)
app.command("import")(import_command)
