"""How often each rule fired."""

from collections import Counter

from sopkit.lint import LintReport


def statistics(report: LintReport) -> str:
    """A line for each rule that found something: how often, code, name; the most frequent first."""
    counts = Counter(finding.code for finding in report.findings)
    wide = len(str(max(counts.values(), default=0)))
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    return "".join(
        f"{count:>{wide}}  {code}  {report.rules[code].name if code in report.rules else ''}".rstrip() + "\n"
        for code, count in rows
    )
