"""Who answers for a role on a day, from the registers of roles and people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sopkit.library import Library
from sopkit.model.registers import Person, Role


@dataclass(frozen=True, slots=True)
class Answering:
    """A role with the people who hold it on a day; `deputies` stand in for them then."""

    role: str  # as the SOP names it
    title: str
    day: date
    known: bool = True  # whether the register has the role
    holders: tuple[Person, ...] = ()
    deputies: tuple[Person, ...] = ()
    reports_to: str = ""

    @property
    def people(self) -> tuple[Person, ...]:
        """The holders, else the deputies, else nobody."""
        return self.holders or self.deputies

    @property
    def words(self) -> str:
        """Who it is, as part of a sentence: `Ana Kowalczyk`, `nobody; deputy Ben Adeyemi`."""
        if not self.role:
            return "no owner is named"
        if not self.known:
            return f"no role `{self.role}` in the register of roles"
        if self.holders:
            return ", ".join(name_of(person) for person in self.holders)
        if self.deputies:
            return f"nobody on {self.day}; deputy {', '.join(name_of(person) for person in self.deputies)}"
        return f"nobody on {self.day}, and there is no deputy"


@dataclass(frozen=True)
class Roster:
    """Roles and people on one day."""

    roles: Mapping[str, Role]  # by every spelling, without case
    people: Mapping[str, Person]
    day: date
    _known: dict[str, Answering] = field(default_factory=dict)

    def answering(self, role: str) -> Answering:
        """Who answers for the role of that id, title or alias."""
        name = " ".join(role.split())
        if name not in self._known:
            row = self.roles.get(name.casefold())
            self._known[name] = self._of(name, row) if row else Answering(name, name, self.day, known=False)
        return self._known[name]

    def _of(self, name: str, row: Role) -> Answering:
        holders = self._present(row.held_by(self.day))
        deputies = self._present(tuple(deputy.person for deputy in row.deputies if deputy.holds(self.day)))
        return Answering(
            role=name,
            title=row.title or row.id,
            day=self.day,
            holders=holders,
            deputies=tuple(person for person in deputies if person not in holders),
            reports_to=row.reports_to,
        )

    def _present(self, keys: tuple[str, ...]) -> tuple[Person, ...]:
        """The people of those keys who are there on the day; one whom the register does not know has only a key."""
        people = (self.people.get(key) or Person.model_validate({"key": key}) for key in dict.fromkeys(keys))
        return tuple(person for person in people if person.holds(self.day))


def roster(library: Library, day: date) -> Roster:
    """The roles and people of a library on a day."""
    return Roster(
        {name: row for name, row in library.roles.by_name.items() if isinstance(row, Role)},
        {key: row for key, row in library.registers["people"].by_key.items() if isinstance(row, Person)},
        day,
    )


def name_of(person: Person) -> str:
    """What a person is called: the name, else the key."""
    return " ".join(person.name.split()) or person.key
