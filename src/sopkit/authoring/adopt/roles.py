"""Roles as foreign documents call them, and the ids that the library, or the starter rows, have for them."""

import re

from sopkit.authoring.templates.starter import StarterRow, Starters, load_starters
from sopkit.library import Library


class RoleNames:
    """Finds the id of a role; what nobody knows keeps the id that its words make."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._starters: Starters | None = None

    @property
    def starters(self) -> Starters:
        """The rows with which registers begin."""
        if self._starters is None:
            self._starters = load_starters(self.library.root)
        return self._starters

    def id_of(self, name: str) -> str:
        """The id of the role that a text means."""
        words = name.replace("-", " ")
        for spelled in (name, words):
            if (known := self.library.role(spelled)) is not None:
                return known.id
        for spelled in (name, words):
            if (row := self.starters.role(spelled)) is not None:
                return row.id
        return "-".join(re.findall(r"\w+", name.casefold())) or name

    def row(self, register: str, key: str) -> StarterRow | None:
        """The starter row of an id, or None."""
        return self.starters.get(register, key)
