"""The feed of approvals, as Atom (RFC 4287)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from sopkit import __version__
from sopkit.handbook.ground import Ground
from sopkit.handbook.html import handbook_title
from sopkit.handbook.page import CHANGES, HOME, Page, PageKind, address, link, sop_path
from sopkit.handbook.past.approvals import Told, approvals, named, past_approvals
from sopkit.handbook.past.approved import told as told_plainly

_MOST = 50
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _pages(ground: Ground) -> Iterator[Page]:
    if approvals(ground):
        yield Page(CHANGES, partial(_write, ground))


def _write(ground: Ground) -> str:
    newest = past_approvals(ground)[:_MOST]
    feed = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": ground.words.language})
    _text(feed, "id", named(newest[0].judged, "approvals").urn)
    _text(feed, "title", ground.words("feeds.approvals", handbook=handbook_title(ground)))
    _text(feed, "updated", _moment(newest[0]))
    _text(SubElement(feed, "author"), "name", handbook_title(ground))
    _text(feed, "generator", "sopkit").set("version", __version__)
    if ground.asked.base_url:
        SubElement(feed, "link", {"rel": "self", "href": address(ground.asked.base_url, CHANGES)})
    _link(feed, ground, HOME)
    for told in newest:
        _entry(SubElement(feed, "entry"), told, ground)
    indent(feed, "")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed, "unicode") + "\n"


def _entry(entry: Element, told: Told, ground: Ground) -> None:
    text, say = told.snapshot, ground.words
    plainly = told_plainly(ground, told.one, told.approval)
    _text(entry, "id", told.name.urn)
    _text(entry, "title", " ".join(part for part in (told.one.id, text.title, told.version) if part))
    _text(entry, "updated", _moment(told))
    _link(entry, ground, sop_path(told.one.id))
    said = say("feeds.approved", day=say.day(told.approval.landed), people=plainly.people, level=plainly.level)
    _text(entry, "summary", said)
    if text.area:
        SubElement(entry, "category", {"term": _clean(text.area)})


def _link(parent: Element, ground: Ground, path: str) -> None:
    base = ground.asked.base_url
    where = address(base, path) if base else link(CHANGES, path)
    SubElement(parent, "link", {"rel": "alternate", "type": "text/html", "href": where})


def _text(parent: Element, name: str, text: str) -> Element:
    element = SubElement(parent, name)
    element.text = _clean(text)
    return element


def _clean(text: str) -> str:
    """The text without what XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)


def _moment(told: Told) -> str:
    return datetime.fromtimestamp(told.time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


CHANGES_FEED = PageKind("changes", _pages)
