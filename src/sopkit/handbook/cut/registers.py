"""The registers as far as a reader group may see them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sopkit.model.clearance import is_within_clearance
from sopkit.model.registers import REFERENCE_COLUMNS, SOP_TARGET, Applicability, Person, Role, RowModel
from sopkit.model.sop_document import Classification
from sopkit.model.source import Source
from sopkit.parsing.register import Register
from sopkit.parsing.yaml import YamlTree

_USUAL = Classification.INTERNAL
_TWO_ENDED = ("exceptions", "actions")
"""Registers whose rows are about one SOP, and go with it."""


@dataclass(frozen=True, eq=False)
class Seen:
    """What may be named: the SOPs by id, and of each register that has a file the keys of its rows.

    A role is named by the SOPs themselves, so those that no row tells of may be named too, but not the `secret` ones.
    """

    sops: Collection[str]
    keys: Mapping[str, Collection[str]]
    secret: frozenset[str]

    def may_name(self, what: str, name: str) -> bool:
        """Whether an SOP, or a row of a register, may be named."""
        if what == SOP_TARGET:
            return name in self.sops
        if what == "roles":
            return " ".join(name.split()).casefold() not in self.secret
        return what not in self.keys or name in self.keys[what]


def cut_registers(
    registers: Mapping[str, Register],
    names: Iterable[str],
    clearance: Classification,
    sops: Collection[str],
    acting: Collection[str],
) -> tuple[dict[str, Register], Seen]:
    """The registers without what may not be seen, and what may be named.

    A row is internal unless it says otherwise, and goes when it is about an SOP that is not shown. Of people there are
    only those who hold a role or are among those `acting`, who made entries.
    """
    rows = {name: _visible(registers[name], clearance) for name in names}
    for name in _TWO_ENDED:
        rows[name] = [row for row in rows[name] if (about := getattr(row, "sop", "")) in sops or not about]
    shown = {row.key for row in rows["roles"]}
    secret = {
        name.casefold()
        for row in registers["roles"].rows
        if row.key not in shown and not is_within_clearance(_least(row), _USUAL)
        for name in row.names
    }
    keys = {name: {row.key for row in found} for name, found in rows.items() if registers[name].path}
    seen = Seen(sops, keys, frozenset(secret))
    known = {row.key for row in registers["risks"].rows}
    rows["people"] = _people(rows["people"], rows["roles"], acting)
    cut = {
        name: _cut(registers[name], [_plain(name, row, seen, known) for row in found]) for name, found in rows.items()
    }
    return cut, seen


def _least(row: RowModel) -> Classification:
    found = getattr(row, "classification", None)
    return found if isinstance(found, Classification) else _USUAL


def _visible(register: Register, clearance: Classification) -> list[RowModel]:
    """The rows that may be seen; of two with one key both must be."""
    hidden = {row.key for row in register.rows if not is_within_clearance(_least(row), clearance)}
    return [row for row in register.rows if row.key not in hidden]


def _people(people: Iterable[RowModel], roles: Iterable[RowModel], acting: Collection[str]) -> list[RowModel]:
    held = {one.person for role in roles if isinstance(role, Role) for one in (*role.holders, *role.deputies)}
    return [row for row in people if isinstance(row, Person) and (row.key in held or row.key in acting)]


def _plain(register: str, row: RowModel, seen: Seen, risks: Collection[str]) -> RowModel:
    """A row that names nothing that may not be named."""
    cells = {column: getattr(row, column) for column in REFERENCE_COLUMNS.get(register, {})}
    changed: dict[str, object] = {
        column: ""
        for column, name in cells.items()
        if name and not seen.may_name(REFERENCE_COLUMNS[register][column], name)
    }
    if isinstance(row, Applicability):
        drivers = tuple(name for name in row.drivers if name not in risks or seen.may_name("risks", name))
        changed["drivers"] = drivers
    return row.model_copy(update=changed) if changed else row


def _cut(register: Register, rows: list[RowModel]) -> Register:
    """A register with these rows alone: neither its bytes nor the places of rows tell of others."""
    return Register(
        name=register.name,
        path=register.path,
        source=Source(b""),
        rows=tuple(rows),
        keys=frozenset(row.key for row in rows),
        tree=YamlTree(),
    )
