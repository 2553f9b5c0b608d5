"""The data of a workbook to write: sheets, columns, cover page, and sheet names that Excel accepts."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

SheetValue = str | int | float | date | None
"""What a cell can hold; a truth is written as yes or no."""


class CellKind(StrEnum):
    """How the values of a column are shown. A percentage is a share: 0.5 is shown as 50%."""

    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    PERCENT = "percent"


class CellTone(StrEnum):
    """How a word of a column is set off from the others; the word itself says the same."""

    GOOD = "good"
    FAIR = "fair"
    BAD = "bad"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column under its head. `choices` are offered to whoever fills it in; others are refused where it is `strict`.

    `tones` are words that are set off in it.
    """

    head: str
    description: str = ""
    kind: CellKind = CellKind.TEXT
    choices: tuple[str, ...] = ()
    strict: bool = True
    tones: Mapping[str, CellTone] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with its head in the first row; `a_row` says what one is. To an `editable` one, people add rows.

    Printed are the first columns, so many as `printed` says, or all; only texts in these take several lines.
    """

    name: str
    columns: tuple[SheetColumn, ...]
    rows: Sequence[Sequence[SheetValue]]
    a_row: str = ""
    editable: bool = False
    printed: int | None = None


@dataclass(frozen=True, slots=True)
class CoverPage:
    """What the first page says: title, day, facts as pairs of words, notes. `author` is a property of the file."""

    title: str
    day: date
    facts: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    author: str = ""


MAX_SHEET_NAME = 31
"""UTF-16 units of a name."""
_INVALID_CHARACTERS = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]+")
_RESERVED_NAME = "history"


def sheet_names(wanted: Iterable[str]) -> tuple[str, ...]:
    """A valid name for each that is wanted, as near to it as can be, no two alike without regard to case."""
    names: list[str] = []
    taken = {_RESERVED_NAME}
    for name in wanted:
        plain = " ".join(_INVALID_CHARACTERS.sub(" ", name).split()).strip("'") or "Sheet"
        found, number = cut_units(plain, MAX_SHEET_NAME).rstrip(), 1
        while found.casefold() in taken:
            number += 1
            end = f" {number}"
            found = cut_units(plain, MAX_SHEET_NAME - len(end)).rstrip() + end
        taken.add(found.casefold())
        names.append(found.rstrip("'") or found)
    return tuple(names)


def cut_units(text: str, most: int) -> str:
    """The start of a text that takes at most so many UTF-16 units, which is how Excel counts."""
    if utf16_units(text) <= most:
        return text
    return text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore")


def utf16_units(text: str) -> int:
    """How many UTF-16 units a text takes."""
    return len(text) if text.isascii() else len(text) + sum(character > "\uffff" for character in text)
