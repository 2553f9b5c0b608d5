"""The calendar of reviews: an event on the day by which each SOP is reviewed."""

import re
from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from sopkit import __version__
from sopkit.calendar_file import all_day, calendar_of, can_write, written
from sopkit.handbook.ground import Ground
from sopkit.handbook.html import handbook_title
from sopkit.handbook.page import REVIEWS, Page, PageKind, address, sop_path
from sopkit.handbook.past.approvals import named
from sopkit.handbook.views.due import Due, due
from sopkit.lifecycle.history import History

if TYPE_CHECKING:
    from icalendar import Event

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _pages(ground: Ground) -> Iterator[Page]:
    if ground.standings.judged is not None and can_write():
        yield Page(REVIEWS, partial(_write, ground, ground.standings.judged))


def _write(ground: Ground, judged: History) -> str:
    name = _plain(ground.words("feeds.reviews", handbook=handbook_title(ground)))
    calendar = calendar_of(name, f"sopkit {__version__}")
    for row in due(ground):
        if row.due:
            calendar.add_component(_event(row, row.due, ground, judged))
    return written(calendar)


def _event(row: Due, day: date, ground: Ground, judged: History) -> "Event":
    say, sop_id = ground.words, row.one.id
    event = all_day(
        str(named(judged, "review", sop_id)),
        day,
        ground.edition.as_of,
        _plain(say("feeds.review", id=sop_id, title=row.one.sop.title)),
        _plain("\n".join((say("feeds.owner", owner=row.owner or say("due.nobody")), *row.reasons))),
    )
    if ground.asked.base_url:
        event.add("url", address(ground.asked.base_url, sop_path(sop_id)))
    return event


def _plain(text: str) -> str:
    """A text without what no calendar may hold."""
    return _CONTROL.sub("", text).encode("utf-8", "replace").decode()


REVIEWS_CALENDAR = PageKind("reviews", _pages)
