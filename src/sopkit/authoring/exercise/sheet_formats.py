"""The sheet of an exercise in the formats in which people fill it in: Markdown, HTML form and Word file."""

from pathlib import Path
from typing import TYPE_CHECKING

from sopkit.authoring.exercise.sheet import ExerciseSheet, SheetPart, sheet_markdown
from sopkit.parsing.sections import make_slug
from sopkit.render.document import load_template
from sopkit.render.word import new_word_file, word_bytes

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table

_WIDE = frozenset({
    "Title", "Digest", "People", "What happens", "Key question", "Objective", "What happened", "The text says",
    "What was done instead", "What is missing", "Value",
})  # fmt: skip
"""Columns that hold sentences: they get more room than the others."""
_SHARES = {True: 5, False: 2}
_TEXT_POINTS, _SMALL_POINTS, _MARGIN_CM = 9, 7, 1.5


def write_sheet(sheet: ExerciseSheet, form: str) -> bytes:
    """The bytes of the sheet: markdown, docx or html. Raises SopkitError where a format needs an extra."""
    if form == "docx":
        return _sheet_word(sheet)
    return (_sheet_html(sheet) if form == "html" else sheet_markdown(sheet)).encode()


def _sheet_html(sheet: ExerciseSheet) -> str:
    """The sheet as one HTML file with fields; a button saves it with what was typed."""
    file = f"{make_slug(sheet.title) or 'exercise'}.html"
    return load_template("sheet.html.j2", Path(__file__).parent).render(sheet=sheet, wide=_WIDE, file=file)


def _sheet_word(sheet: ExerciseSheet) -> bytes:
    """The sheet as a Word file. Raises SopkitError without the extra."""
    document = new_word_file(sheet.title, _MARGIN_CM)
    from docx.shared import Cm, Pt  # an extra

    room = int(document.sections[0].page_width or 0) - 2 * Cm(_MARGIN_CM)
    for style in ("Normal", "Quote", "List Bullet"):
        document.styles[style].font.size = Pt(_TEXT_POINTS)
        document.styles[style].paragraph_format.space_after = Pt(2)
    document.styles["Heading 1"].font.size = Pt(_TEXT_POINTS + 3)
    document.styles["Heading 1"].paragraph_format.space_before = Pt(8)
    document.styles["Title"].font.size = Pt(_TEXT_POINTS + 9)
    document.add_paragraph(sheet.advice)
    for part in sheet.parts:
        document.add_heading(part.title, 1)
        if part.hint:
            document.add_paragraph(part.hint, style="Quote")
        for line in part.lines:
            document.add_paragraph(line, style="List Bullet")
        if part.columns:
            _fill_table(_add_table(document, part, room), part)
    return word_bytes(document)


def _add_table(document: "Document", part: SheetPart, room: int) -> "Table":
    from docx.shared import Emu  # an extra

    table: Table = document.add_table(len(part.rows) + 1, len(part.columns), style="Table Grid")
    table.autofit = False
    shares = [_SHARES[name in _WIDE] for name in part.columns]
    for column, share in zip(table.columns, shares, strict=True):
        column.width = Emu(room * share // sum(shares))
        for cell in column.cells:  # Word goes by the cells, LibreOffice by the columns
            cell.width = column.width
    return table


def _fill_table(table: "Table", part: SheetPart) -> None:
    from docx.shared import Pt  # an extra

    size = Pt(_SMALL_POINTS if part.small else _TEXT_POINTS)
    for number, (row, texts) in enumerate(zip(table.rows, (part.columns, *part.rows), strict=True)):
        for cell, text in zip(row.cells, texts, strict=True):
            run = cell.paragraphs[0].add_run(text)
            run.bold, run.font.size = not number, size
