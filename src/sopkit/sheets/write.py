"""Excel workbooks out: a first page, and sheets that can be filtered, printed and filled in."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from itertools import zip_longest
from typing import TYPE_CHECKING

from sopkit.model.errors import SopkitError
from sopkit.sheets.cover import write_cover
from sopkit.sheets.formats import EDITABLE, FONT, Formats
from sopkit.sheets.grid import letter
from sopkit.sheets.page import set_page
from sopkit.sheets.sheet import Cell, Column, Cover, Kind, Sheet
from sopkit.sheets.sheet_names import cut, sheet_names, units
from sopkit.sheets.values import Kept, kept, obeyed, shown, writable
from sopkit.sheets.widths import column_widths

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

MOST_ROWS = 1_048_576
"""Rows of a sheet, its head among them."""
MOST_UNITS = 32_767
"""UTF-16 units of a cell."""
_ADDED = 500
"""Rows below the last in which choices are offered."""
_FROZEN = 24
"""Characters up to which the first column stays in view."""
_MOST_TITLE = 32
_ABOUT, _COLUMNS, _LISTS, _LONG = "About", "Columns", "Lists", "Long texts"
_GOES_ON = f" … [all of it is in the sheet {_LONG}]"
_PARTS = (Column("Sheet"), Column("Cell"), Column("Part", kind=Kind.NUMBER), Column("Text"))
_MEANINGS = (Column("Sheet"), Column("Column"), Column("Meaning"))


def write_workbook(sheets: Sequence[Sheet], cover: Cover) -> bytes:
    """The bytes of a workbook, the same for the same input.

    Text stays text: none becomes a formula, a link or a number. A text longer than a cell stands whole in a sheet of
    its own, and rows beyond those of a sheet in another one. SopkitError when the extra is not installed.
    """
    try:
        from xlsxwriter import Workbook  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise SopkitError(
            "Excel workbooks need a library that is not installed", "run: pip install 'sopkit[xlsx]'; or choose csv"
        ) from error
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "default_format_properties": {**FONT}})
    made = datetime.combine(cover.day, time(), UTC).replace(tzinfo=None)
    book.set_properties({"title": writable(cover.title), "author": writable(cover.author), "created": made})
    _Writer(book, cover).write([part for sheet in sheets for part in _divided(sheet)])
    book.close()
    return out.getvalue()


class _Writer:
    """A workbook while it is written, with the texts that are too long for their cells."""

    def __init__(self, book: "Workbook", cover: Cover) -> None:
        self.book, self.cover = book, cover
        self.formats = Formats(book)
        self.lists: dict[tuple[str, ...], str] = {}
        self.long: list[tuple[str, str, int, str]] = []

    def write(self, sheets: Sequence[Sheet]) -> None:
        """Write everything; the first page last, because it says what there is."""
        wanted = (_ABOUT, *(sheet.name for sheet in sheets), _COLUMNS, _LISTS, _LONG)
        about, *names, columns, lists, long = sheet_names(wanted)
        named = [replace(sheet, name=name) for sheet, name in zip(sheets, names, strict=True)]
        named += [*_explained(named, columns), *self._offered(named, lists)]
        front = self.book.add_worksheet(about)
        pages = [self.book.add_worksheet(sheet.name) for sheet in named]
        for sheet, page in zip(named, pages, strict=True):
            self._table(sheet, page)
        if self.long:
            found = Sheet(long, _PARTS, tuple(self.long), "A part of a text that is longer than a cell can be.")
            named.append(found)
            self._table(found, self.book.add_worksheet(long))
        write_cover(front, self.cover, named, self.formats)

    def _offered(self, sheets: Sequence[Sheet], name: str) -> Iterator[Sheet]:
        """A sheet of what can be chosen in the columns of the others."""
        offered = {one.choices: one for sheet in sheets for one in sheet.columns if one.choices}
        values = [[_as(one.kind, text) for text in dict.fromkeys(choices)] for choices, one in offered.items()]
        for at, choices in enumerate(offered):
            self.lists[choices] = f"='{name}'!${letter(at)}$2:${letter(at)}${len(values[at]) + 1}"
        if offered:
            heads = tuple(Column(one.head, kind=one.kind) for one in offered.values())
            yield Sheet(name, heads, tuple(zip_longest(*values)), "What can be chosen.")

    def _table(self, sheet: Sheet, page: "Worksheet") -> None:
        rows = [
            [kept(value, column.kind) for value, column in zip(row, sheet.columns, strict=True)] for row in sheet.rows
        ]
        for at, column in enumerate(sheet.columns):
            page.write_string(0, at, writable(column.head), self.formats.head)
        for number, row in enumerate(rows, 1):
            for at, (value, column) in enumerate(zip(row, sheet.columns, strict=True)):
                self._cell(page, (number, at), value, column.kind, sheet)
        self._columns(sheet, page, rows)
        page.autofilter(0, 0, len(rows), len(sheet.columns) - 1)
        page.repeat_rows(0)
        if sheet.printed is not None:
            page.print_area(0, 0, len(rows), sheet.printed - 1)
        page.ignore_errors({"number_stored_as_text": f"A1:{letter(len(sheet.columns) - 1)}{MOST_ROWS}"})
        if sheet.editable:
            page.set_tab_color(EDITABLE)
        set_page(page, sheet.name, self.cover)

    def _columns(self, sheet: Sheet, page: "Worksheet", rows: Sequence[Sequence[Kept]]) -> None:
        """Give the columns their widths, what is set off in them and what they offer; keep the first in view."""
        texts = ([shown(value, column.kind) for value, column in zip(row, sheet.columns, strict=True)] for row in rows)
        widths = column_widths(sheet.columns, texts, sheet.printed)
        last = min(len(rows) + (_ADDED if sheet.editable else 0), MOST_ROWS - 1)
        for at, (column, width) in enumerate(zip(sheet.columns, widths, strict=True)):
            page.set_column(at, at, width, self.formats.cell(column.kind, typed=True) if sheet.editable else None)
            if last:
                self._marks(page, column, at, last)
        page.freeze_panes(1, int(len(widths) > 1 and widths[0] <= _FROZEN))

    def _cell(self, page: "Worksheet", place: tuple[int, int], value: Kept, kind: Kind, sheet: Sheet) -> None:
        if isinstance(value, str):
            wrapped = sheet.printed is None or place[1] < sheet.printed
            look = self.formats.cell(Kind.TEXT, literal=obeyed(value), typed=sheet.editable, wrapped=wrapped)
            page.write_string(*place, self._fitting(value, page.name, place), look)
        elif isinstance(value, date):
            page.write_datetime(*place, value, self.formats.cell(Kind.DATE))
        elif value is None:
            page.write_blank(*place, None, self.formats.cell(kind, typed=sheet.editable))
        else:
            page.write_number(*place, value, self.formats.cell(kind))

    def _fitting(self, text: str, sheet: str, place: tuple[int, int]) -> str:
        """The text, or of one that is too long the start, while the whole goes into a sheet of its own."""
        if units(text) <= MOST_UNITS:
            return text
        cell = f"{letter(place[1])}{place[0] + 1}"
        rest, part = text, 0
        while rest:
            piece, part = cut(rest, MOST_UNITS), part + 1
            self.long.append((sheet, cell, part, piece))
            rest = rest[len(piece) :]
        return cut(text, MOST_UNITS - units(_GOES_ON)) + _GOES_ON

    def _marks(self, page: "Worksheet", column: Column, at: int, last: int) -> None:
        for word, tone in column.tones.items():
            quoted = word.replace('"', '""')
            rule = {"type": "cell", "criteria": "==", "value": f'"{quoted}"', "format": self.formats.tone(tone)}
            page.conditional_format(1, at, last, at, rule)
        if column.choices:
            page.data_validation(1, at, last, at, self._choice(column))

    def _choice(self, column: Column) -> dict[str, object]:
        return {
            "validate": "list",
            "source": self.lists[column.choices],
            "error_type": "stop" if column.strict else "warning",
            "error_title": cut(writable(column.head), _MOST_TITLE),
            "error_message": "Choose one of the list." if column.strict else "This is not in the list. Keep it?",
        }


def _as(kind: Kind, text: str) -> Cell:
    """A choice as the cells of its column are: Excel takes the text 1 for another value than the number."""
    return int(text) if kind is Kind.NUMBER and text.isdecimal() else text


def _explained(sheets: Sequence[Sheet], name: str) -> Iterator[Sheet]:
    rows = [(sheet.name, one.head, one.description) for sheet in sheets for one in sheet.columns if one.description]
    if rows:
        yield Sheet(name, _MEANINGS, rows, "A column of another sheet.")


def _divided(sheet: Sheet) -> Iterator[Sheet]:
    most = MOST_ROWS - 1
    for start in range(0, max(len(sheet.rows), 1), most):
        yield replace(sheet, rows=sheet.rows[start : start + most])
