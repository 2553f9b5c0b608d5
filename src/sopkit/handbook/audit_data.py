"""The audit view as data: `audit/audit.json`, with its schema."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from sopkit import __version__
from sopkit.handbook.published_library import Edition
from sopkit.lifecycle.removed_sops import RemovedRow
from sopkit.lifecycle.verify_report import SignatureStatus
from sopkit.tables.document import Schema, array_schema, document_schema, row_schema, to_json

SCHEMA = "sopkit/audit/1"
"""Name of the published schema."""


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry of the ledger by which a text was approved."""

    entry: Annotated[str, "Its file, relative to the library."]
    by: Annotated[str, "Who made it, by key."]
    roles: Annotated[tuple[str, ...], "The roles in which it was made, by id."]
    commit: Annotated[str, "The commit by which it landed."]
    level: Annotated[str, "How well it is proved who made it: E1 to E3."]
    signature: Annotated[SignatureStatus, "What the signature in it is worth."]
    signer: Annotated[tuple[str, ...], "Who had the key of that signature, by key."]
    commit_signature: Annotated[
        SignatureStatus, "What the signatures of the commits that brought it are worth; of several the worst."
    ]
    commit_signer: Annotated[tuple[str, ...], "Who had the keys of those signatures, by key."]


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """The approval of the text that is shown of an SOP."""

    id: Annotated[str, "Id of the SOP."]
    title: Annotated[str, "Title as typed."]
    version: Annotated[str, "The label under which the text was approved."]
    revision: Annotated[str, "The revision: r1, r2 and so on."]
    digest: Annotated[str, "Digest of the text."]
    path: Annotated[str, "The file as the text landed, relative to the library."]
    text_commit: Annotated[str, "The commit by which the text landed."]
    blob: Annotated[str, "Git object id of the bytes that were approved."]
    approved: Annotated[date, "Day on which the approval landed."]
    since: Annotated[date, "Day from which the text is in force."]
    commit: Annotated[str, "The commit by which the approval landed."]
    level: Annotated[str, "The weakest evidence among its entries."]
    entries: Annotated[tuple[EntryRow, ...], "The entries that approve it."]


@dataclass(frozen=True, slots=True)
class ImplementationRow:
    """That an SOP carries out a control."""

    id: Annotated[str, "Id of the SOP."]
    strength: Annotated[str, "How much of the control its approved text carries out; empty while it does not."]
    claimed: Annotated[str, "How much it claims."]


@dataclass(frozen=True, slots=True)
class AuditControlRow:
    """A control that SOPs carry out."""

    framework: Annotated[str, "The framework."]
    control: Annotated[str, "Id of the control."]
    title: Annotated[str, "Its short title."]
    sops: Annotated[tuple[ImplementationRow, ...], "The SOPs, the strongest first."]


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """An exception: an SOP that is not followed, for a time and a reason."""

    id: Annotated[str, "Id of the exception."]
    sop: Annotated[str, "Id of the SOP."]
    what: Annotated[str, "What is not followed."]
    reason: Annotated[str, "Why."]
    risk: Annotated[str, "Id of the risk that this carries."]
    approver: Annotated[str, "Role that allowed it."]
    since: Annotated[date | None, "First day."]
    until: Annotated[date | None, "Last day."]
    ended: Annotated[bool, "Whether it has ended."]


@dataclass(frozen=True, slots=True)
class UnprovenRow:
    """What cannot be proved of an SOP."""

    id: Annotated[str, "Id of the SOP."]
    code: Annotated[
        str, "A state or mark of `sopkit stale`, the reason of an entry that does not count, or `unsigned`."
    ]
    about: Annotated[str, "The entry that it is about; empty when it is about the SOP."]
    message: Annotated[str, "The same in words."]


@dataclass(frozen=True, slots=True)
class PreviousEditionRow:
    """The edition before this one."""

    name: Annotated[str, "The tag."]
    commit: Annotated[str, "The commit that it names."]
    landed: Annotated[date, "Day on which that landed."]


@dataclass(frozen=True, slots=True)
class StrayTagRow:
    """A tag of the library that does not lie behind this edition: it, or the history, was taken back."""

    name: Annotated[str, "The tag."]
    commit: Annotated[str, "The commit that it names."]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """An SOP whose text was approved after the edition before."""

    id: Annotated[str, "Id of the SOP."]
    title: Annotated[str, "Title as typed."]
    version: Annotated[str, "The label under which the text was approved."]
    approved: Annotated[date, "Day on which the approval landed."]


@dataclass(frozen=True, slots=True)
class CommandRow:
    """Commands by which anybody with a clone of the repository checks what the page says."""

    about: Annotated[str, "What they show."]
    commands: Annotated[tuple[str, ...], "The commands, in order, for a shell in the folder of the library."]


@dataclass(frozen=True, slots=True)
class AuditData:
    """All that the view shows; `before` is None when no tag lies behind this edition."""

    edition: Edition
    controls: tuple[AuditControlRow, ...]
    approvals: tuple[ApprovalRow, ...]
    exceptions: tuple[ExceptionRow, ...]
    doubts: tuple[UnprovenRow, ...]
    removed: tuple[RemovedRow, ...]
    strays: tuple[StrayTagRow, ...]
    before: PreviousEditionRow | None
    changes: tuple[ChangeRow, ...]
    commands: tuple[CommandRow, ...]


def audit_json(audit: AuditData) -> dict[str, object]:
    """The one object in `audit.json`, ready for a JSON writer."""
    return {"schema": SCHEMA, "tool": f"sopkit {__version__}", **to_json(audit)}


def audit_schema() -> Schema:
    """The JSON Schema of that object."""
    before: Schema = {"anyOf": [row_schema(PreviousEditionRow), {"type": "null"}]}
    return document_schema(
        "AuditDocument",
        "What `sopkit build` writes into `audit/audit.json`.",
        {
            "schema": ("Name of this schema.", {"const": SCHEMA}),
            "tool": ("Name and version of the program.", {"type": "string"}),
            "edition": ("The edition that every page names.", row_schema(Edition)),
            "controls": ("The controls that SOPs carry out, by framework.", array_schema(row_schema(AuditControlRow))),
            "approvals": ("The approvals of the texts that are shown, by SOP.", array_schema(row_schema(ApprovalRow))),
            "exceptions": ("The exceptions, those that hold first.", array_schema(row_schema(ExceptionRow))),
            "doubts": ("What cannot be proved, by SOP.", array_schema(row_schema(UnprovenRow))),
            "removed": (
                "The SOPs that were active once and have no file any more, by SOP.",
                array_schema(row_schema(RemovedRow)),
            ),
            "strays": (
                "Tags of the library that do not lie behind this edition.",
                array_schema(row_schema(StrayTagRow)),
            ),
            "before": ("The edition before; null when no tag lies behind this one.", before),
            "changes": (
                "The SOPs whose text was approved since then, newest first.",
                array_schema(row_schema(ChangeRow)),
            ),
            "commands": ("How anybody checks this.", array_schema(row_schema(CommandRow))),
        },
    )
