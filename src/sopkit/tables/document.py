"""What a document is: its declaration with the JSON Schema, and its data as JSON, CSV and Markdown."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Literal, get_args, get_origin, get_type_hints

from sopkit import __version__
from sopkit.tables.escape import escape_json, escape_lines, escape_markdown, escape_surrogates, guard_cell

Schema = dict[str, object]
TEXT: Schema = {"type": "string"}
"""The schema of a text."""


@dataclass(frozen=True, slots=True)
class ReportTable:
    """Rows of one kind, a class whose attributes are annotated with a type and its description.

    `name` is the key in JSON, `title` the name of the sheet in a workbook, and `about` a line below that title. People
    see the `columns`, or all; a `detail` table is for programs and workbooks only. A workbook prints the columns
    `printed`, or else those that people see. `empty` is the text for a table without rows.
    """

    name: str
    title: str
    kind: type
    rows: tuple[object, ...]
    columns: tuple[str, ...] = ()
    detail: bool = False
    printed: tuple[str, ...] = ()
    about: str = ""
    empty: str = "nothing to tell"

    @property
    def visible_columns(self) -> tuple[str, ...]:
        """The columns that people see."""
        return self.columns or tuple(get_type_hints(self.kind))


@dataclass(frozen=True, slots=True)
class DocumentType:
    """The declaration of a document whose JSON has the schema sopkit/NAME/1.

    `keys` are its own keys, each with description and schema; `kinds` are the row classes of its tables by key. With
    `head_or_null`, a missing commit is null instead of an empty text.
    """

    name: str
    title: str
    description: str
    kinds: Mapping[str, type]
    keys: Mapping[str, tuple[str, Schema]] = field(default_factory=dict)
    head_or_null: bool = False

    def schema(self) -> Schema:
        """The JSON Schema of the document."""
        parts: dict[str, tuple[str, Schema]] = {
            "schema": ("Name and version of this schema.", {"const": f"sopkit/{self.name}/1"}),
            "tool": ("Name and version of the program.", TEXT),
            "head": (
                f"The commit that is checked out, {'null' if self.head_or_null else 'empty'} without history.",
                {"type": ["string", "null"]} if self.head_or_null else TEXT,
            ),
            "as_of": ("The date for which the document was made.", {"type": "string", "format": "date"}),
            "notes": ("Notes on the document as a whole.", array_schema(TEXT)),
            **self.keys,
        }
        for name, kind in self.kinds.items():
            parts[name] = ((kind.__doc__ or "").splitlines()[0], array_schema(row_schema(kind)))
        return document_schema(self.title, self.description, parts)


@dataclass(frozen=True, slots=True)
class Document:
    """The data of a document, for every format.

    The main table is named `rows`; CSV has only that one. People and workbooks see `groups` instead of the tables
    where there are any. Where the rows of JSON are nested, `flat` is the main table in all other formats. `about` is
    the line below the title, `summary` a list below that. `values` are the document's own keys in JSON. `commit` is
    the one that a workbook names.
    """

    type: DocumentType
    title: str
    head: str | None
    as_of: date
    tables: tuple[ReportTable, ...]
    notes: tuple[str, ...] = ()
    values: Mapping[str, object] = field(default_factory=dict)
    library: str = ""
    commit: str = ""
    about: str = ""
    summary: tuple[str, ...] = ()
    groups: tuple[ReportTable, ...] = ()
    flat: ReportTable | None = None

    @property
    def main(self) -> ReportTable:
        """The table with the rows, flat."""
        return self.flat or next(table for table in self.tables if table.name == "rows")

    @property
    def visible_tables(self) -> tuple[ReportTable, ...]:
        """The tables for people and workbooks: the groups where there are any; no empty table after the main one."""
        tables = tuple(self.main if table.name == "rows" else table for table in self.tables)
        last = tables.index(self.main)
        return self.groups or tuple(table for at, table in enumerate(tables) if table.rows or at <= last)


def document_json(document: Document) -> str:
    """One JSON object with every table that the type declares, a row on a line."""
    head = {
        "schema": f"sopkit/{document.type.name}/1",
        "tool": f"sopkit {__version__}",
        "head": document.head,
        "as_of": document.as_of.isoformat(),
        "notes": document.notes,
        **{key: document.values[key] for key in document.type.keys},
    }
    rows = {table.name: table.rows for table in document.tables}
    return dump_json_tables(head, {name: rows.get(name, ()) for name in document.type.kinds})


def document_csv(document: Document) -> str:
    """The rows of the main table, with every column."""
    return rows_csv(document.main.kind, document.main.rows)


def document_markdown(document: Document) -> str:
    """A page: heading, summary, each table that people see, and the notes."""
    about = document.about or f"{document.library}{', ' if document.library else ''}as of {document.as_of}"
    lines = [f"# {escape_markdown(document.title)}", "", escape_markdown(about), ""]
    lines += [*(f"- {escape_markdown(line)}" for line in document.summary), ""]
    tables = [table for table in document.visible_tables if not table.detail or table is document.main]
    for table in tables:
        if document.groups or document.summary or table is not tables[0]:
            lines += [f"## {escape_markdown(table.title)}", "", escape_markdown(table.about), ""]
        empty = f"{table.empty[0].upper()}{table.empty[1:]}."
        lines += [*(rows_markdown(table.visible_columns, table.rows) if table.rows else [empty]), ""]
    lines += [f"- {escape_markdown(note)}" for note in document.notes]
    return "\n".join(lines).replace("\n\n\n", "\n\n").replace("\n\n\n", "\n\n").rstrip("\n") + "\n"


def dump_json(value: object) -> str:
    """A value as indented JSON with a line end.

    What a terminal could obey is escaped; a lone surrogate, which UTF-8 cannot hold, is spelt out.
    """
    return escape_json(json.dumps(value, ensure_ascii=False, indent=2)) + "\n"


def dump_json_tables(head: Mapping[str, object], tables: Mapping[str, Iterable[object]]) -> str:
    """One JSON object of the keys of the head and of the tables, each row on a line of its own; as `dump_json` else."""
    write = json.JSONEncoder(ensure_ascii=False, check_circular=False, default=_json_default).encode
    parts = [f"  {write(key)}: {write(value)}" for key, value in head.items()]
    for key, rows in tables.items():
        lines = ",\n".join(f"    {write(row)}" for row in rows)
        parts.append(f"  {write(key)}: [\n{lines}\n  ]" if lines else f"  {write(key)}: []")
    return escape_json("{\n" + ",\n".join(parts) + "\n}\n")


_TYPES = {str: "string", date: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}

_FIELD_NAMES: dict[type, tuple[str, ...]] = {}


def to_json(value: object) -> Any:  # noqa: ANN401 - what JSON can hold
    """A value as a JSON writer takes it: rows become objects, days text, lone surrogates are spelt out."""
    if isinstance(value, str):
        return escape_surrogates(str(value))
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return {name: to_json(getattr(value, name)) for name in names} if (names := _field_names(value)) else value


def _json_default(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if not (names := _field_names(value)):
        raise TypeError(f"no row and no day: {type(value).__name__}")
    return {name: getattr(value, name) for name in names}


def _field_names(value: object) -> tuple[str, ...]:
    """The fields of a row, none of what is no row; looked up once for each kind of value."""
    kind = type(value)
    if kind not in _FIELD_NAMES:
        _FIELD_NAMES[kind] = tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()
    return _FIELD_NAMES[kind]


def document_schema(title: str, description: str, parts: Mapping[str, tuple[str, Schema]]) -> Schema:
    """The JSON Schema of a document that is one object with these keys, each with a description and a schema."""
    about: Schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "description": description,
    }
    return about | object_schema(parts)


def object_schema(parts: Mapping[str, tuple[str, Schema]]) -> Schema:
    """The schema of an object with just these keys, each with a description and a schema."""
    return {
        "type": "object",
        "properties": {name: {"description": words, **schema} for name, (words, schema) in parts.items()},
        "required": list(parts),
        "additionalProperties": False,
    }


def row_schema(kind: type) -> Schema:
    """The schema of a row."""
    hints = get_type_hints(kind, include_extras=True)
    return object_schema({name: (hint.__metadata__[0], _type_schema(hint.__origin__)) for name, hint in hints.items()})


def array_schema(items: Schema) -> Schema:
    """The schema of a list."""
    return {"type": "array", "items": items}


def rows_csv(kind: type, rows: Iterable[object]) -> str:
    """The rows under their keys; lists are joined by `; `.

    A text that a spreadsheet would take for a formula, or a pipeline for a command, is guarded by an apostrophe.
    """
    names = tuple(get_type_hints(kind))
    return cells_csv(names, (tuple(getattr(row, name) for name in names) for row in rows))


def cells_csv(columns: Sequence[str], rows: Iterable[Sequence[object]], delimiter: str = ",") -> str:
    """Rows of values under their columns, with guarded cells: see `guard_cell`."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(map(_csv_cell, row) for row in rows)
    return out.getvalue()


