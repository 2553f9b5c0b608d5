"""What roles own in the registers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from sopkit.library import Library
from sopkit.model.registers import Action, Applicability, RowModel

_KINDS = {
    "policies": "policy",
    "assets": "asset",
    "risks": "risk",
    "vendors": "vendor",
    "external": "external document",
    "actions": "action",
    "soa": "control",
}


@dataclass(frozen=True, slots=True)
class OwnedRow:
    """A row of a register that a role owns; what is closed, retired, done or not applicable is left out."""

    role: Annotated[str, "Id of the role; the name as typed where the register lacks it."]
    kind: Annotated[str, "What it is: policy, asset, risk, vendor, external document, action or control."]
    id: Annotated[str, "Its id."]
    title: Annotated[str, "Its title, if it has one."]
    path: Annotated[str, "File of the register."]
    line: Annotated[int, "Its line."]


def owned_by_roles(library: Library) -> Iterator[OwnedRow]:
    """The rows that name an owner, in the order of the registers."""
    for name, kind in _KINDS.items():
        register = library.registers[name]
        for row in register.rows:
            owner = " ".join(str(getattr(row, "owner", "")).split())
            if owner and not _ended(row, library):
                known = library.role(owner)
                title = str(getattr(row, "title", ""))
                line = register.place(row.key, "owner").line
                yield OwnedRow(known.id if known else owner, kind, row.key, title, register.path, line)


def _ended(row: RowModel, library: Library) -> bool:
    if isinstance(row, Action):
        return row.done is not None and row.done <= library.as_of
    return row.gone(library.as_of) is not None or (isinstance(row, Applicability) and not row.applicable)
