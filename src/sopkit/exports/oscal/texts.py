"""Texts as OSCAL's data types ask for them: what a person wrote is shown as written and obeyed by nobody."""

import re

from sopkit.exports.oscal.names import NAMESPACE
from sopkit.tables.escape import one_line

JsonObject = dict[str, object]

_MARKUP = re.compile(
    r"[\\`*\[\]<>~^{}|]"
    r"|(?<![^\W_])_|_(?![^\W_])"  # inside of a word it is no emphasis
    r"|&(?=#?\w+;)"
    r"|^(?:#|[-+=](?=\s|$))"
)
_NUMBERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")


def line(text: str) -> str:
    """A text as one line of Markdown that shows it as it is; empty when nothing is left."""
    return _NUMBERED.sub(r"\1\\\2", _MARKUP.sub(r"\\\g<0>", one_line(text)))


def known(name: str, value: str, remarks: str = "") -> JsonObject:
    """A property whose name OSCAL defines."""
    return filled({"name": name, "value": one_line(value), "remarks": line(remarks)})


def own(name: str, value: str, remarks: str = "") -> JsonObject:
    """A property whose name we define."""
    return filled({"name": name, "ns": NAMESPACE, "value": one_line(value), "remarks": line(remarks)})


def props(*candidates: JsonObject) -> list[JsonObject]:
    """The properties that have a value: OSCAL knows no empty one."""
    return [one for one in candidates if one.get("value")]


def filled(value: JsonObject) -> JsonObject:
    """An object without its empty texts and lists, which OSCAL does not allow."""
    return {key: item for key, item in value.items() if item not in ("", [])}
