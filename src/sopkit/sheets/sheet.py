"""What a workbook is written from: sheets of columns and rows, and what its first page says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

Cell = str | int | float | date | None
"""What a cell can hold; a truth is written as yes or no."""


class Kind(StrEnum):
    """How the values of a column are shown. A percentage is a share: 0.5 is shown as 50%."""

    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    PERCENT = "percent"


class Tone(StrEnum):
    """How a word of a column is set off from the others; the word itself says the same."""

    GOOD = "good"
    FAIR = "fair"
    BAD = "bad"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Column:
    """A column under its head. `choices` are offered to whoever fills it in; others are refused where it is `strict`.

    `tones` are words that are set off in it.
    """

    head: str
    description: str = ""
    kind: Kind = Kind.TEXT
    choices: tuple[str, ...] = ()
    strict: bool = True
    tones: Mapping[str, Tone] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with its head in the first row; `a_row` says what one is. To an `editable` one, people add rows.

    Printed are the first columns, so many as `printed` says, or all; only texts in these take several lines.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]
    a_row: str = ""
    editable: bool = False
    printed: int | None = None


@dataclass(frozen=True, slots=True)
class Cover:
    """What the first page says: title, day, facts as pairs of words, notes. `author` is a property of the file."""

    title: str
    day: date
    facts: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    author: str = ""
