"""Calendar files of all-day events, which a later file updates (RFC 5545)."""

from datetime import UTC, date, datetime, timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING

from sopkit.model.errors import SopkitError
from sopkit.tables.escape import escape_lines, one_line

if TYPE_CHECKING:
    from icalendar import Calendar, Event

INSTALL_HINT = "run: pip install 'sopkit[calendar]'"
_FIRST = date(2000, 1, 1)


def is_calendar_available() -> bool:
    """Whether the library is installed that writes calendars."""
    return find_spec("icalendar") is not None


def new_calendar(name: str, tool: str) -> "Calendar":
    """A calendar without events. Raises SopkitError where the library that writes it is not installed."""
    try:
        from icalendar import Calendar  # an extra, and only calendars need it
    except ImportError as error:
        raise SopkitError("calendar files need a library that is not installed", INSTALL_HINT) from error
    calendar = Calendar()
    calendar.add("prodid", f"-//sopkit//{tool}//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", one_line(name))
    return calendar


def new_event(uid: str, due: date | None, as_of: date, summary: str, description: str) -> "Event":
    """An event on the day that something is due; what is overdue, or has no day, stands on `as_of`."""
    from icalendar import Event

    day = max(due or as_of, as_of)
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC))
    event.add("sequence", max((as_of - _FIRST).days, 0))
    event.add("dtstart", day)
    if day < date.max:
        event.add("dtend", day + timedelta(days=1))
    event.add("summary", one_line(summary))
    event.add("description", escape_lines(description))
    event.add("transp", "TRANSPARENT")
    return event


def calendar_text(calendar: "Calendar") -> str:
    """The text of the file."""
    return str(calendar.to_ical().decode("utf-8"))
