"""Cells and rows put into the bytes of a register: every byte that is not about them stays."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sopkit.model.errors import SopkitError
from sopkit.model.finding import Edit
from sopkit.model.registers import Row
from sopkit.registers.new_cells import cell_edits
from sopkit.registers.new_rows import NewRow, row_edits
from sopkit.text.parse import MOST_BYTES
from sopkit.text.register import Register, read_register

_MIB = 1024 * 1024


def edited(
    register: Register, changes: Mapping[int, Mapping[str, Any]], new: Sequence[NewRow], expected: Sequence[Row]
) -> bytes:
    """The bytes of a register with cells changed, by row and column, and rows added.

    What comes out is read again and must give the rows expected. Raises SopkitError where that cannot be had.
    """
    edits = [edit for row, cells in changes.items() for edit in cell_edits(register, row, cells)]
    data = applied(register.source.data, [*edits, *row_edits(register, new)])
    if len(data) > MOST_BYTES:
        grown, most = f"{len(data) / _MIB:.1f} MiB", f"{MOST_BYTES / _MIB:.0f} MiB"
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


def applied(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes with edits, which do not overlap; several at one place in the order in which they come."""
    out, at = [], 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        out += [data[at : edit.start], edit.text.encode()]
        at = edit.end
    return b"".join((*out, data[at:]))
