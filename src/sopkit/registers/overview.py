"""List the registers of a library and the rows of a register, as table cells and JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from sopkit.git.checkout import read_checkout
from sopkit.library import Library
from sopkit.model.registers import REGISTERS, RowModel
from sopkit.registers.cells import row_cells
from sopkit.tables.rows import Schema, array_schema, document_schema, dump_json, object_schema, row_schema, to_json

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
