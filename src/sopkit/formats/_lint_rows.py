"""A lint report as the published JSON document."""

from collections import Counter

from sopkit.formats._format import LintOutput
from sopkit.formats._lint_document import (
    Counts,
    EditRow,
    FindingRow,
    FixRow,
    IgnoredRow,
    LintDocument,
    Summary,
)
from sopkit.model.finding import Finding, Severity


def lint_document(output: LintOutput) -> LintDocument:
    """The document with its findings and, apart, the ignored ones."""
    report = output.report
    return LintDocument(
        tool=output.tool,
        head=output.head or None,
        as_of=output.library.as_of,
        summary=_summary(output),
        findings=tuple(_row(output, finding) for finding in report.findings),
        ignored=tuple(_ignored_row(output, finding) for finding in report.ignored),
        known=tuple(_row(output, finding) for finding in report.known),
    )


def _summary(output: LintOutput) -> Summary:
    report = output.report
    weights = Counter(finding.severity for finding in report.findings)
    codes = Counter(finding.code for finding in report.findings)
    return Summary(
        profile=report.profile.value,
        fail_on=report.fail_on,
        failed=report.failed,
        checked=report.checked,
        findings=Counts(error=weights[Severity.ERROR], warning=weights[Severity.WARNING], info=weights[Severity.INFO]),
        by_rule={code: codes[code] for code in sorted(codes)},
        ignored=len(report.ignored),
        known=len(report.known),
        fixable=output.fixable,
        left_out=report.left_out,
    )


def _row(output: LintOutput, finding: Finding) -> FindingRow:
    rule = output.report.rules.get(finding.code)
    place = finding.place
    return FindingRow(
        path=finding.path,
        line=place.line,
        column=place.column,
        end_line=place.end_line,
        end_column=place.end_column,
        start=place.start,
        end=place.end,
        code=finding.code,
        name=rule.name if rule else "",
        severity=finding.severity,
        message=finding.message,
        fix=_fix_row(output, finding),
    )


def _ignored_row(output: LintOutput, finding: Finding) -> IgnoredRow:
    row = _row(output, finding)
    return IgnoredRow(**dict(row), reason=finding.ignored or "")


def _fix_row(output: LintOutput, finding: Finding) -> FixRow | None:
    if finding.fix is None:
        return None
    return FixRow(
        label=finding.fix.label,
        kind=finding.fix.kind,
        command=output.fix_command(finding) or None,
        edits=tuple(EditRow(start=edit.start, end=edit.end, text=edit.text) for edit in finding.fix.edits),
    )
