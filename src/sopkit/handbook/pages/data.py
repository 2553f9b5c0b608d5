"""The handbook for other programs: `handbook.json`, with its schema."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from typing import Annotated

from sopkit import __version__
from sopkit.handbook.approvals import current_approval
from sopkit.handbook.html import handbook_title
from sopkit.handbook.page import Page, PageKind
from sopkit.handbook.paths import DATA, sop_path
from sopkit.handbook.published_library import Edition, PublishedLibrary, PublishedSop
from sopkit.handbook.selection import Authority
from sopkit.tables.document import Schema, array_schema, document_schema, row_schema, to_json

SCHEMA = "sopkit/handbook/1"
"""Name of the published schema."""

_TEXT_SCHEMA: Schema = {"type": "string"}


@dataclass(frozen=True, slots=True)
class EditionRow:
    """The edition that every page names."""

    as_of: Annotated[date, "The day on which the library was judged."]
    commit: Annotated[str, "The commit that was judged; empty when no history was read."]
    edited: Annotated[bool, "Whether files differ from that commit."]
    name: Annotated[str, "The tag that names the edition; empty when none does."]
    classification: Annotated[str, "The most secret that is shown."]
    drafts: Annotated[bool, "Whether texts are shown that were never approved."]


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
    awaits: Annotated[bool, "Whether a newer text waits for its approval."]
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
            "edition": ("The edition that every page names.", row_schema(EditionRow)),
            "sops": ("The SOPs that are shown.", array_schema(row_schema(PublishedSopRow))),
        },
    )


def edition_row(edition: Edition) -> EditionRow:
    """An edition for programs."""
    return EditionRow(**asdict(edition))


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


def _pages(handbook: PublishedLibrary) -> Iterator[Page]:
    yield Page(DATA, partial(_write, handbook))


def _write(handbook: PublishedLibrary) -> str:
    return format_json(
        {
            "schema": SCHEMA,
            "tool": f"sopkit {__version__}",
            "title": to_json(handbook_title(handbook)),
            "language": handbook.words.language,
            "base_url": handbook.asked.base_url,
            "edition": to_json(edition_row(handbook.edition)),
            "sops": to_json(tuple(_sop_row(handbook, one) for one in handbook.shown)),
        }
    )


DATA_FILE = PageKind("data", _pages)
