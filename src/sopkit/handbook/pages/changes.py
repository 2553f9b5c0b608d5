"""The feed of approvals, as Atom (RFC 4287)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from sopkit import __version__
from sopkit.handbook.approvals import PublishedApproval, all_approvals, approvals, library_uuid
from sopkit.handbook.approvals import approval_details as told_plainly
from sopkit.handbook.html import handbook_title
from sopkit.handbook.page import CHANGES, HOME, Page, PageKind, address, link, sop_path
from sopkit.handbook.published import PublishedLibrary

_MAX_ENTRIES = 50
_INVALID_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _pages(ground: PublishedLibrary) -> Iterator[Page]:
    if approvals(ground):
        yield Page(CHANGES, partial(_write, ground))


def _write(ground: PublishedLibrary) -> str:
    newest = all_approvals(ground)[:_MAX_ENTRIES]
    feed = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": ground.words.language})
    _add_text(feed, "id", library_uuid(newest[0].judged, "approvals").urn)
    _add_text(feed, "title", ground.words("feeds.approvals", handbook=handbook_title(ground)))
    _add_text(feed, "updated", _timestamp(newest[0]))
    _add_text(SubElement(feed, "author"), "name", handbook_title(ground))
    _add_text(feed, "generator", "sopkit").set("version", __version__)
    if ground.asked.base_url:
        SubElement(feed, "link", {"rel": "self", "href": address(ground.asked.base_url, CHANGES)})
    _add_link(feed, ground, HOME)
    for told in newest:
        _add_entry(SubElement(feed, "entry"), told, ground)
    indent(feed, "")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed, "unicode") + "\n"


def _add_entry(entry: Element, told: PublishedApproval, ground: PublishedLibrary) -> None:
    text, say = told.snapshot, ground.words
    plainly = told_plainly(ground, told.one, told.approval)
    _add_text(entry, "id", told.name.urn)
    _add_text(entry, "title", " ".join(part for part in (told.one.id, text.title, told.version) if part))
    _add_text(entry, "updated", _timestamp(told))
    _add_link(entry, ground, sop_path(told.one.id))
    said = say("feeds.approved", day=say.day(told.approval.landed), people=plainly.people, level=plainly.level)
    _add_text(entry, "summary", said)
    if text.area:
        SubElement(entry, "category", {"term": _strip_invalid_xml(text.area)})


def _add_link(parent: Element, ground: PublishedLibrary, path: str) -> None:
    base = ground.asked.base_url
    where = address(base, path) if base else link(CHANGES, path)
    SubElement(parent, "link", {"rel": "alternate", "type": "text/html", "href": where})


def _add_text(parent: Element, name: str, text: str) -> Element:
    element = SubElement(parent, name)
    element.text = _strip_invalid_xml(text)
    return element


def _strip_invalid_xml(text: str) -> str:
    """The text without what XML cannot hold."""
    return _INVALID_XML.sub("\ufffd", text)


def _timestamp(told: PublishedApproval) -> str:
    return datetime.fromtimestamp(told.time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


CHANGES_FEED = PageKind("changes", _pages)
