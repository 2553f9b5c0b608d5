"""What every OSCAL document begins with."""

import json
from dataclasses import dataclass
from hashlib import sha256

from sopkit.exports.oscal.names import uuid_of
from sopkit.exports.oscal.texts import JsonObject, filled, line
from sopkit.tables.escape import one_line

OSCAL_VERSION = "1.2.1"


@dataclass(frozen=True, slots=True)
class Head:
    """Title, version and time of a document; `modified` is RFC 3339 with a zone, `more` is further metadata."""

    title: str
    version: str
    modified: str
    more: JsonObject


def document(kind: str, head: Head, content: JsonObject) -> JsonObject:
    """A document of a kind of OSCAL model.

    Its UUID stays while title and content do: OSCAL asks for another one when a document is revised.
    """
    content, more = filled(content), filled(head.more)
    said = sha256(json.dumps([head.title, more, content]).encode()).hexdigest()
    metadata = {
        "title": line(head.title) or kind,
        "last-modified": head.modified,
        "version": one_line(head.version) or "unknown",
        "oscal-version": OSCAL_VERSION,
        **more,
    }
    return {kind: {"uuid": uuid_of(kind, said), "metadata": metadata, **content}}
