"""The checked ledger for other programs: JSON with its schema, CSV, Markdown."""

from sopkit import __version__
from sopkit.lifecycle.chronicle.standing import Standing
from sopkit.lifecycle.verification.report import EntryRow, Found, Seal, VerifyReport
from sopkit.literal import markdown
from sopkit.model.entries import Level
from sopkit.rows import array, document_schema, plain, row_schema, rows_csv, rows_markdown

SCHEMA = "sopkit/verify/1"
"""Name of the published schema."""

_COLUMNS = ("entry", "standing", "level", "by", "landed", "signature", "signer", "commit_signature", "detail")
_TEXT: dict[str, object] = {"type": "string"}


def verify_json(report: VerifyReport) -> dict[str, object]:
    """The one object that `sopkit verify -f json` writes, ready for a JSON writer."""
    return {
        "schema": SCHEMA,
        "tool": f"sopkit {__version__}",
        "head": report.head,
        "as_of": str(report.as_of),
        "anchor": report.anchor,
        "anchored": report.anchored,
        "failed": report.failed(),
        "entries": len(report.rows),
        "standings": report.standings,
        "evidence": report.evidence,
        "signatures": report.signatures,
        "commit_signatures": report.commit_signatures,
        "findings": plain(report.findings),
        "rows": plain(report.rows),
    }


def verify_schema() -> dict[str, object]:
    """The JSON Schema of that object."""
    return document_schema(
        "VerifyDocument",
        "What `sopkit verify -f json` writes.",
        {
            "schema": ("Name of this schema.", {"const": SCHEMA}),
            "tool": ("Name and version of the program.", _TEXT),
            "head": ("Commit that is checked out: the anchor to keep.", _TEXT),
            "as_of": ("The day up to which the ledger was checked.", {"type": "string", "format": "date"}),
            "anchor": ("The commit that was asked for; empty when none was.", _TEXT),
            "anchored": ("Whether it lies behind HEAD; null when none was given.", {"type": ["boolean", "null"]}),
            "failed": ("Whether there is a finding of integrity.", {"type": "boolean"}),
            "entries": ("How many entries there are.", {"type": "integer", "minimum": 0}),
            "standings": ("How many of them stand in which way.", _counts(Standing)),
            "evidence": ("How well those that count are proved.", _counts(Level)),
            "signatures": ("What the signatures in them are worth.", _counts(Seal)),
            "commit_signatures": ("What those of the commits that brought them are worth.", _counts(Seal)),
            "findings": ("What is not as it should be, the weightiest first.", array(row_schema(Found))),
            "rows": ("The entries, by file.", array(row_schema(EntryRow))),
        },
    )


def _counts(names: type[Standing | Level | Seal]) -> dict[str, object]:
    count = {"type": "integer", "minimum": 0}
    listed = [str(name) for name in names]
    return {
        "type": "object",
        "properties": dict.fromkeys(listed, count),
        "required": listed,
        "additionalProperties": False,
    }


def verify_csv(report: VerifyReport) -> str:
    """The entries under their keys; lists are joined by `; `. Findings that are about no entry are not in it."""
    return rows_csv(EntryRow, report.rows)


def verify_markdown(report: VerifyReport) -> str:
    """A page for people: what was checked, the findings and the entries."""
    lines = [
        f"# The ledger as of {report.as_of}",
        "",
        f"Checked: commit {report.head}. Tool: sopkit {__version__}.",
        "",
        *(f"- {markdown(line)}" for line in summary(report)),
        "",
        "## Findings",
        "",
        *(rows_markdown(("code", "path", "message"), report.findings) if report.findings else ["None."]),
        "",
        "## Entries",
        "",
        *(rows_markdown(_COLUMNS, report.rows) if report.rows else ["None."]),
    ]
    return "\n".join(lines) + "\n"


def summary(report: VerifyReport) -> list[str]:
    """What there is in numbers, one line for each thing."""
    sops, count = len({row.id for row in report.rows}), len(report.rows)
    lines = ["no entry has landed"]
    if count:
        about = f"{count} {'entry' if count == 1 else 'entries'} about {sops} {'SOP' if sops == 1 else 'SOPs'}"
        evidence = ", ".join(f"{number} {level}" for level, number in report.evidence.items())
        lines = [
            f"{about}: {_words(report.standings).replace('counts', 'count')}",
            f"evidence of those that count: {evidence}",
            f"signatures in entries: {_words(report.signatures)}",
            f"signatures of the commits that brought them: {_words(report.commit_signatures)}",
        ]
    if report.anchored:
        lines.append(f"the anchor {report.anchor} lies behind HEAD")
    return lines


def _words(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "none"
