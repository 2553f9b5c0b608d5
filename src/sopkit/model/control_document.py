"""JSON Schemas of what `sopkit control list|show|map -f json` writes."""

from typing import Any

from pydantic import TypeAdapter

from sopkit.model.control_views import ClaimedBy, ControlView, Decided

_TEXT: dict[str, Any] = {"type": "string"}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
_LISTS: dict[str, tuple[str, dict[str, Any]]] = {
    "frameworks": (
        "The frameworks, as `sopkit control list -f json` writes them.",
        {"id": _TEXT, "edition": _TEXT, "status": _TEXT, "controls": _COUNT, "title": _TEXT},
    ),
    "controls": (
        "The controls of a framework, as `sopkit control list FRAMEWORK -f json` writes them.",
        {"id": _TEXT, "title": _TEXT, "group": _TEXT, "note": _TEXT},
    ),
    "mapping": (
        "What a control corresponds to, as `sopkit control map -f json` writes it.",
        {"from": _TEXT, "to": _TEXT, "title": _TEXT, "relation": _TEXT},
    ),
}


def control_schemas() -> dict[str, dict[str, Any]]:
    """Each document's JSON Schema, by the word for it in the document's `schema`."""
    found = {what: _document(what, about, _object(row)) for what, (about, row) in _LISTS.items()}
    view = TypeAdapter(ControlView).json_schema(mode="serialization")
    sop = TypeAdapter(ClaimedBy).json_schema(mode="serialization")
    decided = TypeAdapter(Decided).json_schema(mode="serialization")
    row = {
        **view["properties"],
        "sops": {"type": "array", "items": sop, "description": "The SOPs that claim it."},
        "decided": {
            "anyOf": [decided, {"type": "null"}],
            "description": "What registers/soa.yaml says of it; null where nothing is decided.",
        },
    }
    shown = _document("control", "Controls, as `sopkit control show -f json` writes them.", _object(row))
    return {**found, "control": {**shown, "$defs": view["$defs"]}}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(properties),
        "additionalProperties": False,
        "properties": properties,
    }


def _document(what: str, about: str, row: dict[str, Any]) -> dict[str, Any]:
    head = {"schema": {"const": f"sopkit/{what}/1"}, "tool": _TEXT, "head": _TEXT, "as_of": _TEXT}
    return {"description": about, **_object({**head, "rows": {"type": "array", "items": row}})}