def rows_markdown(columns: Sequence[str], rows: Iterable[object]) -> list[str]:
    """The lines of a table of some columns, for people."""
    return table_markdown(columns, ([cell_text(getattr(row, column)) for column in columns] for row in rows))


def table_markdown(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a table whose cells are text, which is shown literally."""
    cells = (map(escape_markdown, row) for row in rows)
    return [f"| {' | '.join(columns)} |", f"|{' --- |' * len(columns)}", *(f"| {' | '.join(row)} |" for row in cells)]


def cell_text(value: object) -> str:
    r"""A value as text; bytes that are not UTF-8 and what a terminal would obey are written as `\xff`."""
    if isinstance(value, str) and value.isascii() and value.isprintable():
        return str(value)  # as most are: nothing in it is looked for below
    if isinstance(value, tuple):
        return "; ".join(cell_text(item) for item in value)
    if is_dataclass(value):
        return ": ".join(text for field in fields(value) if (text := cell_text(getattr(value, field.name))))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else escape_lines(str(value).replace("\r\n", "\n"))


def _type_schema(kind: object) -> Schema:
    if kind is object:
        return {}
    if (origin := get_origin(kind)) is tuple:
        return array_schema(_type_schema(get_args(kind)[0]))
    if origin is Literal:
        return {"enum": list(get_args(kind))}
    if origin is Mapping:
        return {"type": "object", "additionalProperties": _type_schema(get_args(kind)[1])}
    options = [option for option in get_args(kind) or (kind,) if isinstance(option, type)]
    if any(issubclass(option, StrEnum) for option in options):
        names = [str(name) for option in options if issubclass(option, StrEnum) for name in option]
        return {"enum": [*names, *([None] if type(None) in options else [])]}
    if is_dataclass(options[0]):
        row = row_schema(options[0])
        return {"anyOf": [row, {"type": "null"}]} if type(None) in options else row
    types = [_TYPES[option] for option in options]
    schema: Schema = {"type": types[0] if len(types) == 1 else types}
    return schema | {"format": "date"} if date in options else schema


def _csv_cell(value: object) -> str:
    text = cell_text(value)
    return text if isinstance(value, int) else guard_cell(text)
