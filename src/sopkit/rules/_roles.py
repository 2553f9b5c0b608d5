"""The roles of an SOP by all their names, for the rules that ask who does what."""

import re
from functools import lru_cache
from typing import NamedTuple

from sopkit.library import Library
from sopkit.model.sop import Sop
from sopkit.text.actors import EVERYONE, bare, parts_of
from sopkit.text.roles import roles_named

_REMARK = re.compile(r"\(([^)]*)\)$")
_LONGEST_REMARK, _LEAST_INITIALS = 4, 2
_LONGEST = 200


class Declared(NamedTuple):
    """A name in the Roles section, where it stands, and each way to write it, in lower case."""

    name: str
    start: int
    end: int
    spellings: frozenset[str]


@lru_cache(maxsize=8)
def declared_roles(sop: Sop, library: Library) -> tuple[Declared, ...]:
    """The roles that the Roles section names."""
    named = roles_named(sop.body.section("Roles"))
    return tuple(Declared(name, start, end, spellings(name, library)) for name, start, end in named)


@lru_cache(maxsize=4096)
def spellings(name: str, library: Library) -> frozenset[str]:
    """Each way to write a role, or several that are joined: as told, as in the register, as initials."""
    found: set[str] = set()
    remark = _REMARK.search(name.strip()) if len(name) < _LONGEST else None
    if remark is not None and 0 < len(remark[1].split()) < _LONGEST_REMARK:
        found.add(bare(remark[1]))
    for part in {name, *parts_of(name)}:
        row = library.role(part) or library.role(bare(part))
        for written in (bare(part), *(row.names if row is not None else ())):
            found.add(written.casefold())
            initials = "".join(word[0] for word in re.split(r"[\s-]+", written) if word[:1].isalpha())
            if len(initials) >= _LEAST_INITIALS:
                found.add(initials.casefold())
    return frozenset(found - {""})


@lru_cache(maxsize=4096)
def is_role(name: str, library: Library) -> bool:
    """Whether every part of a name is a role of the register; without a register every name is taken for one."""
    if not library.roles:
        return True
    return all(
        library.role(part) or library.role(bare(part)) or bare(part) in EVERYONE for part in _parts(name, library)
    )


def _parts(name: str, library: Library) -> list[str]:
    if library.role(name) or library.role(bare(name)):
        return [name]
    return parts_of(name)


def named_in(text: str, names: frozenset[str]) -> bool:
    """Whether a text in lower case has one of the names as whole words, in the singular or the plural."""
    return any(_has(text, name.removesuffix("s")) for name in names)


def _has(text: str, name: str) -> bool:
    at = text.find(name)
    while at >= 0:
        end = at + len(name)
        end += next((len(plural) for plural in ("es", "s") if text.startswith(plural, end)), 0)
        if not (_joins(text[at - 1 : at]) or _joins(text[end : end + 1])):
            return True
        at = text.find(name, at + 1)
    return False


def _joins(mark: str) -> bool:
    return mark.isalnum() or mark == "_"
