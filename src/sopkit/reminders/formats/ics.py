"""A calendar file with an all-day event for each SOP, which a later file updates."""

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from sopkit.reminders.calendar import calendar_text, new_calendar, new_event
from sopkit.reminders.formats import RemindFormat
from sopkit.reminders.reminder import Reminder, RemindOutput
from sopkit.tables.escape import clip

if TYPE_CHECKING:
    from icalendar import Event

_MAX_TITLE = 200


def _write(output: RemindOutput) -> str:
    calendar = new_calendar(f"SOP reviews {output.library}".strip(), output.tool)
    by_sop: dict[str, list[Reminder]] = {}
    for reminder in output.reminders:
        by_sop.setdefault(reminder.key, []).append(reminder)
    for mine in by_sop.values():
        calendar.add_component(_event(mine, output))
    return calendar_text(calendar)


def _event(mine: list[Reminder], output: RemindOutput) -> "Event":
    from icalendar import Alarm  # an extra, and only calendars need it

    first = mine[0]
    # The id is that of the SOP in its library, whatever its day.
    library = re.sub(r"[^a-z0-9]+", "-", output.library.lower()).strip("-") or "sopkit"
    uid = f"{first.thread.rpartition(':')[0]}@{library}"
    summary = clip(f"{first.name}: {first.what}", _MAX_TITLE)
    description = "\n".join((*(line for reminder in mine for line in _lines(reminder)), output.provenance))
    event = new_event(uid, first.due, output.as_of, summary, description)
    event.add("categories", ["SOP", first.audience])
    for reminder in mine:
        event.add("x-sopkit-reminder", reminder.marker)
    for days in sorted({days for days in output.thresholds if days >= 0}, reverse=True):
        if first.due is not None and (first.due - output.as_of).days >= days:
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", clip(f"{first.name}: review is due on {first.due}", _MAX_TITLE))
            alarm.add("trigger", timedelta(days=-days))
            event.add_component(alarm)
    return event


def _lines(reminder: Reminder) -> list[str]:
    facts = (
        ("What", reminder.what),
        ("Why", reminder.reason),
        ("Change", reminder.change),
        ("Asked", reminder.asked),
        ("File", reminder.path),
        ("Do", reminder.command),
    )
    return [*(f"{label}: {text}" for label, text in facts if text), ""]


ICS = RemindFormat("ics", "a calendar file with an event for each SOP", _write)
