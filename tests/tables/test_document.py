"""Rows of any report: what JSON, its schema, CSV and Markdown make of them."""

import csv
import io
import json
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Annotated

import pytest
from jsonschema import Draft202012Validator

from sopkit.tables.document import (
    array_schema,
    cell_text,
    document_schema,
    dump_json_tables,
    row_schema,
    rows_csv,
    rows_markdown,
    to_json,
)
from sopkit.tables.escape import strip_guard


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Part:
    name: Annotated[str, "Name."]
    why: Annotated[str, "Why."]


@dataclass(frozen=True, slots=True)
class Row:
    name: Annotated[str, "Name."]
    colour: Annotated[Colour, "Colour."]
    other: Annotated[Colour | None, "Another one."]
    day: Annotated[date | None, "Day."]
    counts: Annotated[bool | None, "Whether it counts."]
    size: Annotated[int, "Size."]
    parts: Annotated[tuple[Part, ...], "Parts."]


ROW = Row("=a|b\udcff\x1b", Colour.RED, None, date(2024, 2, 29), True, -3, (Part("x", "y"), Part("z", "")))
EMPTY = Row("", Colour.BLUE, Colour.RED, None, None, 0, ())


def test_json_fits_its_schema() -> None:
    schema = document_schema("T", "D.", {"rows": ("Rows.", array_schema(row_schema(Row)))})
    Draft202012Validator.check_schema(schema)
    written = json.loads(json.dumps({"rows": to_json((ROW, EMPTY))}))
    assert list(Draft202012Validator(schema).iter_errors(written)) == []
    assert written["rows"][0] == {
        "name": "=a|b\\xff\x1b",
        "colour": "red",
        "other": None,
        "day": "2024-02-29",
        "counts": True,
        "size": -3,
        "parts": [{"name": "x", "why": "y"}, {"name": "z", "why": ""}],
    }
    written["rows"][1] |= {"colour": "green", "counts": "yes"}
    assert len(list(Draft202012Validator(schema).iter_errors(written))) == 2


def test_tables_as_json_hold_what_rows_are_plainly() -> None:
    rows = (ROW, replace(ROW, name="\ud800\\"), EMPTY)
    written = dump_json_tables({"head": ""}, {"rows": rows, "none": ()})
    assert json.loads(written) == {"head": "", "rows": to_json(rows), "none": []}
    assert written.count("\n    {") == len(rows)
    with pytest.raises(TypeError):
        dump_json_tables({}, {"rows": [object()]})


def test_csv() -> None:
    assert list(csv.reader(io.StringIO(rows_csv(Row, [ROW, EMPTY])))) == [
        ["name", "colour", "other", "day", "counts", "size", "parts"],
        ["'=a|b\\xff\\x1b", "red", "", "2024-02-29", "yes", "-3", "x: y; z"],
        ["", "blue", "red", "", "", "0", ""],
    ]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=a", "'=a"),
        ("'=a", "''=a"),
        ("''-", "'''-"),
        ("'a", "'a"),
        ("'", "'"),
        ("\ta", "'\ta"),
        ("\uff1da", "'\uff1da"),
        ("::error::a", "'::error::a"),
        ("'::a", "''::a"),
        ("a\n ::b", "a\n' ::b"),
        ("a ##[add-mask]b", "a ##'[add-mask]b"),
        ("##vso[a]", "##'vso[a]"),
        ("##'vso[", "##''vso["),
        ("\t::a", "''\t::a"),
        ("a::b ## c", "a::b ## c"),
    ],
)
def test_csv_can_be_undone(text: str, cell: str) -> None:
    # Whoever reads it takes one apostrophe off, so that a text which begins with one has to get one more.
    written = list(csv.reader(io.StringIO(rows_csv(Row, [replace(ROW, name=text)]))))
    assert written[1][0] == cell
    assert strip_guard(cell) == text


def test_markdown() -> None:
    assert rows_markdown(("name", "counts"), [ROW, EMPTY]) == [
        "| name | counts |",
        "| --- | --- |",
        r"| =a\|b\\xff\\x1b | yes |",
        "|  |  |",
    ]


def test_joined() -> None:
    assert cell_text((date(2024, 1, 2), None, False, "a\nb")) == "2024-01-02; ; no; a\nb"
