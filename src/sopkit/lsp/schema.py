"""What YAML allows at the cursor: its path, read from lines that may be broken; keys and values of the schema."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sopkit.model.registers import register_json_schema
from sopkit.model.sop_document import SopDocument

_DASH = re.compile(r"-(?:[ ]+|$)")
_KEY = re.compile(r"(?P<key>[\w.-]+|\"[^\"]*\"|'[^']*')[ ]*:(?:[ ]+|$)")
_MAX_LINES = 2_000


@dataclass(frozen=True, slots=True)
class YamlCursor:
    """The keys above a place, and the `typed` text before it, which may be the beginning of a key or of a value.

    Both `key` and `value`: it may be either, as after `- `. `known` are the keys beside it.
    """

    path: tuple[str, ...]
    typed: str
    key: bool
    value: bool
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _YamlLine:
    """One line: where its content begins, whether a dash stands before it, its key, and what follows the key."""

    indent: int
    dash: int
    key: str
    rest: str


def find_cursor(lines: Sequence[str], after: Sequence[str] = ()) -> YamlCursor:
    """What is asked for at the end of the last of the lines; `after` are the lines below it."""
    here = _read_line(lines[-1])
    above = lines[-_MAX_LINES:-1]
    path, flow = _keys_above(above, here)
    if flow:
        return _flow_cursor(flow + lines[-1], path[:-1], path[-1:])
    if not here.key:
        if here.rest[:1] in {"[", "{"}:
            return _flow_cursor(here.rest, path, ())
        siblings = frozenset(_sibling_keys(above, after, here))
        return YamlCursor(path, here.rest, key=True, value=here.dash >= 0, known=siblings)
    if here.rest[:1] in {"[", "{"}:
        return _flow_cursor(here.rest, path, (here.key,))
    return YamlCursor((*path, here.key), here.rest, key=False, value=not lines[-1].endswith(":"))


def _read_line(line: str) -> _YamlLine:
    indent = len(line) - len(line.lstrip(" "))
    dash = -1
    while (mark := _DASH.match(line, indent)) is not None:
        dash = indent
        indent = mark.end()
    found = _KEY.match(line, indent)
    if found is None:
        return _YamlLine(indent, dash, "", line[indent:])
    return _YamlLine(indent, dash, found["key"].strip("\"'"), line[found.end() :])


def _keys_above(lines: Sequence[str], here: _YamlLine) -> tuple[tuple[str, ...], str]:
    """The keys above a line, and the text since a bracket that is still open there."""
    path: list[str] = []
    least, dash = here.indent, here.dash
    for at in range(len(lines) - 1, -1, -1):
        text = lines[at]
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        line = _read_line(text)
        outside = line.indent <= dash if dash >= 0 and line.dash < 0 else line.indent < least
        if not outside:
            if line.indent == least and dash < 0 <= line.dash:
                dash = line.dash  # the first line of the item that we are in
            continue
        if not line.key:
            continue
        path.insert(0, line.key)
        if len(path) == 1 and line.rest[:1] in {"[", "{"}:
            flow = "\n".join((line.rest, *lines[at + 1 :]))
            if _open_brackets(flow)[0]:
                return (*_keys_above(lines[:at], line)[0], line.key), f"{flow}\n"
        least, dash = line.indent, line.dash
        if least == 0:
            break
    return tuple(path), ""


def _sibling_keys(above: Sequence[str], below: Sequence[str], here: _YamlLine) -> Iterator[str]:
    """The keys of the mapping around a line, read upward to its first line and downward to its end."""
    for text in reversed(above) if here.dash < 0 else ():
        line = _read_line(text)
        if text.strip() and line.indent < here.indent:
            break
        if line.indent == here.indent and line.key:
            yield line.key
            if line.dash >= 0:
                break
    for text in below[:_MAX_LINES]:
        line = _read_line(text)
        if text.strip() and (line.indent < here.indent or (line.indent == here.indent and line.dash >= 0)):
            return
        if line.indent == here.indent and line.key:
            yield line.key


def _open_brackets(text: str) -> tuple[list[tuple[str, str]], str]:
    """The brackets open at the end of the text, each with the key at which one is in it, and what is typed there."""
    stack: list[tuple[str, str]] = []
    word, quote = "", ""
    for char in text:
        if quote:
            quote = "" if char == quote else quote
            word += char
        elif char in "\"'" and not word.strip():
            quote = char
            word += char
        elif char in "[{":
            stack.append((char, ""))
            word = ""
        elif char in "]}":
            stack = stack[:-1]
            word = ""
        elif char in ",\n":
            if stack and (char == "," or not word.strip()):
                stack[-1] = (stack[-1][0], "" if char == "," else stack[-1][1])
            word = "" if char == "," else word
        elif char == ":" and stack and stack[-1][0] == "{" and not stack[-1][1]:
            stack[-1] = ("{", word.strip().strip("\"'"))
            word = ""
        else:
            word += char
    return stack, word.lstrip()


def _flow_cursor(text: str, path: tuple[str, ...], own: tuple[str, ...]) -> YamlCursor:
    stack, typed = _open_brackets(text)
    if not stack:
        return YamlCursor((*path, *own), typed, key=False, value=False)
    keys = tuple(key for _, key in stack if key)
    bracket, key = stack[-1]
    in_map = bracket == "{"
    return YamlCursor((*path, *own, *keys), typed, key=in_map and not key, value=not in_map or bool(key))


Schema = dict[str, Any]


@cache
def schema_of(name: str) -> Schema:
    """The JSON Schema of a register, or of the front matter for an empty name."""
    if name:
        return register_json_schema(name)
    schema = SopDocument.model_json_schema()
    schema["properties"].pop("sections")
    return schema


def keys_at(schema: Schema, path: Sequence[str]) -> dict[str, tuple[str, bool]]:
    """The keys that may stand in the mapping at a path, each with its description and whether it must be there."""
    found: dict[str, tuple[str, bool]] = {}
    for part in _schemas_at(schema, path):
        needed = part.get("required", ())
        for name, inner in part.get("properties", {}).items():
            found.setdefault(name, (inner.get("description", ""), name in needed))
    return found


def values_at(schema: Schema, path: Sequence[str]) -> tuple[str, ...]:
    """The words of which one has to stand at a path; none where anything may."""
    words = [word for part in _schemas_at(schema, path) for word in (*part.get("enum", ()), part.get("const"))]
    return tuple(dict.fromkeys(word for word in words if isinstance(word, str)))


def _schemas_at(schema: Schema, path: Sequence[str]) -> list[Schema]:
    """Every shape that a value at a path may have; lists are looked through, for no path counts their items."""
    parts = list(_flatten(schema, schema))
    for key in path:
        inner = (part.get("properties", {}).get(key, part.get("additionalProperties")) for part in parts)
        parts = [flat for part in inner if isinstance(part, dict) for flat in _flatten(part, schema)]
    return parts


def _flatten(part: Schema, root: Schema) -> Iterator[Schema]:
    """A shape with references followed, alternatives apart, and a list as what is in it."""
    if "$ref" in part:
        yield from _flatten(root["$defs"][part["$ref"].rpartition("/")[2]], root)
    for other in part.get("anyOf", ()):
        yield from _flatten(other, root)
    if isinstance(part.get("items"), dict):
        yield from _flatten(part["items"], root)
    yield part
