"""How a sheet is shown and printed."""

from typing import TYPE_CHECKING

from sopkit.sheets.sheet import Cover
from sopkit.sheets.sheet_names import cut
from sopkit.sheets.values import writable

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_A4 = 9
_MOST = 55
"""UTF-16 units of a text in a margin: of 255 for all its texts, in which each `&` is written twice."""


def set_page(page: "Worksheet", title: str, cover: Cover, *, pages: int = 0) -> None:
    """Landscape A4, one page wide and as many `pages` long, or as it takes; titles, day and numbers in the margins."""
    page.set_landscape()
    page.set_paper(_A4)
    page.fit_to_pages(1, pages)
    page.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.7)
    page.hide_gridlines(2)
    page.set_header(f'&L&"Arial,Bold"{_literal(title)}&R{_literal(cover.author)}')
    page.set_footer(f"&L{_literal(cover.title)}&Cas of {cover.day.isoformat()}&Rpage &P of &N")


def _literal(text: str) -> str:
    line = " ".join(writable(text).split())
    return (line if cut(line, _MOST) == line else f"{cut(line, _MOST - 1)}…").replace("&", "&&")
