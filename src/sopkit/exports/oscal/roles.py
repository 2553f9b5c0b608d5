"""Who answers for what, by role: people are not told."""

from collections.abc import Iterable, Mapping
from functools import cached_property

from sopkit.exports.oscal.names import tokens, uuid_of
from sopkit.exports.oscal.texts import JsonObject, filled, line, own
from sopkit.library import Library
from sopkit.tables.escape import one_line


class Roles:
    """The roles of a library; those that were asked for are told in the metadata."""

    def __init__(self, library: Library, names: Iterable[str]) -> None:
        self.library = library
        typed = (self._id(name) for name in names)
        self.tokens = tokens(dict.fromkeys((*(row.key for row in library.roles.rows), *typed)))
        self.asked: set[str] = set()

    def _id(self, name: str) -> str:
        role = self.library.role(name)
        return role.id if role else " ".join(name.split())

    def responsible(self, duties: Mapping[str, Iterable[str]]) -> list[JsonObject]:
        """The roles that have duties, each once with all of its duties."""
        found: dict[str, list[str]] = {}
        for duty, names in duties.items():
            for role in dict.fromkeys(self._id(name) for name in names if name.strip()):
                found.setdefault(role, []).append(duty)
        self.asked |= found.keys()
        party = [str(self.party["uuid"])] if self.party else []
        return [
            filled({"role-id": self.tokens[role], "props": [own("duty", duty) for duty in said], "party-uuids": party})
            for role, said in found.items()
        ]

    @cached_property
    def party(self) -> JsonObject:
        """The organisation; empty when the library has no name."""
        name = one_line(self.library.config.library.name)
        return {"uuid": uuid_of("library", name), "type": "organization", "name": name} if name else {}

    @property
    def metadata(self) -> JsonObject:
        """Roles and parties as metadata has them."""
        roles = [
            filled(
                {
                    "id": token,
                    "title": line(self.library.role_title(role)) or token,
                    "props": [own("role", role)] if token != role else [],
                }
            )
            for role, token in self.tokens.items()
            if role in self.asked
        ]
        return {"roles": roles, "parties": [self.party] if self.party else []}
