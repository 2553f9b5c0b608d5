"""The report of `sopkit stale` as data."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from sopkit.lifecycle.staleness.states import INTEGRITY, Mark, State, failing
from sopkit.model.config import Basis


@dataclass(frozen=True, slots=True)
class Invalid:
    """An entry of the ledger that does not count."""

    entry: Annotated[str, "File of the entry."]
    reason: Annotated[str, "Why it does not count, as a code."]
    detail: Annotated[str, "The same in words, with what to do where it can be mended."]


@dataclass(frozen=True, slots=True)
class StaleRow:
    """One file that holds an SOP. What is not known is empty or null; the words beside a type are published."""

    id: Annotated[str, "Id of the SOP, or its path where that is the identity."]
    title: Annotated[str, "Title as typed."]
    path: Annotated[str, r"File, relative to the library, with `/`; bytes that are not UTF-8 as `\xff`."]
    area: Annotated[str, "Area as typed."]
    owner: Annotated[str, "Owner as typed."]
    status: Annotated[str, "Status as typed."]
    version: Annotated[str, "Version label as typed."]
    revision: Annotated[str, "Run of landed trees with one text: r1, r2 and so on."]
    state: Annotated[State, "The weightiest state that applies."]
    flags: Annotated[
        tuple[State | Mark, ...],
        "Every state and mark that applies, but current and unproven-fresh, which say that none does.",
    ]
    reviewed: Annotated[date | None, "Day of the last review."]
    reviewed_by: Annotated[str, "Who reviewed, by key; a claim does not say."]
    evidence: Annotated[
        str, "Weakest evidence of the review and approvals, E0 to E3; E0 is a claim in the front matter."
    ]
    approved: Annotated[date | None, "Day on which the approval of the judged text landed; null when none stands."]
    approved_by: Annotated[tuple[str, ...], "Who approved it, by key."]
    in_force: Annotated[str, "The newest approved revision."]
    awaiting: Annotated[tuple[str, ...], "Roles that have not approved the judged text yet."]
    due: Annotated[date | None, "Last day on which the next review is in time."]
    days: Annotated[int | None, "Days until then; negative when overdue."]
    changed: Annotated[date | None, "Day on which the last material change landed."]
    changed_by: Annotated[tuple[str, ...], "Who wrote that change, by name."]
    commit: Annotated[str, "The commit by which it landed."]
    digest: Annotated[str, "Digest of the judged text."]
    watched: Annotated[str, "Digest of the files that the SOP describes, as they are now."]
    watched_changed: Annotated[date | None, "Day on which they last changed since somebody looked."]
    restores: Annotated[str, "The first revision that had this text, when it is back."]
    lapsed: Annotated[int | None, "Days of the last twelve months on which no review held."]
    invalid: Annotated[tuple[Invalid, ...], "Entries of the ledger that do not count."]
    findings: Annotated[tuple[str, ...], "What could not be taken as it was typed."]
    reason: Annotated[str, "Why the states and marks apply, in words."]


@dataclass(frozen=True, slots=True)
class StaleReport:
    """What is stale, judged on `as_of`; `head` is None when no history was read."""

    head: str | None
    as_of: date
    basis: Basis
    rows: tuple[StaleRow, ...]
    notes: tuple[str, ...] = ()  # what the reader must know of the report as a whole

    def failed(self, fail_on: Iterable[str] = ()) -> bool:
        """Whether a row has a state or mark that is named, or a state of integrity, which always fails.

        Raises SopkitError for an unknown name.
        """
        wanted = failing(fail_on)
        return any(not wanted.isdisjoint((row.state, *row.flags)) for row in self.rows)

    def integrity_beside(self, shown: Iterable[StaleRow]) -> tuple[str, ...]:
        """Id and state of the rows that fail every run and are not among those shown."""
        paths = {row.path for row in shown}
        rows = (row for row in self.rows if row.state in INTEGRITY and row.path not in paths)
        return tuple(dict.fromkeys(f"{row.id or row.path} {row.state}" for row in rows))
