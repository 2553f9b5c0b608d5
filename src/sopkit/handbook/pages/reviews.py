"""The calendar of reviews: an event on the date by which each SOP is reviewed."""

import re
from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from sopkit import __version__
from sopkit.handbook.approvals import library_uuid
from sopkit.handbook.html import handbook_title
from sopkit.handbook.page import REVIEWS, Page, PageKind, address, sop_path
from sopkit.handbook.pages.due import DueSop, due_sops
from sopkit.handbook.published import PublishedLibrary
from sopkit.lifecycle.history import History
from sopkit.reminders.calendar import calendar_text, is_calendar_available, new_calendar, new_event

if TYPE_CHECKING:
    from icalendar import Event

_CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _pages(ground: PublishedLibrary) -> Iterator[Page]:
    if ground.standings.judged is not None and is_calendar_available():
        yield Page(REVIEWS, partial(_write, ground, ground.standings.judged))


def _write(ground: PublishedLibrary, judged: History) -> str:
    name = _strip_control_characters(ground.words("feeds.reviews", handbook=handbook_title(ground)))
    calendar = new_calendar(name, f"sopkit {__version__}")
    for row in due_sops(ground):
        if row.due:
            calendar.add_component(_event(row, row.due, ground, judged))
    return calendar_text(calendar)


def _event(row: DueSop, day: date, ground: PublishedLibrary, judged: History) -> "Event":
    say, sop_id = ground.words, row.one.id
    event = new_event(
        str(library_uuid(judged, "review", sop_id)),
        day,
        ground.edition.as_of,
        _strip_control_characters(say("feeds.review", id=sop_id, title=row.one.sop.title)),
        _strip_control_characters("\n".join((say("feeds.owner", owner=row.owner or say("due.nobody")), *row.reasons))),
    )
    if ground.asked.base_url:
        event.add("url", address(ground.asked.base_url, sop_path(sop_id)))
    return event


def _strip_control_characters(text: str) -> str:
    """A text without what no calendar may hold."""
    return _CONTROL_CHARACTERS.sub("", text).encode("utf-8", "replace").decode()


REVIEWS_CALENDAR = PageKind("reviews", _pages)
