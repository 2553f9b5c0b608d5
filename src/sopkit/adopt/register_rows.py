"""Role ids in documents, and register rows for roles and assets that drafts mention and no register lists."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from sopkit.adopt.plan import AdoptedDraft
from sopkit.analysis.responsibilities import unknown_roles
from sopkit.authoring.templates.starter_rows import Starters, load_starters
from sopkit.library import CONFIG_NAME, Library
from sopkit.model.registers import REGISTERS
from sopkit.model.sop import Sop
from sopkit.parsing.config import read_config
from sopkit.parsing.register import read_register
from sopkit.parsing.roles import find_roles
from sopkit.parsing.sections import make_slug
from sopkit.parsing.yaml import yaml_scalar
from sopkit.registers.edits import append_rows, require_valid

_REMARK = re.compile(r"\s*\([^)]*\)$")
_PLAIN = re.compile(r"[A-Z][\w-]*(?: [\w-]+){0,3}")


class RoleIndex:
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
        key = make_slug(name) or name
        if key != name:
            self.titles.setdefault(key, name)
        return key

    def named_in(self, sop: Sop) -> tuple[str, ...]:
        """The ids of the roles that a draft names: those that are known, and those that lint would miss."""
        found: dict[str, None] = {}
        names = [row[0] for row in find_roles(sop.body.section("Roles"))]
        for name in (*(step.actor for step in sop.body.steps), *names):
            if name and (known := self.known(name)):
                found.setdefault(known)
        for names, _, _ in unknown_roles(sop, self._extended_library):
            plain = (_REMARK.sub("", name) for name in names)
            found |= dict.fromkeys(self.known(name) or self.id_of(name) for name in plain if _PLAIN.fullmatch(name))
        return tuple(found)

    @cached_property
    def _extended_library(self) -> Library:
        """The library with all roles that the starter rows could give it."""
        roles = require_valid(self.library.roles)
        missing = (row for row in self.starters.rows["roles"].values() if row.id not in roles.keys)
        data = append_rows(roles, tuple(row.lines for row in missing))
        registers = {name: self.library.registers[name] for name in REGISTERS}
        return replace(
            self.library, registers={**registers, "roles": read_register("roles", "registers/roles.yaml", data)}
        )


_ACRONYMS = frozenset(
    {"ceo", "cfo", "cio", "ciso", "coo", "cpo", "cso", "cto", "dpo", "hr", "isms", "it", "qa", "soc", "sre", "vp"}
)
_HOLDER_MARK = "[decide: who holds this role]"
_TITLE_MARK = "[decide: what it is called, and where it is kept]"


def extend_registers(
    library: Library, drafts: Iterable[AdoptedDraft], names: RoleIndex
) -> dict[str, tuple[bytes | None, bytes]]:
    """Path of a register to its bytes before and after. Raises SopkitError when one is broken."""
    every = tuple(drafts)
    roles = dict.fromkeys(role for draft in every for role in draft.roles)
    policies = dict.fromkeys(policy for draft in every for policy in draft.policies)
    changes: dict[str, tuple[bytes | None, bytes]] = {}
    for register, keys in (("roles", roles), ("policies", policies)):
        there = library.registers[register]
        missing = [key for key in keys if key not in there.keys]
        if not missing:
            continue
        rows = tuple(dict.fromkeys(_make_rows(register, missing, names, there.keys)))
        changes[there.file] = (there.source.data if there.path else None, append_rows(require_valid(there), rows))
    return changes


def describe_additions(library: Library, shared: Mapping[str, tuple[bytes | None, bytes]]) -> Iterator[str]:
    """What each register gains, and which keys sopkit.toml tolerates from now on, in words."""
    for path, (_, after) in sorted(shared.items()):
        if path == CONFIG_NAME:
            known = set(library.config.front_matter.extra)
            extra = [key for key in read_config(after, path).front_matter.extra if key not in known]
            yield f"{path} tolerates the keys {', '.join(extra)}"
            continue
        name = path.rpartition("/")[2].removesuffix(".yaml")
        register = read_register(name, path, after)
        new = [row.key for row in register.rows if row.key not in library.registers[name].keys]
        yield f"{path} gains {', '.join(new)}"


def _make_rows(register: str, keys: Iterable[str], names: RoleIndex, there: frozenset[str]) -> Iterator[str]:
    """The rows, each after the role to which it reports."""
    for key in keys:
        row = names.starters.get(register, key)
        if row is None:
            words = [word.upper() if word in _ACRONYMS else word for word in key.split("-")]
            title = names.titles.get(key) or " ".join((f"{words[0][:1].upper()}{words[0][1:]}", *words[1:]))
            mark = f"  holders: []  # {_HOLDER_MARK}" if register == "roles" else f"  # {_TITLE_MARK}"
            yield f"- id: {yaml_scalar(key)}\n  title: {yaml_scalar(title)}\n{mark}\n"
            continue
        if register == "roles":
            yield from _make_rows(
                register, [role for role in row.roles if role not in there and role != key], names, there
            )
        yield row.lines
