"""What OSCAL documents are made of: tokens, UUIDs, properties, texts and metadata (docs/oscal.md)."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from unicodedata import normalize
from uuid import NAMESPACE_URL, uuid5

from sopkit.tables.escape import escape_controls, one_line

NAMESPACE = "https://github.com/sopkit/sopkit/ns/oscal"
"""The `ns` of properties that OSCAL does not know itself."""

_UUIDS = uuid5(NAMESPACE_URL, NAMESPACE)
_TOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*")
_HASHED = 4  # letters of a digest that keep two ids apart whose tokens would be the same


def make_uuid(*path: str) -> str:
    """The UUID of what a path of names leads to; always the same for the same path."""
    return str(uuid5(_UUIDS, "\n".join(escape_controls(name) for name in path)))


def make_tokens(ids: Iterable[str], *, lower: bool = False, taken: Iterable[str] = ()) -> dict[str, str]:
    """A token for each id, no two alike even without case, and none that is taken.

    What is a token stays as it is, so it is served first; of others with one token the later ones get a digest.
    """
    plain = {written: _make_token(written.lower() if lower else written) for written in ids}
    found: dict[str, str] = {}
    gone = {token.casefold() for token in taken}
    for written in sorted(plain, key=lambda written: not _TOKEN.fullmatch(written)):
        token, size = plain[written], _HASHED
        while token.casefold() in gone:
            token = f"{plain[written]}-{sha256(written.encode('utf-8', 'surrogatepass')).hexdigest()[:size]}"
            size += _HASHED
        gone.add(token.casefold())
        found[written] = token
    return found


def sort_keys(tokens: Iterable[str]) -> dict[str, str]:
    """For each token the same one with numbers of equal length, which sorts as people count."""
    all_of_them = tuple(tokens)
    width = max((len(number) for token in all_of_them for number in re.findall(r"\d+", token)), default=0)
    return {
        token: re.sub(r"\d+", lambda number: number[0].zfill(max(width, 2)), token.lower()) for token in all_of_them
    }


def _make_token(written: str) -> str:
    if _TOKEN.fullmatch(written):
        return written
    bare = normalize("NFKD", written).encode("ascii", "ignore").decode()
    dotted = re.sub(r"\s*\(\s*", ".", bare).replace(")", "")
    joined = re.sub(r"[^A-Za-z0-9._-]+", "-", dotted)
    token = re.sub(r"\.*-\.*", "-", joined).strip(".-")
    return token if _TOKEN.fullmatch(token) else f"_{token}"


JsonObject = dict[str, object]

_MARKUP = re.compile(
    r"[\\`*\[\]<>~^{}|]"
    r"|(?<![^\W_])_|_(?![^\W_])"  # inside of a word it is no emphasis
    r"|&(?=#?\w+;)"
    r"|^(?:#|[-+=](?=\s|$))"
)
_NUMBERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")


def escape_line(text: str) -> str:
    """A text as one line of Markdown that shows it as it is; empty when nothing is left."""
    return _NUMBERED.sub(r"\1\\\2", _MARKUP.sub(r"\\\g<0>", one_line(text)))


def oscal_property(name: str, value: str, remarks: str = "") -> JsonObject:
    """A property whose name OSCAL defines."""
    return drop_empty({"name": name, "value": one_line(value), "remarks": escape_line(remarks)})


def sopkit_property(name: str, value: str, remarks: str = "") -> JsonObject:
    """A property whose name we define."""
    return drop_empty({"name": name, "ns": NAMESPACE, "value": one_line(value), "remarks": escape_line(remarks)})


def drop_empty_properties(*candidates: JsonObject) -> list[JsonObject]:
    """The properties that have a value: OSCAL knows no empty one."""
    return [one for one in candidates if one.get("value")]


def drop_empty(value: JsonObject) -> JsonObject:
    """An object without its empty texts and lists, which OSCAL does not allow."""
    return {key: item for key, item in value.items() if item not in ("", [])}


OSCAL_VERSION = "1.2.1"


@dataclass(frozen=True, slots=True)
class DocumentHead:
    """Title, version and time of a document; `modified` is RFC 3339 with a zone, `more` is further metadata."""

    title: str
    version: str
    modified: str
    more: JsonObject


def build_document(kind: str, head: DocumentHead, content: JsonObject) -> JsonObject:
    """A document of a kind of OSCAL model.

    Its UUID stays while title and content do: OSCAL asks for another one when a document is revised.
    """
    content, more = drop_empty(content), drop_empty(head.more)
    fingerprint = sha256(json.dumps([head.title, more, content]).encode()).hexdigest()
    metadata = {
        "title": escape_line(head.title) or kind,
        "last-modified": head.modified,
        "version": one_line(head.version) or "unknown",
        "oscal-version": OSCAL_VERSION,
        **more,
    }
    return {kind: {"uuid": make_uuid(kind, fingerprint), "metadata": metadata, **content}}
