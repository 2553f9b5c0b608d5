"""How `sopkit verify` writes its report."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sopkit.cli.timeline import paragraph, timeline
from sopkit.tables.escape import one_line
from sopkit.tables.rows import dump_json

if TYPE_CHECKING:
    from sopkit.lifecycle.verify_report import VerifyReport, VerifyRow

_SHORT_COMMIT = 12
_ANCHOR = (
    "Write this id down where nobody who can write to the repository can change it.",
    "Later it tells whether all that came before is still there:",
)


def written(report: "VerifyReport", format: str, *, everything: bool) -> str:
    """The report in a format; the table lists the entries only when everything is asked for."""
    from sopkit.lifecycle.verify_report import verify_csv, verify_json, verify_markdown

    if format == "json":
        return dump_json(verify_json(report))
    if format == "csv":
        return verify_csv(report)
    return verify_markdown(report) if format == "markdown" else _table(report, everything=everything)


def _table(report: "VerifyReport", *, everything: bool) -> str:
    from sopkit.lifecycle.verify_report import INTEGRITY, verify_summary

    parts = [paragraph(*(one_line(line) for line in verify_summary(report)))]
    if report.findings:
        parts.append(timeline([(str(found.code), _found(found.path, found.message)) for found in report.findings]))
    if everything and report.rows:
        parts.append(timeline([(str(row.landed), _entry(row)) for row in report.rows]))
    bad = sum(found.code in INTEGRITY for found in report.findings)
    other = len(report.findings) - bad
    judged = f"{bad} of integrity, {other} other" if report.findings else "none"
    parts.append(paragraph(f"findings as of {report.as_of}: {judged}"))
    parts.append(paragraph(f"HEAD is {report.head}", *_ANCHOR, f"    sopkit verify --anchor {report.head}"))
    return "\n\n".join(parts)


def _found(path: str, message: str) -> Iterator[str]:
    if path:
        yield one_line(path)
    yield one_line(message)


def _entry(row: "VerifyRow") -> Iterator[str]:
    yield one_line(row.entry)
    roles = f" as {', '.join(one_line(role) for role in row.roles)}" if row.roles else ""
    about = f" of {row.revision}" if row.revision else ""
    level = f", {row.level}" if row.level else ""
    yield f"{row.kind or 'entry'}{about} by {one_line(row.by) or 'nobody'}{roles}: {row.standing}{level}"
    if row.detail:
        yield f"{row.reason}: {one_line(row.detail)}" if row.reason else one_line(row.detail)
    yield f"signature {_seal(row.signature, row.signer)}; commit {row.commit[:_SHORT_COMMIT]}, {_commit_seal(row)}"
    if row.flags:
        yield ", ".join(row.flags)


def _commit_seal(row: "VerifyRow") -> str:
    return f"signature {_seal(row.commit_signature, row.commit_signer)}"


def _seal(seal: str, people: tuple[str, ...]) -> str:
    return f"{seal} (key of {', '.join(one_line(person) for person in people)})" if people else str(seal)
