"""The calendar of reviews: an event on the day by which each SOP is reviewed (RFC 5545)."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from sopkit import __version__
from sopkit.handbook.approvals import named
from sopkit.handbook.due import Due, due
from sopkit.handbook.ground import Ground
from sopkit.handbook.html import handbook_title
from sopkit.handbook.page import REVIEWS, Page, PageKind, address, sop_path
from sopkit.lifecycle.judged import Judged

_FIRST = date(2000, 1, 1)
_MOST_BYTES = 75  # of a line, which goes on in the next behind a blank
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPECIAL = re.compile(r"([\\;,])")


def _pages(ground: Ground) -> Iterator[Page]:
    if ground.standings.judged is not None:
        yield Page(REVIEWS, partial(_write, ground, ground.standings.judged))


def _write(ground: Ground, judged: Judged) -> str:
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//sopkit//sopkit {__version__}//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(ground.words('feeds.reviews', handbook=handbook_title(ground)))}",
        *(line for row in due(ground) if row.due for line in _event(row, row.due, ground, judged)),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _event(row: Due, day: date, ground: Ground, judged: Judged) -> Iterator[str]:
    as_of, say = ground.edition.as_of, ground.words
    stands = max(day, as_of)  # what is overdue stands on the day of the edition
    yield "BEGIN:VEVENT"
    yield f"UID:{named(judged, 'review', row.one.id)}"
    yield f"DTSTAMP:{as_of:%Y%m%d}T000000Z"
    yield f"SEQUENCE:{max((as_of - _FIRST).days, 0)}"
    yield f"DTSTART;VALUE=DATE:{stands:%Y%m%d}"
    if stands < date.max:
        yield f"DTEND;VALUE=DATE:{stands + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_text(say('feeds.review', id=row.one.id, title=row.one.sop.title))}"
    yield f"DESCRIPTION:{_text(chr(10).join((say('feeds.owner', owner=row.owner or say('due.nobody')), *row.reasons)))}"
    yield "TRANSP:TRANSPARENT"
    if ground.asked.base_url:
        yield f"URL:{address(ground.asked.base_url, sop_path(row.one.id))}"
    yield "END:VEVENT"


def _text(text: str) -> str:
    """A text as a value: what has a meaning there is written behind a backslash."""
    plain = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _SPECIAL.sub(r"\\\1", plain).replace("\n", r"\n").encode("utf-8", "replace").decode()


def _folded(line: str) -> Iterator[str]:
    """The line in parts that are short enough, each but the first behind a blank; no character is parted."""
    part, size = "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > _MOST_BYTES:
            yield part
            part, size = " ", 1
        part += letter
        size += width
    yield part


REVIEWS_CALENDAR = PageKind("reviews", _pages)
