"""Edit the YAML of registers: change cells, add rows, keep all other bytes, and write the files."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sopkit.files import make_folder, refuse_outside, restore_file, write_file
from sopkit.model.errors import SopkitError
from sopkit.model.finding import Edit
from sopkit.model.registers import RowModel
from sopkit.model.source import Loc, Place
from sopkit.parsing.register import Register, read_register
from sopkit.parsing.sop import MAX_SOP_BYTES
from sopkit.parsing.yaml import double_quote, yaml_scalar
from sopkit.registers.columns import columns_of


def place_of(register: Register, loc: Loc) -> Place:
    """Where the value at `loc` stands as the parser counts it: a list in lines ends where the next key begins."""
    return register.tree.places[loc]


def end_of(register: Register, loc: Loc) -> int:
    """Where the value at `loc` ends: of a list in lines that is where its last item does, comments left out."""
    place = place_of(register, loc)
    if first_byte(register, loc) in {b"[", b"{", b"&", b"*", b"!"}:
        return place.end
    ends = [end_of(register, (*loc, part)) for part in _parts(_value(register, loc))]
    return max(ends, default=place.end)


def first_byte(register: Register, loc: Loc) -> bytes:
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


def has_comments(register: Register, loc: Loc, start: int, end: int) -> bool:
    """Whether a comment stands between two bytes around the value at `loc`, and not in one of its texts."""
    data, at = register.source.data, start
    for place in sorted(_leaf_places(register, loc), key=lambda place: place.start):
        if b"#" in data[at : place.start]:
            return True
        at = place.end
    return b"#" in data[at:end]


def _leaf_places(register: Register, loc: Loc) -> Iterator[Place]:
    value = _value(register, loc)
    for part in _parts(value):
        if (key := register.tree.key_places.get((*loc, part))) is not None:
            yield key
        yield from _leaf_places(register, (*loc, part))
    if isinstance(value, str):
        yield place_of(register, loc)


def _parts(value: object) -> Sequence[str | int]:
    return list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()


def _value(register: Register, loc: Loc) -> Any:  # noqa: ANN401 - a value of YAML
    value: Any = register.tree.value
    for step in loc:
        value = value[step]
    return value


def yaml_value(value: Any) -> str:  # noqa: ANN401 - a value of YAML
    """A value on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{yaml_scalar(name)}: {yaml_value(item)}' for name, item in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(yaml_value, value))}]"
    return "null" if value is None else yaml_scalar(str(value))


def yaml_value_like(typed: str, value: Any) -> str:  # noqa: ANN401 - as above
    """A value in the quotes in which another one was typed, where it can be."""
    if isinstance(value, str) and typed[:1] == '"':
        return double_quote(value)
    if isinstance(value, str) and typed[:1] == "'" and json.dumps(value, ensure_ascii=True)[1:-1] == value:
        return f"'{value.replace(chr(39), chr(39) * 2)}'"
    return yaml_value(value)


def yaml_row(row: Mapping[str, Any], *, in_braces: bool, remark: str = "") -> str:
    """A row as an item of the list of a register: a line for each cell, or all on one line in braces.

    None leaves room for a value that somebody has to decide.
    """
    behind = f"  # {remark}" if remark else ""
    cells = [f"{name}: {'' if value is None else yaml_value(value)}" for name, value in row.items()]
    if in_braces:
        return f"- {{{', '.join(cells)}}}{behind}"
    return "\n".join((f"- {cells[0]}{behind}", *(f"  {cell}".rstrip() for cell in cells[1:])))


_MANUAL_HINT = "write that cell by hand, then import again"


def cell_edits(register: Register, row: int, cells: Mapping[str, Any]) -> Iterator[Edit]:
    """The edits that put cells into a row; None empties one. Raises SopkitError for what only a person can change."""
    items = register.tree.value
    there = items[row] if isinstance(items, list) else None
    before = ""
    for name in (column.name for column in columns_of(register.name)):
        if isinstance(there, dict) and name in there:
            if name in cells:
                yield from _replace_edits(register, (row, name), there[name], cells[name])
            before = name
        elif name in cells:
            yield _insert_edit(register, row, before, f"{name}: {yaml_value(cells[name])}")


