"""Format `concise`: a line for each finding, as editors, grep and quickfix lists read it."""

from sopkit.lint.format import Format, LintOutput
from sopkit.model.finding import Finding
from sopkit.tables.escape import escape_controls


def write(output: LintOutput) -> str:
    """One line `path:line:column: CODE message` for each finding, and nothing else.

    Ignored and known ones are there when they are asked for.
    """
    return "".join(f"{finding_line(finding)}\n" for finding in output.shown)


def finding_line(finding: Finding) -> str:
    """The finding on one line."""
    place = finding.place
    reason = " (known)" if finding.known else f" (ignored: {finding.ignored})" if finding.ignored is not None else ""
    return escape_controls(f"{finding.path}:{place.line}:{place.column}: {finding.code} {finding.message}{reason}")


concise = Format("concise", "one line a finding, for editors and grep", write)
