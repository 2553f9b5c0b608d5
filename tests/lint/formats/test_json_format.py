"""The JSON document, read back with its published schema."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from sopkit.lint.format import LintOutput
from sopkit.lint.formats import all_formats, lint_schema


@pytest.fixture
def document(output: LintOutput) -> dict[str, Any]:
    return json.loads(all_formats()["json"].write(output))


def test_schema_is_one() -> None:
    Draft202012Validator.check_schema(lint_schema())


def test_document_is_valid(document: dict[str, Any], empty: LintOutput) -> None:
    validator = Draft202012Validator(lint_schema())
    assert list(validator.iter_errors(document)) == []
    assert list(validator.iter_errors(json.loads(all_formats()["json"].write(empty)))) == []
    assert list(validator.iter_errors({**document, "more": 1})) != []


def test_every_field_is_described() -> None:
    schema: Any = lint_schema()
    objects = [schema, *schema["$defs"].values()]
    fields = [field for each in objects for field in each.get("properties", {}).items()]
    assert [name for name, field in fields if not field.get("description")] == []


def test_head_of_the_document(document: dict[str, Any]) -> None:
    assert {key: document[key] for key in ("schema", "tool", "head", "as_of", "summary")} == {
        "schema": "sopkit/lint/1",
        "tool": "sopkit 1.2.3",
        "head": "0123456789abcdef0123456789abcdef01234567",
        "as_of": "2026-03-02",
        "summary": {
            "profile": "review",
            "fail_on": "error",
            "failed": True,
            "checked": 6,
            "findings": {"error": 5, "warning": 10, "info": 3},
            "by_rule": {"SOP111": 2, "SOP203": 8, "SOP207": 2, "SOP208": 3, "SOP402": 2, "SOP701": 1},
            "ignored": 2,
            "known": 0,
            "fixable": 1,
            "left_out": ["SOP603", "SOP604"],
        },
    }


def test_rows_say_what_the_findings_say(document: dict[str, Any], output: LintOutput) -> None:
    rows = [
        (row["path"].replace("\\xe9", "\udce9"), row["start"], row["end"], row["code"]) for row in document["findings"]
    ]
    assert rows == [(f.path, f.place.start, f.place.end, f.code) for f in output.report.findings]
    assert [(row["reason"], row["code"]) for row in document["ignored"]] == [
        ("the register says it so", "SOP208"),
        ("the vendor's wording: –", "SOP203"),
    ]


def test_offsets_and_columns_agree(document: dict[str, Any], output: LintOutput) -> None:
    """Both name the same text when an editor's way of counting is followed."""
    checked = 0
    for row in document["findings"]:
        path = row["path"].replace("\\xe9", "\udce9")
        if path not in output.library.sources:
            continue
        data = output.library.sources[path].data
        lines = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").split("\n")
        picked = lines[row["line"] - 1 : row["end_line"]]
        picked[-1] = picked[-1][: row["end_column"] - 1]
        picked[0] = picked[0][row["column"] - 1 :]
        named = data[row["start"] : row["end"]].decode("utf-8", "replace").replace("\r\n", "\n")
        assert "\n".join(picked) == named
        checked += 1
    assert checked == len(output.report.findings) - 1


def test_edits_apply(document: dict[str, Any], output: LintOutput) -> None:
    (row,) = [row for row in document["findings"] if row["path"] == "sops/wide.md" and row["fix"]]
    (edit,) = row["fix"]["edits"]
    data = output.library.sources["sops/wide.md"].data
    mended = data[: edit["start"]] + edit["text"].encode() + data[edit["end"] :]
    assert mended.decode("utf-8-sig").startswith("# Zugriffe 漢字")
    assert row["fix"]["command"] == "sopkit lint --fix"