def _replace_edits(register: Register, loc: Loc, old: Any, new: Any) -> Iterator[Edit]:  # noqa: ANN401 - values of YAML
    """The edits that make one value of another, item by item where both are lists or mappings alike."""
    if _is_same(old, new):
        return
    if first_byte(register, loc) in {b"&", b"*", b"!"}:
        line = place_of(register, loc).line
        raise SopkitError(f"{register.file}:{line}: `{loc[1]}` has an anchor, an alias or a tag", _MANUAL_HINT)
    if isinstance(old, dict) and isinstance(new, dict) and list(old) == list(new):
        for key in old:
            yield from _replace_edits(register, (*loc, key), old[key], new[key])
    elif isinstance(old, list) and isinstance(new, list) and old and _is_extended(old, new):
        for at, item in enumerate(old):
            yield from _replace_edits(register, (*loc, at), item, new[at])
        if len(new) > len(old):
            yield _append_edit(register, loc, len(old) - 1, new[len(old) :])
    else:
        yield from _whole_edits(register, loc, new)


def _is_extended(old: list[Any], new: list[Any]) -> bool:
    """Whether a list is another one with some items changed, or with more of them behind it."""
    return len(old) == len(new) or (len(old) < len(new) and all(map(_is_same, old, new)))


def _is_same(old: Any, new: Any) -> bool:  # noqa: ANN401 - as above
    if isinstance(old, dict) and isinstance(new, dict):
        return list(old) == list(new) and all(_is_same(old[key], new[key]) for key in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_is_same, old, new))
    plain = not isinstance(new, dict | list | bool) and new is not None
    return isinstance(old, str) and plain and old == str(new)


def _whole_edits(register: Register, loc: Loc, new: Any) -> Iterator[Edit]:  # noqa: ANN401 - as above
    source, place, end = register.source, place_of(register, loc), end_of(register, loc)
    typed = source.data[place.start : end].decode("utf-8", "replace")
    key = register.tree.key_places.get(loc)
    below = key is not None and key.line < place.line
    start = line_end(register, key.end) if key is not None and below else place.start
    if b"\n" in source.data[start:end] and has_comments(register, loc, start, end):
        raise SopkitError(f"{register.file}:{place.line}: a comment stands inside of `{loc[1]}`", _MANUAL_HINT)
    if key is not None and (below or place.start == end):  # an empty value begins right behind its colon
        colon = source.data.index(b":", key.end) + 1
        blank = int(source.data[colon : colon + 2] == b" ,")  # keeps `a: , b` from becoming `a: 1 , b`
        yield Edit(colon, colon + blank, f" {yaml_value(new)}")
        yield Edit(start, end, "")
    else:
        yield Edit(start, end, yaml_value_like(typed, new))


def _append_edit(register: Register, loc: Loc, last: int, items: list[Any]) -> Edit:
    """More items behind the last one of a list, in brackets or in lines as the list is."""
    at = end_of(register, (*loc, last))
    if first_byte(register, loc) == b"[":
        return Edit(at, at, "".join(f", {yaml_value(item)}" for item in items))
    indent = indent_of(register, (*loc, last))
    if indent is None:
        line = place_of(register, loc).line
        raise SopkitError(f"{register.file}:{line}: the list `{loc[1]}` begins behind something else", _MANUAL_HINT)
    at = line_end(register, at)
    return Edit(at, at, "".join(f"{register.source.line_end}{indent}- {yaml_value(item)}" for item in items))


def _insert_edit(register: Register, row: int, before: str, cell: str) -> Edit:
    at = end_of(register, (row, before))
    if first_byte(register, (row,)) == b"{":
        return Edit(at, at, f", {cell}")
    at = line_end(register, at)
    return Edit(at, at, f"{register.source.line_end}{' ' * (place_of(register, (row,)).column - 1)}{cell}")


