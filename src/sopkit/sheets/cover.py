"""The first page of a workbook: what it is and what is in it."""

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sopkit.model.visible import cells
from sopkit.sheets.formats import Formats
from sopkit.sheets.page import set_page
from sopkit.sheets.sheet import Cover, Kind, Sheet
from sopkit.sheets.values import writable

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_WIDTHS = (30, 100, 9)
_TITLE_HEIGHT, _TITLE_LINES = 26, 8
_TITLE_ROOM = 80
"""Characters of the title that a line takes."""


def write_cover(page: "Worksheet", cover: Cover, sheets: Sequence[Sheet], formats: Formats) -> None:
    """Write the first page. The names of the sheets are those that they have in the workbook."""
    for at, width in enumerate(_WIDTHS):
        page.set_column(at, at, width)
    title = writable(cover.title)
    page.set_row(0, _TITLE_HEIGHT * min(math.ceil(cells(title) / _TITLE_ROOM) or 1, _TITLE_LINES))
    page.merge_range(0, 0, 0, len(_WIDTHS) - 1, "", formats.title)
    page.write_string(0, 0, title, formats.title)
    row = _pairs(page, 1, cover.facts, formats)
    row = _pairs(page, row, [("Note", note) for note in cover.notes], formats)
    _contents(page, row + 1, sheets, formats)
    set_page(page, "About", cover, pages=1)
    page.activate()


def _pairs(page: "Worksheet", row: int, pairs: Iterable[tuple[str, str]], formats: Formats) -> int:
    for label, text in pairs:
        page.write_string(row, 0, writable(label), formats.label)
        page.write_string(row, 1, writable(text), formats.prose)
        row += 1
    return row


def _contents(page: "Worksheet", row: int, sheets: Sequence[Sheet], formats: Formats) -> None:
    page.write_string(row, 0, "Sheets", formats.section)
    for at, head in enumerate(("Sheet", "A row is", "Rows")):
        page.write_string(row + 1, at, head, formats.head)
    for at, sheet in enumerate(sheets, row + 2):
        quoted = sheet.name.replace("'", "''")
        page.write_url(at, 0, f"internal:'{quoted}'!A1", formats.link, sheet.name)
        page.write_string(at, 1, writable(sheet.a_row), formats.cell(Kind.TEXT))
        page.write_number(at, 2, len(sheet.rows), formats.cell(Kind.NUMBER))
