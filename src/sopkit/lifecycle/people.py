"""Who had which role on a date: people, roles, deputies and configuration."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from sopkit.git.merges import Author
from sopkit.library import CONFIG_NAME, Library
from sopkit.model.commits import FileChange
from sopkit.model.config import Config
from sopkit.model.errors import SopkitError
from sopkit.model.registers import Person, Role, SigningKey
from sopkit.parsing.config import read_config
from sopkit.parsing.register import read_register

PEOPLE = "registers/people.yaml"
ROLES = "registers/roles.yaml"
ORGANISATION_FILES = (CONFIG_NAME, PEOPLE, ROLES)
"""The files that say who may do what. A `.mailmap` is none: it only changes what git shows, and proves nothing."""


@dataclass(frozen=True)
class Organisation:
    """People, roles and rules at one time; `config` is None where it cannot be read."""

    config: Config | None
    people: Mapping[str, Person] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    spare: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # e-mails of rows whose key is there again

    @cached_property
    def _by_email(self) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for key, person in self.people.items():
            for email in (*person.emails, *self.spare.get(key, ())):
                found[email.casefold()] = found.get(email.casefold(), frozenset()) | {key}
        return {email: keys for email, keys in found.items() if email.strip()}  # a commit may have none

    def known(self, author: Author) -> frozenset[str]:
        """Keys of the people who have the author's e-mail by the register."""
        return self._by_email.get(author.email.casefold(), frozenset())

    def name_of(self, key: str) -> str:
        """What the person of a key is called; the key where the register has no such person."""
        return person_name(self.people[key]) if key in self.people else key

    def author_name(self, author: Author) -> str:
        """What an author is called: by the register where the e-mail is that of one person, else as typed in git."""
        known = self.known(author)
        return self.name_of(*known) if len(known) == 1 else author.name

    @cached_property
    def _by_signing_key(self) -> dict[tuple[str, ...], list[tuple[str, SigningKey]]]:
        found: dict[tuple[str, ...], list[tuple[str, SigningKey]]] = {}
        for key, person in self.people.items():
            for row in person.signing_keys:
                found.setdefault(tuple(row.key.split()[:2]), []).append((key, row))
        return found

    def signers(self, public_key: str, day: date) -> frozenset[str]:
        """Keys of the people who have a signing key on a day; its comment does not count."""
        rows = self._by_signing_key.get(tuple(public_key.split()[:2]), [])
        return frozenset(person for person, row in rows if row.holds(day))

    def same(self, author: Author, key: str) -> bool:
        """Whether an author is, or may be, that person: in doubt, an equal name is enough."""
        known = self.known(author)
        if known:
            return key in known
        person = self.people.get(key)
        name = " ".join(author.name.casefold().split())
        return bool(name) and person is not None and name == " ".join(person.name.casefold().split())

    def holds(self, key: str, role: str, day: date) -> bool:
        """Whether a person holds a role on a day or is its deputy then, and is there."""
        row = self.role(role)
        return row is not None and any(person.key == key for person in row.people(self.people, day))

    def role(self, name: str) -> Role | None:
        """The role of that id, title or alias."""
        return self.roles.get(" ".join(name.casefold().split()))


