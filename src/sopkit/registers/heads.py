"""Which column of a table is which column of a register."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sopkit.model.errors import SopkitError
from sopkit.model.nearest import nearest
from sopkit.registers.columns import columns_of, key_column
from sopkit.sheets.grid import Grid

_ROW = {
    "people": "person",
    "roles": "role",
    "policies": "policy",
    "assets": "asset",
    "risks": "risk",
    "vendors": "vendor",
    "glossary": "term",
    "exceptions": "exception",
    "external": "document",
    "actions": "action",
    "soa": "control",
}
"""What a row of each register is called, as in `Risk ID`."""
TITLE_OF_CONTROL = "title"
"""A column of soa in workbooks, for people; it is computed, and passed over when it comes back."""
_NUMBERS = ("id", "no", "nr", "number", "ref", "key")
_ABOUT_DAYS = re.compile(r"^next|date$")
_SCALE = re.compile(r"\s*\(\d[\d\s.,/\u2013-]*\)\s*$")
"""What `Impact (1-5)` says of its scale; words in brackets may mean another column."""


@dataclass(frozen=True, slots=True)
class Heads:
    """Column of the register to that of the table, from 0, and the heads of those that are left out."""

    at: Mapping[str, int]
    left_out: tuple[str, ...]


def heads_of(grid: Grid, register: str, given: Mapping[str, str], *, ignore: bool) -> Heads:
    """The columns by what the caller says, else by their names: case, blanks and underscores count for nothing.

    Raises SopkitError for a column that nobody knows, unless such are to be ignored, and for one that is there twice.
    """
    known = [column.name for column in columns_of(register)]
    for ours in given:
        if ours not in known:
            near = "".join(nearest(ours, known))
            advice = f"did you mean `{near}`? " if near else ""
            raise SopkitError(f"--columns: {register} has no column `{ours}`", f"{advice}columns: {', '.join(known)}")
    found = {ours: grid.column(theirs) for ours, theirs in given.items()}
    names = {name: ours for ours in known for name in _names(register, ours) if ours not in found}
    unknown = []
    for at, head in enumerate(grid.header):
        if not head or at in found.values() or (register == "soa" and _bare(head) == TITLE_OF_CONTROL):
            continue
        bare = _bare(_SCALE.sub("", head) or head)
        ours = names.get(_bare(head)) or names.get(bare) or names.get(_ABOUT_DAYS.sub("", bare), "")
        if ours in found:
            raise SopkitError(
                f"{grid.path}: two columns are `{ours}`: `{grid.header[found[ours]]}` and `{head}`",
                f"say which one is meant: --columns '{ours}={head}'",
            )
        if ours:
            found[ours] = at
        elif any(line.cells[at].strip() for line in grid.rows):
            unknown.append(head)
    if unknown and not ignore:
        _refuse(grid, register, unknown, [name for name in known if name not in found])
    return Heads(found, tuple(unknown))


def _refuse(grid: Grid, register: str, unknown: list[str], free: list[str]) -> None:
    near = ["".join(nearest(_bare(head), free)) for head in unknown]
    words = [f"`{head}`{f' (is it `{ours}`?)' if ours else ''}" for head, ours in zip(unknown, near, strict=True)]
    raise SopkitError(
        f"{grid.path}: {register} has no such column: {', '.join(words)}",
        f"say what they are: --columns '{near[0] or 'OURS'}={unknown[0]}'; or leave them out: --ignore-columns\n"
        f"columns that the table lacks: {', '.join(free)}",
    )


def _names(register: str, column: str) -> Iterator[str]:
    """The heads under which people have a column, as they are compared; the column's own name counts first."""
    own = _bare(column)
    row = _ROW[register]
    yield from (own, f"{row}{own}", f"{own}{row}")
    if column == key_column(register):
        yield from (f"{before}{number}" for number in _NUMBERS for before in ("", row, register))
    if column == "title":
        yield from ("name", f"{row}name", row)


def _bare(head: str) -> str:
    return re.sub(r"[\W_]+", "", head.casefold())
