"""Write an Excel workbook: a cover page, and sheets that people can filter, print and fill in."""

import io
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from itertools import zip_longest
from typing import TYPE_CHECKING

from sopkit.model.errors import SopkitError
from sopkit.tables.escape import cell_width, escape_surrogates
from sopkit.tables.grid import column_letters
from sopkit.tables.sheet import (
    CELL_FONT,
    EDITABLE_COLOUR,
    CellFormats,
    CellKind,
    CellValue,
    CoverPage,
    Sheet,
    SheetColumn,
    SheetValue,
    column_widths,
    cut_units,
    display_text,
    is_formula_like,
    sheet_names,
    to_cell_value,
    utf16_units,
)

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

_A4 = 9
_MAX_MARGIN_TEXT = 55
"""UTF-16 units of a text in a margin: of 255 for all its texts, in which each `&` is written twice."""


def set_page(page: "Worksheet", title: str, cover: CoverPage, *, pages: int = 0) -> None:
    """Landscape A4, one page wide and as many `pages` long, or as it takes; titles, day and numbers in the margins."""
    page.set_landscape()
    page.set_paper(_A4)
    page.fit_to_pages(1, pages)
    page.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.7)
    page.hide_gridlines(2)
    page.set_header(f'&L&"Arial,Bold"{_margin_text(title)}&R{_margin_text(cover.author)}')
    page.set_footer(f"&L{_margin_text(cover.title)}&Cas of {cover.day.isoformat()}&Rpage &P of &N")


def _margin_text(text: str) -> str:
    line = " ".join(escape_surrogates(text).split())
    return (line if cut_units(line, _MAX_MARGIN_TEXT) == line else f"{cut_units(line, _MAX_MARGIN_TEXT - 1)}…").replace(
        "&", "&&"
    )


_WIDTHS = (30, 100, 9)
_TITLE_HEIGHT, _TITLE_LINES = 26, 8
_TITLE_ROOM = 80
"""Characters of the title that a line takes."""


def write_cover(page: "Worksheet", cover: CoverPage, sheets: Sequence[Sheet], formats: CellFormats) -> None:
    """Write the first page. The names of the sheets are those that they have in the workbook."""
    for at, width in enumerate(_WIDTHS):
        page.set_column(at, at, width)
    title = escape_surrogates(cover.title)
    page.set_row(0, _TITLE_HEIGHT * min(math.ceil(cell_width(title) / _TITLE_ROOM) or 1, _TITLE_LINES))
    page.merge_range(0, 0, 0, len(_WIDTHS) - 1, "", formats.title)
    page.write_string(0, 0, title, formats.title)
    row = _write_pairs(page, 1, cover.facts, formats)
    row = _write_pairs(page, row, [("Note", note) for note in cover.notes], formats) + 1
    page.write_string(row, 0, "Sheets", formats.section)
    for at, head in enumerate(("Sheet", "A row is", "Rows")):
        page.write_string(row + 1, at, head, formats.head)
    for at, sheet in enumerate(sheets, row + 2):
        quoted = sheet.name.replace("'", "''")
        page.write_url(at, 0, f"internal:'{quoted}'!A1", formats.link, sheet.name)
        page.write_string(at, 1, escape_surrogates(sheet.a_row), formats.cell(CellKind.TEXT))
        page.write_number(at, 2, len(sheet.rows), formats.cell(CellKind.NUMBER))
    set_page(page, "About", cover, pages=1)
    page.activate()


def _write_pairs(page: "Worksheet", row: int, pairs: Iterable[tuple[str, str]], formats: CellFormats) -> int:
    for label, text in pairs:
        page.write_string(row, 0, escape_surrogates(label), formats.label)
        page.write_string(row, 1, escape_surrogates(text), formats.prose)
        row += 1
    return row


