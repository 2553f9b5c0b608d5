"""Ids in running text: whole words that are ids of the library."""

import re
from collections.abc import Iterator
from functools import lru_cache

from sopkit.library import Library
from sopkit.model.references import SOPS
from sopkit.occurrences.occurrence import Target

_TOKEN = re.compile(rb"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_UNMISTAKABLE = re.compile(r"(?=.*\d).*-")
_MOST_ADDRESS = 300
_LONGEST = 4  # bytes of a character
_NAMED_BY_KEY = ("people", "glossary", "soa")
"""Registers whose keys are words or ids of something else."""


@lru_cache(maxsize=4)
def meanings(library: Library) -> dict[str, Target]:
    """The ids of SOPs and register rows, each with what it means; of two things with one id the SOP, then the first."""
    found = {name: Target(SOPS, name) for name in sorted(library.ids)}
    for register in library.registers.values():
        if register.name not in _NAMED_BY_KEY:
            for key in sorted(register.keys):
                found.setdefault(key, Target(register.name, key))
    return found


def unmistakable(name: str) -> bool:
    """Whether an id can be told from a word of the language: it has a digit and a hyphen, as RSK-001 has."""
    return _UNMISTAKABLE.match(name) is not None


def ids_in_text(library: Library, data: bytes, start: int, end: int) -> Iterator[tuple[Target, int, int]]:
    """The ids in the bytes `start:end`; one that could be a word counts only as `code`. None is in an address."""
    known = meanings(library)
    for match in _TOKEN.finditer(data, start, end):
        target = known.get(match[0].decode("ascii"))
        if target is None or _joined(data, *match.span()):
            continue
        as_code = data[match.start() - 1 : match.start()] == data[match.end() : match.end() + 1] == b"`"
        if (as_code or unmistakable(target.id)) and not _in_address(data, match.start()):
            yield target, *match.span()


def _joined(data: bytes, start: int, end: int) -> bool:
    """Whether a letter, digit or low line stands right before or after."""
    before = data[max(start - _LONGEST, 0) : start].decode("utf-8", "ignore")[-1:]
    after = data[end : end + _LONGEST].decode("utf-8", "ignore")[:1]
    return before.isalnum() or after.isalnum() or "_" in (before, after)


def _in_address(data: bytes, start: int) -> bool:
    words = data[max(start - _MOST_ADDRESS, 0) : start].split()
    return bool(words) and not data[start - 1 : start].isspace() and b"://" in words[-1]
