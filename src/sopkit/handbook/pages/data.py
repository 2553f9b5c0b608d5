"""Files for programs and hosts: `handbook.json`, feeds, a calendar of reviews, HTTP headers, the page not found."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import Annotated
from urllib.parse import quote, urlsplit
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from sopkit import __version__
from sopkit.handbook.html import handbook_title, render_page
from sopkit.handbook.pages.due import due_sops
from sopkit.handbook.paths import (
    CHANGES,
    DATA,
    HOME,
    MISSING,
    REVIEWS,
    Page,
    PageKind,
    address,
    link,
    one_page,
    sop_path,
)
from sopkit.handbook.published_library import Edition, PublishedLibrary, PublishedSop
from sopkit.handbook.selection import Authority
from sopkit.handbook.status import PublishedApproval, all_approvals, approvals, current_approval, library_uuid
from sopkit.lifecycle.history import History
from sopkit.reminders.calendar import calendar_text, is_calendar_available, new_calendar, new_event
from sopkit.tables.document import Schema, array_schema, document_schema, row_schema, to_json

SCHEMA = "sopkit/handbook/1"
"""Name of the published schema."""

_TEXT_SCHEMA: Schema = {"type": "string"}


@dataclass(frozen=True, slots=True)
class PublishedSopRow:
    """One SOP that is shown, by the text that is shown. What is not known is empty or null."""

    id: Annotated[str, "Id of the SOP."]
    title: Annotated[str, "Title as typed."]
    area: Annotated[str, "Area as typed."]
    owner: Annotated[str, "Owner as typed."]
    version: Annotated[str, "Version label: that of the approval, else as typed."]
    classification: Annotated[str, "Classification as typed."]
    authority: Annotated[Authority, "What stands behind the text: an approval, nothing, or none is kept."]
    awaits: Annotated[bool, "Whether a newer text is not approved; one that is approved for a later day is."]
    state: Annotated[str, "The weightiest state of the SOP, as `sopkit stale` tells it."]
    approved: Annotated[date | None, "Day on which the approval of the text landed."]
    next_review: Annotated[date | None, "Last day on which the next review is in time."]
    digest: Annotated[str, "Digest of the text."]
    address: Annotated[str, "Path of its page from the top of the site."]


def format_json(document: Mapping[str, object]) -> str:
    """A document as JSON: a line for each of its keys, and for each row of its lists."""
    write = partial(json.dumps, ensure_ascii=False)
    parts = (
        f"{write(key)}: "
        + ("[\n" + ",\n".join(map(write, value)) + "\n]" if value and isinstance(value, list) else write(value))
        for key, value in document.items()
    )
    return "{\n" + ",\n".join(parts) + "\n}\n"


def handbook_schema() -> Schema:
    """The JSON Schema of `handbook.json`."""
    return document_schema(
        "HandbookDocument",
        "What `sopkit build` writes into `handbook.json`.",
        {
            "schema": ("Name of this schema.", {"const": SCHEMA}),
            "tool": ("Name and version of the program.", _TEXT_SCHEMA),
            "title": ("What the handbook calls itself.", _TEXT_SCHEMA),
            "language": ("Language of its interface, as a BCP 47 tag.", _TEXT_SCHEMA),
            "base_url": ("Where it stands; empty when it may stand anywhere.", _TEXT_SCHEMA),
            "edition": ("The edition that every page names.", row_schema(Edition)),
            "sops": ("The SOPs that are shown.", array_schema(row_schema(PublishedSopRow))),
        },
    )


def _sop_row(handbook: PublishedLibrary, one: PublishedSop) -> PublishedSopRow:
    approval = current_approval(handbook, one)
    unapproved = one.row.digest if one.row is not None and not one.standing.edited else ""
    return PublishedSopRow(
        id=one.id,
        title=one.sop.title,
        area=one.sop.text("area"),
        owner=one.sop.text("owner"),
        version=approval.version if approval else one.sop.text("version"),
        classification=one.sop.text("classification"),
        authority=one.authority,
        awaits=one.awaits,
        state=one.standing.state,
        approved=approval.landed if approval else None,
        next_review=one.standing.due,
        digest=approval.revision.digest if approval else unapproved,
        address=sop_path(one.id),
    )


def _write(handbook: PublishedLibrary) -> str:
    return format_json(
        {
            "schema": SCHEMA,
            "tool": f"sopkit {__version__}",
            "title": to_json(handbook_title(handbook)),
            "language": handbook.words.language,
            "base_url": handbook.options.base_url,
            "edition": to_json(handbook.edition),
            "sops": to_json(tuple(_sop_row(handbook, one) for one in handbook.shown)),
        }
    )


DATA_FILE = PageKind("data", one_page(DATA, _write))


_MAX_ENTRIES = 50
_INVALID_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _approval_pages(handbook: PublishedLibrary) -> Iterator[Page]:
    if approvals(handbook):
        yield Page(CHANGES, partial(_write_approvals, handbook))


def _write_approvals(handbook: PublishedLibrary) -> str:
    newest, say = all_approvals(handbook)[:_MAX_ENTRIES], handbook.words
    feed = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": say.language})
    _add_text(feed, "id", library_uuid(newest[0].history, "approvals").urn)
    _add_text(feed, "title", say("feeds.approvals", handbook=handbook_title(handbook)))
    _add_text(feed, "updated", _timestamp(newest[0]))
    _add_text(SubElement(feed, "author"), "name", handbook_title(handbook))
    _add_text(feed, "generator", "sopkit").set("version", __version__)
    if handbook.options.base_url:
        SubElement(feed, "link", {"rel": "self", "href": address(handbook.options.base_url, CHANGES)})
    _add_link(feed, handbook, HOME)
    for approval in newest:
        entry, snapshot = SubElement(feed, "entry"), approval.snapshot
        names = (approval.one.id, snapshot.title, approval.version)
        _add_text(entry, "id", approval.name.urn)
        _add_text(entry, "title", " ".join(filter(None, names)))
        _add_text(entry, "updated", _timestamp(approval))
        _add_link(entry, handbook, sop_path(approval.one.id))
        day = say.day(approval.landed)
        _add_text(entry, "summary", say("feeds.approved", day=day, people=approval.people, level=approval.level))
        if snapshot.area:
            SubElement(entry, "category", {"term": _strip_invalid_xml(snapshot.area)})
    indent(feed, "")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed, "unicode") + "\n"


def _add_link(parent: Element, handbook: PublishedLibrary, path: str) -> None:
    base = handbook.options.base_url
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
    if handbook.status.judged is not None and is_calendar_available():
        yield Page(REVIEWS, partial(_write_reviews, handbook, handbook.status.judged))


def _write_reviews(handbook: PublishedLibrary, history: History) -> str:
    say = handbook.words
    name = _strip_control_characters(say("feeds.reviews", handbook=handbook_title(handbook)))
    calendar = new_calendar(name, f"sopkit {__version__}")
    for row in due_sops(handbook):
        if row.due:
            sop_id, owner = row.one.id, say("feeds.owner", owner=row.owner or say("due.nobody"))
            event = new_event(
                str(library_uuid(history, "review", sop_id)),
                row.due,
                handbook.edition.as_of,
                _strip_control_characters(say("feeds.review", id=sop_id, title=row.one.sop.title)),
                _strip_control_characters("\n".join((owner, *row.reasons))),
            )
            if handbook.options.base_url:
                event.add("url", address(handbook.options.base_url, sop_path(sop_id)))
            calendar.add_component(event)
    return calendar_text(calendar)


def _strip_control_characters(text: str) -> str:
    return _CONTROL_CHARACTERS.sub("", text).encode("utf-8", "replace").decode()


REVIEWS_CALENDAR = PageKind("reviews", _review_pages)


CONTENT_SECURITY_POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
)
"""The Content-Security-Policy under which every page works."""

_HEADERS = f"""/*
  Content-Security-Policy: {CONTENT_SECURITY_POLICY}
  X-Content-Type-Options: nosniff
  Referrer-Policy: no-referrer
"""


HEADERS = PageKind("headers", one_page("_headers", lambda _: _HEADERS))


def _write_missing(handbook: PublishedLibrary) -> str:
    """With links from the top of the host; where nobody said where the site stands, without style and links."""
    title = handbook.words("missing.title")
    if not handbook.options.base_url:
        return render_page(handbook, MISSING, "missing-alone.html.j2", title)
    top = urlsplit(handbook.options.base_url).path.rstrip("/")
    return render_page(handbook, MISSING, "missing.html.j2", title, to=partial(_from_top, top))


def _from_top(top: str, target: str) -> str:
    path, mark, anchor = target.partition("#")
    return f"{quote(top, safe='/.-_~%')}/{quote(path, safe='/.-_~')}{mark}{anchor}"


MISSING_PAGE = PageKind("missing", one_page(MISSING, _write_missing))
