"""The report of `sopkit stale` for other programs: JSON with its schema, CSV, Markdown."""

import csv
import io
import re
from dataclasses import fields
from datetime import date
from enum import StrEnum
from typing import Any, get_args, get_origin, get_type_hints

from sopkit import __version__
from sopkit.lifecycle.report import Invalid, StaleReport, StaleRow
from sopkit.model.config import Basis

SCHEMA = "sopkit/stale/1"
"""Name of the published schema."""

_COLUMNS = ("id", "title", "state", "due", "days", "reviewed", "changed", "reason")
_TEXT: dict[str, object] = {"type": "string"}
_TYPES = {str: "string", date: "string", int: "integer", type(None): "null"}
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#])")
_FORMULA = "=+-@\t"
_SURROGATE = re.compile("[\ud800-\udfff]")
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def stale_json(report: StaleReport) -> dict[str, object]:
    """The one object that `sopkit stale -f json` writes, ready for a JSON writer."""
    return {
        "schema": SCHEMA,
        "tool": f"sopkit {__version__}",
        "head": report.head,
        "as_of": str(report.as_of),
        "basis": str(report.basis),
        "rows": [{name: _plain(value) for name, value in _cells(row).items()} for row in report.rows],
    }


def stale_schema() -> dict[str, object]:
    """The JSON Schema of that object."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "StaleDocument",
        "description": "What `sopkit stale -f json` writes.",
    } | _object(
        {
            "schema": ("Name of this schema.", {"const": SCHEMA}),
            "tool": ("Name and version of the program.", _TEXT),
            "head": ("Commit that is checked out; null when no history was read.", {"type": ["string", "null"]}),
            "as_of": ("The day on which the library was judged.", {"type": "string", "format": "date"}),
            "basis": ("What reviews were believed from.", {"enum": [str(basis) for basis in Basis]}),
            "rows": ("Sorted by id and path.", _array(_described(StaleRow))),
        }
    )


def stale_csv(report: StaleReport) -> str:
    """The rows under their keys; lists are joined by `; `.

    A text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(field.name for field in fields(StaleRow))
    for row in report.rows:
        writer.writerow(_csv_cell(value) for value in _cells(row).values())
    return out.getvalue()


def stale_markdown(report: StaleReport) -> str:
    """A table for people, with what was judged, when and on which basis, and the notes."""
    head = f"commit {report.head}" if report.head else "files in the folder"
    lines = [
        f"# Stale SOPs as of {report.as_of}",
        "",
        f"Judged: {head}. Basis: {report.basis}. Tool: sopkit {__version__}.",
        "",
        *(f"> {_markdown(note)}\n" for note in report.notes),
        f"| {' | '.join(_COLUMNS)} |",
        f"|{' --- |' * len(_COLUMNS)}",
    ]
    for row in report.rows:
        cells = _cells(row)
        lines.append(f"| {' | '.join(_markdown(_joined(cells[column])) for column in _COLUMNS)} |")
    return "\n".join(lines) + "\n"


def _described(kind: type) -> dict[str, object]:
    """The schema of a dataclass whose fields are annotated with a type and its description."""
    hints = get_type_hints(kind, include_extras=True)
    return _object({name: (hint.__metadata__[0], _type_schema(hint.__origin__)) for name, hint in hints.items()})


def _type_schema(kind: object) -> dict[str, object]:
    if get_origin(kind) is tuple:
        return _array(_type_schema(get_args(kind)[0]))
    options = [option for option in get_args(kind) or (kind,) if isinstance(option, type)]
    if any(issubclass(option, StrEnum) for option in options):
        return {"enum": [str(name) for option in options if issubclass(option, StrEnum) for name in option]}
    if Invalid in options:
        return _described(Invalid)
    names = [_TYPES[option] for option in options]
    schema: dict[str, object] = {"type": names[0] if len(names) == 1 else names}
    return schema | {"format": "date"} if date in options else schema


def _object(parts: dict[str, tuple[str, dict[str, object]]]) -> dict[str, object]:
    return {
        "type": "object",
        "properties": {name: {"description": words, **schema} for name, (words, schema) in parts.items()},
        "required": list(parts),
        "additionalProperties": False,
    }


def _array(items: dict[str, object]) -> dict[str, object]:
    return {"type": "array", "items": items}


def _cells(row: StaleRow) -> dict[str, object]:
    return {field.name: getattr(row, field.name) for field in fields(row)}


def _plain(value: object) -> Any:  # noqa: ANN401 - what JSON can hold
    if isinstance(value, Invalid):
        return {"entry": value.entry, "reason": value.reason}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return _spelt(str(value)) if isinstance(value, str) else value


def _spelt(text: str) -> str:
    r"""The text without lone surrogates, which UTF-8 cannot hold: a byte that was none as `\xff`."""
    return _SURROGATE.sub(_surrogate, text)


def _surrogate(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"  # noqa: PLR2004  # bytes 80 to ff


def _joined(value: object) -> str:
    r"""A value as text; bytes that are not UTF-8 and what a terminal would obey are written as `\xff`."""
    if isinstance(value, tuple):
        return "; ".join(_joined(item) for item in value)
    if isinstance(value, Invalid):
        return f"{_joined(value.entry)}: {_joined(value.reason)}"
    text = "" if value is None else _spelt(str(value))
    return _OBEYED.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def _csv_cell(value: object) -> str:
    text = _joined(value)
    return f"'{text}" if not isinstance(value, int) and text[:1] and text[0] in _FORMULA else text


def _markdown(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
