"""Registers handed out: as CSV, and as workbooks with lists to choose from."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date

from sopkit.library import Library
from sopkit.model.control_ids import parse_control
from sopkit.model.id_resolution import MatchKind
from sopkit.model.references import SOPS
from sopkit.model.registers import REGISTERS, Row
from sopkit.registers import columns as registers
from sopkit.registers.columns import Kind, columns_of
from sopkit.registers.flat import flat, flat_cell
from sopkit.registers.heads import TITLE_OF_CONTROL
from sopkit.sheets.sheet import Cell, Column, Cover, Sheet
from sopkit.sheets.sheet import Kind as Shown
from sopkit.text.register import Register

_GUARD = re.compile(r"'*[=+\-@\t\r]")
_NOTES = (
    "Rows are known by the first column, which never changes; the columns may be moved and left out.",
    "Several values of a cell are divided by semicolons; one that holds a semicolon itself stands in double quotes.",
    "Bring it back with: sopkit register import --all FILE",
)


def csv_of(register: str, rows: Iterable[Row], delimiter: str = ",") -> str:
    """Rows as CSV under the names of the columns; texts that a spreadsheet would obey get an apostrophe before them."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(column.name for column in columns_of(register))
    writer.writerows(map(_guarded, flat(register, row).values()) for row in rows)
    return out.getvalue()


def _guarded(text: str) -> str:
    return f"'{text}" if _GUARD.match(text) else text


def sheet_of(library: Library, register: str) -> Sheet:
    """The sheet of a register, to which people can add rows."""
    columns = columns_of(register)
    heads = [_head(library, column) for column in columns]
    rows = [[_cell(column, row) for column in columns] for row in library.registers[register].rows]
    if register == "soa":
        heads.insert(1, Column(TITLE_OF_CONTROL, "Title of the control, for reading; it is not brought back."))
        for cells in rows:
            cells.insert(1, _title(library, str(cells[0])))
    a_row = (REGISTERS[register].__doc__ or "").splitlines()[0]
    return Sheet(register, tuple(heads), rows, a_row, editable=True)


def _title(library: Library, written: str) -> str:
    """The title of the control that a row of soa is about, of the first where it is about several."""
    match = parse_control(written, library.catalogue, next(iter(library.config.library.frameworks), None))
    if match.kind is not MatchKind.FOUND or match.framework is None:
        return ""
    title = library.catalogue.get(match.framework).by_id[match.ids[0]].title
    return title if len(match.ids) == 1 else f"{title} and {len(match.ids) - 1} more"


def cover_of(library: Library, names: Sequence[str]) -> Cover:
    """The first page of a workbook of registers."""
    whose = library.config.library.name
    what = f"Register of {names[0]}" if len(names) == 1 else "Registers"
    return Cover(f"{whose}: {what}" if whose else what, library.as_of, notes=_NOTES, author=whose)


def filled(library: Library) -> tuple[str, ...]:
    """The names of the registers that have rows."""
    return tuple(name for name in REGISTERS if library.registers[name].rows)


def left_out(register: Register) -> tuple[str, ...]:
    """What keeps rows of a register from being read, as sentences with file and line."""
    return tuple(f"{one.path}:{one.place.line}: {one.message}" for one in register.findings)


def _head(library: Library, column: registers.Column) -> Column:
    kind = {Kind.DAY: Shown.DATE, Kind.NUMBER: Shown.NUMBER}.get(column.kind, Shown.TEXT)
    choices = column.allowed(library.config.scales)
    strict = True
    if column.kind is Kind.TRUTH:
        choices = ("yes", "no")
    elif column.names and column.kind is Kind.TEXT:
        ids = [sop.id for sop in library.sops if sop.id]
        choices, strict = tuple(ids if column.names == SOPS else library.registers[column.names].by_key), False
    return Column(column.name, column.about, kind, choices, strict)


def _cell(column: registers.Column, row: Row) -> Cell:
    value = getattr(row, column.field)
    kept = isinstance(value, date) or (isinstance(value, int) and not isinstance(value, bool))
    return value if kept else flat_cell(column, row)
