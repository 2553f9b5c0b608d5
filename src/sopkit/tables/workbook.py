"""A document as an Excel workbook, and a table of it as a sheet."""

from datetime import date
from enum import StrEnum
from typing import get_args, get_type_hints

from sopkit import __version__
from sopkit.tables.document import Document, ReportTable, cell_text
from sopkit.tables.sheet import CellKind, CellTone, CoverPage, Sheet, SheetColumn, SheetValue
from sopkit.tables.xlsx_writer import write_workbook

_HUNDRED = 100
_MAX_ITEM_LINES = 6
"""Items of a cell up to which each is a line, where they are of several words."""
_SPELLINGS = {"id": "ID", "rpo": "RPO", "rto": "RTO", "sop": "SOP", "sops": "SOPs"}
_WORDS = frozenset({"state", "strength"})
"""Columns of one word each, beside those that say so by their type."""
_BY_TONE = {
    CellTone.GOOD: "full current implemented wholly",
    CellTone.FAIR: "partial partly due-soon changed-since-review watched-code-changed unproven-fresh planned warning",
    CellTone.BAD: "none not-implemented nobody overdue unproven-overdue never-reviewed approval-missing duplicate-id "
    "entry-tampered history-rewritten landed-before-anchor text-changed-since-claim claim-after-commit bulk-bump "
    "removed undecided error",
    CellTone.QUIET: "supporting derived excluded other-means draft trial retired uncommitted no info",
}
TONES = {word: tone for tone, words in _BY_TONE.items() for word in words.split()}
"""How the words of states and strengths are set off."""


def document_workbook(document: Document) -> bytes:
    """A sheet for each table, after a page on the whole; the same for the same document.

    Raises SopkitError when the extra is not installed.
    """
    cover = build_cover(document.title, document.library, document.as_of, document.commit, document.notes)
    return write_workbook(tuple(map(build_sheet, document.visible_tables)), cover)


def build_cover(title: str, library: str, as_of: date, commit: str, notes: tuple[str, ...]) -> CoverPage:
    """The first page of a workbook on a library."""
    facts = (
        ("Library", library),
        ("As of", as_of.isoformat()),
        ("Commit", commit or "none: the files were judged without their history"),
        ("Made with", f"sopkit {__version__}"),
    )
    return CoverPage(title.rstrip("."), as_of, tuple(fact for fact in facts if fact[1]), notes, library)


def build_sheet(table: ReportTable) -> Sheet:
    """A table with all its columns; those that people do not need at a glance come last and are not printed."""
    hints = get_type_hints(table.kind, include_extras=True)
    chosen = table.printed or table.columns or tuple(hints)
    names = sorted(hints, key=lambda name: name not in chosen)
    columns = tuple(_column(name, hints[name].__origin__, hints[name].__metadata__[0], table) for name in names)
    rows = tuple(
        tuple(_cell(getattr(row, name), columns[at].kind, printed=at < len(chosen)) for at, name in enumerate(names))
        for row in table.rows
    )
    a_row = (table.kind.__doc__ or "").splitlines()[0]
    return Sheet(table.title, columns, rows, a_row, printed=len(chosen))


def column_title(name: str) -> str:
    """The name of a field as the head of a column: `last_evidence` is `Last evidence`, `sop` is `SOP`."""
    first, *more = (_SPELLINGS.get(word, word) for word in name.split("_"))
    return " ".join((first[0].upper() + first[1:], *more))


def _column(name: str, hint: object, description: str, table: ReportTable) -> SheetColumn:
    types = [one for one in get_args(hint) or (hint,) if isinstance(one, type)]
    is_word = name in _WORDS or any(issubclass(one, StrEnum) for one in types)
    words = {str(getattr(row, name)) for row in table.rows} if is_word else set()
    tones = {word: tone for word, tone in TONES.items() if word in words}
    kind = CellKind.TEXT
    if date in types:
        kind = CellKind.DATE
    elif int in types or float in types:
        kind = CellKind.PERCENT if name == "percent" else CellKind.NUMBER
    return SheetColumn(column_title(name), description, kind, tones=tones)


def _cell(value: object, kind: CellKind, *, printed: bool) -> SheetValue:
    if kind is CellKind.PERCENT and isinstance(value, int | float):
        return value / _HUNDRED
    if value is None or isinstance(value, bool | int | float | date):
        return value
    if isinstance(value, tuple):
        items = [cell_text(item) for item in value]
        apart = printed and len(items) <= _MAX_ITEM_LINES and any(" " in item for item in items)
        return ("\n" if apart else "; ").join(items)
    return cell_text(value)