MAX_ROWS = 1_048_576
"""Rows of a sheet, its head among them."""
MAX_CELL_UNITS = 32_767
"""UTF-16 units of a cell."""
_EXTRA_ROWS = 500
"""Rows below the last in which choices are offered."""
_MAX_FROZEN_WIDTH = 24
"""Characters up to which the first column stays in view."""
_MAX_TITLE = 32
_ABOUT, _COLUMNS, _LISTS, _LONG_TEXTS = "About", "Columns", "Lists", "Long texts"
_CONTINUATION_NOTE = f" … [all of it is in the sheet {_LONG_TEXTS}]"
_PARTS = (SheetColumn("Sheet"), SheetColumn("Cell"), SheetColumn("Part", kind=CellKind.NUMBER), SheetColumn("Text"))
_MEANINGS = (SheetColumn("Sheet"), SheetColumn("Column"), SheetColumn("Meaning"))


def write_workbook(sheets: Sequence[Sheet], cover: CoverPage) -> bytes:
    """The bytes of a workbook, the same for the same input.

    Text stays text: none becomes a formula, a link or a number. A text longer than a cell stands whole in a sheet of
    its own, and rows beyond those of a sheet in another one. SopkitError when the extra is not installed.
    """
    try:
        from xlsxwriter import Workbook  # an extra
    except ImportError as error:
        raise SopkitError(
            "Excel workbooks need a library that is not installed", "run: pip install 'sopkit[xlsx]'; or choose csv"
        ) from error
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "default_format_properties": {**CELL_FONT}})
    made = datetime.combine(cover.day, time(), UTC).replace(tzinfo=None)
    book.set_properties(
        {"title": escape_surrogates(cover.title), "author": escape_surrogates(cover.author), "created": made}
    )
    parts = [
        replace(sheet, rows=sheet.rows[start : start + MAX_ROWS - 1])
        for sheet in sheets
        for start in range(0, max(len(sheet.rows), 1), MAX_ROWS - 1)
    ]
    _WorkbookWriter(book, cover).write(parts)
    book.close()
    return out.getvalue()


