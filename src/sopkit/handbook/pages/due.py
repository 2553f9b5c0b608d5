"""The page of what is due: four counts, and each SOP with its state, the age of its last review, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sopkit.handbook.html import render_page
from sopkit.handbook.paths import DUE, MenuItem, PageKind, one_page, role_path
from sopkit.handbook.published_library import PublishedLibrary, PublishedSop
from sopkit.handbook.status import approvals
from sopkit.handbook.translations import Translations
from sopkit.lifecycle.status import OUT_OF_LIST, SopState, StaleRow, StatusFlag
from sopkit.reminders.calendar import is_calendar_available

_OVERDUE_STATES = frozenset({SopState.OVERDUE, SopState.UNPROVEN_OVERDUE})
_OK_STATES = frozenset({SopState.CURRENT, SopState.UNPROVEN_FRESH})
_WARNING_STATES = frozenset(
    {SopState.DUE_SOON, SopState.CHANGED_SINCE_REVIEW, SopState.WATCHED_CODE_CHANGED, *OUT_OF_LIST}
)
_DAYS_SOON = 30
_PERCENT = 100  # percent of the interval between two reviews
_MAX_PERCENT = 150


@dataclass(frozen=True, slots=True)
class ReviewAge:
    """How old the last review is: `days` of the `of` that it holds."""

    days: int
    of: int

    @property
    def percent(self) -> int:
        """The age in percent of the interval, as far as the bar shows it."""
        return min(round(_PERCENT * self.days / self.of), _MAX_PERCENT) if self.of > 0 else _MAX_PERCENT


@dataclass(frozen=True, slots=True)
class DueSop:
    """One SOP as the page on what is due shows it; `days` are those until it is due, negative when it is overdue.

    `owner` is the title of the role that answers for it, `owner_page` where the page of that role stands, each empty
    where there is none; `groups` are the names of the numbers at the top that it counts for.
    """

    one: PublishedSop
    owner: str
    owner_page: str
    state: SopState
    due: date | None
    days: int | None
    age: ReviewAge | None
    groups: tuple[str, ...]
    reasons: tuple[str, ...]

    @property
    def weight(self) -> str:
        """How much its state weighs: ok, warn or bad."""
        return state_tone(self.state)


DUE_GROUPS = ("overdue", "soon", "unapproved", "unowned")
"""The numbers at the top of the page."""


def due_sops(handbook: PublishedLibrary) -> tuple[DueSop, ...]:
    """The SOPs of which reviews are asked: the longest overdue first, then those that never had one, then by day."""
    found = [
        _due_sop(one, row, handbook)
        for one in handbook.shown
        if (row := one.row) is not None and (row.due or OUT_OF_LIST.isdisjoint((row.state, *row.flags)))
    ]
    ranks = {one.one.id: 1 if one.days is None else 0 if one.days < 0 else 2 for one in found}
    return tuple(sorted(found, key=lambda one: (ranks[one.one.id], one.due or date.max, one.one.id)))


def state_tone(state: SopState) -> str:
    """How much a state weighs: ok, warn or bad."""
    return "ok" if state in _OK_STATES else "warn" if state in _WARNING_STATES else "bad"


def status_reasons(row: StaleRow, words: Translations) -> Iterator[str]:
    """Why the states and marks of an SOP apply, a sentence each; names of people and of files are left out."""
    days = abs(row.days) if row.days is not None else 0
    known = {"due": row.due, "changed": row.changed, "reviewed": row.reviewed, "watched": row.watched_changed}
    dates = {name: words.day(day) if day else "" for name, day in known.items()}
    for flag in row.flags or (row.state,):
        counted = days if flag in {*_OVERDUE_STATES, SopState.DUE_SOON} else None
        without = flag is SopState.APPROVAL_MISSING and not row.in_force
        why = "approval-missing_nothing" if without else str(flag)
        yield words(f"due.why_{why}", counted, **dates)


def _due_sop(one: PublishedSop, row: StaleRow, handbook: PublishedLibrary) -> DueSop:
    age = None
    if row.reviewed is not None and row.due is not None and row.reviewed <= handbook.edition.as_of:
        age = ReviewAge((handbook.edition.as_of - row.reviewed).days, (row.due - row.reviewed).days)
    name = one.sop.text("owner")
    owner = handbook.library.role(name)
    return DueSop(
        one=one,
        owner=(owner.title or owner.id) if owner else name,
        owner_page=role_path(owner.id) if owner else "",
        state=row.state,
        due=row.due,
        days=row.days,
        age=age,
        groups=tuple(_due_groups(one, row, handbook)),
        reasons=tuple(status_reasons(row, handbook.words)),
    )


def _due_groups(one: PublishedSop, row: StaleRow, handbook: PublishedLibrary) -> Iterator[str]:
    if row.days is not None and row.days < 0:
        yield "overdue"
    if row.days is not None and 0 <= row.days <= _DAYS_SOON:
        yield "soon"
    if SopState.APPROVAL_MISSING in row.flags or StatusFlag.UNCOMMITTED_EDIT in row.flags:
        yield "unapproved"
    owner = one.sop.text("owner")
    if not owner or (handbook.library.roles.rows and handbook.library.role(owner) is None):
        yield "unowned"


def _write(handbook: PublishedLibrary) -> str:
    rows = due_sops(handbook)
    counts = {name: sum(name in row.groups for row in rows) for name in DUE_GROUPS}
    return render_page(
        handbook,
        DUE,
        "due.html.j2",
        handbook.words("due.title"),
        rows=rows,
        counts=counts,
        calendar=is_calendar_available(),
        approved=bool(approvals(handbook)),
    )


DUE_PAGE = PageKind("due", one_page(DUE, _write), MenuItem(DUE, "due.title", 4))
