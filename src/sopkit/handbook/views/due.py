"""What is due: the SOPs that are shown, each with its state, the age of its last review, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sopkit.handbook.ground import Ground, Shown
from sopkit.handbook.language import Words
from sopkit.handbook.page import role_path
from sopkit.lifecycle.status import OUT_OF_LIST, SopState, StaleRow, StatusFlag

_OVERDUE = frozenset({SopState.OVERDUE, SopState.UNPROVEN_OVERDUE})
_FINE = frozenset({SopState.CURRENT, SopState.UNPROVEN_FRESH})
_WARN = frozenset({SopState.DUE_SOON, SopState.CHANGED_SINCE_REVIEW, SopState.WATCHED_CODE_CHANGED, *OUT_OF_LIST})
_DAYS_SOON = 30
_FULL = 100  # percent of the interval between two reviews
_LONGEST = 150


@dataclass(frozen=True, slots=True)
class Age:
    """How old the last review is: `days` of the `of` that it holds."""

    days: int
    of: int

    @property
    def percent(self) -> int:
        """The age in percent of the interval, as far as the bar shows it."""
        return min(round(_FULL * self.days / self.of), _LONGEST) if self.of > 0 else _LONGEST


@dataclass(frozen=True, slots=True)
class Due:
    """One SOP as the page on what is due shows it; `days` are those until it is due, negative when it is overdue.

    `owner` is the title of the role that answers for it, `owner_page` where the page of that role stands, each empty
    where there is none; `groups` are the names of the numbers at the top that it counts for.
    """

    one: Shown
    owner: str
    owner_page: str
    state: SopState
    due: date | None
    days: int | None
    age: Age | None
    groups: tuple[str, ...]
    reasons: tuple[str, ...]

    @property
    def weight(self) -> str:
        """How much its state weighs: ok, warn or bad."""
        return weight_of(self.state)


GROUPS = ("overdue", "soon", "unapproved", "unowned")
"""The numbers at the top of the page."""


def due(ground: Ground) -> tuple[Due, ...]:
    """The SOPs of which reviews are asked: the longest overdue first, then those that never had one, then by day."""
    found = [_due(one, one.row, ground) for one in ground.shown if one.row is not None and _is_listed(one.row)]
    return tuple(sorted(found, key=lambda one: (_rank(one), one.due or date.max, one.one.id)))


def weight_of(state: SopState) -> str:
    """How much a state weighs: ok, warn or bad."""
    return "ok" if state in _FINE else "warn" if state in _WARN else "bad"


def reasons(row: StaleRow, words: Words) -> Iterator[str]:
    """Why the states and marks of an SOP apply, a sentence each; names of people and of files are left out."""
    days = abs(row.days) if row.days is not None else 0
    known = {"due": row.due, "changed": row.changed, "reviewed": row.reviewed, "watched": row.watched_changed}
    told = {name: words.day(day) if day else "" for name, day in known.items()}
    for flag in row.flags or (row.state,):
        counted = days if flag in {*_OVERDUE, SopState.DUE_SOON} else None
        yield words(f"due.why_{flag}", counted, **told)


def _is_listed(row: StaleRow) -> bool:
    return row.due is not None or OUT_OF_LIST.isdisjoint((row.state, *row.flags))


def _rank(one: Due) -> int:
    if one.days is None:
        return 1
    return 0 if one.days < 0 else 2


def _due(one: Shown, row: StaleRow, ground: Ground) -> Due:
    held = (
        None
        if row.reviewed is None or row.due is None
        else Age((ground.edition.as_of - row.reviewed).days, (row.due - row.reviewed).days)
    )
    name = one.sop.text("owner")
    owner = ground.library.role(name)
    return Due(
        one=one,
        owner=(owner.title or owner.id) if owner else name,
        owner_page=role_path(owner.id) if owner else "",
        state=row.state,
        due=row.due,
        days=row.days,
        age=held,
        groups=tuple(_groups(one, row, ground)),
        reasons=tuple(reasons(row, ground.words)),
    )


def _groups(one: Shown, row: StaleRow, ground: Ground) -> Iterator[str]:
    if row.days is not None and row.days < 0:
        yield "overdue"
    if row.days is not None and 0 <= row.days <= _DAYS_SOON:
        yield "soon"
    if SopState.APPROVAL_MISSING in row.flags or StatusFlag.UNCOMMITTED_EDIT in row.flags:
        yield "unapproved"
    owner = one.sop.text("owner")
    if not owner or (ground.library.roles.rows and ground.library.role(owner) is None):
        yield "unowned"
