"""The past of one SOP as data: what `sopkit history` shows."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from sopkit.lifecycle.chronicle.standing import Standing
from sopkit.model.config import Basis


class Happening(StrEnum):
    """What a row of the history is about."""

    REVISION = "revision"
    EVENT = "event"
    REVIEW = "review"
    APPROVAL = "approval"
    WITHDRAWAL = "withdrawal"
    DISPOSAL = "disposal"
    ENTRY = "entry"
    TAMPERING = "tampering"

    @property
    def is_entry(self) -> bool:
        """Whether it is a file of the ledger, or what was done to one."""
        return self not in {Happening.REVISION, Happening.EVENT}


@dataclass(frozen=True, slots=True)
class ChronicleRow:
    """One thing that happened. What does not apply is empty or null; the words beside a type are published."""

    landed: Annotated[date, "Day on which its commit landed."]
    kind: Annotated[
        Happening,
        "What happened: a new text, an event beside it (moved, removed, restored, layout, status, version), an entry "
        "of the ledger (`entry` when it cannot be read), or tampering with one.",
    ]
    revision: Annotated[str, "The revision that it is, or that an entry is about: r1, r2 and so on."]
    labels: Annotated[tuple[str, ...], "Version labels that the text had; of an entry the one that it names."]
    digest: Annotated[str, "Digest of the text; of an entry the one that it names."]
    path: Annotated[str, r"The SOP's file, or that of the entry, relative to the library; other bytes as `\xff`."]
    commit: Annotated[str, "The commit by which it landed."]
    by: Annotated[tuple[str, ...], "Who wrote the text, or the commit of an event, by name; who made an entry, by key."]
    what: Annotated[str, "What changed or happened, in words."]
    restores: Annotated[str, "The first revision that had this text, when it is back."] = ""
    flags: Annotated[tuple[str, ...], "What is odd about its dates: those of the commit, or late-recorded."] = ()
    approved: Annotated[date | None, "Of a revision: the day on which its approval landed."] = None
    approved_by: Annotated[tuple[str, ...], "Who approved it, by key, each with the roles."] = ()
    in_force: Annotated[date | None, "From when it was in force: its approval, or `effective` when later."] = None
    stands: Annotated[bool, "Whether it is the text in force on the day up to which it is told."] = False
    ended: Annotated[date | None, "The day on which its approval was ended; none is approved by it any more."] = None
    level: Annotated[str, "Evidence of an entry; of a revision the weakest of its approval: E0 to E3."] = ""
    standing: Annotated[Standing | None, "Whether an entry counts."] = None
    reason: Annotated[str, "Why an entry is invalid, as a code."] = ""
    detail: Annotated[str, "Why an entry does not count, in words."] = ""
    roles: Annotated[tuple[str, ...], "The roles in which an entry was made."] = ()
    dated: Annotated[date | None, "The day that an entry names."] = None
    outcome: Annotated[str, "What a review or an approval came to."] = ""
    scope: Annotated[str, "What was reviewed: text or watched."] = ""
    note: Annotated[str, "The note of an entry."] = ""
    corrects: Annotated[str, "The entry whose place this one takes."] = ""


@dataclass(frozen=True, slots=True)
class Chronicle:
    """The past of one SOP up to `as_of`, newest first; `path` is empty when it has no file any more."""

    head: str | None
    as_of: date
    basis: Basis
    id: str
    title: str
    path: str
    rows: tuple[ChronicleRow, ...]
    notes: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether something was done to entries after they had landed, or two files have the id."""
        return bool(self.notes) or any(row.kind is Happening.TAMPERING for row in self.rows)
