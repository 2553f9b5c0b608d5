"""The schema of a plan file for the git history of the demo library."""

from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from sopkit.model.durations import DateText
from sopkit.model.entry import EntryKind, Outcome
from sopkit.model.practice_base import PracticeKind


class _PlanPart(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PlanEdit(_PlanPart):
    """One place of a text that a commit changes."""

    old: str = Field(description="The text before, which stands once in the file.")
    new: str = Field(description="The text afterwards, which stands once in the file.")


class PlanEntry(_PlanPart):
    """An entry of the ledger about the text that its commit holds."""

    kind: EntryKind = Field(description="What happened.")
    sop: str = Field(description="Id of the SOP.")
    by: str | None = Field(None, description="Key of the people register; the author of the commit when left out.")
    role: str = Field("", description="The role in which it was done.")
    date: DateText | None = Field(None, description="The day of the entry; that of the commit when left out.")
    outcome: Outcome | None = Field(None, description="What it came to.")
    scope: Literal["text", "watched"] = Field("text", description="What was reviewed.")
    note: str = Field("", description="What was done.")


class PlanRecord(_PlanPart):
    """A practice record, and who took part in what it tells of.

    `name` is how a later `about` in the plan names its file. The rows of a population are those of the period in a
    table beside the plan, as they were at the time of the export.
    """

    name: str = Field("", description="Name of the record in the plan.")
    values: dict[str, Any] = Field(description="The record without what follows from its commit; SOPs by their ids.")
    attendance: tuple[str, ...] = Field((), description="Who took part, by key of the people register.")
    cases: str = Field("", description="Name of the table of cases, of a population.")
    without: tuple[str, ...] = Field((), description="Ids of cases that this export lacks.")
    changes: dict[str, dict[str, str]] = Field({}, description="Id of a case: its cells in this export, by column.")


class PlanRewrite(_PlanPart):
    """A place of an entry or practice record that is changed after it has landed, which nobody may do."""

    sop: str = Field(description="Id of the SOP.")
    kind: EntryKind | Literal[PracticeKind.RUN, PracticeKind.POPULATION] = Field(description="Kind of the entry.")
    by: str = Field(description="Whose entry it is; of several the last.")
    old: str = Field(description="The text before.")
    new: str = Field(description="The text afterwards.")


class PlanCommit(_PlanPart):
    """One commit: files that it adds, moves, edits and copies, then entries about the texts that come of it."""

    author: str = Field(description="Key of the people register.")
    date: AwareDatetime = Field(description="When it was written.")
    committer: str | None = Field(None, description="Key of the people register; the author when left out.")
    committed: AwareDatetime | None = Field(None, description="When it was committed; as written when left out.")
    message: str = Field(description="First line, blank line, more.")
    branch: str | None = Field(None, description="The branch that it is made on, which a later commit merges.")
    tag: str | None = Field(None, description="A tag that is set on it.")
    merge: str | None = Field(None, description="The branch that it merges.")
    add: tuple[str, ...] = Field((), description="New files.")
    move: dict[str, str] = Field({}, description="Old path: new path.")
    edits: dict[str, tuple[PlanEdit, ...]] = Field({}, description="Path after the moves: its edits.")
    copy_: dict[str, str] = Field({}, alias="copy", description="Path: a second path that the same text gets.")
    entries: tuple[PlanEntry, ...] = Field((), description="Entries of the ledger.")
    records: tuple[PlanRecord, ...] = Field((), description="Practice records.")
    rewrites: tuple[PlanRewrite, ...] = Field((), description="Entries that are tampered with.")


class HistoryPlan(_PlanPart):
    """A history without the newest texts."""

    commits: tuple[PlanCommit, ...] = Field(description="Oldest first.")
    uncommitted: dict[str, tuple[PlanEdit, ...]] = Field({}, description="Path: edits that nobody has committed.")
