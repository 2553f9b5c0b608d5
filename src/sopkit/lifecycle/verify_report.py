"""The report of `sopkit verify` as a document."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from sopkit import __version__
from sopkit.lifecycle.ledger import EntryStatus
from sopkit.model.entry import EvidenceLevel
from sopkit.model.errors import SopkitError
from sopkit.model.similarity import nearest
from sopkit.tables.document import TEXT, Document, DocumentType, ReportTable, Schema


class VerifyCode(StrEnum):
    """What can be found."""

    HISTORY_REWRITTEN = "history-rewritten"
    LANDED_BEFORE_ANCHOR = "landed-before-anchor"
    ENTRY_TAMPERED = "entry-tampered"
    OBJECT_ALTERED = "object-altered"
    BLOB_MISMATCH = "blob-mismatch"
    DUPLICATE_ID = "duplicate-id"
    INVALID = "invalid"
    SIGNATURE_BAD = "signature-bad"
    SIGNATURE_UNKNOWN = "signature-unknown"
    REMOVED = "removed"
    EVIDENCE_LOW = "evidence-low"
    REGISTER_WINDOW = "register-window"
    NAME_MISMATCH = "name-mismatch"
    UNCOMMITTED = "uncommitted"
    UNKNOWN_ID = "unknown-id"
    STRAY_FILE = "stray-file"
    STAGED_REMOVAL = "staged-removal"


INTEGRITY = frozenset(
    {
        VerifyCode.HISTORY_REWRITTEN,
        VerifyCode.LANDED_BEFORE_ANCHOR,
        VerifyCode.ENTRY_TAMPERED,
        VerifyCode.OBJECT_ALTERED,
        VerifyCode.BLOB_MISMATCH,
        VerifyCode.DUPLICATE_ID,
    }
)
"""Findings that fail every run."""


class SignatureStatus(StrEnum):
    """What a signature is worth."""

    NONE = "none"
    GOOD = "good"
    UNKNOWN_KEY = "unknown-key"
    BAD = "bad"
    NOT_VERIFIED = "not-verified"


@dataclass(frozen=True, slots=True)
class VerifyFinding:
    """Something that is not as it should be."""

    code: Annotated[VerifyCode, "What it is."]
    path: Annotated[str, r"The file, relative to the library; empty when it is none. Other bytes as `\xff`."]
    message: Annotated[str, "What is wrong and what to do, in words."]


@dataclass(frozen=True, slots=True)
class VerifyRow:
    """One entry of the ledger. What does not apply is empty or null; the words beside a type are published."""

    entry: Annotated[str, r"Its file, relative to the library, with `/`; bytes that are not UTF-8 as `\xff`."]
    id: Annotated[str, "Id of the SOP: the folder."]
    kind: Annotated[str, "review, approval, withdrawal or disposal; empty when it cannot be read."]
    by: Annotated[str, "Who made it, by key."]
    roles: Annotated[tuple[str, ...], "The roles in which it was made."]
    dated: Annotated[date | None, "The day that it names."]
    landed: Annotated[date, "Day on which it landed."]
    commit: Annotated[str, "The commit by which it landed."]
    revision: Annotated[str, "The revision that it is about."]
    standing: Annotated[EntryStatus, "Whether it counts."]
    reason: Annotated[str, "Why it is invalid, as a code."]
    detail: Annotated[str, "Why it does not count, in words."]
    level: Annotated[str, "How well it is proved who made it: E0 to E3; empty when it is invalid."]
    signature: Annotated[SignatureStatus, "What the signature in it is worth."]
    signer: Annotated[tuple[str, ...], "Who had the key of that signature on the landing day, by key."]
    commit_signature: Annotated[SignatureStatus, "What the signature of the commit that brought it is worth."]
    commit_signer: Annotated[tuple[str, ...], "Who had the key of that signature on the landing day, by key."]
    name_fits: Annotated[bool, "Whether the file name says what the bytes say."]
    flags: Annotated[
        tuple[str, ...], "What is odd: the dates of the commit, late-recorded, or removed since (lawfully or not)."
    ]


@dataclass(frozen=True, slots=True)
class VerifyRecordRow:
    """One practice record."""

    record: Annotated[str, "Its file, relative to the library."]
    kind: Annotated[str, "run, population, exercise, feedback and so on; empty when it cannot be read."]
    by: Annotated[str, "Who recorded it, by key."]
    dated: Annotated[date | None, "The day that it tells of."]
    landed: Annotated[date, "Day on which it landed."]
    commit: Annotated[str, "The commit by which it landed, in the repository that it lies in."]
    proof: Annotated[str, "How it is known who made it, in words; empty when it does not count."]
    reason: Annotated[str, "Why it does not count, as a code."]
    detail: Annotated[str, "The same in words, or what is odd about it."]


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """The ledger up to `as_of`; `anchored` is None when no anchor was given."""

    head: str
    as_of: date
    anchor: str
    anchored: bool | None
    rows: tuple[VerifyRow, ...]
    findings: tuple[VerifyFinding, ...]
    records: tuple[VerifyRecordRow, ...] = ()

    def failed(self, fail_on: Iterable[str] = ()) -> bool:
        """Whether there is a finding that is named, or one of integrity. Raises SopkitError for an unknown name."""
        wanted = {str(code) for code in INTEGRITY}
        for name in fail_on:
            if name not in list(VerifyCode):
                near = nearest(name, list(VerifyCode), 1)
                raise SopkitError(
                    f"no finding is called {name}",
                    f"did you mean {near[0]}?" if near else f"known: {', '.join(VerifyCode)}",
                )
            wanted.add(name)
        return any(found.code in wanted for found in self.findings)

    @property
    def altered(self) -> bool:
        """Whether the clone itself cannot be relied on."""
        return any(found.code is VerifyCode.OBJECT_ALTERED for found in self.findings)

    @property
    def standings(self) -> dict[str, int]:
        """How many entries stand in which way."""
        return _count_values(EntryStatus, (row.standing for row in self.rows))

    @property
    def evidence(self) -> dict[str, int]:
        """How many of the entries that count are proved how well."""
        return _count_values(EvidenceLevel, (row.level for row in self.rows if row.standing is EntryStatus.COUNTS))

    @property
    def signatures(self) -> dict[str, int]:
        """What the signatures in entries are worth."""
        return _count_values(SignatureStatus, (row.signature for row in self.rows))

    @property
    def commit_signatures(self) -> dict[str, int]:
        """What the signatures of the commits that brought entries are worth, counted by entry."""
        return _count_values(SignatureStatus, (row.commit_signature for row in self.rows))


def _count_values(names: Iterable[str], values: Iterable[str]) -> dict[str, int]:
    found = [str(value) for value in values]
    return {str(name): found.count(str(name)) for name in names}


_COUNT: Schema = {"type": "integer", "minimum": 0}


def _counts_schema(names: type[EntryStatus | EvidenceLevel | SignatureStatus]) -> Schema:
    listed = [str(name) for name in names]
    return {
        "type": "object",
        "properties": dict.fromkeys(listed, _COUNT),
        "required": listed,
        "additionalProperties": False,
    }


VERIFY = DocumentType(
    "verify",
    "VerifyDocument",
    "What `sopkit verify -f json` writes: the findings, the weightiest first, and the entries by file.",
    {"findings": VerifyFinding, "rows": VerifyRow, "records": VerifyRecordRow},
    {
        "anchor": ("The commit that was given, with `@` and its day if one was kept; empty when none was.", TEXT),
        "anchored": ("Whether it lies behind HEAD; null when none was given.", {"type": ["boolean", "null"]}),
        "failed": ("Whether there is a finding of integrity.", {"type": "boolean"}),
        "entries": ("How many entries there are.", _COUNT),
        "standings": ("How many of them stand in which way.", _counts_schema(EntryStatus)),
        "evidence": ("How well those that count are proved.", _counts_schema(EvidenceLevel)),
        "signatures": ("What the signatures in them are worth.", _counts_schema(SignatureStatus)),
        "commit_signatures": (
            "What those of the commits that brought them are worth.",
            _counts_schema(SignatureStatus),
        ),
    },
)
"""The published document."""

_COLUMNS = ("entry", "standing", "level", "by", "landed", "signature", "signer", "commit_signature", "detail")


def verify_document(report: VerifyReport) -> Document:
    """The report as a document."""
    return Document(
        VERIFY,
        f"The ledger as of {report.as_of}",
        report.head,
        report.as_of,
        (
            ReportTable("findings", "Findings", VerifyFinding, report.findings, empty="none"),
            ReportTable("rows", "Entries", VerifyRow, report.rows, _COLUMNS, empty="none"),
            ReportTable("records", "Practice records", VerifyRecordRow, report.records, empty="none"),
        ),
        values={
            "failed": report.failed(),
            "entries": len(report.rows),
            **{key: getattr(report, key) for key in VERIFY.keys if key not in {"failed", "entries"}},
        },
        commit=report.head,
        about=f"Checked: commit {report.head}. Tool: sopkit {__version__}.",
        summary=tuple(verify_summary(report)),
    )


def verify_summary(report: VerifyReport) -> list[str]:
    """What there is in numbers, one line for each thing."""
    sops, count = len({row.id for row in report.rows}), len(report.rows)
    lines = ["no entry was checked, since objects of git are altered" if report.altered else "no entry has landed"]
    if count:
        about = f"{count} {'entry' if count == 1 else 'entries'} about {sops} {'SOP' if sops == 1 else 'SOPs'}"
        evidence = ", ".join(f"{number} {level}" for level, number in report.evidence.items())
        lines = [
            f"{about}: {_format_counts(report.standings).replace('counts', 'count')}",
            f"evidence of those that count: {evidence}",
            f"signatures in entries: {_format_counts(report.signatures)}",
            f"signatures of the commits that brought them: {_format_counts(report.commit_signatures)}",
        ]
    if report.records:
        proofs = Counter(row.proof or "invalid" for row in report.records)
        count = len(report.records)
        lines.append(
            f"{count} practice {'record' if count == 1 else 'records'}: {_format_counts(dict(sorted(proofs.items())))}"
        )
    if report.anchored:
        lines.append(f"the anchor {report.anchor} lies behind HEAD")
    return lines


def _format_counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "none"
