"""Roles as foreign documents call them, and the ids that the library, or the starter rows, have for them."""

import re
from dataclasses import replace
from functools import cached_property

from sopkit.analysis.responsibilities import unknown_roles
from sopkit.authoring.templates.append import sound, with_rows
from sopkit.authoring.templates.starter import StarterRow, Starters, load_starters
from sopkit.library import Library
from sopkit.model.registers import REGISTERS
from sopkit.model.sop import Sop
from sopkit.parsing.anchors import make_slug
from sopkit.parsing.register import read_register
from sopkit.parsing.roles import find_roles

_REMARK = re.compile(r"\s*\([^)]*\)$")
_PLAIN = re.compile(r"[A-Z][\w-]*(?: [\w-]+){0,3}")


class RoleNames:
    """Finds the id of a role; what nobody knows keeps the id that its words make."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.titles: dict[str, str] = {}

    @cached_property
    def starters(self) -> Starters:
        """The rows with which registers begin."""
        return load_starters(self.library.root)

    def known(self, name: str) -> str:
        """The id of the role that a text means, in the library or among the starter rows; empty for none."""
        for spelled in (name, name.replace("-", " ")):
            if (there := self.library.role(spelled)) is not None:
                return there.id
            if (row := self.starters.role(spelled)) is not None:
                return row.id
        return ""

    def id_of(self, name: str) -> str:
        """The id of the role that a text means; for an unknown one its words."""
        if found := self.known(name):
            return found
        made = make_slug(name) or name
        if made != name:
            self.titles.setdefault(made, name)
        return made

    def named_in(self, sop: Sop) -> tuple[str, ...]:
        """The ids of the roles that a draft names: those that are known, and those that lint would miss."""
        found: dict[str, None] = {}
        for name in (
            *(step.actor for step in sop.body.steps),
            *(row[0] for row in find_roles(sop.body.section("Roles"))),
        ):
            if name and (known := self.known(name)):
                found.setdefault(known)
        for names, _, _ in unknown_roles(sop, self._grown):
            plain = (_REMARK.sub("", name) for name in names)
            found |= dict.fromkeys(self.known(name) or self.id_of(name) for name in plain if _PLAIN.fullmatch(name))
        return tuple(found)

    @cached_property
    def _grown(self) -> Library:
        """The library with all roles that the starter rows could give it."""
        roles = sound(self.library.roles)
        lacking = (row for row in self.starters.rows["roles"].values() if row.id not in roles.keys)
        data = with_rows(roles, tuple(row.lines for row in lacking))
        registers = {name: self.library.registers[name] for name in REGISTERS}
        return replace(
            self.library, registers={**registers, "roles": read_register("roles", "registers/roles.yaml", data)}
        )

    def row(self, register: str, key: str) -> StarterRow | None:
        """The starter row of an id, or None."""
        return self.starters.get(register, key)
