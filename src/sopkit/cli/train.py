"""`sopkit train`: everyone knows the procedures that are theirs, and it can be shown."""

from sopkit.cli.options import make_command
from sopkit.cli.train_card import card_command
from sopkit.cli.train_import import import_command
from sopkit.cli.train_plan import plan_command
from sopkit.cli.train_record import acknowledge_command, record_command, session_command
from sopkit.cli.train_remind import remind_command
from sopkit.cli.train_status import export_command, status_command

app = make_command("Record who was trained on which procedure and how, and show who is to be trained.")

app.command("status")(status_command)
app.command("acknowledge")(acknowledge_command)
app.command("session")(session_command)
app.command("record")(record_command)
app.command("import")(import_command)
app.command("export")(export_command)
app.command("plan")(plan_command)
app.command("remind")(remind_command)
app.command("card")(card_command)
