"""The Code Quality report, read back by what GitLab documents of it."""

import json
from dataclasses import replace
from typing import Any

from jsonschema import Draft202012Validator

from sopkit.library import load
from sopkit.lint.format import LintOutput
from sopkit.lint.formats import all_formats
from sopkit.model.finding import Finding

# What GitLab's page on Code Quality asks of a report: these properties of each entry of one list, these severities.
LINES = {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}}
ENTRY = {
    "type": "object",
    "required": ["description", "check_name", "fingerprint", "severity", "location"],
    "properties": {
        "description": {"type": "string", "minLength": 1},
        "check_name": {"type": "string", "minLength": 1},
        "fingerprint": {"type": "string", "minLength": 1},
        "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
        "location": {
            "type": "object",
            "required": ["path", "lines"],
            "properties": {"path": {"type": "string", "pattern": r"^(?!\./|/)."}, "lines": LINES},
        },
    },
}
VALIDATOR = Draft202012Validator({"type": "array", "items": ENTRY})


def written(output: LintOutput) -> list[dict[str, Any]]:
    text = all_formats()["gitlab"].write(output)
    assert not text.startswith("\ufeff")  # GitLab reads no byte order mark
    entries = json.loads(text)
    assert list(VALIDATOR.iter_errors(entries)) == []
    return entries


def test_every_finding_comes_back(output: LintOutput) -> None:
    severities = {"error": "major", "warning": "minor", "info": "info"}
    assert [
        (one["location"]["path"], one["location"]["lines"]["begin"], one["check_name"], one["severity"])
        for one in written(output)
    ] == [
        (f.path.replace("\udce9", "\\xe9"), f.place.line, f.code, severities[f.severity])
        for f in output.report.findings
    ]


def test_nothing_is_an_empty_list(empty: LintOutput) -> None:
    assert written(empty) == []


def test_paths_start_at_the_repository(output: LintOutput) -> None:
    assert written(replace(output, prefix="docs/isms"))[-1]["location"]["path"] == "docs/isms/sops/wide.md"


def test_fingerprints_tell_findings_apart_and_stay_when_lines_move(output: LintOutput) -> None:
    before = [one["fingerprint"] for one in written(output)]
    assert len(set(before)) == len(before)
    file = output.library.root / "sops/long.md"
    file.write_bytes(b"Another line.\n\n" + file.read_bytes())
    library = load(output.library.root, output.library.as_of)

    def moved(finding: Finding) -> Finding:
        if finding.path != "sops/long.md":
            return finding
        return replace(finding, place=library.sources[finding.path].line_place(finding.place.line + 2))

    report = replace(output.report, findings=tuple(map(moved, output.report.findings)))
    after = written(replace(output, library=library, report=report))
    assert [one["location"]["lines"]["begin"] for one in after if one["location"]["path"] == "sops/long.md"] == [3, 3]
    assert sorted(one["fingerprint"] for one in after) == sorted(before)
