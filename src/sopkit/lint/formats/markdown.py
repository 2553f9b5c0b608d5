"""Format `markdown`: the summary of a job, for the page of a pipeline's run or a comment."""

from collections import Counter
from urllib.parse import quote

from sopkit.lint.format import Format, LintOutput, severity_text, summary_line
from sopkit.model.finding import Finding, Severity
from sopkit.tables.escape import clip, one_line
from sopkit.tables.escape import escape_markdown as literal

MAX_BYTES = 1 << 20
"""Bytes that GitHub takes as the summary of one step; it drops what is longer, all of it."""

_SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.INFO)
_FOOTER_BYTES = 200  # bytes kept for the line that tells what was left out
_MAX_MESSAGE, _MAX_NAME, _MAX_ROWS = 500, 100, 40


def write(output: LintOutput) -> str:
    """Counts by severity, area and owner, then a table of the findings, the most severe first."""
    return job_summary(output, MAX_BYTES)


def job_summary(output: LintOutput, room: int) -> str:
    """The summary in at most so many bytes: as many findings as fit, and how many do not."""
    parts = [f"## sopkit lint\n\n{literal(summary_line(output))}\n"]
    if output.report.findings:
        parts += [_counts(output, "area"), _counts(output, "owner")]
    if output.shown:
        parts.append("\n| severity | where | rule | what to do |\n| --- | --- | --- | --- |\n")
    used = sum(len(part.encode()) for part in parts) + _FOOTER_BYTES
    if used > room:
        return parts[0] if len(parts[0].encode()) <= room else ""
    ordered = sorted(output.shown, key=lambda finding: -finding.severity.rank)
    for at, finding in enumerate(ordered):
        row = _row(output, finding)
        used += len(row.encode())
        if used > room:
            parts.append(f"\n{len(ordered) - at} more findings are left out: there is no room for them here.\n")
            break
        parts.append(row)
    return "".join(parts)


def _counts(output: LintOutput, key: str) -> str:
    """A table of findings by severity for each area or owner, the most first."""
    counted: dict[str, Counter[Severity]] = {}
    for finding in output.report.findings:
        sop = output.library.by_path.get(finding.path)
        name = "(no SOP)"
        if sop is not None:
            row = output.library.area(sop) if key == "area" else output.library.role(sop.text("owner"))
            name = (row.title if row else "") or sop.text(key) or "(none)"
        counted.setdefault(name, Counter())[finding.severity] += 1
    ordered = sorted(counted.items(), key=lambda row: (-row[1].total(), row[0]))
    rows = [_count_row(literal(clip(one_line(name), _MAX_NAME)), counts) for name, counts in ordered[:_MAX_ROWS]]
    if others := ordered[_MAX_ROWS:]:
        rest: Counter[Severity] = Counter()
        for _, counts in others:
            rest += counts
        rows.append(_count_row(f"{len(others)} others", rest))
    heads = " | ".join(severity.value for severity in _SEVERITIES)
    return f"\n| {key} | {heads} |\n| --- | ---: | ---: | ---: |\n{''.join(rows)}"


def _count_row(name: str, counts: Counter[Severity]) -> str:
    return f"| {name} | {' | '.join(str(counts[severity]) for severity in _SEVERITIES)} |\n"


def _row(output: LintOutput, finding: Finding) -> str:
    rule = output.report.rules.get(finding.code)
    cells = (
        severity_text(finding),
        _place(output, finding),
        literal(f"{finding.code} {rule.name}" if rule else finding.code),
        literal(clip(one_line(finding.message), _MAX_MESSAGE)),
    )
    return f"| {' | '.join(cells)} |\n"


def _place(output: LintOutput, finding: Finding) -> str:
    """Path and line, with a link to the line where the address of the files is known."""
    path = output.from_repository(finding.path)
    text = literal(f"{path}:{finding.place.line}")
    if not output.files_url:
        return text
    address = f"{output.files_url.rstrip('/')}/{quote(path.encode('utf-8', 'surrogateescape'))}"
    return f"[{text}]({address}?plain=1#L{finding.place.line})"


markdown = Format("markdown", "the summary of a job: counts and a table of findings", write)
