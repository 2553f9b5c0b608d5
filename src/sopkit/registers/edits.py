"""Edit the YAML of registers: change cells, add rows, keep all other bytes, and write files, all or none."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sopkit.files import create_file, make_folder, refuse_outside, restore_file, write_file
from sopkit.model.errors import SopkitError
from sopkit.model.finding import Edit
from sopkit.model.registers import RowModel
from sopkit.model.source import Loc, Place
from sopkit.parsing.register import Register, read_register
from sopkit.parsing.sop import MAX_SOP_BYTES
from sopkit.parsing.yaml import double_quote, yaml_scalar
from sopkit.reading import explain_unread, read_file
from sopkit.registers.columns import columns_of

YamlValue = Any
"""Text, a date, a truth value, a number, None, and lists and mappings of these."""


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


def yaml_value(value: YamlValue) -> str:
    """A value on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{yaml_scalar(name)}: {yaml_value(item)}' for name, item in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(yaml_value, value))}]"
    if value is None or isinstance(value, int):
        return json.dumps(value)
    return yaml_scalar(str(value))


def require_valid(register: Register, hint: str = "mend the register, then try again") -> Register:
    """A register that can be edited. Raises SopkitError with file and line when something in it is wrong."""
    if register.findings:
        first = min(register.findings, key=lambda finding: finding.place.line)
        raise SopkitError(f"{register.file}:{first.place.line}: {first.message}", hint)
    return register


