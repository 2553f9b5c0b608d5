"""Rows added to a register, in the style of those that are there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sopkit.model.errors import SopkitError
from sopkit.model.finding import Edit
from sopkit.registers.spots import end_of, first_of, indent_of, line_end, place_of
from sopkit.registers.yaml_rows import written_row
from sopkit.text.register import Register

FIRST = -1
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
    if register.tree.places.get(()) is not None and first_of(register, ()) == b"[":
        if count:
            hint = "write it as a list whose rows begin with `- `, each on lines of its own"
            raise SopkitError(f"{register.file}: is a list in brackets, to which no row can be added", hint)
        yield Edit(place_of(register, ()).start, place_of(register, ()).end, "")
    indent = (indent_of(register, (count - 1,)) or "") if count else ""
    in_braces = first_of(register, (count - 1,)) == b"{" if count else bool(rows[0].remark)
    ended = not source.data or source.data.endswith((b"\n", b"\r"))
    for row in rows:
        text = written_row(row.cells, in_braces=in_braces, remark=row.remark)
        lines = [f"{indent}{line}" for line in text.split("\n")]
        if not count or row.after is None:
            gap, ended = ("" if ended else source.line_end), True
            yield _lines(len(source.data), lines, gap, source.line_end)
        elif row.after == FIRST:
            yield _lines(source.line_starts[place_of(register, (0,)).line - 1], lines, "", source.line_end)
        else:
            at = line_end(register, end_of(register, (row.after,)))
            yield Edit(at, at, "".join(f"{source.line_end}{line}" for line in lines))


def _lines(at: int, lines: Sequence[str], gap: str, end: str) -> Edit:
    return Edit(at, at, gap + "".join(f"{line}{end}" for line in lines))
