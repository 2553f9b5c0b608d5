"""A page for people: a job summary, a comment, a wiki."""

import re

from sopkit.reminders.formats import RemindFormat
from sopkit.reminders.reminder import Reminder, RemindOutput
from sopkit.tables.escape import escape_markdown


def _write(output: RemindOutput) -> str:
    parts = [f"# {escape_markdown(output.title)}", output.provenance]
    parts += [_section(reminder) for reminder in output.reminders] or ["Nobody has to be reminded."]
    return "\n\n".join(parts) + "\n"


def _section(reminder: Reminder) -> str:
    facts = [
        ("File", _code_span(reminder.path)),
        ("Why", escape_markdown(reminder.reason)),
        ("Change", escape_markdown(reminder.change)),
        ("Asked", escape_markdown(reminder.asked)),
        ("Do", _code_span(reminder.command)),
    ]
    lines = [f"- {label}: {text}" for label, text in facts if text]
    head = f"## {escape_markdown(reminder.name)}\n\n<!-- {reminder.marker} -->\n\n**{escape_markdown(reminder.what)}**"
    return "\n".join((head, "", *lines))


def _code_span(text: str) -> str:
    """The text as code, with more backticks around it than are in it."""
    fence = "`" * (max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}" if text else ""


MARKDOWN = RemindFormat("markdown", "a page for people", _write)
