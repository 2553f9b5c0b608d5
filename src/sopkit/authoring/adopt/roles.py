"""Roles as foreign documents call them, and the ids that the library, or the starter rows, have for them."""

import re

from sopkit.authoring.templates.starter import StarterRow, Starters, load_starters
from sopkit.library import Library
from sopkit.model.sop import Sop
from sopkit.text.roles import roles_named

_PLAIN = re.compile(r"[A-Z][\w-]*(?: [\w-]+){0,3}")


class RoleNames:
    """Finds the id of a role; what nobody knows keeps the id that its words make."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._starters: Starters | None = None
        self.titles: dict[str, str] = {}

    @property
    def starters(self) -> Starters:
        """The rows with which registers begin."""
        if self._starters is None:
            self._starters = load_starters(self.library.root)
        return self._starters

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
        made = "-".join(re.findall(r"\w+", name.casefold())) or name
        if made != name:
            self.titles.setdefault(made, name)
        return made

    def named_in(self, sop: Sop) -> tuple[str, ...]:
        """The ids of the roles that a draft names: those that are known, and those of columns that hold roles only."""
        found: dict[str, None] = {}
        for procedure in sop.body.procedures:
            for step in procedure.steps:
                for one in step.walk():
                    self._add(one.actor, found, column=procedure.shape == "table")
        section = sop.body.section("Roles")
        table = section is not None and any(block.kind == "table" for block in section.blocks)
        for name, _, _ in roles_named(section):
            self._add(name, found, column=table)
        return tuple(found)

    def _add(self, name: str, found: dict[str, None], *, column: bool) -> None:
        if not name:
            return
        if known := self.known(name):
            found.setdefault(known)
        elif column and _PLAIN.fullmatch(name):
            found.setdefault(self.id_of(name))

    def row(self, register: str, key: str) -> StarterRow | None:
        """The starter row of an id, or None."""
        return self.starters.get(register, key)