class _WorkbookWriter:
    """A workbook while it is written, with the texts that are too long for their cells."""

    def __init__(self, book: "Workbook", cover: CoverPage) -> None:
        self.book, self.cover = book, cover
        self.formats = CellFormats(book)
        self.lists: dict[tuple[str, ...], str] = {}
        self.long: list[tuple[str, str, int, str]] = []

    def write(self, sheets: Sequence[Sheet]) -> None:
        """Write everything; the first page last, because it says what there is."""
        wanted = (_ABOUT, *(sheet.name for sheet in sheets), _COLUMNS, _LISTS, _LONG_TEXTS)
        about, *names, columns, lists, long = sheet_names(wanted)
        named = [replace(sheet, name=name) for sheet, name in zip(sheets, names, strict=True)]
        meanings = [(sheet.name, one.head, one.description) for sheet in named for one in sheet.columns]
        if described := [row for row in meanings if row[2]]:
            named.append(Sheet(columns, _MEANINGS, described, "A column of another sheet."))
        named += self._offered(named, lists)
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
        values = [
            [_typed_choice(one.kind, text) for text in dict.fromkeys(choices)] for choices, one in offered.items()
        ]
        for at, choices in enumerate(offered):
            self.lists[choices] = f"='{name}'!${column_letters(at)}$2:${column_letters(at)}${len(values[at]) + 1}"
        if offered:
            heads = tuple(SheetColumn(one.head, kind=one.kind) for one in offered.values())
            yield Sheet(name, heads, tuple(zip_longest(*values)), "What can be chosen.")

    def _table(self, sheet: Sheet, page: "Worksheet") -> None:
        rows = [
            [to_cell_value(value, column.kind) for value, column in zip(row, sheet.columns, strict=True)]
            for row in sheet.rows
        ]
        for at, column in enumerate(sheet.columns):
            page.write_string(0, at, escape_surrogates(column.head), self.formats.head)
        for number, row in enumerate(rows, 1):
            for at, (value, column) in enumerate(zip(row, sheet.columns, strict=True)):
                self._cell(page, (number, at), value, column.kind, sheet)
        self._columns(sheet, page, rows)
        page.autofilter(0, 0, len(rows), len(sheet.columns) - 1)
        page.repeat_rows(0)
        if sheet.printed is not None:
            page.print_area(0, 0, len(rows), sheet.printed - 1)
        page.ignore_errors({"number_stored_as_text": f"A1:{column_letters(len(sheet.columns) - 1)}{MAX_ROWS}"})
        if sheet.editable:
            page.set_tab_color(EDITABLE_COLOUR)
        set_page(page, sheet.name, self.cover)

    def _columns(self, sheet: Sheet, page: "Worksheet", rows: Sequence[Sequence[CellValue]]) -> None:
        """Give the columns their widths, what is set off in them and what they offer; keep the first in view."""
        texts = (
            [display_text(value, column.kind) for value, column in zip(row, sheet.columns, strict=True)] for row in rows
        )
        widths = column_widths(sheet.columns, texts, sheet.printed)
        last = min(len(rows) + (_EXTRA_ROWS if sheet.editable else 0), MAX_ROWS - 1)
        for at, (column, width) in enumerate(zip(sheet.columns, widths, strict=True)):
            page.set_column(at, at, width, self.formats.cell(column.kind, typed=True) if sheet.editable else None)
            if last:
                self._marks(page, column, at, last)
        page.freeze_panes(1, int(len(widths) > 1 and widths[0] <= _MAX_FROZEN_WIDTH))

    def _cell(self, page: "Worksheet", place: tuple[int, int], value: CellValue, kind: CellKind, sheet: Sheet) -> None:
        if isinstance(value, str):
            wrapped = sheet.printed is None or place[1] < sheet.printed
            look = self.formats.cell(
                CellKind.TEXT, literal=is_formula_like(value), typed=sheet.editable, wrapped=wrapped
            )
            page.write_string(*place, self._fitting(value, page.name, place), look)
        elif isinstance(value, date):
            page.write_datetime(*place, value, self.formats.cell(CellKind.DATE))
        elif value is None:
            page.write_blank(*place, None, self.formats.cell(kind, typed=sheet.editable))
        else:
            page.write_number(*place, value, self.formats.cell(kind))

    def _fitting(self, text: str, sheet: str, place: tuple[int, int]) -> str:
        """The text, or of one that is too long the start, while the whole goes into a sheet of its own."""
        if utf16_units(text) <= MAX_CELL_UNITS:
            return text
        cell = f"{column_letters(place[1])}{place[0] + 1}"
        rest, part = text, 0
        while rest:
            piece, part = cut_units(rest, MAX_CELL_UNITS), part + 1
            self.long.append((sheet, cell, part, piece))
            rest = rest[len(piece) :]
        return cut_units(text, MAX_CELL_UNITS - utf16_units(_CONTINUATION_NOTE)) + _CONTINUATION_NOTE

    def _marks(self, page: "Worksheet", column: SheetColumn, at: int, last: int) -> None:
        for word, tone in column.tones.items():
            quoted = word.replace('"', '""')
            rule = {"type": "cell", "criteria": "==", "value": f'"{quoted}"', "format": self.formats.tone(tone)}
            page.conditional_format(1, at, last, at, rule)
        if column.choices:
            validation = {
                "validate": "list",
                "source": self.lists[column.choices],
                "error_type": "stop" if column.strict else "warning",
                "error_title": cut_units(escape_surrogates(column.head), _MAX_TITLE),
                "error_message": "Choose one of the list." if column.strict else "This is not in the list. Keep it?",
            }
            page.data_validation(1, at, last, at, validation)


def _typed_choice(kind: CellKind, text: str) -> SheetValue:
    """A choice as the cells of its column are: Excel takes the text 1 for another value than the number."""
    return int(text) if kind is CellKind.NUMBER and text.isdecimal() else text