BEFORE_FIRST = -1
"""Stands for the place before the first row."""


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row to be added: its cells in order, the row behind which it goes (None: the last), a remark behind it."""

    cells: Mapping[str, Any]
    after: int | None = None
    remark: str = ""


def row_edits(register: Register, rows: Sequence[NewRow]) -> Iterator[Edit]:
    """The edits that add rows. Raises SopkitError for a register in brackets, to which no line can be added."""
    if not rows:
        return
    source, items = register.source, register.tree.value
    count = len(items) if isinstance(items, list) else 0
    if register.tree.places.get(()) is not None and first_byte(register, ()) == b"[":
        if count:
            hint = "write it as a list whose rows begin with `- `, each on lines of its own"
            raise SopkitError(f"{register.file}: is a list in brackets, to which no row can be added", hint)
        yield Edit(place_of(register, ()).start, place_of(register, ()).end, "")
    indent = (indent_of(register, (count - 1,)) or "") if count else ""
    in_braces = first_byte(register, (count - 1,)) == b"{" if count else bool(rows[0].remark)
    ended = not source.data or source.data.endswith((b"\n", b"\r"))
    for row in rows:
        text = yaml_row(row.cells, in_braces=in_braces, remark=row.remark)
        lines = [f"{indent}{line}" for line in text.split("\n")]
        if not count or row.after is None:
            gap, ended = ("" if ended else source.line_end), True
            yield _lines_edit(len(source.data), lines, gap, source.line_end)
        elif row.after == BEFORE_FIRST:
            yield _lines_edit(source.line_starts[place_of(register, (0,)).line - 1], lines, "", source.line_end)
        else:
            at = line_end(register, end_of(register, (row.after,)))
            yield Edit(at, at, "".join(f"{source.line_end}{line}" for line in lines))


def _lines_edit(at: int, lines: Sequence[str], gap: str, end: str) -> Edit:
    return Edit(at, at, gap + "".join(f"{line}{end}" for line in lines))


_MIB = 1024 * 1024


def apply_changes(
    register: Register, changes: Mapping[int, Mapping[str, Any]], new: Sequence[NewRow], expected: Sequence[RowModel]
) -> bytes:
    """The bytes of a register with cells changed, by row and column, and rows added.

    What comes out is read again and must give the rows expected. Raises SopkitError where that cannot be had.
    """
    edits = [edit for row, cells in changes.items() for edit in cell_edits(register, row, cells)]
    data = apply_edits(register.source.data, [*edits, *row_edits(register, new)])
    if len(data) > MAX_SOP_BYTES:
        grown, most = f"{len(data) / _MIB:.1f} MiB", f"{MAX_SOP_BYTES / _MIB:.0f} MiB"
        raise SopkitError(
            f"{register.file}: would grow to {grown}, and a register of more than {most} is not read",
            "import fewer rows or fewer columns",
        )
    there = read_register(register.name, register.file, data)
    if there.findings or there.rows != tuple(expected):
        raise SopkitError(
            f"{register.file}: is written in a way that cannot be changed without loss",
            "write it as a list whose rows begin with `- `, each on lines of its own, without anchors and aliases",
        )
    return data


def apply_edits(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes with all edits made; insertions at one offset in the given order, before a replacement there.

    An edit inside the bytes that another one replaces is skipped: the other edit has its words.
    """
    out, at = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end > edit.start)):
        if edit.start >= at:
            out += [data[at : edit.start], edit.text.encode("utf-8", "surrogateescape")]
            at = edit.end
    return b"".join((*out, data[at:]))


FileChanges = Mapping[str, tuple[bytes | None, bytes]]
"""Path in the library to the bytes of a file before (None: there is none) and after."""


def write_registers(root: Path, files: FileChanges) -> None:
    """Write files, all or none. Raises SopkitError before the first when one changed since it was read."""
    for path, (before, _) in files.items():
        _check_unchanged(root, path, before)
    replace_files(root, files)


def replace_files(root: Path, files: FileChanges) -> None:
    """Write files in order; on an error all are as before. Raises SopkitError."""
    written: list[str] = []
    try:
        for path, (_, after) in files.items():
            make_folder((root / path).parent)
            write_file(root / path, after)
            written.append(path)
    except BaseException:
        for path in written:
            with suppress(OSError, SopkitError):
                restore_file(root / path, files[path][0])
        raise


def _check_unchanged(root: Path, path: str, before: bytes | None) -> None:
    refuse_outside(root, path)
    file = root / path
    if file.is_symlink():
        raise SopkitError(f"{path}: is a symbolic link; nothing was written", "put the file itself there")
    try:
        now = file.read_bytes()
    except FileNotFoundError:
        now = None
    except OSError as error:
        raise SopkitError(f"{path}: cannot be read: {error.strerror}; nothing was written", "mend its place") from error
    if now is not None and not file.stat().st_mode & 0o222:
        raise SopkitError(f"{path}: is read-only; nothing was written", "make it writable")
    if now != before:
        raise SopkitError(f"{path}: changed since it was read; nothing was written", "run it again")
