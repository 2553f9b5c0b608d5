"""What may stand at a place of front matter or of a register: keys with descriptions, and words of a fixed list."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from sopkit.model.registers import register_json_schema
from sopkit.model.sop_document import SopDocument

Schema = dict[str, Any]


@cache
def shape_of(name: str) -> Schema:
    """The JSON Schema of a register, or of the front matter for an empty name."""
    if name:
        return register_json_schema(name)
    schema = SopDocument.model_json_schema()
    schema["properties"].pop("sections")
    return schema


def keys_at(schema: Schema, path: Sequence[str]) -> dict[str, tuple[str, bool]]:
    """The keys that may stand in the mapping at a path, each with its description and whether it must be there."""
    found: dict[str, tuple[str, bool]] = {}
    for part in _at(schema, path):
        needed = part.get("required", ())
        for name, inner in part.get("properties", {}).items():
            found.setdefault(name, (inner.get("description", ""), name in needed))
    return found


def words_at(schema: Schema, path: Sequence[str]) -> tuple[str, ...]:
    """The words of which one has to stand at a path; none where anything may."""
    words = [word for part in _at(schema, path) for word in (*part.get("enum", ()), part.get("const"))]
    return tuple(dict.fromkeys(word for word in words if isinstance(word, str)))


def _at(schema: Schema, path: Sequence[str]) -> list[Schema]:
    """Every shape that a value at a path may have; lists are looked through, for no path counts their items."""
    parts = list(_flat(schema, schema))
    for key in path:
        parts = [flat for part in parts for inner in _inside(part, key) for flat in _flat(inner, schema)]
    return parts


def _inside(part: Schema, key: str) -> Iterable[Schema]:
    if key in part.get("properties", {}):
        yield part["properties"][key]
    elif isinstance(part.get("additionalProperties"), dict):
        yield part["additionalProperties"]


def _flat(part: Schema, whole: Schema) -> Iterator[Schema]:
    """A shape with references followed, alternatives apart, and a list as what is in it."""
    if "$ref" in part:
        yield from _flat(whole["$defs"][part["$ref"].rpartition("/")[2]], whole)
    for other in part.get("anyOf", ()):
        yield from _flat(other, whole)
    if isinstance(part.get("items"), dict):
        yield from _flat(part["items"], whole)
    yield part
