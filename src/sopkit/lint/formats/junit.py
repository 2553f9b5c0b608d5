"""Format `junit`: a report of tests, which nearly every CI server shows."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from xml.sax.saxutils import escape

from sopkit.lint.format import Format, LintOutput, summary_line
from sopkit.lint.formats.concise import finding_line
from sopkit.model.finding import Finding
from sopkit.tables.escape import escape_controls

_NOT_IN_XML = re.compile("[\ufffe\uffff]")  # `visible` has taken out the others


def write(output: LintOutput) -> str:
    """A suite for each file, a test for each finding; a run without any is one suite with one test that passed.

    A finding that fails the run is a failure, one that weighs less a test that passed with the finding as its output,
    an ignored or a known one (when asked for) is skipped.
    """
    by_path = groupby(output.shown, key=lambda finding: finding.path)
    suites = [_Suite(output, path, list(findings)) for path, findings in by_path]
    tests = sum(len(suite.findings) for suite in suites) or 1
    failures = sum(suite.failures for suite in suites)
    skipped = sum(suite.skipped for suite in suites)
    head = f'<testsuites name="sopkit lint" tests="{tests}" failures="{failures}" errors="0" skipped="{skipped}">'
    lines = [line for suite in suites for line in suite.lines()] or [
        '  <testsuite name="sopkit lint" tests="1" failures="0" errors="0" skipped="0">',
        f'    <testcase name={_quote_attribute(summary_line(output))} classname="sopkit lint"/>',
        "  </testsuite>",
    ]
    return "\n".join(('<?xml version="1.0" encoding="UTF-8"?>', head, *lines, "</testsuites>")) + "\n"


class _Suite:
    """The findings of one file."""

    def __init__(self, output: LintOutput, path: str, findings: Sequence[Finding]) -> None:
        self.output, self.path, self.findings = output, path, findings
        self.failures = sum(map(output.report.fails, findings))
        self.skipped = sum(finding.known or finding.ignored is not None for finding in findings)

    def lines(self) -> Iterator[str]:
        """The suite as XML."""
        counts = f'tests="{len(self.findings)}" failures="{self.failures}" errors="0" skipped="{self.skipped}"'
        file = _quote_attribute(self.output.from_repository(self.path))
        yield f"  <testsuite name={file} {counts}>"
        for finding in self.findings:
            rule = self.output.report.rules.get(finding.code)
            at = f"{finding.place.line}:{finding.place.column}"
            name = _quote_attribute(f"{finding.code} {rule.name} at {at}" if rule else f"{finding.code} at {at}")
            yield f'    <testcase name={name} classname={file} file={file} line="{finding.place.line}">'
            if finding.known or finding.ignored is not None:
                reason = _quote_attribute(finding.ignored or "known from the baseline")
                yield f"      <skipped message={reason}>{_text(finding_line(finding))}</skipped>"
            elif self.output.report.fails(finding):
                message, weight = _quote_attribute(finding.message), _quote_attribute(finding.severity.value)
                yield f"      <failure message={message} type={weight}>{_text(finding_line(finding))}</failure>"
            else:
                yield f"      <system-out>{_text(f'{finding.severity.value}: {finding_line(finding)}')}</system-out>"
            yield "    </testcase>"
        yield "  </testsuite>"


def _text(text: str) -> str:
    return escape(_NOT_IN_XML.sub(lambda match: f"\\u{ord(match[0]):04x}", escape_controls(text)))


def _quote_attribute(text: str) -> str:
    return '"' + _text(text).replace('"', "&quot;") + '"'


junit = Format("junit", "a report of tests for CI servers", write)
