"""Format `gitlab`: a Code Quality report, which GitLab shows in the merge request."""

from sopkit.lint.format import Format, LintOutput, fingerprints, last_line
from sopkit.model.finding import Severity
from sopkit.tables.document import dump_json

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def write(output: LintOutput) -> str:
    """A list of findings; GitLab compares it by fingerprint with that of the target branch."""
    marks = fingerprints(output)
    return dump_json(
        [
            {
                "description": finding.message,
                "check_name": finding.code,
                "fingerprint": marks[id(finding)],
                "severity": _SEVERITIES[finding.severity],
                "location": {
                    "path": output.from_repository(finding.path),
                    "lines": {"begin": finding.place.line, "end": last_line(finding.place)},
                },
            }
            for finding in output.report.findings
        ]
    )


gitlab = Format("gitlab", "a Code Quality report for GitLab's merge requests", write)
