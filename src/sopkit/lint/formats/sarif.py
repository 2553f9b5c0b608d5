"""Format `sarif`: SARIF 2.1.0 for code scanning services and editors."""

import os
import re
from collections.abc import Mapping
from urllib.parse import quote

from sopkit.lint.format import Format, LintOutput, fingerprints
from sopkit.lint.rule import Rule, page_markdown, page_part
from sopkit.model.finding import Finding, Fix, Severity
from sopkit.model.source import Place
from sopkit.tables.document import dump_json

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_ROOT = "SRCROOT"
_LINK = re.compile(r"\[(?=[^\[\]]*\]\()")

JsonObject = dict[str, object]


def write(output: LintOutput) -> str:
    """A log with one run.

    Ignored findings are in it, as suppressed results, only when they are asked for: GitHub code scanning
    opens an alert for a result however suppressed it is.
    """
    report = output.report
    indexes = {code: index for index, code in enumerate(report.rules)}
    marks = fingerprints(output)
    run = {
        "tool": {
            "driver": {
                "name": "sopkit",
                "version": output.version,
                "rules": [_rule(rule) for rule in report.rules.values()],
            }
        },
        "invocations": [{"executionSuccessful": True}],
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "results": [_result(output, finding, indexes, marks[id(finding)]) for finding in output.shown],
        "properties": {
            "head": output.head or None,
            "asOf": output.library.as_of.isoformat(),
            "profile": report.profile.value,
        },
    }
    return dump_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(rule: Rule) -> JsonObject:
    level = _LEVELS[rule.severity]
    why = page_part(rule, "Why")
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": f"{why[0].upper()}{why[1:]}" if why else rule.title},
        "help": {"text": rule.page, "markdown": page_markdown(rule)},
        "defaultConfiguration": {"level": level},
        "properties": {
            "tags": [rule.family],
            "problem.severity": "recommendation" if level == "note" else level,
        },
    }


def _result(output: LintOutput, finding: Finding, indexes: Mapping[str, int], mark: str) -> JsonObject:
    result: JsonObject = {"ruleId": finding.code}
    if finding.code in indexes:
        result["ruleIndex"] = indexes[finding.code]
    result |= {
        "level": _LEVELS[finding.severity],
        "message": {"text": _plain(finding.message)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": _artifact(output, finding.path),
                    "region": _region(finding.place),
                }
            }
        ],
        "partialFingerprints": {"sopkitFinding/v1": mark},
    }
    if finding.fix is not None and finding.fix.edits:
        result["fixes"] = [_fix(output, finding.path, finding.fix)]
    if finding.known:
        result["baselineState"] = "unchanged"
    if finding.ignored is not None:
        configured = {ignore.reason.strip() for ignore in output.library.config.lint.ignores}
        kind = "external" if finding.ignored in configured else "inSource"
        result["suppressions"] = [{"kind": kind, "justification": finding.ignored}]
    return result


def _plain(text: str) -> str:
    """Text from documents as a message in which no reader sees a link (SARIF 2.1.0, 3.11.6)."""
    return _LINK.sub(r"\\[", text)


def _artifact(output: LintOutput, path: str) -> JsonObject:
    # The bytes of the name are quoted, so a name that is not UTF-8 still leads to its file.
    return {"uri": quote(os.fsencode(output.from_repository(path))), "uriBaseId": _ROOT}


def _region(place: Place) -> JsonObject:
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
        "byteOffset": place.start,
        "byteLength": place.end - place.start,
    }


def _fix(output: LintOutput, path: str, fix: Fix) -> JsonObject:
    source = output.sources.get(path)
    replacements = [
        {
            "deletedRegion": _region(source.place(edit.start, edit.end))
            if source
            else {"byteOffset": edit.start, "byteLength": edit.end - edit.start},
            "insertedContent": {"text": edit.text},
        }
        for edit in fix.edits
    ]
    change = {"artifactLocation": _artifact(output, path), "replacements": replacements}
    return {"description": {"text": _plain(fix.label)}, "artifactChanges": [change]}


sarif = Format("sarif", "SARIF 2.1.0 for code scanning and editors", write)
