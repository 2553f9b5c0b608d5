"""The sheet of attendance of a planned session, as `sopkit train session` reads it back."""

from dataclasses import dataclass

from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.errors import SopkitError
from sopkit.practice.attendance import SHEET_COLUMNS
from sopkit.practice.training import Membership
from sopkit.render.word import new_word_file, word_bytes
from sopkit.reports.training.plan import PlanRow
from sopkit.tables.document import cells_csv, table_markdown
from sopkit.tables.escape import escape_controls, escape_markdown, one_line

_TABLE_COLUMNS = ("Person", "Name", "Attended")
_WORD_BOX, _TEXT_BOX = "☐", "[ ]"
_MARGIN_CM = 1.8


@dataclass(frozen=True)
class PrintedSheet:
    """A sheet before it is filled in: what the session is about, and the key and name of each person."""

    title: str
    sops: tuple[str, ...]
    people: tuple[tuple[str, str], ...]
    agenda: tuple[str, ...]

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """The lines above the table; date and trainer are filled in at the session."""
        return (("Date", ""), ("Title", self.title), ("Trainer", ""), ("SOPs", "; ".join(self.sops)))

    @property
    def advice(self) -> str:
        """What to do with it."""
        return (
            "Fill in date and trainer, mark who was there, and save the file."
            " To record the session, run: sopkit train session FILE"
        )


def build_attendance_sheet(status: LibraryStatus, row: PlanRow) -> PrintedSheet:
    """The sheet of a session with a line for everybody who holds its role today. Raises SopkitError for nobody."""
    there = Membership.of(status).present(row.role, status.as_of)
    if not there:
        raise SopkitError(
            f"nobody holds the role {row.role} on {status.as_of}", "name a holder in registers/roles.yaml"
        )
    name_of = status.history.organisation.name_of
    people = tuple((one_line(key), one_line(name_of(key)).replace("|", "/")) for key in there)
    return PrintedSheet(one_line(f"{row.title}, {row.quarter}"), row.sops, people, row.agenda)


def write_attendance_sheet(sheet: PrintedSheet, suffix: str) -> bytes:
    """The bytes of the sheet for a file that ends with .docx, .csv or .md. Raises SopkitError without an extra."""
    if suffix == ".docx":
        return _write_word(sheet)
    if suffix == ".csv":
        rows = [["", sheet.title, "", "; ".join(sheet.sops), key, name, ""] for key, name in sheet.people]
        return cells_csv(SHEET_COLUMNS, rows).encode()
    lines = [f"# {escape_markdown(sheet.title)}", "", sheet.advice, ""]
    lines += [f"{name}: {escape_markdown(value)}".rstrip() + "\n" for name, value in sheet.facts]
    table = table_markdown(_TABLE_COLUMNS, [(key, name, "") for key, name in sheet.people])
    lines += [line.removesuffix("  |") + f" {_TEXT_BOX} |" if at > 1 else line for at, line in enumerate(table)]
    lines += ["", *(f"- {escape_markdown(line)}" for line in sheet.agenda)]
    return ("\n".join(lines) + "\n").encode()


def _write_word(sheet: PrintedSheet) -> bytes:
    document = new_word_file(escape_controls(sheet.title), _MARGIN_CM)
    from docx.shared import Cm  # an extra

    document.sections[0].page_width, document.sections[0].page_height = Cm(21), Cm(29.7)
    document.add_paragraph(f"{sheet.advice} Change {_WORD_BOX} to ☒.")
    for name, value in sheet.facts:
        document.add_paragraph(f"{name}: {escape_controls(value)}".rstrip())
    table = document.add_table(len(sheet.people) + 1, len(_TABLE_COLUMNS), style="Table Grid")
    for row, cells in zip(
        table.rows, (_TABLE_COLUMNS, *((key, name, _WORD_BOX) for key, name in sheet.people)), strict=True
    ):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.paragraphs[0].add_run(escape_controls(text)).bold = cells is _TABLE_COLUMNS
    for line in sheet.agenda:
        document.add_paragraph(escape_controls(line), style="List Bullet")
    return word_bytes(document)
