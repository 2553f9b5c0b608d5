"""Format `gitlab`: a Code Quality report, which GitLab shows in the merge request and beside its lines."""

from sopkit.formats._fingerprint import fingerprints
from sopkit.formats._format import Format, LintOutput, last_line
from sopkit.model.dump import dump
from sopkit.model.finding import Severity

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def write(output: LintOutput) -> str:
    """A list of findings; GitLab compares it by fingerprint with that of the target branch."""
    marks = fingerprints(output)
    return dump(
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
