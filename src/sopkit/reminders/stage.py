"""On which days an SOP is due for a reminder."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

WEEK = 7


@dataclass(frozen=True, slots=True)
class Stage:
    """A day on which a reminder fell due, and which one it is."""

    day: date
    name: str


def due_stage(due: date, as_of: date, thresholds: Iterable[int]) -> Stage | None:
    """The last reminder of a due day up to `as_of`: so many days before it, then every week after it."""
    weeks = (as_of - due).days // WEEK
    if weeks >= 1:
        return Stage(due + timedelta(weeks=weeks), f"overdue-{weeks}")
    passed = [days for days in thresholds if days >= 0 and due.toordinal() - days <= as_of.toordinal()]
    if not passed:
        return None
    least = min(passed)
    return Stage(date.fromordinal(max(due.toordinal() - least, 1)), f"due-{least}")


def event_stage(name: str, changed: date | None, as_of: date) -> Stage | None:
    """The last reminder up to `as_of` of a state that arose by a change: on the next day, then every week.

    The next day, because a run in the morning has not seen what lands at noon. Without a known day it is every day.
    """
    if changed is None:
        return Stage(as_of, f"{name}-0")
    weeks, _ = divmod((as_of - changed).days - 1, WEEK)
    return Stage(changed + timedelta(days=1, weeks=weeks), f"{name}-{weeks}") if weeks >= 0 else None
