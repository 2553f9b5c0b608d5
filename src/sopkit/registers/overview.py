"""The registers of a library, and the rows of one register, as documents."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Annotated

from sopkit.library import Library
from sopkit.model.registers import REGISTERS
from sopkit.registers.cells import cell_text
from sopkit.registers.columns import FieldKind, columns_of
from sopkit.registers.export import unread_rows
from sopkit.tables.document import TEXT, Document, DocumentType, ReportTable

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


@dataclass(frozen=True, slots=True)
class RegisterDataRow:
    """One row of the register, in the order of its file."""

    key: Annotated[str, "By what other files name the row."]
    line: Annotated[int, "Line of the file, from 1."]
    ended: Annotated[str | None, "Why the row is no longer in force, null while it is."]
    cells: Annotated[Mapping[str, object], "Each column and its value, as the schema register-NAME describes them."]


REGISTERS_DOCUMENT = DocumentType(
    "registers", "sopkit register list, registers", "The registers of a library.", {"rows": RegisterRow}
)
REGISTER_DOCUMENT = DocumentType(
    "register",
    "sopkit register list, register",
    "The rows of one register.",
    {"rows": RegisterDataRow},
    {
        "register": ("Name of the register.", {"enum": list(REGISTERS)}),
        "file": ("Its file, relative to the library.", TEXT),
    },
)
"""The published documents."""


def registers_document(library: Library, findings: Mapping[str, int], head: str, notes: tuple[str, ...]) -> Document:
    """All registers; `findings` are counted by file."""
    rows = tuple(
        RegisterRow(
            name=name,
            rows=len(register.rows),
            ended=sum(row.gone(library.as_of) is not None for row in register.rows),
            findings=findings.get(register.path, 0),
            file=register.path or None,
        )
        for name, register in ((name, library.registers[name]) for name in REGISTERS)
    )
    columns = ("name", "rows", "ended", "findings", "file")
    table = ReportTable("rows", "Registers", RegisterRow, rows, columns, empty="no register")
    return Document(
        REGISTERS_DOCUMENT,
        "Registers",
        head,
        library.as_of,
        (table,),
        notes,
        library=library.config.library.name,
    )


def register_document(library: Library, name: str, head: str, notes: tuple[str, ...], *, everything: bool) -> Document:
    """The rows of a register that are in force, or all of them; a note for what could not be read."""
    register = library.registers[name]
    numbers = {key: number for number, key in reversed(list(enumerate(register.rows_at)))}
    rows = tuple(
        RegisterDataRow(
            row.key,
            register.tree.places[(numbers[row.key],)].line,
            row.gone(library.as_of),
            row.model_dump(mode="json", by_alias=True),
        )
        for row in register.rows
        if everything or row.gone(library.as_of) is None
    )
    return Document(
        REGISTER_DOCUMENT,
        f"Register of {name}",
        head,
        library.as_of,
        (ReportTable("rows", name.capitalize(), RegisterDataRow, rows),),
        (*notes, *(f"{note}; what is wrong is left out" for note in unread_rows(register))),
        {"register": name, "file": register.file},
        library=library.config.library.name,
        flat=_flat_table(library, name, everything=everything),
    )


def _flat_table(library: Library, name: str, *, everything: bool) -> ReportTable:
    """The rows with a cell for each column; people do not see columns that are empty throughout."""
    types: dict[FieldKind, object] = {FieldKind.DAY: date | None, FieldKind.NUMBER: int | None}
    columns = columns_of(name)
    rows = tuple(
        SimpleNamespace(
            **{
                column.name: getattr(row, column.field) if column.kind in types else cell_text(column, row)
                for column in columns
            }
        )
        for row in library.registers[name].rows
        if everything or row.gone(library.as_of) is None
    )
    hints = {column.name: Annotated[types.get(column.kind, str), column.about] for column in columns}
    kind = type(name, (), {"__annotations__": hints, "__doc__": REGISTERS[name].__doc__})
    first, *others = LIST_COLUMNS[name]
    filled = (first, *(column for column in others if any(getattr(row, column) not in {"", None} for row in rows)))
    empty = f"{name} has no rows" if everything else f"no row of {name} is in force"
    return ReportTable("rows", name.capitalize(), kind, rows, filled, empty=empty)
