"""What a new SOP names and the registers of its library lack, or know under another name."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sopkit.authoring.templates.starter import KINDS, StarterRow, Starters
from sopkit.model.decisions import undecided
from sopkit.model.sop import Sop
from sopkit.text.register import Register
from sopkit.text.roles import roles_named

ROLE_KEYS = ("owner", "approvers", "contributors", "audience")
OTHER_KEYS = KINDS[1:]
"""Front-matter keys that name rows of the register of the same name."""

_EVERYONE = "everyone"
_JOINED = re.compile(r"\s+(?:and|or|with)\s+|\s*[,/&+;]\s*")


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
    yield from (name for name, _, _ in roles_named(sop.body.section("Roles")))


class _Search:
    def __init__(self, registers: Mapping[str, Register], starters: Starters) -> None:
        self.registers, self.starters = registers, starters
        self.rows: dict[tuple[str, str], StarterRow] = {}
        self.ids: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
        self.words: dict[str, str] = {}
        self.unknown: dict[str, None] = {}

    def row(self, kind: str, key: str) -> None:
        """Look for a row of a policy, a risk or an asset, and for the role that owns it."""
        if key in self.registers[kind].keys or key in self.ids[kind] or (kind, key) in self.rows or undecided(key):
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
        if key in self.registers["roles"].keys or key in self.ids["roles"] or ("roles", key) in self.rows:
            return
        row = self.starters.get("roles", key)
        if row is None:
            if key != _EVERYONE and not undecided(key):
                self.unknown[f"roles: {key}"] = None
            return
        known = self.registers["roles"].by_name
        name = next((name.casefold() for name in row.names if name.casefold() in known), None)
        if name is not None:
            there = known[name]
            self.ids["roles"][key] = there.key
            if row.title.casefold() not in {other.casefold() for other in there.names}:
                # the id may be the same word in small letters: it stands first, and is no word for a text
                self.words[row.title] = next(other for other in there.names[::-1] if other.casefold() == name)
            return
        self.rows["roles", key] = row
        for role in row.roles:
            self.role(role)

    def written(self, name: str) -> None:
        """Look for a role by the words of the text; several may be joined."""
        if self.starters.role(name) is None and len(parts := _JOINED.split(name)) > 1:
            for part in parts:
                self.written(part)
            return
        row = self.starters.role(name)
        if row is not None and " ".join(name.split()).casefold() not in self.registers["roles"].by_name:
            self.role(row.id)


def _title(row: object) -> str:
    return str(getattr(row, "title", "")).casefold()
