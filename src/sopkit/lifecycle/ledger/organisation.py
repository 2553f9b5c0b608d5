"""Who was who on a day: people, roles, mailmap and configuration as a commit's first parent held them."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from sopkit.git.branch import Author
from sopkit.library import CONFIG_NAME
from sopkit.model.config import Config
from sopkit.model.errors import SopkitError
from sopkit.model.history import Change
from sopkit.model.registers import Person, Role, SigningKey
from sopkit.text.register import read_register
from sopkit.text.settings import read_config

PEOPLE = "registers/people.yaml"
ROLES = "registers/roles.yaml"
MAILMAP = ".mailmap"
SET_UP = (CONFIG_NAME, PEOPLE, ROLES, MAILMAP)
"""The files that say who may do what; the mailmap lies at the top of the repository, as for git."""

_ADDRESS = re.compile(r"<([^<>]*)>")


@dataclass(frozen=True)
class Organisation:
    """People, roles and rules at one time; `config` is None where it cannot be read."""

    config: Config | None
    people: Mapping[str, Person] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    mailmap: Mapping[str, str] = field(default_factory=dict)  # e-mail of a commit to the proper one
    spare: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # e-mails of rows whose key is there again

    @cached_property
    def _by_email(self) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for key, person in self.people.items():
            for email in (*person.emails, *self.spare.get(key, ())):
                found[email.casefold()] = found.get(email.casefold(), frozenset()) | {key}
        return {email: keys for email, keys in found.items() if email.strip()}  # a commit may have none

    def known(self, author: Author) -> frozenset[str]:
        """Keys of the people who have the author's e-mail: by the register, else by the mailmap."""
        email = author.email.casefold()
        return self._by_email.get(email) or self._by_email.get(self.mailmap.get(email, ""), frozenset())

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
        row, person = self.role(role), self.people.get(key)
        if row is None or person is None or not person.holds(day):
            return False
        return any(holder.person == key and holder.holds(day) for holder in (*row.holders, *row.deputies))

    def role(self, name: str) -> Role | None:
        """The role of that id, title or alias."""
        return self.roles.get(" ".join(name.casefold().split()))


class Organisations:
    """The organisation before each commit of a first-parent line."""

    def __init__(
        self, changes: Sequence[Sequence[Change]], read: Callable[[Iterable[str]], Mapping[str, bytes]]
    ) -> None:
        self._held: dict[str, tuple[list[int], list[str]]] = {path: ([], []) for path in SET_UP}
        for index, changed in enumerate(changes):
            for change in changed:
                if change.path in self._held:
                    at, blobs = self._held[change.path]
                    at.append(index)
                    blobs.append(change.blob if change.is_file else "")
        self._read = read
        self._known: dict[tuple[str, ...], Organisation] = {}
        self._parts: dict[tuple[str, str], object] = {}

    def before(self, index: int) -> Organisation:
        """What the first parent of a commit held, by the commit's index."""
        blobs = self.blobs_before(index)
        if blobs not in self._known:
            self._known[blobs] = self._organisation(*blobs)
        return self._known[blobs]

    def blobs_before(self, index: int) -> tuple[str, ...]:
        """The files from which that follows, by their object ids."""
        return tuple(self._blob(path, index) for path in SET_UP)

    @cached_property
    def _data(self) -> Mapping[str, bytes]:
        oids = {blob for _, blobs in self._held.values() for blob in blobs if blob}
        return self._read(oids) if oids else {}

    def _blob(self, path: str, index: int) -> str:
        at, blobs = self._held[path]
        place = bisect_left(at, index)
        return blobs[place - 1] if place else ""

    def _organisation(self, config: str, people: str, roles: str, mailmap: str) -> Organisation:
        try:
            settings = read_config(self._data[config], CONFIG_NAME) if config else None
        except SopkitError:
            settings = None
        persons = [row for row in self._rows("people", people) if isinstance(row, Person)]
        named = [row for row in self._rows("roles", roles) if isinstance(row, Role)]
        return Organisation(
            settings,
            {person.key: person for person in persons},
            _by_name(named),
            read_mailmap(self._data.get(mailmap, b"")),
            _spare(persons),
        )

    def _rows(self, name: str, blob: str) -> tuple[object, ...]:
        if not blob:
            return ()
        if (name, blob) not in self._parts:
            self._parts[name, blob] = read_register(name, f"registers/{name}.yaml", self._data[blob])
        register = self._parts[name, blob]
        return register.rows  # type: ignore[attr-defined,no-any-return]


def _by_name(roles: Sequence[Role]) -> dict[str, Role]:
    """Roles by every spelling; an id means its own role, whatever title or alias another row takes."""
    named = [(name, row) for row in reversed(roles) for name in row.names]
    by_id = [(row.id, row) for row in reversed(roles)]
    return {" ".join(name.casefold().split()): row for name, row in (*named, *by_id)}


def _spare(people: Sequence[Person]) -> dict[str, tuple[str, ...]]:
    """The e-mails of people whose key is there twice: nobody loses one by a second row."""
    found: dict[str, tuple[str, ...]] = {}
    for person in people:
        found[person.key] = (*found.get(person.key, ()), *person.emails)
    return found


def read_mailmap(data: bytes) -> dict[str, str]:
    """The proper e-mail of each e-mail that a mailmap names, both without case (gitmailmap(5))."""
    found = {}
    for line in data.decode("utf-8", "replace").splitlines():
        addresses = [] if line.lstrip().startswith("#") else _ADDRESS.findall(line)
        if len(addresses) == 2:  # noqa: PLR2004  # the proper one, then that of the commit
            proper, committed = (address.strip().casefold() for address in addresses)
            found[committed] = proper
    return found
