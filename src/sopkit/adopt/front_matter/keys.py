"""Read the keys and values in the front matter of a source document, also from broken YAML."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sopkit.model.sop import Sop
from sopkit.parsing.yaml import YamlTree, read_yaml

_LINE = re.compile(rb"^([A-Za-z_][\w .-]{0,60}?)[ \t]*[:=](.*)$", re.MULTILINE)
_LATE_FRONT = re.compile(rb"---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*\r?$\n?", re.MULTILINE | re.DOTALL)
_GROUPS = frozenset({"metadata", "meta", "document", "info", "params", "custom", "properties"})
"""Keys that only gather others."""


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A key with its value as plain data, and the bytes of both together."""

    name: str
    value: object
    start: int
    end: int


def read_front_keys(sop: Sop) -> tuple[ForeignKey, ...]:
    """All keys of the front matter of a document, in order; none when it has none."""
    return tuple(_read_keys(sop))


def find_front_span(sop: Sop) -> tuple[int, int]:
    """The bytes from the first to the last line of the front matter with its fences; an empty range without any."""
    if sop.front.present:
        return sop.source.text_start, max(sop.body_start, sop.front.end)
    if (match := _match_late_front(sop)) is not None:
        return match.start(), match.end()
    return sop.source.text_start, sop.source.text_start


def _match_late_front(sop: Sop) -> re.Match[bytes] | None:
    """Front matter that our own reader leaves alone: YAML below a heading or blank lines."""
    late = _LATE_FRONT.match(sop.source.data, sop.body_start) if sop.body_start > sop.source.text_start else None
    return late if late is not None and _LINE.match(late[1]) else None


def _read_keys(sop: Sop) -> Iterator[ForeignKey]:
    front = sop.front
    if front.present and front.readable:
        yield from _read_mapping(front.typed, YamlTree(None, front.places, front.key_places))
    elif front.present:
        yield from _read_plain_lines(sop.source.data, front.start, front.end)
    elif (match := _match_late_front(sop)) is not None:
        tree = read_yaml(sop.source, match.start(1), match.end(1), sop.path, "front matter")
        if tree.broken or not isinstance(tree.value, dict):
            yield from _read_plain_lines(sop.source.data, match.start(1), match.end(1))
        else:
            yield from _read_mapping(tree.value, tree)


def _read_mapping(mapping: Mapping[str, object], tree: YamlTree, loc: tuple[str, ...] = ()) -> Iterator[ForeignKey]:
    """The keys of a mapping; instead of one that only gathers others, `metadata: {owner: …}`, the keys in it."""
    for name, value in mapping.items():
        key, where = tree.key_places.get((*loc, name)), tree.places.get((*loc, name))
        if key is None:
            continue
        if not loc and isinstance(value, dict) and name.casefold() in _GROUPS:
            yield from _read_mapping(value, tree, (name,))
        else:
            yield ForeignKey(str(name), value, key.start, max(key.end, where.end if where else 0))


def _read_plain_lines(data: bytes, start: int, end: int) -> Iterator[ForeignKey]:
    for match in _LINE.finditer(data, start, end):
        value = match[2].decode("utf-8", "replace").strip()
        quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
        yield ForeignKey(match[1].decode(), value[1:-1] if quoted else value, match.start(), match.end())
