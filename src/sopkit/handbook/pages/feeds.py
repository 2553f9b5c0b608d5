"""Feeds: the approvals as Atom (RFC 4287), and a calendar with the date by which each SOP is reviewed."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from sopkit import __version__
from sopkit.handbook.approvals import PublishedApproval, all_approvals, approvals, library_uuid
from sopkit.handbook.html import handbook_title
from sopkit.handbook.page import Page, PageKind
from sopkit.handbook.pages.due import DueSop, due_sops
from sopkit.handbook.paths import CHANGES, HOME, REVIEWS, address, link, sop_path
from sopkit.handbook.published_library import PublishedLibrary
from sopkit.lifecycle.history import History
from sopkit.reminders.calendar import calendar_text, is_calendar_available, new_calendar, new_event

if TYPE_CHECKING:
    from icalendar import Event

_MAX_ENTRIES = 50
_INVALID_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _approval_pages(handbook: PublishedLibrary) -> Iterator[Page]:
    if approvals(handbook):
        yield Page(CHANGES, partial(_write_approvals, handbook))


def _write_approvals(handbook: PublishedLibrary) -> str:
    newest = all_approvals(handbook)[:_MAX_ENTRIES]
    feed = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": handbook.words.language})
    _add_text(feed, "id", library_uuid(newest[0].judged, "approvals").urn)
    _add_text(feed, "title", handbook.words("feeds.approvals", handbook=handbook_title(handbook)))
    _add_text(feed, "updated", _timestamp(newest[0]))
    _add_text(SubElement(feed, "author"), "name", handbook_title(handbook))
    _add_text(feed, "generator", "sopkit").set("version", __version__)
    if handbook.asked.base_url:
        SubElement(feed, "link", {"rel": "self", "href": address(handbook.asked.base_url, CHANGES)})
    _add_link(feed, handbook, HOME)
    for approval in newest:
        _add_entry(SubElement(feed, "entry"), approval, handbook)
    indent(feed, "")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed, "unicode") + "\n"


def _add_entry(entry: Element, approval: PublishedApproval, handbook: PublishedLibrary) -> None:
    text, say = approval.snapshot, handbook.words
    _add_text(entry, "id", approval.name.urn)
    _add_text(entry, "title", " ".join(part for part in (approval.one.id, text.title, approval.version) if part))
    _add_text(entry, "updated", _timestamp(approval))
    _add_link(entry, handbook, sop_path(approval.one.id))
    summary = say("feeds.approved", day=say.day(approval.landed), people=approval.people, level=approval.level)
    _add_text(entry, "summary", summary)
    if text.area:
        SubElement(entry, "category", {"term": _strip_invalid_xml(text.area)})


def _add_link(parent: Element, handbook: PublishedLibrary, path: str) -> None:
    base = handbook.asked.base_url
    where = address(base, path) if base else link(CHANGES, path)
    SubElement(parent, "link", {"rel": "alternate", "type": "text/html", "href": where})


def _add_text(parent: Element, name: str, text: str) -> Element:
    element = SubElement(parent, name)
    element.text = _strip_invalid_xml(text)
    return element


def _strip_invalid_xml(text: str) -> str:
    return _INVALID_XML.sub("\ufffd", text)


def _timestamp(approval: PublishedApproval) -> str:
    return datetime.fromtimestamp(approval.time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


CHANGES_FEED = PageKind("changes", _approval_pages)

_CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _review_pages(handbook: PublishedLibrary) -> Iterator[Page]:
    if handbook.standings.judged is not None and is_calendar_available():
        yield Page(REVIEWS, partial(_write_reviews, handbook, handbook.standings.judged))


def _write_reviews(handbook: PublishedLibrary, judged: History) -> str:
    name = _strip_control_characters(handbook.words("feeds.reviews", handbook=handbook_title(handbook)))
    calendar = new_calendar(name, f"sopkit {__version__}")
    for row in due_sops(handbook):
        if row.due:
            calendar.add_component(_event(row, row.due, handbook, judged))
    return calendar_text(calendar)


def _event(row: DueSop, day: date, handbook: PublishedLibrary, judged: History) -> "Event":
    say, sop_id = handbook.words, row.one.id
    event = new_event(
        str(library_uuid(judged, "review", sop_id)),
        day,
        handbook.edition.as_of,
        _strip_control_characters(say("feeds.review", id=sop_id, title=row.one.sop.title)),
        _strip_control_characters("\n".join((say("feeds.owner", owner=row.owner or say("due.nobody")), *row.reasons))),
    )
    if handbook.asked.base_url:
        event.add("url", address(handbook.asked.base_url, sop_path(sop_id)))
    return event


def _strip_control_characters(text: str) -> str:
    return _CONTROL_CHARACTERS.sub("", text).encode("utf-8", "replace").decode()


REVIEWS_CALENDAR = PageKind("reviews", _review_pages)
