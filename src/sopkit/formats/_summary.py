"""What a run found, in one line of words."""

from sopkit.formats._format import LintOutput
from sopkit.model.finding import Finding, Severity


def summary(output: LintOutput) -> str:
    """Counts by severity, what was ignored, what can be mended and what could not run."""
    report = output.report
    counts = [
        _count(sum(finding.severity is severity for finding in report.findings), severity.value)
        for severity in sorted(Severity, key=lambda severity: -severity.rank)
    ]
    found = ", ".join(count for count in counts if not count.startswith("0 ")) or "no findings"
    profile = f" (profile {report.profile.value})" if report.unit != "file" else ""  # files are judged by no profile
    parts = [f"{found} in {_count(report.checked, report.unit)}{profile}"]
    if report.ignored:
        parts.append(f"{len(report.ignored)} ignored with a reason")
    if report.known:
        parts.append(f"{len(report.known)} known from the baseline")
    if output.fixable:
        parts.append(f"{output.fixable} can be mended with sopkit lint --fix")
    if output.suggested:
        more = "more " if output.fixable else ""
        parts.append(f"{output.suggested} {more}can be mended with sopkit lint --fix --unsafe")
    if report.left_out:
        parts.append(f"left out, because the history was not read: {', '.join(report.left_out)}")
    return "; ".join(parts)


def weight_of(finding: Finding) -> str:
    """The severity of a finding in words, or why it fails nothing."""
    return "known" if finding.known else "ignored" if finding.ignored is not None else finding.severity.value


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 or noun == "info" else f"{count} {noun}s"
