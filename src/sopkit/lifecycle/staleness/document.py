"""The report of `sopkit stale` for other programs: JSON with its schema, CSV, Markdown."""

from sopkit import __version__
from sopkit.lifecycle.staleness.report import StaleReport, StaleRow
from sopkit.literal import markdown
from sopkit.model.config import Basis
from sopkit.rows import array, document_schema, plain, row_schema, rows_csv, rows_markdown

SCHEMA = "sopkit/stale/1"
"""Name of the published schema."""

_COLUMNS = ("id", "title", "state", "due", "days", "reviewed", "changed", "reason")
_TEXT: dict[str, object] = {"type": "string"}


def stale_json(report: StaleReport) -> dict[str, object]:
    """The one object that `sopkit stale -f json` writes, ready for a JSON writer."""
    return {
        "schema": SCHEMA,
        "tool": f"sopkit {__version__}",
        "head": report.head,
        "as_of": str(report.as_of),
        "basis": str(report.basis),
        "rows": plain(report.rows),
    }


def stale_schema() -> dict[str, object]:
    """The JSON Schema of that object."""
    return document_schema(
        "StaleDocument",
        "What `sopkit stale -f json` writes.",
        {
            "schema": ("Name of this schema.", {"const": SCHEMA}),
            "tool": ("Name and version of the program.", _TEXT),
            "head": ("Commit that is checked out; null when no history was read.", {"type": ["string", "null"]}),
            "as_of": ("The day on which the library was judged.", {"type": "string", "format": "date"}),
            "basis": ("What reviews were believed from.", {"enum": [str(basis) for basis in Basis]}),
            "rows": ("Sorted by id and path.", array(row_schema(StaleRow))),
        },
    )


def stale_csv(report: StaleReport) -> str:
    """The rows under their keys; lists are joined by `; `."""
    return rows_csv(StaleRow, report.rows)


def stale_markdown(report: StaleReport) -> str:
    """A table for people, with what was judged, when and on which basis, and the notes."""
    head = f"commit {report.head}" if report.head else "files in the folder"
    lines = [
        f"# Stale SOPs as of {report.as_of}",
        "",
        f"Judged: {head}. Basis: {report.basis}. Tool: sopkit {__version__}.",
        "",
        *(f"> {markdown(note)}\n" for note in report.notes),
        *rows_markdown(_COLUMNS, report.rows),
    ]
    return "\n".join(lines) + "\n"
