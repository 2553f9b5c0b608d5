"""Reviewdog's format, read back by what its definition says: places in bytes, suggestions that are applied."""

import json
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from sopkit.lint.format import LintOutput
from sopkit.lint.formats import all_formats
from sopkit.model.finding import Edit, Finding, Fix


def strict(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    """An object with just these keys: reviewdog's own schema lets misspelt ones through."""
    return {
        "type": "object",
        "required": list(required),
        "properties": properties,
        "additionalProperties": False,
    }


# The messages of the format as its definition (rdf/reviewdog.proto) lists their fields.
TEXT = {"type": "string"}
COUNT = {"type": "integer", "minimum": 1}
POSITION = strict(("line", "column"), line=COUNT, column=COUNT)
RANGE = strict(("start", "end"), start=POSITION, end=POSITION)
SOURCE = strict(("name",), name=TEXT, url=TEXT)
DIAGNOSTIC = strict(
    ("message", "location", "severity", "code"),
    message=TEXT,
    location=strict(("path",), path=TEXT, range=RANGE),
    severity={"enum": ["ERROR", "WARNING", "INFO"]},
    code=strict(("value",), value=TEXT, url=TEXT),
    suggestions={"type": "array", "items": strict(("range", "text"), range=RANGE, text=TEXT)},
)
VALIDATOR = Draft202012Validator(
    strict(("source", "diagnostics"), source=SOURCE, diagnostics={"type": "array", "items": DIAGNOSTIC})
)


def written(output: LintOutput) -> list[dict[str, Any]]:
    result = json.loads(all_formats()["rdjson"].write(output))
    assert list(VALIDATOR.iter_errors(result)) == []
    return result["diagnostics"]


def offset(data: bytes, position: dict[str, int]) -> int:
    """The byte of a position: lines end at LF, columns are bytes from 1."""
    lines = data.split(b"\n")
    return sum(len(line) + 1 for line in lines[: position["line"] - 1]) + position["column"] - 1


def mended(data: bytes, suggestion: dict[str, Any]) -> bytes:
    start, end = (offset(data, suggestion["range"][name]) for name in ("start", "end"))
    return data[:start] + suggestion["text"].encode() + data[end:]


def test_every_finding_comes_back(output: LintOutput, empty: LintOutput) -> None:
    assert written(empty) == []
    assert [(one["location"]["path"], one["code"]["value"], one["severity"]) for one in written(output)] == [
        (f.path.replace("\udce9", "\\xe9"), f.code, f.severity.value.upper()) for f in output.report.findings
    ]


def test_ranges_name_the_bytes_of_the_finding(output: LintOutput) -> None:
    ranges = 0
    for one, finding in zip(written(output), output.report.findings, strict=True):
        if finding.path in output.library.sources:
            data = output.library.sources[finding.path].data
            start, end = (offset(data, one["location"]["range"][name]) for name in ("start", "end"))
            assert (start, end) == (finding.place.start, finding.place.end)
            ranges += 1
        else:
            assert "range" not in one["location"]
    assert ranges == len(output.report.findings) - 1


def test_suggestions_apply(output: LintOutput) -> None:
    found = {one["message"]: one["suggestions"] for one in written(output) if "suggestions" in one}
    assert {message: len(suggestions) for message, suggestions in found.items()} == {
        "A.9 is of 2013; write A.5.18": 1,
        "step names no actor; begin with a role": 1,
    }
    wide = output.library.sources["sops/wide.md"].data
    (suggestion,) = found["A.9 is of 2013; write A.5.18"]
    assert mended(wide, suggestion) == wide.replace("Zugänge".encode(), b"Zugriffe", 1)


def with_fix(output: LintOutput, path: str, *edits: Edit) -> LintOutput:
    source = output.library.sources[path]
    finding = Finding(path, source.place(edits[0].start), "mend it", "SOP203", fix=Fix("mend", edits))
    return replace(output, report=replace(output.report, findings=(*output.report.findings, finding)))


def test_several_edits_are_one_suggestion(output: LintOutput) -> None:
    path = "sops/plain.md"
    data = output.library.sources[path].data
    first, second = data.index(b"promptly"), data.index(b"Check it")
    edits = (Edit(second, second + 5, "Read"), Edit(first, first + 8, "within 4 hours\r\nof “it”"))
    (suggestion,) = written(with_fix(output, path, *edits))[-1]["suggestions"]
    expected = data.replace(b"promptly", "within 4 hours\r\nof “it”".encode()).replace(b"Check it", b"Read it")
    assert mended(data, suggestion) == expected


@pytest.mark.parametrize("between", [b"\xff", b"ghp_0123"])
def test_what_cannot_be_written_as_it_is_has_no_suggestion(output: LintOutput, between: bytes) -> None:
    """Bytes that are no text, and a secret, which is starred out and must not be written as stars."""
    path = "sops/hostile.md"
    at = output.library.sources[path].data.index(between)
    edits = (Edit(at - 1, at, "x"), Edit(at + len(between), at + len(between), "y"))
    assert "suggestions" not in written(with_fix(output, path, *edits))[-1]
