"""The ledger as it was checked: what `sopkit verify` reports."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from sopkit.lifecycle.chronicle.standing import Standing
from sopkit.model.entries import Level
from sopkit.model.errors import SopkitError
from sopkit.model.nearest import nearest


class Code(StrEnum):
    """What can be found."""

    HISTORY_REWRITTEN = "history-rewritten"
    ENTRY_TAMPERED = "entry-tampered"
    OBJECT_ALTERED = "object-altered"
    DUPLICATE_ID = "duplicate-id"
    INVALID = "invalid"
    SIGNATURE_BAD = "signature-bad"
    SIGNATURE_UNKNOWN = "signature-unknown"
    EVIDENCE_LOW = "evidence-low"
    NAME_MISMATCH = "name-mismatch"
    UNCOMMITTED = "uncommitted"
    UNKNOWN_ID = "unknown-id"
    STRAY_FILE = "stray-file"


INTEGRITY = frozenset({Code.HISTORY_REWRITTEN, Code.ENTRY_TAMPERED, Code.OBJECT_ALTERED, Code.DUPLICATE_ID})
"""Findings that fail every run."""


class Seal(StrEnum):
    """What a signature is worth."""

    NONE = "none"
    GOOD = "good"
    UNKNOWN_KEY = "unknown-key"
    BAD = "bad"
    NOT_VERIFIED = "not-verified"


@dataclass(frozen=True, slots=True)
class Found:
    """Something that is not as it should be."""

    code: Annotated[Code, "What it is."]
    path: Annotated[str, r"The file, relative to the library; empty when it is none. Other bytes as `\xff`."]
    message: Annotated[str, "What is wrong and what to do, in words."]


@dataclass(frozen=True, slots=True)
class EntryRow:
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
    standing: Annotated[Standing, "Whether it counts."]
    reason: Annotated[str, "Why it is invalid, as a code."]
    detail: Annotated[str, "Why it does not count, in words."]
    level: Annotated[str, "How well it is proved who made it: E0 to E3; empty when it is invalid."]
    signature: Annotated[Seal, "What the signature in it is worth."]
    signer: Annotated[tuple[str, ...], "Who had the key of that signature on the landing day, by key."]
    commit_signature: Annotated[Seal, "What the signature of the commit that brought it is worth."]
    commit_signer: Annotated[tuple[str, ...], "Who had the key of that signature on the landing day, by key."]
    name_fits: Annotated[bool, "Whether the file name says what the bytes say."]
    flags: Annotated[
        tuple[str, ...], "What is odd: the dates of the commit, late-recorded, or removed since (lawfully or not)."
    ]


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """The ledger up to `as_of`; `anchored` is None when no anchor was given."""

    head: str
    as_of: date
    anchor: str
    anchored: bool | None
    rows: tuple[EntryRow, ...]
    findings: tuple[Found, ...]

    def failed(self, fail_on: Iterable[str] = ()) -> bool:
        """Whether there is a finding that is named, or one of integrity. Raises SopkitError for an unknown name."""
        wanted = {str(code) for code in INTEGRITY}
        for name in fail_on:
            if name not in list(Code):
                near = nearest(name, list(Code), 1)
                raise SopkitError(
                    f"no finding is called {name}", f"did you mean {near[0]}?" if near else f"known: {', '.join(Code)}"
                )
            wanted.add(name)
        return any(found.code in wanted for found in self.findings)

    @property
    def standings(self) -> dict[str, int]:
        """How many entries stand in which way."""
        return _counted(Standing, (row.standing for row in self.rows))

    @property
    def evidence(self) -> dict[str, int]:
        """How many of the entries that count are proved how well."""
        return _counted(Level, (row.level for row in self.rows if row.standing is Standing.COUNTS))

    @property
    def signatures(self) -> dict[str, int]:
        """What the signatures in entries are worth."""
        return _counted(Seal, (row.signature for row in self.rows))

    @property
    def commit_signatures(self) -> dict[str, int]:
        """What the signatures of the commits that brought entries are worth, counted by entry."""
        return _counted(Seal, (row.commit_signature for row in self.rows))


def _counted(names: Iterable[str], values: Iterable[str]) -> dict[str, int]:
    found = [str(value) for value in values]
    return {str(name): found.count(str(name)) for name in names}
