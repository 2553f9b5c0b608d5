"""The JSON object that `sopkit diff -f json` writes, and its schema."""

from dataclasses import asdict
from typing import Any

from sopkit import __version__
from sopkit.diff.model import ChangeKind, Comparison

SCHEMA = "sopkit/diff/1"
"""Name of the published schema."""

_TEXT: dict[str, Any] = {"type": "string"}
_MAYBE: dict[str, Any] = {"type": ["string", "null"]}
_FATES = {"type": "array", "items": {"enum": [str(how) for how in ChangeKind]}}


def diff_json(comparison: Comparison) -> dict[str, Any]:
    """The comparison, ready for a JSON writer; of the blocks those that are not as they were."""
    redline = comparison.redline
    return {
        "schema": SCHEMA,
        "tool": f"sopkit {__version__}",
        "head": comparison.head,
        "as_of": str(comparison.as_of),
        "id": comparison.id,
        "title": comparison.title,
        "old": _side(asdict(comparison.old)),
        "new": _side(asdict(comparison.new)),
        "material": redline.material,
        "structure": redline.structure,
        "keys": [asdict(change) for change in redline.keys],
        "administrative": [asdict(change) for change in redline.administrative],
        "sections": [asdict(change) for change in redline.sections],
        "steps": [asdict(change) for change in redline.steps],
        "blocks": [asdict(block) for block in redline.blocks if not block.kept],
    }


def _side(side: dict[str, Any]) -> dict[str, Any]:
    return side | {"landed": str(side["landed"]) if side["landed"] else None}


def diff_schema() -> dict[str, Any]:
    """The JSON Schema of that object."""
    run = _object(how={"enum": ["kept", "added", "removed"]}, text=_TEXT, style={"type": "array", "items": _TEXT})
    runs = {"type": "array", "items": run}
    key = _object(key=_TEXT, how={"enum": ["added", "removed", "changed"]}, old={}, new={}, runs=runs)
    place = {"anyOf": [_object(section=_TEXT, step=_TEXT), {"type": "null"}]}
    side = _object(
        address=_TEXT, label=_TEXT, revision={"type": ["integer", "null"]}, version=_TEXT,
        landed={"type": ["string", "null"], "format": "date"}, commit=_TEXT, path=_TEXT, digest=_TEXT,
    )  # fmt: skip
    block = _object(
        how={"enum": ["kept", "added", "removed", "changed"]}, moved={"type": "boolean"}, shape=_TEXT, old_shape=_TEXT,
        depth={"type": "integer", "minimum": 0}, leads={"type": "boolean"}, old=place, new=place, runs=runs,
    )  # fmt: skip
    return {
        "title": "DiffDocument",
        "description": "What differs between two texts of an SOP, as `sopkit diff -f json` writes it.",
        **_object(
            schema={"const": SCHEMA},
            tool=_TEXT,
            head=_MAYBE,
            as_of={"type": "string", "format": "date"},
            id=_TEXT,
            title=_TEXT,
            old=side,
            new=side,
            material={"type": "boolean"},
            structure={"type": "boolean"},
            keys={"type": "array", "items": key},
            administrative={"type": "array", "items": key},
            sections={"type": "array", "items": _object(how=_FATES, old=_MAYBE, new=_MAYBE)},
            steps={"type": "array", "items": _object(how=_FATES, old=_MAYBE, new=_MAYBE, anchor=_TEXT, runs=runs)},
            blocks={"type": "array", "items": block},
        ),
    }


def _object(**parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": parts, "required": list(parts), "additionalProperties": False}