class OrganisationHistory:
    """The organisation before each commit of a first-parent line."""

    def __init__(
        self, changes: Sequence[Sequence[FileChange]], read: Callable[[Iterable[str]], Mapping[str, bytes]]
    ) -> None:
        self._held: dict[str, tuple[list[int], list[str]]] = {path: ([], []) for path in ORGANISATION_FILES}
        for index, changed in enumerate(changes):
            for change in changed:
                if change.path in self._held:
                    at, blobs = self._held[change.path]
                    at.append(index)
                    blobs.append(change.blob if change.is_file else "")
        self.changed = sorted({index for at, _ in self._held.values() for index in at})  # commits, as indices
        self._read = read
        self._known: dict[tuple[str, ...], Organisation] = {}
        self._parts: dict[tuple[str, str], object] = {}

    def before(self, index: int) -> Organisation:
        """What the first parent of a commit held, by the commit's index."""
        held = (self._held[path] for path in ORGANISATION_FILES)
        blobs = tuple(found[place - 1] if (place := bisect_left(at, index)) else "" for at, found in held)
        if blobs not in self._known:
            self._known[blobs] = self._organisation(*blobs)
        return self._known[blobs]

    @cached_property
    def _data(self) -> Mapping[str, bytes]:
        oids = {blob for _, blobs in self._held.values() for blob in blobs if blob}
        return self._read(oids) if oids else {}

    def _organisation(self, config: str, people: str, roles: str) -> Organisation:
        try:
            settings = read_config(self._data[config], CONFIG_NAME) if config else None
        except SopkitError:
            settings = None
        persons = [row for row in self._rows("people", people) if isinstance(row, Person)]
        emails: dict[str, tuple[str, ...]] = {}
        for person in persons:  # of those whose key is there twice all: nobody loses one by a second row
            emails[person.key] = (*emails.get(person.key, ()), *person.emails)
        rows = [row for row in reversed(self._rows("roles", roles)) if isinstance(row, Role)]
        # an id means its own role, whatever title or alias another row takes
        named = [*((name, row) for row in rows for name in row.names), *((row.id, row) for row in rows)]
        return Organisation(
            settings,
            {person.key: person for person in persons},
            {" ".join(name.casefold().split()): row for name, row in named},
            emails,
        )

    def _rows(self, name: str, blob: str) -> tuple[object, ...]:
        if not blob:
            return ()
        if (name, blob) not in self._parts:
            self._parts[name, blob] = read_register(name, f"registers/{name}.yaml", self._data[blob])
        register = self._parts[name, blob]
        return register.rows  # type: ignore[attr-defined,no-any-return]


@dataclass(frozen=True, slots=True)
class RoleHolders:
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
            return ", ".join(person_name(person) for person in self.holders)
        if self.deputies:
            return f"nobody on {self.day}; deputy {', '.join(person_name(person) for person in self.deputies)}"
        return f"nobody on {self.day}, and there is no deputy"


@dataclass(frozen=True)
class Roster:
    """Roles and people on one day."""

    roles: Mapping[str, Role]  # by every spelling, without case
    people: Mapping[str, Person]
    day: date
    _known: dict[str, RoleHolders] = field(default_factory=dict)

    def answering(self, role: str) -> RoleHolders:
        """Who answers for the role of that id, title or alias."""
        name = " ".join(role.split())
        if name not in self._known:
            row = self.roles.get(name.casefold())
            if row is None:
                return self._known.setdefault(name, RoleHolders(name, name, self.day, known=False))
            holders, both = self._present(row.held_by(self.day)), self._present(row.held_or_deputised_by(self.day))
            deputies = tuple(person for person in both if person not in holders)
            self._known[name] = RoleHolders(
                name, row.title or row.id, self.day, holders=holders, deputies=deputies, reports_to=row.reports_to
            )
        return self._known[name]

    def _present(self, keys: tuple[str, ...]) -> tuple[Person, ...]:
        """The people of those keys who are there on the day; one whom the register does not know has only a key."""
        people = (self.people.get(key) or Person.model_validate({"key": key}) for key in dict.fromkeys(keys))
        return tuple(person for person in people if person.holds(self.day))


def read_roster(library: Library, day: date) -> Roster:
    """The roles and people of a library on a day."""
    return Roster(
        {name: row for name, row in library.roles.by_name.items() if isinstance(row, Role)},
        {key: row for key, row in library.registers["people"].by_key.items() if isinstance(row, Person)},
        day,
    )


def person_name(person: Person) -> str:
    """What a person is called: the name, else the key."""
    return " ".join(person.name.split()) or person.key
