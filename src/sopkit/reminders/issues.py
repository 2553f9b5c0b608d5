"""Reminders as issues for a forge: JSON from which a script creates them or finds the existing ones."""

import re
import textwrap
from typing import Literal

from sopkit.reminders.reminder import Reminder, RemindOutput
from sopkit.tables.escape import clip, unlink
from sopkit.tables.rows import dump_json

ISSUES_SCHEMA = "sopkit/remind-issues/1"
LABEL = "sopkit"
_MAX_TITLE = 250  # GitLab takes 255 characters, GitHub 256
_LINE_WIDTH = 100
_MAX_TEXT = 4_000

Forge = Literal["github", "gitlab"]


def write_issues(output: RemindOutput, forge: Forge) -> str:
    """The one object with an issue for each reminder."""
    return dump_json(
        {
            "schema": ISSUES_SCHEMA,
            "tool": output.tool,
            "head": output.head,
            "as_of": str(output.as_of),
            "rows": [_issue(reminder, output, forge) for reminder in output.reminders],
        }
    )


def _issue(reminder: Reminder, output: RemindOutput, forge: Forge) -> dict[str, object]:
    logins = (person.login(forge) for person in reminder.to)
    return {
        "thread": reminder.thread,
        "marker": reminder.marker,
        "title": clip(unlink(f"{reminder.name}: {reminder.what}"), _MAX_TITLE),
        "body": _body(reminder, output),
        "labels": [LABEL, "overdue"] if (reminder.days or 0) < 0 else [LABEL],
        "assignees": [login for login in logins if re.fullmatch(r"[A-Za-z0-9][\w.-]{0,254}", login)],
        "due": str(reminder.due) if reminder.due else None,
    }


def _body(reminder: Reminder, output: RemindOutput) -> str:
    """All that documents say stands in one block of code, where no forge looks for mentions or commands."""
    facts = (
        ("SOP", reminder.name),
        ("File", reminder.path),
        ("What", reminder.what),
        ("Why", reminder.reason),
        ("Change", reminder.change),
        ("Asked", reminder.asked),
        ("Do", reminder.command),
    )
    lines = [line for label, text in facts if text for line in _wrap(label, clip(text, _MAX_TEXT))]
    ticks = max((len(run) for run in re.findall(r"`+", "\n".join(lines))), default=0)
    fence = "`" * max(3, ticks + 1)
    marks = f"<!-- {reminder.thread} -->\n<!-- {reminder.marker} -->"
    return "\n".join((marks, "", f"{fence}text", *lines, fence, "", output.judged, ""))


def _wrap(label: str, text: str) -> list[str]:
    start = f"{label + ':':<8}"
    return textwrap.wrap(
        text,
        _LINE_WIDTH,
        initial_indent=start,
        subsequent_indent=" " * 8,
        break_long_words=False,
        break_on_hyphens=False,
    )


def issues_schema() -> dict[str, object]:
    """The JSON Schema of that object."""
    text: dict[str, object] = {"type": "string"}
    names = {"type": "array", "items": text}
    row: dict[str, dict[str, object]] = {
        "thread": {"description": "Stands in the body as a comment: one open issue has it.", **text},
        "marker": {"description": "Stands in the body as a comment: names this very reminder.", **text},
        "title": {"description": "Title, without mentions or references.", **text},
        "body": {"description": "Body in Markdown.", **text},
        "labels": {"description": "Labels.", **names},
        "assignees": {"description": "Logins at the forge of those who are asked.", **names},
        "due": {"description": "Due day of the review.", "type": ["string", "null"], "format": "date"},
    }
    head: dict[str, dict[str, object]] = {
        "schema": {"description": "Name of this schema.", "const": ISSUES_SCHEMA},
        "tool": {"description": "Name and version of the program.", **text},
        "head": {
            "description": "Commit that is checked out; null when no history was read.",
            "type": ["string", "null"],
        },
        "as_of": {"description": "The day on which the library was judged.", "type": "string", "format": "date"},
        "rows": {"description": "Issues, sorted by SOP.", "type": "array", "items": closed_object(row)},
    }
    return {
        "title": "RemindIssues",
        "description": "What `sopkit stale --remind github` and `gitlab` write.",
        **closed_object(head),
    }


def closed_object(properties: dict[str, dict[str, object]]) -> dict[str, object]:
    """The schema of an object with exactly these keys."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
