"""What a new SOP names and the registers of its library lack, or know under another name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sopkit.authoring.templates.starter import KINDS, StarterRow, Starters
from sopkit.model.body import is_undecided
from sopkit.model.registers import Role
from sopkit.model.sop import Sop
from sopkit.parsing.register import Register
from sopkit.parsing.roles import find_roles, split_names

ROLE_KEYS = ("owner", "approvers", "contributors", "audience")
OTHER_KEYS = KINDS[1:]
"""Front-matter keys that name rows of the register of the same name."""

_EVERYONE = "everyone"


@dataclass(frozen=True)
class Lacking:
    """The starter rows to append; the library's own ids and words for what it has already; ids that nobody knows."""

    rows: tuple[StarterRow, ...] = ()
    ids: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


def lacking(sop: Sop, registers: Mapping[str, Register], starters: Starters) -> Lacking:
    """What the registers lack for an SOP, with all to which those rows lead."""
    search = _Search(registers, starters)
    for key in OTHER_KEYS:
        for value, _ in sop.texts(key):
            search.row(key, value)
    for key in ROLE_KEYS:
        for value, _ in sop.texts(key):
            search.role(value)
    for name in _written(sop):
        search.written(name)
    rows = [row for kind in KINDS for row in starters.rows[kind].values() if (kind, row.id) in search.rows]
    return Lacking(tuple(rows), search.ids, search.words, tuple(search.unknown))


def _written(sop: Sop) -> Iterator[str]:
    """The roles that the text calls by their names."""
    yield from (step.actor for step in sop.body.steps if step.actor)
    yield from (name for name, _, _ in find_roles(sop.body.section("Roles")))


class _Search:
    def __init__(self, registers: Mapping[str, Register], starters: Starters) -> None:
        self.registers, self.starters = registers, starters
        self.rows: dict[tuple[str, str], StarterRow] = {}
        self.ids: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
        self.words: dict[str, str] = {}
        self.unknown: dict[str, None] = {}

    def row(self, kind: str, key: str) -> None:
        """Look for a row of a policy, a risk or an asset, and for the role that owns it."""
        if key in self.registers[kind].keys or key in self.ids[kind] or (kind, key) in self.rows or is_undecided(key):
            return
        row = self.starters.get(kind, key)
        if row is None:
            self.unknown[f"{kind}: {key}"] = None
            return
        same = next((there for there in self.registers[kind].rows if _title(there) == row.title.casefold()), None)
        if same is not None:
            self.ids[kind][key] = same.key
            return
        self.rows[kind, key] = row
        for role in row.roles:
            self.role(role)

    def role(self, key: str) -> None:
        """Look for a role, and for those to whom it reports."""
        if key in self.ids["roles"] or ("roles", key) in self.rows:
            return
        row = self.starters.get("roles", key)
        there = self._known(key, row)
        if there is not None:
            self.ids["roles"][key] = there.key
            if row is not None and row.title.casefold() not in {name.casefold() for name in there.names}:
                self.words[row.title] = _word(there, row)
        elif row is not None:
            self.rows["roles", key] = row
            for role in row.roles:
                self.role(role)
        elif key != _EVERYONE and not is_undecided(key):
            self.unknown[f"roles: {key}"] = None

    def _known(self, key: str, row: StarterRow | None) -> Role | None:
        """The register's row for a role: by its id, which may be a name there, else by a name of its starter row."""
        register = self.registers["roles"]
        names = (name.casefold() for name in (key, *(row.names if row else ())))
        found = register.by_key.get(key) or next(
            (there for name in names if (there := register.by_name.get(name))), None
        )
        return found if isinstance(found, Role) else None

    def written(self, name: str) -> None:
        """Look for a role by the words of the text; several may be joined."""
        if self.starters.role(name) is None and len(parts := split_names(name)) > 1:
            for part in parts:
                self.written(part)
            return
        if (row := self.starters.role(name)) is not None:
            self.role(row.id)


def _word(there: Role, row: StarterRow) -> str:
    """What a text calls a role that the register has under another title: the name that both know, else its title."""
    known = {name.casefold() for name in row.names}
    shared = next((name for name in (there.title, *there.aliases) if name.casefold() in known), "")
    return shared or there.title or there.key


def _title(row: object) -> str:
    return str(getattr(row, "title", "")).casefold()
