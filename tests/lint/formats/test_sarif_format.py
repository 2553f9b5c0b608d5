"""SARIF, read back by the schema of OASIS, by an object model that others wrote, and against the text."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import pytest
from jsonschema import Draft4Validator
from sarif_pydantic import Sarif

from sopkit.library import load
from sopkit.lint.format import LintOutput
from sopkit.lint.formats import all_formats
from sopkit.lint.rules import all_rules
from sopkit.model.finding import Finding

SCHEMA = json.loads((Path(__file__).parents[2] / "data" / "sarif-schema-2.1.0.json").read_bytes())
VALIDATOR = Draft4Validator(SCHEMA, format_checker=Draft4Validator.FORMAT_CHECKER)


def written(output: LintOutput) -> dict[str, Any]:
    return json.loads(all_formats()["sarif"].write(output))


def results(output: LintOutput) -> list[dict[str, Any]]:
    return written(output)["runs"][0]["results"]


def path_of(artifact: dict[str, str]) -> str:
    assert artifact["uriBaseId"] == "SRCROOT"
    parts = urlsplit(artifact["uri"])
    assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("", "", "", "")
    return os.fsdecode(unquote_to_bytes(parts.path))


def text_of(data: bytes, region: dict[str, int]) -> str:
    """The text that lines and columns in code points name, counted without sopkit."""
    text = data.decode("utf-8-sig", "surrogateescape")
    lines = text.splitlines(keepends=True) if "\u2028" not in text else text.split("\n")
    lines.append("")
    picked = lines[region["startLine"] - 1 : region["endLine"]]
    picked[-1] = picked[-1][: region["endColumn"] - 1]
    picked[0] = picked[0][region["startColumn"] - 1 :]
    return "".join(picked)


@pytest.mark.parametrize("show_ignored", [False, True])
def test_schema_of_oasis(output: LintOutput, empty: LintOutput, show_ignored: bool) -> None:
    for each in (output, empty):
        assert list(VALIDATOR.iter_errors(written(replace(each, show_ignored=show_ignored)))) == []


def test_pages_of_the_real_rules_are_valid(output: LintOutput) -> None:
    log = written(replace(output, report=replace(output.report, findings=(), rules=all_rules())))
    assert list(VALIDATOR.iter_errors(log)) == []
    for rule in log["runs"][0]["tool"]["driver"]["rules"]:
        assert len(rule["shortDescription"]["text"]) <= 1024  # what GitHub shows
        assert len(rule["fullDescription"]["text"]) <= 1024


def test_object_model_reads_every_result(output: LintOutput) -> None:
    (run,) = Sarif.model_validate(written(replace(output, show_ignored=True))).runs
    assert run.tool.driver.name == "sopkit"
    assert run.results is not None
    found = sorted((*output.report.findings, *output.report.ignored), key=lambda finding: finding.sort_key)
    assert [(result.rule_id, result.message.text) for result in run.results] == [
        (f.code, f.message.replace("\udce9", "\\xe9")) for f in found
    ]


def test_rules_are_those_that_ran(output: LintOutput) -> None:
    (run,) = written(output)["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(output.report.rules)
    assert {rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"]} == {True}
    assert rules[0] == {
        "id": "SOP111",
        "name": "unclosed-fence",
        "shortDescription": {"text": "A fence is closed."},
        "fullDescription": {"text": "An open one swallows the rest."},
        "help": {
            "text": "A fence is closed.\n\nWhy: an open one swallows the rest.\nMend: close the fence. Or delete it.",
            "markdown": "A fence is closed.\n\n**Why:** an open one swallows the rest.\n\n"
            "**Mend:** close the fence. Or delete it.",
        },
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": ["SOP1"], "problem.severity": "error"},
    }


def test_levels(output: LintOutput) -> None:
    levels = {"error": "error", "warning": "warning", "info": "note"}
    assert [result["level"] for result in results(output)] == [levels[f.severity] for f in output.report.findings]


def test_regions_name_the_text(output: LintOutput) -> None:
    root = output.library.root
    for result, finding in zip(results(output), output.report.findings, strict=True):
        physical = result["locations"][0]["physicalLocation"]
        path = path_of(physical["artifactLocation"])
        assert path == finding.path
        if not (root / path).exists():
            continue
        data = (root / path).read_bytes()
        region = physical["region"]
        named = data[region["byteOffset"] : region["byteOffset"] + region["byteLength"]]
        assert text_of(data, region) == named.decode("utf-8", "surrogateescape")


def test_fixes_apply(output: LintOutput) -> None:
    (result,) = [result for result in results(output) if result["message"]["text"].startswith("A.9 is")]
    (fix,) = result["fixes"]
    (change,) = fix["artifactChanges"]
    (replacement,) = change["replacements"]
    data = (output.library.root / path_of(change["artifactLocation"])).read_bytes()
    assert text_of(data, replacement["deletedRegion"]) == "Zugänge"
    assert replacement["insertedContent"] == {"text": "Zugriffe"}


def test_paths_start_at_the_repository(output: LintOutput) -> None:
    physical = results(replace(output, prefix="docs/our isms"))[0]["locations"][0]["physicalLocation"]
    assert (
        physical["artifactLocation"]["uri"]
        == "docs/our%20isms/sops/50%25%20off%2C%20%231%3A%20na%C3%AFve%20%5Bdraft%5D.md"
    )


def test_ignored_findings_are_suppressed_results(output: LintOutput) -> None:
    assert [result for result in results(output) if "suppressions" in result] == []
    suppressed = [r["suppressions"] for r in results(replace(output, show_ignored=True)) if "suppressions" in r]
    assert suppressed == [
        [{"kind": "external", "justification": "the register says it so"}],
        [{"kind": "inSource", "justification": "the vendor's wording: –"}],
    ]


def fingerprints(output: LintOutput) -> dict[tuple[str, str, str], str]:
    made = {}
    for result in results(replace(output, show_ignored=True)):
        path = path_of(result["locations"][0]["physicalLocation"]["artifactLocation"])
        made[path, result["ruleId"], result["message"]["text"]] = result["partialFingerprints"]["sopkitFinding/v1"]
    return made


def test_fingerprints_tell_findings_apart(output: LintOutput) -> None:
    made = [result["partialFingerprints"]["sopkitFinding/v1"] for result in results(replace(output, show_ignored=True))]
    assert len(set(made)) == len(made) == 20


def test_fingerprints_stay_when_lines_move(output: LintOutput) -> None:
    before = fingerprints(output)
    path = "sops/plain.md"
    file = output.library.root / path
    more = b"# More\n\n"
    data = file.read_bytes().replace(b"# Grant", more + b"# Grant").replace(b"Check  it", b"  Check it ")
    file.write_bytes(data)
    library = load(output.library.root, output.library.as_of)
    source = library.sources[path]

    def moved(finding: Finding) -> Finding:
        if finding.path != path or finding.place.line < 5:
            return finding
        return replace(finding, place=source.line_place(finding.place.line + 2))

    report = replace(
        output.report,
        findings=tuple(map(moved, output.report.findings)),
        ignored=tuple(map(moved, output.report.ignored)),
    )
    assert fingerprints(replace(output, library=library, report=report)) == before


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("no link [page](javascript:x)[2](3)", r"no link \[page](javascript:x)\[2](3)"),
        ("or add [areas.NAME] (below)", "or add [areas.NAME] (below)"),
        ("![a](b) [[c]](d) [e] [f](", r"!\[a](b) [[c]](d) [e] \[f]("),
    ],
)
def test_words_of_a_document_are_no_link(output: LintOutput, message: str, text: str) -> None:
    finding = replace(output.report.findings[0], message=message)
    report = replace(output.report, findings=(finding,))
    assert results(replace(output, report=report))[0]["message"]["text"] == text
