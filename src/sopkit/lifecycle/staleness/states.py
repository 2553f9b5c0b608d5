"""The states and flags of an SOP, and which of them fail a run."""

from collections.abc import Iterable
from enum import StrEnum

from sopkit.model.errors import SopkitError
from sopkit.model.nearest import nearest


class State(StrEnum):
    """What can be said of an SOP; the first in this order that applies is its headline."""

    DUPLICATE_ID = "duplicate-id"
    ENTRY_TAMPERED = "entry-tampered"
    HISTORY_REWRITTEN = "history-rewritten"
    DRAFT = "draft"
    TRIAL = "trial"
    RETIRED = "retired"
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


class Mark(StrEnum):
    """What is odd about an SOP beside its state."""

    UNCOMMITTED_EDIT = "uncommitted-edit"
    CLOCK_REGRESSION = "clock-regression"
    FUTURE_DATED = "future-dated"
    AUTHOR_DATE_BACKDATED = "author-date-backdated"
    LATE_RECORDED = "late-recorded"
    BULK_REVIEW = "bulk-review"


INTEGRITY = frozenset({State.DUPLICATE_ID, State.ENTRY_TAMPERED, State.HISTORY_REWRITTEN})
"""States that fail every run."""

FRESH = frozenset({State.UNPROVEN_FRESH, State.CURRENT})
"""States that say that nothing speaks against an SOP."""

OUT_OF_LIST = frozenset({State.DRAFT, State.TRIAL, State.RETIRED})
"""States in which nothing is due; any other status than these three counts as active."""

_NAMES = (*State, *Mark)
_ORDER = {name: place for place, name in enumerate(_NAMES)}


def ordered(flags: Iterable[State | Mark]) -> tuple[State | Mark, ...]:
    """The flags once each, in the order of their weight."""
    return tuple(sorted(set(flags), key=_ORDER.__getitem__))


def headline(flags: Iterable[State | Mark]) -> State:
    """The first state among the flags; there is always one."""
    return next(flag for flag in ordered(flags) if isinstance(flag, State))


def failing(names: Iterable[str]) -> frozenset[str]:
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
    if State.OVERDUE in wanted:
        wanted.add(State.UNPROVEN_OVERDUE)
    return frozenset(wanted)
