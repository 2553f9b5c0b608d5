"""Export registers: as lists, JSON, CSV, and workbook sheets with lists of allowed values."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from sopkit.git.checkout import read_checkout
from sopkit.library import Library
from sopkit.model.control_ids import MatchKind, parse_control
from sopkit.model.registers import REGISTERS, SOP_TARGET, RowModel
from sopkit.parsing.register import Register
from sopkit.registers.cells import cell_text, row_cells
from sopkit.registers.columns import TITLE_OF_CONTROL, FieldKind, RegisterColumn, columns_of
from sopkit.tables.rows import Schema, array_schema, document_schema, dump_json, object_schema, row_schema, to_json
from sopkit.tables.sheet import CellKind, CoverPage, Sheet, SheetColumn, SheetValue

LIST_COLUMNS = {
    "people": ("key", "name", "from", "to"),
    "roles": ("id", "reports_to", "title", "holders"),
    "policies": ("id", "owner", "title", "location"),
    "assets": ("id", "kind", "criticality", "classification", "owner", "title"),
    "risks": ("id", "likelihood", "impact", "residual", "owner", "review", "title"),
    "vendors": ("id", "tier", "review", "title", "data"),
    "glossary": ("term", "meaning"),
    "exceptions": ("id", "sop", "risk", "until", "what"),
    "external": ("id", "edition", "checked", "owner", "title"),
    "actions": ("id", "source", "owner", "due", "done", "action"),
    "soa": ("control", "applicable", "procedure", "owner", "reason"),
}
"""Columns of each register that people are shown; the last one may be long."""


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One register."""

    name: Annotated[str, "Name of the register."]
    rows: Annotated[int, "Rows that are valid."]
    ended: Annotated[int, "Of these, rows that are no longer in force."]
    findings: Annotated[int, "What linting finds in its file."]
    file: Annotated[str | None, "Its file, relative to the library; null where it has none."]


def overview(library: Library, findings: Mapping[str, int]) -> tuple[RegisterRow, ...]:
    """All registers; `findings` are counted by file."""
    return tuple(
        RegisterRow(
            name=name,
            rows=len(register.rows),
            ended=sum(row.gone(library.as_of) is not None for row in register.rows),
            findings=findings.get(register.path, 0),
            file=register.path or None,
        )
        for name, register in ((name, library.registers[name]) for name in REGISTERS)
    )


def current_rows(library: Library, name: str, *, everything: bool) -> tuple[RowModel, ...]:
    """The rows of a register that are in force, or all of them."""
    return tuple(row for row in library.registers[name].rows if everything or row.gone(library.as_of) is None)


def table_cells(name: str, rows: Sequence[RowModel]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The columns that people are shown, and the cells of rows; a column that is empty throughout is left out."""
    cells = [row_cells(name, row) for row in rows]
    first, *others = LIST_COLUMNS[name]
    columns = (first, *(column for column in others if any(row[column] for row in cells)))
    return columns, [tuple(row[column] for column in columns) for row in cells]


def overview_json(library: Library, rows: Sequence[RegisterRow], version: str) -> str:
    """The registers as one JSON object of schema sopkit/registers/1."""
    return dump_json(_head(library, "registers", version) | {"rows": [to_json(row) for row in rows]})


def rows_json(library: Library, name: str, rows: Sequence[RowModel], version: str) -> str:
    """The rows of a register as one JSON object of schema sopkit/register/1."""
    register = library.registers[name]
    at = {key: index for index, key in reversed(list(enumerate(register.rows_at)))}
    told = [
        {
            "key": row.key,
            "line": register.tree.places[(at[row.key],)].line,
            "ended": row.gone(library.as_of),
            "cells": row.model_dump(mode="json", by_alias=True),
        }
        for row in rows
    ]
    about = {"register": name, "file": register.file}
    return dump_json(_head(library, "register", version) | about | {"rows": told})


def _head(library: Library, what: str, version: str) -> dict[str, Any]:
    return {
        "schema": f"sopkit/{what}/1",
        "tool": f"sopkit {version}",
        "head": read_checkout(library.root).head,
        "as_of": library.as_of.isoformat(),
    }


def list_schemas() -> dict[str, Schema]:
    """The JSON Schemas of what is listed."""
    text: Schema = {"type": "string"}
    names: Schema = {"enum": list(REGISTERS)}
    row = object_schema(
        {
            "key": ("By what other files name the row.", text),
            "line": ("Line of the file, from 1.", {"type": "integer"}),
            "ended": ("Why the row is no longer in force, null while it is.", {"type": ["string", "null"]}),
            "cells": ("Each column and its value, as the schema register-NAME describes them.", {"type": "object"}),
        }
    )
    about = {"register": ("Name of the register.", names), "file": ("Its file, relative to the library.", text)}
    return {
        "registers": _document("registers", "The registers of a library.", {}, row_schema(RegisterRow)),
        "register": _document("register", "The rows of one register.", about, row),
    }


def _document(what: str, words: str, more: dict[str, tuple[str, Schema]], row: Schema) -> Schema:
    text: Schema = {"type": "string"}
    parts: dict[str, tuple[str, Schema]] = {
        "schema": ("Name and version of this schema.", {"const": f"sopkit/{what}/1"}),
        "tool": ("Name and version of the program.", text),
        "head": ("The commit that is checked out, empty outside of git.", text),
        "as_of": ("The day that is judged.", {"type": "string", "format": "date"}),
        **more,
        "rows": ("In the order of the file.", array_schema(row)),
    }
    return document_schema(f"sopkit register list, {what}", words, parts)


_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_NOTES = (
    "Rows are known by the first column, which never changes; the columns may be moved and left out.",
    "Several values of a cell are divided by semicolons; one that holds a semicolon itself stands in double quotes.",
    "Bring it back with: sopkit register import --all FILE",
)


def register_csv(register: str, rows: Iterable[RowModel], delimiter: str = ",") -> str:
    """Rows as CSV under the names of the columns; texts that a spreadsheet would obey get an apostrophe before them."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(column.name for column in columns_of(register))
    writer.writerows(map(_guard, row_cells(register, row).values()) for row in rows)
    return out.getvalue()


def _guard(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


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
    whose = library.config.library.name
    what = f"Register of {names[0]}" if len(names) == 1 else "Registers"
    return CoverPage(f"{whose}: {what}" if whose else what, library.as_of, notes=_NOTES, author=whose)


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
    kept = isinstance(value, date) or (isinstance(value, int) and not isinstance(value, bool))
    return value if kept else cell_text(column, row)
