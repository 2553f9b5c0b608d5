"""Format `rdjson`: Reviewdog Diagnostic Format, from which reviewdog comments on pull requests with suggestions."""

from sopkit.lint.format import Format, LintOutput
from sopkit.model.finding import Finding, Severity
from sopkit.model.source import Source
from sopkit.tables.document import dump_json

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.INFO: "INFO"}
_HOME = "https://github.com/sopkit/sopkit"

JsonObject = dict[str, object]


def write(output: LintOutput) -> str:
    """A result of which every finding is a diagnostic."""
    return dump_json(
        {
            "source": {"name": "sopkit", "url": _HOME},
            "diagnostics": [_diagnostic(output, finding) for finding in output.report.findings],
        }
    )


def _diagnostic(output: LintOutput, finding: Finding) -> JsonObject:
    location: JsonObject = {"path": output.from_repository(finding.path)}
    rule = output.report.rules.get(finding.code)
    code = {"value": finding.code}
    if rule is not None:
        code["url"] = f"{_HOME}/blob/main/docs/rules.md#{rule.name}"
    found: JsonObject = {
        "message": finding.message,
        "location": location,
        "severity": _SEVERITIES[finding.severity],
        "code": code,
    }
    source = output.library.sources.get(finding.path)
    if source is not None:
        location["range"] = _range(source, finding.place.start, finding.place.end)
        suggestion = _suggestion(source, output.sources[finding.path], finding)
        if suggestion:
            found["suggestions"] = [suggestion]
    return found


def _suggestion(source: Source, masked: Source, finding: Finding) -> JsonObject | None:
    """All edits of the fix as one, because a reader of the format may apply each suggestion alone.

    None where what stands between the edits could not be written as it is: bytes that are no text, or a secret.
    """
    if finding.fix is None or not finding.fix.edits:
        return None
    edits = sorted(finding.fix.edits, key=lambda edit: edit.start)
    start, end = edits[0].start, max(edit.end for edit in edits)
    if source.data[start:end] != masked.data[start:end]:
        return None
    data = b""
    at = start
    for edit in edits:
        data += source.data[at : edit.start] + edit.text.encode()
        at = edit.end
    try:
        return {"range": _range(source, start, end), "text": data.decode()}
    except UnicodeDecodeError:
        return None


def _range(source: Source, start: int, end: int) -> JsonObject:
    return {"start": _position(source, start), "end": _position(source, end)}


def _position(source: Source, offset: int) -> JsonObject:
    """Line and column from 1; the format counts columns in bytes."""
    line = source.line_of(offset)
    return {"line": line, "column": offset - source.line_starts[line - 1] + 1}


rdjson = Format("rdjson", "for reviewdog: comments on pull requests, with suggestions", write)
