"""Names of sheets that Excel takes."""

import re
from collections.abc import Iterable

MOST_NAME = 31
"""UTF-16 units of a name."""
_REFUSED = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]+")
_RESERVED = "history"


def sheet_names(wanted: Iterable[str]) -> tuple[str, ...]:
    """A valid name for each that is wanted, as near to it as can be, no two alike without regard to case."""
    names: list[str] = []
    taken = {_RESERVED}
    for name in wanted:
        plain = " ".join(_REFUSED.sub(" ", name).split()).strip("'") or "Sheet"
        found, number = cut(plain, MOST_NAME).rstrip(), 1
        while found.casefold() in taken:
            number += 1
            end = f" {number}"
            found = cut(plain, MOST_NAME - len(end)).rstrip() + end
        taken.add(found.casefold())
        names.append(found.rstrip("'") or found)
    return tuple(names)


def cut(text: str, most: int) -> str:
    """The start of a text that takes at most so many UTF-16 units, which is how Excel counts."""
    if units(text) <= most:
        return text
    return text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore")


def units(text: str) -> int:
    """How many UTF-16 units a text takes."""
    return len(text) if text.isascii() else len(text) + sum(character > "\uffff" for character in text)
