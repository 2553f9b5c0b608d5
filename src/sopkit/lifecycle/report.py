"""The report of `sopkit stale` as data."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sopkit.lifecycle.states import Mark, State, failing
from sopkit.model.config import Basis


@dataclass(frozen=True, slots=True)
class StaleRow:
    """One file that holds an SOP. Texts of the front matter are as typed; empty or None is: not known."""

    id: str
    title: str
    path: str
    area: str
    owner: str
    status: str
    version: str
    revision: str  # r1, r2 and so on
    state: State
    flags: tuple[State | Mark, ...]  # all that apply, the state among them unless it is unproven-fresh
    reviewed: date | None
    reviewed_by: str
    evidence: str  # E0 to E3
    due: date | None
    days: int | None  # until the due day; negative when overdue
    changed: date | None  # the landing of the last material change
    changed_by: tuple[str, ...]
    commit: str  # of that change
    digest: str
    watched: str
    restores: str  # the earlier revision whose text this is again
    lapsed: int | None
    invalid: tuple[tuple[str, str], ...]  # entry and reason
    findings: tuple[str, ...]  # what could not be taken as typed
    reason: str


@dataclass(frozen=True, slots=True)
class StaleReport:
    """What is stale, judged on `as_of`; `head` is None when no history was read."""

    head: str | None
    as_of: date
    basis: Basis
    rows: tuple[StaleRow, ...]
    notes: tuple[str, ...] = ()  # what the reader must know of the report as a whole

    def failed(self, fail_on: Iterable[str] = ()) -> bool:
        """Whether a row has a state or flag named, or one of integrity. Raises SopkitError for an unknown name."""
        wanted = failing(fail_on)
        return any(not wanted.isdisjoint((row.state, *row.flags)) for row in self.rows)
