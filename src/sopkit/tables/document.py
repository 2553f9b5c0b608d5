"""The document that a command writes: its declaration with the JSON Schema, and its data as JSON, CSV and Markdown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import get_type_hints

from sopkit import __version__
from sopkit.tables.escape import escape_markdown
from sopkit.tables.rows import (
    Schema,
    array_schema,
    document_schema,
    dump_json_tables,
    row_schema,
    rows_csv,
    rows_markdown,
)

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
    shown = [table for table in document.visible_tables if not table.detail or table is document.main]
    for table in shown:
        if document.groups or document.summary or table is not shown[0]:
            lines += [f"## {escape_markdown(table.title)}", "", escape_markdown(table.about), ""]
        empty = f"{table.empty[0].upper()}{table.empty[1:]}."
        lines += [*(rows_markdown(table.visible_columns, table.rows) if table.rows else [empty]), ""]
    lines += [f"- {escape_markdown(note)}" for note in document.notes]
    return "\n".join(lines).replace("\n\n\n", "\n\n").replace("\n\n\n", "\n\n").rstrip("\n") + "\n"
