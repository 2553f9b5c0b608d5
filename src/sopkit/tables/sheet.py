"""The data of a workbook to write, with names, values, formats and widths that Excel accepts."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sopkit.tables.escape import cell_width, escape_surrogates

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

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


_MAX_EXACT_NUMBER = 10**15
"""Numbers from here on have more digits than a spreadsheet keeps."""
_FIRST_YEAR = 1900
_FORMULA_START = re.compile(r"[=+\-@\t\r|%']")

CellValue = str | int | float | date | None
"""A value that a cell holds as it is."""


def to_cell_value(value: SheetValue, kind: CellKind) -> CellValue:
    """A value that a cell can hold: a number or day that Excel would change is text, truths are yes and no."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return escape_surrogates(value) or None
    if isinstance(value, date):
        return value if value.year >= _FIRST_YEAR else value.isoformat()
    if value is None or kind is CellKind.TEXT:
        return None if value is None else str(value)
    return value if math.isfinite(value) and abs(value) < _MAX_EXACT_NUMBER else str(value)


def display_text(value: CellValue, kind: CellKind) -> str:
    """About what people see of a value."""
    if isinstance(value, float) and kind is CellKind.PERCENT:
        return f"{value:.1%}"
    return "" if value is None else str(value)


def is_formula_like(text: str) -> bool:
    """Whether a spreadsheet could take a text for something else once somebody edits its cell."""
    return bool(_FORMULA_START.match(text))


CELL_FONT = {"font_name": "Arial", "font_size": 10, "font_scheme": "none"}
"""What every cell is written in: there on every machine, or another of the same widths."""
EDITABLE_COLOUR = "#2E8B57"
"""Green, the colour of the tabs of sheets that are there to be filled in."""
_NUMBER_FORMATS = {CellKind.DATE: "yyyy-mm-dd", CellKind.PERCENT: "0.0%"}
_LINE = "#BFC5CC"
_CELL = {"text_wrap": True, "valign": "top", "border": 1, "border_color": _LINE}
_HEAD = {"bold": True, "bg_color": "#1F3A4D", "font_color": "#FFFFFF", "valign": "vcenter"}
_TONES: dict[CellTone, dict[str, Any]] = {
    CellTone.GOOD: {"bg_color": "#DDF0E0", "font_color": "#14532D"},
    CellTone.FAIR: {"bg_color": "#FFF1CC", "font_color": "#6B4400"},
    CellTone.BAD: {"bg_color": "#F9D7D5", "font_color": "#7A1712", "bold": True},
    CellTone.QUIET: {"font_color": "#5F6B76", "italic": True},
}


class CellFormats:
    """The formats of a workbook: those of its pages by name, those of cells by what they hold."""

    def __init__(self, book: "Workbook") -> None:
        self._book = book
        self._cells: dict[tuple[CellKind, bool, bool, bool], Format] = {}
        self._tones: dict[CellTone, Format] = {}
        dark = {"bold": True, "font_color": _HEAD["bg_color"]}
        prose = {"valign": "top", "text_wrap": True}
        self.head = book.add_format(_CELL | _HEAD)
        self.title = book.add_format(
            dark | {"font_size": 16, "valign": "vcenter", "text_wrap": True, "quote_prefix": True}
        )
        self.section = book.add_format(dark | {"font_size": 12})
        self.label = book.add_format(prose | {"bold": True})
        self.prose = book.add_format(prose | {"quote_prefix": True})
        self.link = book.add_format(_CELL | {"font_color": "#0B5394", "underline": 1})

    def cell(self, kind: CellKind, *, literal: bool = False, typed: bool = False, wrapped: bool = True) -> "Format":
        """For a value. A `literal` one stays text when it is edited, and so does all that is `typed` into the cell."""
        key = (kind, literal, typed, wrapped)
        if key not in self._cells:
            look: dict[str, Any] = _CELL | {"text_wrap": wrapped}
            if kind in _NUMBER_FORMATS:
                look["num_format"] = _NUMBER_FORMATS[kind]
            elif typed and kind is CellKind.TEXT:
                look["num_format"] = "@"
            if kind is not CellKind.TEXT:
                look |= {"align": "left"} if kind is CellKind.DATE else {"align": "right", "indent": 1}
            self._cells[key] = self._book.add_format(look | ({"quote_prefix": True} if literal else {}))
        return self._cells[key]

    def tone(self, tone: CellTone) -> "Format":
        """For a word that is set off."""
        if tone not in self._tones:
            self._tones[tone] = self._book.add_format(_TONES[tone])
        return self._tones[tone]


_PAGE_WIDTH = 190
"""Characters that a landscape page takes at three quarters of their size."""
_MIN_WIDTH, _MAX_WIDTH = 7, 70
_MAX_WORD = 26
_FILTER_WIDTH = 3
"""Characters that the button of the filter takes."""
_MARGIN = 1.5


def column_widths(
    columns: Sequence[SheetColumn], rows: Iterable[Sequence[str]], printed: int | None = None
) -> list[float]:
    """The width of each column for cells as they are shown: that of its texts, less where the page has no room.

    Where the columns that are `printed` have too little room, the widest of them are made narrower until all fit, but
    not than their words are.
    """
    longest = [_widest_word(column.head) + _FILTER_WIDTH for column in columns]
    least = list(longest)
    seen: set[tuple[int, str]] = set()  # the same words stand in a column again and again
    for row in rows:
        for at, text in enumerate(row):
            if (len(text) > least[at] or not text.isascii()) and (at, text) not in seen:
                seen.add((at, text))
                longest[at] = max(longest[at], *map(cell_width, text.split("\n")))
                least[at] = max(least[at], min(_widest_word(text), _MAX_WORD))
    narrow = [max(size, _MIN_WIDTH) for size in least]
    wide = [min(max(size, low), _MAX_WIDTH) for size, low in zip(longest, narrow, strict=True)]
    cap = _MAX_WIDTH
    while cap > _MIN_WIDTH and sum(_cap_widths(narrow, wide, cap)[:printed]) > _PAGE_WIDTH:
        cap -= 1
    sizes = [*_cap_widths(narrow, wide, cap)[:printed], *wide[len(wide) if printed is None else printed :]]
    return [size + _MARGIN for size in sizes]


def _cap_widths(narrow: Sequence[int], wide: Sequence[int], cap: int) -> list[int]:
    return [max(low, min(high, cap)) for low, high in zip(narrow, wide, strict=True)]


def _widest_word(text: str) -> int:
    return max(map(cell_width, text.split()), default=0)