BEFORE_FIRST = -1
"""Stands for the place before the first row."""
_MIB = 1024 * 1024
_MANUAL_HINT = "write that cell by hand, then import again"
_LIST_HINT = "write it as a list whose rows begin with `- `, each on lines of its own"


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row to be added: its cells in order (None leaves room for a value to be decided), or its lines as they are.

    `after` is the row behind which it goes (None: the last), `remark` a comment behind its first line.
    """

    cells: Mapping[str, YamlValue] = field(default_factory=dict)
    after: int | None = None
    remark: str = ""
    text: str = ""

    def lines(self, *, in_braces: bool) -> list[str]:
        """The row as an item of the list of a register: a line for each cell, or all on one line in braces."""
        if self.text:
            return self.text.splitlines()
        remark = f"  # {self.remark}" if self.remark else ""
        cells = [f"{name}: {'' if value is None else yaml_value(value)}" for name, value in self.cells.items()]
        if in_braces:
            return [f"- {{{', '.join(cells)}}}{remark}"]
        return [f"- {cells[0]}{remark}", *(f"  {cell}".rstrip() for cell in cells[1:])]


def apply_changes(
    register: Register,
    changes: Mapping[int, Mapping[str, YamlValue]],
    new: Sequence[NewRow],
    expected: Sequence[RowModel],
) -> bytes:
    """The bytes of a register with cells changed, by row and column, and rows added.

    What comes out is read again and must give the rows expected. Raises SopkitError where that cannot be had.
    """
    editor = _RegisterEditor(register)
    edits = [edit for row, cells in changes.items() for edit in editor.cell_edits(row, cells)]
    data = apply_edits(register.source.data, [*edits, *editor.row_edits(new)])
    if len(data) > MAX_SOP_BYTES:
        size, most = f"{len(data) / _MIB:.1f} MiB", f"{MAX_SOP_BYTES / _MIB:.0f} MiB"
        raise SopkitError(
            f"{register.file}: would grow to {size}, and a register of more than {most} is not read",
            "import fewer rows or fewer columns",
        )
    there = read_register(register.name, register.file, data)
    if there.findings or there.rows != tuple(expected):
        raise SopkitError(
            f"{register.file}: is written in a way that cannot be changed without loss",
            f"{_LIST_HINT}, without anchors and aliases",
        )
    return data


def append_rows(register: Register, rows: Sequence[str]) -> bytes:
    """The bytes of a register with rows, as text, behind those that it has. Raises SopkitError when they cannot be."""
    added = read_register(register.name, register.file, "".join(rows).encode()).rows
    try:
        return apply_changes(register, {}, [NewRow(text=row) for row in rows], (*register.rows, *added))
    except SopkitError as error:
        raise SopkitError(f"{register.file}: rows cannot be added to the end of it", _LIST_HINT) from error


class _RegisterEditor:
    """Finds the edits that change a register. Raises SopkitError for what only a person can change."""

    def __init__(self, register: Register) -> None:
        self.register, self.source = register, register.source
        self.places = register.tree.places

    def cell_edits(self, row: int, cells: Mapping[str, YamlValue]) -> Iterator[Edit]:
        """The edits that put cells into a row; None empties one."""
        items = self.register.tree.value
        there = items[row] if isinstance(items, list) else None
        before = ""
        for name in (column.name for column in columns_of(self.register.name)):
            if isinstance(there, dict) and name in there:
                if name in cells:
                    yield from self._replace((row, name), there[name], cells[name])
                before = name
            elif name in cells:
                cell, at = f"{name}: {yaml_value(cells[name])}", self._end((row, before))
                if self._first_byte((row,)) == b"{":
                    yield Edit(at, at, f", {cell}")
                else:
                    indent = " " * (self.places[row,].column - 1)
                    yield self._line_below(at, [f"{indent}{cell}"])

    def row_edits(self, rows: Sequence[NewRow]) -> Iterator[Edit]:
        """The edits that add rows."""
        if not rows:
            return
        source, items = self.source, self.register.tree.value
        count = len(items) if isinstance(items, list) else 0
        if () in self.places and self._first_byte(()) == b"[":
            if count:
                raise SopkitError(
                    f"{self.register.file}: is a list in brackets, to which no row can be added", _LIST_HINT
                )
            yield Edit(self.places[()].start, self.places[()].end, "")
        indent = (self._indent((count - 1,)) or "") if count else ""
        in_braces = self._first_byte((count - 1,)) == b"{" if count else bool(rows[0].remark)
        gap = "" if not source.data or source.data.endswith((b"\n", b"\r")) else source.line_end
        for row in rows:
            lines = [f"{indent}{line}" for line in row.lines(in_braces=in_braces)]
            text = "".join(f"{line}{source.line_end}" for line in lines)
            if not count or row.after is None:
                yield Edit(len(source.data), len(source.data), gap + text)
                gap = ""
            elif row.after == BEFORE_FIRST:
                at = source.line_starts[self.places[0,].line - 1]
                yield Edit(at, at, text)
            else:
                yield self._line_below(self._end((row.after,)), lines)

    def _replace(self, loc: Loc, old: YamlValue, new: YamlValue) -> Iterator[Edit]:
        """The edits that make one value of another, item by item where both are lists or mappings alike."""
        if _is_same(old, new):
            return
        line = self.places[loc].line
        if self._first_byte(loc) in {b"&", b"*", b"!"}:
            raise SopkitError(f"{self.register.file}:{line}: `{loc[1]}` has an anchor, an alias or a tag", _MANUAL_HINT)
        if isinstance(old, dict) and isinstance(new, dict) and list(old) == list(new):
            for key in old:
                yield from self._replace((*loc, key), old[key], new[key])
        elif isinstance(old, list) and isinstance(new, list) and old and len(new) == len(old):
            for at, item in enumerate(old):
                yield from self._replace((*loc, at), item, new[at])
        elif isinstance(old, list) and isinstance(new, list) and old and _is_same(old, new[: len(old)]):
            at, items = self._end((*loc, len(old) - 1)), new[len(old) :]
            if self._first_byte(loc) == b"[":
                yield Edit(at, at, "".join(f", {yaml_value(item)}" for item in items))
                return
            indent = self._indent((*loc, len(old) - 1))
            if indent is None:
                raise SopkitError(
                    f"{self.register.file}:{line}: the list `{loc[1]}` begins behind something else", _MANUAL_HINT
                )
            yield self._line_below(at, [f"{indent}- {yaml_value(item)}" for item in items])
        else:
            yield from self._replace_whole(loc, new)

    def _replace_whole(self, loc: Loc, new: YamlValue) -> Iterator[Edit]:
        data, place, end = self.source.data, self.places[loc], self._end(loc)
        key = self.register.tree.key_places.get(loc)
        below = key is not None and key.line < place.line
        start = self._line_end(key.end) if key is not None and below else place.start
        if b"\n" in data[start:end] and self._has_comments(loc, start, end):
            raise SopkitError(f"{self.register.file}:{place.line}: a comment stands inside of `{loc[1]}`", _MANUAL_HINT)
        if key is not None and (below or place.start == end):  # an empty value begins right behind its colon
            colon = data.index(b":", key.end) + 1
            blank = int(data[colon : colon + 2] == b" ,")  # keeps `a: , b` from becoming `a: 1 , b`
            yield Edit(colon, colon + blank, f" {yaml_value(new)}")
            yield Edit(start, end, "")
            return
        quote, text = data[place.start : end][:1], yaml_value(new)  # the quotes in which the old value was typed
        if isinstance(new, str) and quote == b'"':
            text = double_quote(new)
        elif isinstance(new, str) and quote == b"'" and json.dumps(new)[1:-1] == new:
            text = "'" + new.replace("'", "''") + "'"
        yield Edit(start, end, text)

    def _line_below(self, at: int, lines: Sequence[str]) -> Edit:
        """Lines below the one in which a byte stands."""
        at = self._line_end(at)
        return Edit(at, at, "".join(f"{self.source.line_end}{line}" for line in lines))

    def _line_end(self, at: int) -> int:
        """The end of the line in which a byte stands, its comment included."""
        return self.source.line_place(self.source.line_of(at)).end

    def _first_byte(self, loc: Loc) -> bytes:
        start = self.places[loc].start
        return self.source.data[start : start + 1]

    def _end(self, loc: Loc) -> int:
        """Where the value at `loc` ends: of a list in lines that is where its last item does, comments left out."""
        end = self.places[loc].end
        if self._first_byte(loc) in {b"[", b"{", b"&", b"*", b"!"}:
            return end
        return max((self._end((*loc, part)) for part in self._parts(loc)), default=end)

    def _indent(self, loc: Loc) -> str | None:
        """The blanks before the `- ` of an item of a list; None where something else is before it."""
        line = self.source.line_place(self.places[loc].line)
        indent, dash, _ = self.source.data[line.start : line.end].decode("utf-8", "replace").partition("-")
        return None if indent.strip() or not dash else indent

    def _has_comments(self, loc: Loc, start: int, end: int) -> bool:
        """Whether a comment stands between two bytes around the value at `loc`, and not in one of its texts."""
        data, at = self.source.data, start
        for place in sorted(self._leaf_places(loc), key=lambda place: place.start):
            if b"#" in data[at : place.start]:
                return True
            at = place.end
        return b"#" in data[at:end]

    def _leaf_places(self, loc: Loc) -> Iterator[Place]:
        for part in self._parts(loc):
            if (key := self.register.tree.key_places.get((*loc, part))) is not None:
                yield key
            yield from self._leaf_places((*loc, part))
        if isinstance(self._value(loc), str):
            yield self.places[loc]

    def _parts(self, loc: Loc) -> Sequence[str | int]:
        value = self._value(loc)
        return list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()

    def _value(self, loc: Loc) -> YamlValue:
        value: YamlValue = self.register.tree.value
        for step in loc:
            value = value[step]
        return value


def _is_same(old: YamlValue, new: YamlValue) -> bool:
    if isinstance(old, dict) and isinstance(new, dict):
        return list(old) == list(new) and all(_is_same(old[key], new[key]) for key in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_is_same, old, new))
    plain = not isinstance(new, dict | list | bool) and new is not None
    return isinstance(old, str) and plain and old == str(new)


FileChanges = Mapping[str, tuple[bytes | None, bytes]]
"""Path in the library to the bytes of a file before (None: there is none) and after."""


def files_diff(changes: Iterable[tuple[str, str, bytes, bytes]]) -> str:
    """A unified diff of files, each with its name and bytes before and after."""
    from difflib import unified_diff  # only for --diff

    lines: list[str] = []
    for source, target, before, after in changes:
        old, new = (side.decode("utf-8", "replace").split("\n") for side in (before, after))
        old, new = ([f"{line}\n" for line in side[:-1]] + ([side[-1]] if side[-1] else []) for side in (old, new))
        lines += (
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for line in unified_diff(old, new, f"a/{source}", f"b/{target}")
        )
    return "".join(lines)


def write_files(root: Path, files: FileChanges, read_only_hint: str = "make it writable") -> None:
    """Write files, all or none. Raises SopkitError before the first when one changed since it was read."""
    for path, (before, _) in files.items():
        refuse_outside(root, path)
        file = root / path
        try:
            now = read_file(root, path)
        except FileNotFoundError:
            now = None
        except OSError as error:
            what, advice = explain_unread(error)
            raise SopkitError(f"{path}: {what}; nothing was written", advice) from error
        if now is not None and not (file.stat().st_mode & 0o222 and os.access(file, os.W_OK)):
            raise SopkitError(f"{path}: is read-only; nothing was written", read_only_hint)
        if now != before:
            raise SopkitError(f"{path}: changed since it was read; nothing was written", "run it again")
    replace_files(root, files)


def replace_files(root: Path, files: FileChanges) -> None:
    """Write files in order; on an error all are as before. Raises SopkitError, also for a new file that is there."""
    written: list[str] = []
    try:
        for path, (before, after) in files.items():
            _write_file(root, path, before, after)
            written.append(path)
    except BaseException:
        for path in reversed(written):
            with suppress(OSError, SopkitError):
                restore_file(root / path, files[path][0])
        raise


def _write_file(root: Path, path: str, before: bytes | None, after: bytes) -> None:
    refuse_outside(root, path)
    make_folder((root / path).parent)
    if before is not None:
        write_file(root / path, after)
    elif not create_file(root / path, after):
        raise SopkitError(f"{path} is there already", "choose another --title or --id")
