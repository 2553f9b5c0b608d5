"""Formats, column widths and cell values that Excel stores without changing them."""

import math
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sopkit.tables.escape import cell_width
from sopkit.tables.sheet import CellKind, CellTone, SheetColumn, SheetValue

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

_MAX_EXACT_NUMBER = 10**15
"""Numbers from here on have more digits than a spreadsheet keeps."""
_FIRST_YEAR = 1900
_SURROGATE = re.compile("[\ud800-\udfff]")
_FORMULA_START = re.compile(r"[=+\-@\t\r|%']")

CellValue = str | int | float | date | None
"""A value that a cell holds as it is."""


def to_cell_value(value: SheetValue, kind: CellKind) -> CellValue:
    """A value that a cell can hold: a number or day that Excel would change is text, truths are yes and no."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return replace_surrogates(value) or None
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


def replace_surrogates(text: str) -> str:
    r"""A text without lone surrogates, which no file can hold: a byte that was none of UTF-8 becomes `\xff`."""
    return _SURROGATE.sub(_surrogate_escape, text)


def is_formula_like(text: str) -> bool:
    """Whether a spreadsheet could take a text for something else once somebody edits its cell."""
    return bool(_FORMULA_START.match(text))


def _surrogate_escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"  # noqa: PLR2004  # bytes 80 to ff


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
    """The formats of a workbook."""

    def __init__(self, book: "Workbook") -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._cells: dict[tuple[CellKind, bool, bool, bool], Format] = {}

    def cell(self, kind: CellKind, *, literal: bool = False, typed: bool = False, wrapped: bool = True) -> "Format":
        """For a value. A `literal` one stays text when it is edited, and so does all that is `typed` into the cell."""
        key = (kind, literal, typed, wrapped)
        if key not in self._cells:
            self._cells[key] = self._of(_format_properties(*key))
        return self._cells[key]

    def tone(self, tone: CellTone) -> "Format":
        """For a word that is set off."""
        return self._of(_TONES[tone])

    @property
    def head(self) -> "Format":
        """For the head of a table."""
        return self._of(_CELL | _HEAD)

    @property
    def title(self) -> "Format":
        """For the title of the first page."""
        look = {"bold": True, "font_size": 16, "font_color": _HEAD["bg_color"], "valign": "vcenter", "text_wrap": True}
        return self._of(look | {"quote_prefix": True})

    @property
    def section(self) -> "Format":
        """For what stands above a part of the first page."""
        return self._of({"bold": True, "font_size": 12, "font_color": _HEAD["bg_color"]})

    @property
    def label(self) -> "Format":
        """For the name of a fact."""
        return self._of({"bold": True, "valign": "top", "text_wrap": True})

    @property
    def prose(self) -> "Format":
        """For text that stands in no table, which stays text when it is edited."""
        return self._of({"valign": "top", "text_wrap": True, "quote_prefix": True})

    @property
    def link(self) -> "Format":
        """For the name of a sheet that leads to it."""
        return self._of(_CELL | {"font_color": "#0B5394", "underline": 1})

    def _of(self, look: dict[str, Any]) -> "Format":
        key = tuple(sorted(look.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(look)
        return self._made[key]


def _format_properties(kind: CellKind, literal: bool, typed: bool, wrapped: bool) -> dict[str, Any]:  # noqa: FBT001 - as a key they come
    look: dict[str, Any] = _CELL | {"text_wrap": wrapped}
    if kind in _NUMBER_FORMATS:
        look["num_format"] = _NUMBER_FORMATS[kind]
    elif typed and kind is CellKind.TEXT:
        look["num_format"] = "@"
    if kind is not CellKind.TEXT:
        look |= {"align": "left"} if kind is CellKind.DATE else {"align": "right", "indent": 1}
    return look | ({"quote_prefix": True} if literal else {})


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
