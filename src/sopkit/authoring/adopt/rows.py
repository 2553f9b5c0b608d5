"""Registers with rows for what drafts name and nobody has entered: starter rows, else rows with a mark."""

from collections.abc import Iterable, Iterator, Mapping

from sopkit.authoring.adopt.plan import AdoptedDraft
from sopkit.authoring.adopt.roles import RoleNames
from sopkit.authoring.templates.append import sound, with_rows
from sopkit.library import CONFIG_NAME, Library
from sopkit.parsing.config import read_config
from sopkit.parsing.register import read_register
from sopkit.parsing.yaml import yaml_scalar

_ACRONYMS = frozenset(
    {"ceo", "cfo", "cio", "ciso", "coo", "cpo", "cso", "cto", "dpo", "hr", "isms", "it", "qa", "soc", "sre", "vp"}
)
_HOLDER = "[decide: who holds this role]"
_TITLE = "[decide: what it is called, and where it is kept]"


def grown_registers(
    library: Library, drafts: Iterable[AdoptedDraft], names: RoleNames
) -> dict[str, tuple[bytes | None, bytes]]:
    """Path of a register to its bytes before and after. Raises SopkitError when one is broken."""
    every = tuple(drafts)
    roles = dict.fromkeys(role for draft in every for role in draft.roles)
    policies = dict.fromkeys(policy for draft in every for policy in draft.policies)
    grown: dict[str, tuple[bytes | None, bytes]] = {}
    for register, keys in (("roles", roles), ("policies", policies)):
        there = library.registers[register]
        missing = [key for key in keys if key not in there.keys]
        if not missing:
            continue
        rows = tuple(dict.fromkeys(_rows(register, missing, names, there.keys)))
        grown[there.file] = (there.source.data if there.path else None, with_rows(sound(there), rows))
    return grown


def gained(library: Library, shared: Mapping[str, tuple[bytes | None, bytes]]) -> Iterator[str]:
    """What each register gains, and which keys sopkit.toml tolerates from now on, in words."""
    for path, (_, after) in sorted(shared.items()):
        if path == CONFIG_NAME:
            known = set(library.config.front_matter.extra)
            extra = [key for key in read_config(after, path).front_matter.extra if key not in known]
            yield f"{path} tolerates the keys {', '.join(extra)}"
            continue
        name = path.rpartition("/")[2].removesuffix(".yaml")
        grown = read_register(name, path, after)
        new = [row.key for row in grown.rows if row.key not in library.registers[name].keys]
        yield f"{path} gains {', '.join(new)}"


def _rows(register: str, keys: Iterable[str], names: RoleNames, there: frozenset[str]) -> Iterator[str]:
    """The rows, each after the role to which it reports."""
    for key in keys:
        row = names.row(register, key)
        if row is None:
            title = yaml_scalar(names.titles.get(key) or _title(key))
            mark = f"  holders: []  # {_HOLDER}" if register == "roles" else f"  # {_TITLE}"
            yield f"- id: {key}\n  title: {title}\n{mark}\n"
            continue
        if register == "roles":
            yield from _rows(register, [role for role in row.roles if role not in there and role != key], names, there)
        yield row.lines


def _title(key: str) -> str:
    words = [word.upper() if word in _ACRONYMS else word for word in key.split("-")]
    return " ".join((f"{words[0][:1].upper()}{words[0][1:]}", *words[1:]))
