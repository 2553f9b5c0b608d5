"""Reminders for other programs."""

from dataclasses import fields
from datetime import date

from sopkit.reminders.formats import RemindFormat
from sopkit.reminders.issues import closed_object
from sopkit.reminders.reminder import Recipient, Reminder, RemindOutput
from sopkit.tables.rows import dump_json

SCHEMA = "sopkit/remind/1"


def _write(output: RemindOutput) -> str:
    return dump_json(
        {
            "schema": SCHEMA,
            "tool": output.tool,
            "head": output.head,
            "as_of": str(output.as_of),
            "rows": [_row(reminder) for reminder in output.reminders],
        }
    )


def _row(reminder: Reminder) -> dict[str, object]:
    cells = {field.name: getattr(reminder, field.name) for field in fields(Reminder)}
    plain = {name: str(value) if isinstance(value, date) else value for name, value in cells.items()}
    return {**plain, "to": [_person(person) for person in reminder.to]}


def _person(person: Recipient) -> dict[str, object]:
    return {
        "key": person.key,
        "name": person.name,
        "email": person.email,
        "role": person.role,
        "logins": dict(person.logins),
    }


_TEXT = {"type": "string"}
_DATE = {"type": ["string", "null"], "format": "date"}
_ROW: dict[str, dict[str, object]] = {
    "key": {"description": "The SOP among all of the report.", **_TEXT},
    "id": {"description": "Id of the SOP.", **_TEXT},
    "title": {"description": "Its title.", **_TEXT},
    "path": {"description": "Its file.", **_TEXT},
    "area": {"description": "Its area.", **_TEXT},
    "owner": {"description": "Its owner, a role.", **_TEXT},
    "state": {"description": "Its weightiest state.", **_TEXT},
    "audience": {"description": "Whether owner or approvers are asked.", "enum": ["review", "approval"]},
    "due": {"description": "Last day on which the next review is in time.", **_DATE},
    "days": {"description": "Days until then; negative when overdue.", "type": ["integer", "null"]},
    "day": {"description": "Day on which this reminder fell due.", "type": "string", "format": "date"},
    "stage": {"description": "Which reminder it is: due-30, overdue-2, never-reviewed-0.", **_TEXT},
    "marker": {"description": "Names this very reminder; the same when it is written again.", **_TEXT},
    "thread": {"description": "The same for all reminders of the SOP to this audience.", **_TEXT},
    "what": {"description": "What has to be looked at.", **_TEXT},
    "reason": {"description": "Why, in the words of the report.", **_TEXT},
    "change": {"description": "The last material change of the text, or empty.", **_TEXT},
    "command": {"description": "What to type.", **_TEXT},
    "asked": {"description": "Who is asked, in words; says it when nobody is.", **_TEXT},
    "escalated": {"description": "Whether deputy and superior are asked as well.", "type": "boolean"},
    "to": {
        "description": "Who is asked.",
        "type": "array",
        "items": closed_object(
            {
                "key": {"description": "Key of the people register.", **_TEXT},
                "name": {"description": "Name.", **_TEXT},
                "email": {"description": "First usable address, or empty.", **_TEXT},
                "role": {"description": "The role in which the person is asked.", **_TEXT},
                "logins": {
                    "description": "Logins by forge.",
                    "type": "object",
                    "additionalProperties": {"type": "string"},
                },
            }
        ),
    },
}


def remind_schema() -> dict[str, object]:
    """The JSON Schema of what `--remind json` writes."""
    head: dict[str, dict[str, object]] = {
        "schema": {"description": "Name of this schema.", "const": SCHEMA},
        "tool": {"description": "Name and version of the program.", **_TEXT},
        "head": {
            "description": "Commit that is checked out; null when no history was read.",
            "type": ["string", "null"],
        },
        "as_of": {"description": "The day on which the library was judged.", "type": "string", "format": "date"},
        "rows": {"description": "Reminders, sorted by SOP.", "type": "array", "items": closed_object(_ROW)},
    }
    return {
        "title": "RemindDocument",
        "description": "What `sopkit stale --remind json` writes.",
        **closed_object(head),
    }


JSON = RemindFormat("json", "one object for other programs", _write)
