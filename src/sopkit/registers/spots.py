"""Where the values of a register stand in its bytes."""

from collections.abc import Iterator, Sequence
from typing import Any

from sopkit.model.places import Loc
from sopkit.model.source import Place
from sopkit.text.register import Register


def place_of(register: Register, loc: Loc) -> Place:
    """Where the value at `loc` stands as the parser counts it: a list in lines ends where the next key begins."""
    return register.tree.places[loc]


def end_of(register: Register, loc: Loc) -> int:
    """Where the value at `loc` ends: of a list in lines that is where its last item does, comments left out."""
    place = place_of(register, loc)
    if first_of(register, loc) in {b"[", b"{", b"&", b"*", b"!"}:
        return place.end
    ends = [end_of(register, (*loc, part)) for part in _parts(_value(register, loc))]
    return max(ends, default=place.end)


def first_of(register: Register, loc: Loc) -> bytes:
    """The first byte of the value at `loc`."""
    start = place_of(register, loc).start
    return register.source.data[start : start + 1]


def line_end(register: Register, at: int) -> int:
    """The end of the line in which a byte stands, its comment included."""
    return register.source.line_place(register.source.line_of(at)).end


def indent_of(register: Register, loc: Loc) -> str | None:
    """The blanks before the `- ` of an item of a list; None where something else is before it."""
    line = register.source.line_place(place_of(register, loc).line)
    indent, dash, _ = register.source.data[line.start : line.end].decode("utf-8", "replace").partition("-")
    return None if indent.strip() or not dash else indent


def has_remarks(register: Register, loc: Loc, start: int, end: int) -> bool:
    """Whether a comment stands between two bytes around the value at `loc`, and not in one of its texts."""
    data, at = register.source.data, start
    for place in sorted(_leaves(register, loc), key=lambda place: place.start):
        if b"#" in data[at : place.start]:
            return True
        at = place.end
    return b"#" in data[at:end]


def _leaves(register: Register, loc: Loc) -> Iterator[Place]:
    value = _value(register, loc)
    for part in _parts(value):
        yield from _leaves(register, (*loc, part))
    if isinstance(value, str):
        yield place_of(register, loc)


def _parts(value: object) -> Sequence[str | int]:
    return list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()


def _value(register: Register, loc: Loc) -> Any:  # noqa: ANN401 - a value of YAML
    value: Any = register.tree.value
    for step in loc:
        value = value[step]
    return value
