"""How the cells of a workbook look, each look made once."""

from typing import TYPE_CHECKING, Any

from sopkit.sheets.sheet import Kind, Tone

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

FONT = {"font_name": "Arial", "font_size": 10, "font_scheme": "none"}
"""What every cell is written in: there on every machine, or another of the same widths."""
EDITABLE = "#2E8B57"
"""Green, the colour of the tabs of sheets that are there to be filled in."""
_SHOWN = {Kind.DATE: "yyyy-mm-dd", Kind.PERCENT: "0.0%"}
_LINE = "#BFC5CC"
_CELL = {"text_wrap": True, "valign": "top", "border": 1, "border_color": _LINE}
_HEAD = {"bold": True, "bg_color": "#1F3A4D", "font_color": "#FFFFFF", "valign": "vcenter"}
_TONES: dict[Tone, dict[str, Any]] = {
    Tone.GOOD: {"bg_color": "#DDF0E0", "font_color": "#14532D"},
    Tone.FAIR: {"bg_color": "#FFF1CC", "font_color": "#6B4400"},
    Tone.BAD: {"bg_color": "#F9D7D5", "font_color": "#7A1712", "bold": True},
    Tone.QUIET: {"font_color": "#5F6B76", "italic": True},
}


class Formats:
    """The formats of a workbook."""

    def __init__(self, book: "Workbook") -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._cells: dict[tuple[Kind, bool, bool, bool], Format] = {}

    def cell(self, kind: Kind, *, literal: bool = False, typed: bool = False, wrapped: bool = True) -> "Format":
        """For a value. A `literal` one stays text when it is edited, and so does all that is `typed` into the cell."""
        key = (kind, literal, typed, wrapped)
        if key not in self._cells:
            self._cells[key] = self._of(_look(*key))
        return self._cells[key]

    def tone(self, tone: Tone) -> "Format":
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


def _look(kind: Kind, literal: bool, typed: bool, wrapped: bool) -> dict[str, Any]:  # noqa: FBT001 - as a key they come
    look: dict[str, Any] = _CELL | {"text_wrap": wrapped}
    if kind in _SHOWN:
        look["num_format"] = _SHOWN[kind]
    elif typed and kind is Kind.TEXT:
        look["num_format"] = "@"
    if kind is not Kind.TEXT:
        look |= {"align": "left"} if kind is Kind.DATE else {"align": "right", "indent": 1}
    return look | ({"quote_prefix": True} if literal else {})
