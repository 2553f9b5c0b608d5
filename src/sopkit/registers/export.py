"""Export registers: as lists, JSON, CSV, and workbook sheets with lists of allowed values."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from sopkit.library import Library
from sopkit.model.control_ids import MatchKind, parse_control
from sopkit.model.registers import REGISTERS, SOP_TARGET, RowModel
from sopkit.parsing.register import Register
from sopkit.registers.cells import cell_text, row_cells
from sopkit.registers.columns import TITLE_OF_CONTROL, FieldKind, RegisterColumn, columns_of
from sopkit.tables.escape import guard_cell
from sopkit.tables.sheet import CellKind, CoverPage, Sheet, SheetColumn, SheetValue

_NOTES = (
    "Rows are known by the first column, which never changes; the columns may be moved and left out.",
    "Several values of a cell are divided by semicolons; one that holds a semicolon itself stands in double quotes.",
    "Bring it back with: sopkit register import --all FILE",
)


def register_csv(register: str, rows: Iterable[RowModel], delimiter: str = ",") -> str:
    """Rows as CSV under the names of the columns, which an import reads back as they are; cells are guarded."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(column.name for column in columns_of(register))
    writer.writerows(map(guard_cell, row_cells(register, row).values()) for row in rows)
    return out.getvalue()


def sheet_of_register(library: Library, register: str) -> Sheet:
    """The sheet of a register, to which people can add rows."""
    columns = columns_of(register)
    heads = [_sheet_column(library, column) for column in columns]
    rows = [[_sheet_cell(column, row) for column in columns] for row in library.registers[register].rows]
    if register == "soa":
        heads.insert(1, SheetColumn(TITLE_OF_CONTROL, "Title of the control, for reading; it is not brought back."))
        for cells in rows:
            cells.insert(1, _control_title(library, str(cells[0])))
    a_row = (REGISTERS[register].__doc__ or "").splitlines()[0]
    return Sheet(register, tuple(heads), rows, a_row, editable=True)


def _control_title(library: Library, written: str) -> str:
    match = parse_control(written, library.catalogue, next(iter(library.config.library.frameworks), None))
    if match.kind is not MatchKind.FOUND or match.framework is None:
        return ""
    title = library.catalogue.get(match.framework).by_id[match.ids[0]].title
    return title if len(match.ids) == 1 else f"{title} and {len(match.ids) - 1} more"


def register_cover(library: Library, names: Sequence[str]) -> CoverPage:
    """The first page of a workbook of registers."""
    name = library.config.library.name
    what = f"Register of {names[0]}" if len(names) == 1 else "Registers"
    return CoverPage(f"{name}: {what}" if name else what, library.as_of, notes=_NOTES, author=name)


def non_empty_registers(library: Library) -> tuple[str, ...]:
    """The names of the registers that have rows."""
    return tuple(name for name in REGISTERS if library.registers[name].rows)


def unread_rows(register: Register) -> tuple[str, ...]:
    """What keeps rows of a register from being read, as sentences with file and line."""
    return tuple(f"{one.path}:{one.place.line}: {one.message}" for one in register.findings)


def _sheet_column(library: Library, column: RegisterColumn) -> SheetColumn:
    kind = {FieldKind.DAY: CellKind.DATE, FieldKind.NUMBER: CellKind.NUMBER}.get(column.kind, CellKind.TEXT)
    choices = column.allowed(library.config.scales)
    strict = True
    if column.kind is FieldKind.TRUTH:
        choices = ("yes", "no")
    elif column.names and column.kind is FieldKind.TEXT:
        ids = [sop.id for sop in library.sops if sop.id]
        choices, strict = tuple(ids if column.names == SOP_TARGET else library.registers[column.names].by_key), False
    return SheetColumn(column.name, column.about, kind, choices, strict)


def _sheet_cell(column: RegisterColumn, row: RowModel) -> SheetValue:
    value = getattr(row, column.field)
    is_native = isinstance(value, date) or (isinstance(value, int) and not isinstance(value, bool))
    return value if is_native else cell_text(column, row)
