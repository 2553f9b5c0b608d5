"""The past of one SOP for other programs: JSON with its schema, CSV, Markdown."""

from sopkit import __version__
from sopkit.lifecycle.chronicle.report import Chronicle, ChronicleRow
from sopkit.literal import markdown
from sopkit.model.config import Basis
from sopkit.rows import array, document_schema, plain, row_schema, rows_csv, rows_markdown

SCHEMA = "sopkit/history/1"
"""Name of the published schema."""

_COLUMNS = ("landed", "kind", "revision", "labels", "by", "what", "standing", "level", "note", "detail")
_TEXT: dict[str, object] = {"type": "string"}


def chronicle_json(told: Chronicle) -> dict[str, object]:
    """The one object that `sopkit history -f json` writes, ready for a JSON writer."""
    return {
        "schema": SCHEMA,
        "tool": f"sopkit {__version__}",
        "head": told.head,
        "as_of": str(told.as_of),
        "basis": str(told.basis),
        "id": plain(told.id),
        "title": plain(told.title),
        "path": plain(told.path),
        "rows": plain(told.rows),
    }


def chronicle_schema() -> dict[str, object]:
    """The JSON Schema of that object."""
    return document_schema(
        "HistoryDocument",
        "What `sopkit history -f json` writes.",
        {
            "schema": ("Name of this schema.", {"const": SCHEMA}),
            "tool": ("Name and version of the program.", _TEXT),
            "head": ("Commit that is checked out.", _TEXT),
            "as_of": ("The day up to which it is told.", {"type": "string", "format": "date"}),
            "basis": ("What reviews were believed from.", {"enum": [str(basis) for basis in Basis]}),
            "id": ("Id of the SOP, or its path where that is the identity.", _TEXT),
            "title": ("Title of its last text, as typed.", _TEXT),
            "path": ("Its file; empty when it has none any more.", _TEXT),
            "rows": ("What happened, newest first.", array(row_schema(ChronicleRow))),
        },
    )


def chronicle_csv(told: Chronicle) -> str:
    """The rows under their keys; lists are joined by `; `."""
    return rows_csv(ChronicleRow, told.rows)


def chronicle_markdown(told: Chronicle) -> str:
    """A table for people, with what was read and the notes."""
    lines = [
        f"# History of {markdown(told.id)} {markdown(told.title)}".rstrip(),
        "",
        f"Up to {told.as_of}, read from commit {told.head}. Tool: sopkit {__version__}.",
        "",
        *(f"> {markdown(note)}\n" for note in told.notes),
        *rows_markdown(_COLUMNS, told.rows),
    ]
    return "\n".join(lines) + "\n"
