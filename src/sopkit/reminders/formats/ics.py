"""A calendar file with an all-day event for each SOP, which a later file updates (RFC 5545)."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from sopkit.literal import clipped
from sopkit.model.errors import SopkitError
from sopkit.reminders.formats._format import RemindFormat
from sopkit.reminders.reminder import Reminder, RemindOutput

if TYPE_CHECKING:
    from icalendar import Alarm, Calendar, Event

_FIRST = date(2000, 1, 1)
_TITLE = 200


def _write(output: RemindOutput) -> str:
    calendar = _calendar()
    calendar.add("prodid", f"-//sopkit//{output.tool}//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"SOP reviews {output.library}".strip())
    by_sop: dict[str, list[Reminder]] = {}
    for reminder in output.reminders:
        by_sop.setdefault(reminder.key, []).append(reminder)
    for mine in by_sop.values():
        calendar.add_component(_event(mine, output))
    return str(calendar.to_ical().decode("utf-8"))


def _calendar() -> "Calendar":
    try:
        from icalendar import Calendar  # noqa: PLC0415 - an extra, and only this format needs it
    except ImportError as error:
        raise SopkitError(
            "calendar files need a library that is not installed", "run: pip install 'sopkit[calendar]'"
        ) from error
    return Calendar()


def _event(mine: list[Reminder], output: RemindOutput) -> "Event":
    from icalendar import Event  # noqa: PLC0415 - as above

    first = mine[0]
    day = max(first.due or output.as_of, output.as_of)  # what is overdue stands on today
    event = Event()
    event.add("uid", _uid(first, output))
    event.add("dtstamp", datetime(output.as_of.year, output.as_of.month, output.as_of.day, tzinfo=UTC))
    event.add("sequence", max((output.as_of - _FIRST).days, 0))
    event.add("summary", clipped(f"{first.name}: {first.what}", _TITLE))
    event.add("dtstart", day)
    if day < date.max:
        event.add("dtend", day + timedelta(days=1))
    event.add("description", "\n".join((*(line for reminder in mine for line in _lines(reminder)), output.judged)))
    event.add("categories", ["SOP", first.audience])
    event.add("transp", "TRANSPARENT")
    for reminder in mine:
        event.add("x-sopkit-reminder", reminder.marker)
    for days in sorted({days for days in output.thresholds if days >= 0}, reverse=True):
        if first.due is not None and (first.due - output.as_of).days >= days:
            event.add_component(_alarm(first, days))
    return event


def _alarm(reminder: Reminder, days: int) -> "Alarm":
    from icalendar import Alarm  # noqa: PLC0415 - as above

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", clipped(f"{reminder.name}: review is due on {reminder.due}", _TITLE))
    alarm.add("trigger", timedelta(days=-days))
    return alarm


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


def _uid(reminder: Reminder, output: RemindOutput) -> str:
    """The id of the event: that of the SOP in its library, whatever its day."""
    library = re.sub(r"[^a-z0-9]+", "-", output.library.lower()).strip("-") or "sopkit"
    return f"{reminder.thread.rpartition(':')[0]}@{library}"


ICS = RemindFormat("ics", "a calendar file with an event for each SOP", _write)
