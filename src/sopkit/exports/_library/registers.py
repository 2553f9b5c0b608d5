"""The registers as data: valid rows as their schema has them, rows that are invalid as they stand in the file."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from sopkit.exports._library.flaws import FlawRow, flaws
from sopkit.library import Library
from sopkit.model.registers import REGISTERS, RowModel
from sopkit.model.registers import register_json_schema as register_schema
from sopkit.parsing.register import Register
from sopkit.tables.rows import Schema, array_schema, object_schema, row_schema, to_json

_OF_PEOPLE = ("key", "from", "to", "bot")
"""What of a person may leave the house."""


def registers(library: Library) -> dict[str, Any]:
    """Every register by name, those without a file too."""
    return {name: _register(library.registers[name]) for name in REGISTERS}


def _register(register: Register) -> dict[str, Any]:
    return {
        "path": register.path,
        "rows": [_shown(register.name, row) for row in register.rows],
        "invalid": [_reduced(register.name, item) for item in register.invalid],
        "flaws": [to_json(row) for row in _flaws(register)],
    }


def _shown(name: str, row: RowModel) -> Any:  # noqa: ANN401 - what JSON can hold
    return _reduced(name, row.model_dump(mode="json", by_alias=True))


def _reduced(name: str, item: object) -> object:
    """A row without what is personal: people are told by key."""
    if name != "people":
        return item
    return {key: item[key] for key in _OF_PEOPLE if key in item} if isinstance(item, Mapping) else {}


def _flaws(register: Register) -> Iterator[FlawRow]:
    """What is wrong with a register; of people only where, for a message quotes what is typed."""
    for row in flaws(register.findings):
        yield replace(row, message="what it is: sopkit lint") if register.name == "people" else row


def registers_schema() -> tuple[Schema, Schema]:
    """The schema of the registers, and the definitions that it needs in its document."""
    parts: dict[str, tuple[str, Schema]] = {}
    definitions: Schema = {}
    for name, model in REGISTERS.items():
        of_rows = register_schema(name)
        definitions |= of_rows["$defs"]
        items = of_rows["items"]
        if name == "people":
            items = items | {"properties": {key: items["properties"][key] for key in _OF_PEOPLE}}
        register: dict[str, tuple[str, Schema]] = {
            "path": ("File; empty where there is none.", {"type": "string"}),
            "rows": ("The rows in the order of the file, every key written out.", array_schema(items)),
            "invalid": ("Rows that are not as the schema asks, as they stand in the file.", {"type": "array"}),
            "flaws": ("What is wrong with the file.", array_schema(row_schema(FlawRow))),
        }
        parts[name] = ((model.__doc__ or "").splitlines()[0], object_schema(register))
    return object_schema(parts), definitions
