"""Registers with rows for what drafts name and nobody has entered: starter rows, else rows with a mark."""

from collections.abc import Iterable, Iterator

from sopkit.authoring.adopt.plan import Draft
from sopkit.authoring.adopt.roles import RoleNames
from sopkit.authoring.templates.append import sound, with_rows
from sopkit.authoring.templates.scalar import scalar
from sopkit.library import Library

_HOLDER = "[decide: who holds this role]"
_TITLE = "[decide: what it is called, and where it is kept]"


def grown_registers(library: Library, drafts: Iterable[Draft], names: RoleNames) -> dict[str, tuple[bytes, bytes]]:
    """Path of a register to its bytes before and after. Raises SopkitError when one is broken."""
    every = tuple(drafts)
    roles = dict.fromkeys(role for draft in every for role in draft.roles)
    policies = dict.fromkeys(policy for draft in every for policy in draft.policies)
    grown = {}
    for register, keys in (("roles", roles), ("policies", policies)):
        there = library.registers[register]
        missing = [key for key in keys if key not in there.keys]
        if not missing:
            continue
        rows = tuple(dict.fromkeys(_rows(register, missing, names, there.keys)))
        path = there.path or f"registers/{register}.yaml"
        grown[path] = (there.source.data, with_rows(sound(there), rows))
    return grown


def _rows(register: str, keys: Iterable[str], names: RoleNames, there: frozenset[str]) -> Iterator[str]:
    """The rows, each after the role to which it reports."""
    for key in keys:
        row = names.row(register, key)
        if row is None:
            title = scalar(key.replace("-", " ").capitalize())
            mark = f"  holders: []  # {_HOLDER}" if register == "roles" else f"  # {_TITLE}"
            yield f"- id: {key}\n  title: {title}\n{mark}\n"
            continue
        if register == "roles":
            yield from _rows(register, [role for role in row.roles if role not in there and role != key], names, there)
        yield row.lines
