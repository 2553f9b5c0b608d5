"""The states and flags of an SOP, which of them fail a run, and the rows of the stale report."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from sopkit.model.config import Basis
from sopkit.model.errors import SopkitError
from sopkit.model.similarity import nearest


class SopState(StrEnum):
    """What can be said of an SOP; the first in this order that applies is its headline."""

    DUPLICATE_ID = "duplicate-id"
    ENTRY_TAMPERED = "entry-tampered"
    HISTORY_REWRITTEN = "history-rewritten"
    LANDED_BEFORE_ANCHOR = "landed-before-anchor"
    DRAFT = "draft"
    TRIAL = "trial"
    RETIRED = "retired"
    REMOVED = "removed"
    NEVER_REVIEWED = "never-reviewed"
    OVERDUE = "overdue"
    APPROVAL_MISSING = "approval-missing"
    CHANGED_SINCE_REVIEW = "changed-since-review"
    WATCHED_CODE_CHANGED = "watched-code-changed"
    UNPROVEN_OVERDUE = "unproven-overdue"
    TEXT_CHANGED_SINCE_CLAIM = "text-changed-since-claim"
    CLAIM_AFTER_COMMIT = "claim-after-commit"
    BULK_BUMP = "bulk-bump"
    DUE_SOON = "due-soon"
    UNPROVEN_FRESH = "unproven-fresh"
    CURRENT = "current"


class StatusFlag(StrEnum):
    """What is odd about an SOP beside its state."""

    UNCOMMITTED_EDIT = "uncommitted-edit"
    CLOCK_REGRESSION = "clock-regression"
    FUTURE_DATED = "future-dated"
    AUTHOR_DATE_BACKDATED = "author-date-backdated"
    LATE_RECORDED = "late-recorded"
    BULK_REVIEW = "bulk-review"
    REGISTER_WINDOW = "register-window"


INTEGRITY = frozenset(
    {SopState.DUPLICATE_ID, SopState.ENTRY_TAMPERED, SopState.HISTORY_REWRITTEN, SopState.LANDED_BEFORE_ANCHOR}
)
"""States that fail every run."""

FRESH = frozenset({SopState.UNPROVEN_FRESH, SopState.CURRENT})
"""States that say that nothing speaks against an SOP."""

OUT_OF_LIST = frozenset({SopState.DRAFT, SopState.TRIAL, SopState.RETIRED})
"""States in which nothing is due; any other status than these three counts as active."""

_NAMES = (*SopState, *StatusFlag)
_ORDER = {name: place for place, name in enumerate(_NAMES)}


def sort_flags(flags: Iterable[SopState | StatusFlag]) -> tuple[SopState | StatusFlag, ...]:
    """The flags once each, in the order of their weight."""
    return tuple(sorted(set(flags), key=_ORDER.__getitem__))


def headline_state(flags: Iterable[SopState | StatusFlag]) -> SopState:
    """The first state among the flags; there is always one."""
    return next(flag for flag in sort_flags(flags) if isinstance(flag, SopState))


def failing_states(names: Iterable[str]) -> frozenset[str]:
    """The states and flags that fail a run: those named and the integrity states.

    `overdue` also means `unproven-overdue`, so that a gate holds whatever the basis. Raises SopkitError for
    an unknown name.
    """
    wanted = {str(state) for state in INTEGRITY}
    for name in names:
        if name not in _ORDER:
            near = nearest(name, _ORDER, 1)
            hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(_NAMES)}"
            raise SopkitError(f"no state is called {name}", hint)
        wanted.add(name)
    if SopState.OVERDUE in wanted:
        wanted.add(SopState.UNPROVEN_OVERDUE)
    return frozenset(wanted)


@dataclass(frozen=True, slots=True)
class InvalidEntry:
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
    state: Annotated[SopState, "The weightiest state that applies."]
    flags: Annotated[
        tuple[SopState | StatusFlag, ...],
        "Every state and mark that applies, but current and unproven-fresh, which say that none does.",
    ]
    reviewed: Annotated[date | None, "Day of the last review."]
    reviewed_by: Annotated[str, "Who reviewed, by key; a claim does not say."]
    evidence: Annotated[
        str, "Weakest evidence of the review and approvals, E0 to E3; E0 is a claim in the front matter."
    ]
    approved: Annotated[date | None, "Day on which the approval of the judged text landed; null when none stands."]
    approved_by: Annotated[tuple[str, ...], "Who approved it, by key."]
    in_force: Annotated[str, "The approved revision that is in force."]
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
    invalid: Annotated[tuple[InvalidEntry, ...], "Entries of the ledger that do not count."]
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
        wanted = failing_states(fail_on)
        return any(not wanted.isdisjoint((row.state, *row.flags)) for row in self.rows)

    def integrity_beside(self, shown: Iterable[StaleRow]) -> tuple[str, ...]:
        """Id and state of the rows that fail every run and are not among those shown."""
        paths = {row.path for row in shown}
        rows = (row for row in self.rows if row.state in INTEGRITY and row.path not in paths)
        return tuple(dict.fromkeys(f"{row.id or row.path} {row.state}" for row in rows))
