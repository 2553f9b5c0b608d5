"""Cells of rows that are there, changed or added: each edit as small as it can be."""

from collections.abc import Iterator, Mapping
from typing import Any

from sopkit.model.errors import SopkitError
from sopkit.model.finding import Edit
from sopkit.model.places import Loc
from sopkit.registers.columns import columns_of
from sopkit.registers.spots import end_of, first_of, has_remarks, indent_of, line_end, place_of
from sopkit.registers.yaml_rows import like, written_value
from sopkit.text.register import Register

_BY_HAND = "write that cell by hand, then import again"


def cell_edits(register: Register, row: int, cells: Mapping[str, Any]) -> Iterator[Edit]:
    """The edits that put cells into a row; None empties one. Raises SopkitError for what only a person can change."""
    items = register.tree.value
    there = items[row] if isinstance(items, list) else None
    before = ""
    for name in (column.name for column in columns_of(register.name)):
        if isinstance(there, dict) and name in there:
            if name in cells:
                yield from _replaced(register, (row, name), there[name], cells[name])
            before = name
        elif name in cells:
            yield _inserted(register, row, before, f"{name}: {written_value(cells[name])}")


def _replaced(register: Register, loc: Loc, old: Any, new: Any) -> Iterator[Edit]:  # noqa: ANN401 - values of YAML
    """The edits that make one value of another, item by item where both are lists or mappings alike."""
    if _same(old, new):
        return
    if first_of(register, loc) in {b"&", b"*", b"!"}:
        line = place_of(register, loc).line
        raise SopkitError(f"{register.file}:{line}: `{loc[1]}` has an anchor, an alias or a tag", _BY_HAND)
    if isinstance(old, dict) and isinstance(new, dict) and list(old) == list(new):
        for key in old:
            yield from _replaced(register, (*loc, key), old[key], new[key])
    elif isinstance(old, list) and isinstance(new, list) and old and _goes_on(old, new):
        for at, item in enumerate(old):
            yield from _replaced(register, (*loc, at), item, new[at])
        if len(new) > len(old):
            yield _appended(register, loc, len(old) - 1, new[len(old) :])
    else:
        yield from _whole(register, loc, new)


def _goes_on(old: list[Any], new: list[Any]) -> bool:
    """Whether a list is another one with some items changed, or with more of them behind it."""
    return len(old) == len(new) or (len(old) < len(new) and all(map(_same, old, new)))


def _same(old: Any, new: Any) -> bool:  # noqa: ANN401 - as above
    """Whether a value as typed is a value that is to be written."""
    if isinstance(old, dict) and isinstance(new, dict):
        return list(old) == list(new) and all(_same(old[key], new[key]) for key in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_same, old, new))
    plain = not isinstance(new, dict | list | bool) and new is not None
    return isinstance(old, str) and plain and old == str(new)


def _whole(register: Register, loc: Loc, new: Any) -> Iterator[Edit]:  # noqa: ANN401 - as above
    """The whole of a value written anew; one that stands below its key moves up to it."""
    source, place, end = register.source, place_of(register, loc), end_of(register, loc)
    typed = source.data[place.start : end].decode("utf-8", "replace")
    key = register.tree.key_places.get(loc)
    below = key is not None and key.line < place.line
    start = line_end(register, key.end) if key is not None and below else place.start
    if b"\n" in source.data[start:end] and has_remarks(register, loc, start, end):
        raise SopkitError(f"{register.file}:{place.line}: a comment stands inside of `{loc[1]}`", _BY_HAND)
    if key is not None and (below or place.start == end):  # an empty value begins right behind its colon
        colon = source.data.index(b":", key.end) + 1
        blank = int(source.data[colon : colon + 2] == b" ,")  # keeps `a: , b` from becoming `a: 1 , b`
        yield Edit(colon, colon + blank, f" {written_value(new)}")
        yield Edit(start, end, "")
    else:
        yield Edit(start, end, like(typed, new))


def _appended(register: Register, loc: Loc, last: int, items: list[Any]) -> Edit:
    """More items behind the last one of a list, in brackets or in lines as the list is."""
    at = end_of(register, (*loc, last))
    if first_of(register, loc) == b"[":
        return Edit(at, at, "".join(f", {written_value(item)}" for item in items))
    indent = indent_of(register, (*loc, last))
    if indent is None:
        line = place_of(register, loc).line
        raise SopkitError(f"{register.file}:{line}: the list `{loc[1]}` begins behind something else", _BY_HAND)
    at = line_end(register, at)
    return Edit(at, at, "".join(f"{register.source.line_end}{indent}- {written_value(item)}" for item in items))


def _inserted(register: Register, row: int, before: str, cell: str) -> Edit:
    """A cell that a row does not have yet, behind another one."""
    at = end_of(register, (row, before))
    if first_of(register, (row,)) == b"{":
        return Edit(at, at, f", {cell}")
    at = line_end(register, at)
    return Edit(at, at, f"{register.source.line_end}{' ' * (place_of(register, (row,)).column - 1)}{cell}")
