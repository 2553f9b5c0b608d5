"""When a review is due: calendar arithmetic on days."""

import re
from datetime import date
from functools import lru_cache

from dateutil.relativedelta import relativedelta

from sopkit.model.durations import Duration

_DAY_MINUTES = 1440
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def read_day(text: str) -> date | None:
    """The day that a text names strictly as YYYY-MM-DD, or None."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


@lru_cache(4096)
def add(day: date, length: Duration) -> date:
    """The day that lies `length` after a day: months first, at the end of a shorter month, then days.

    Part days are dropped, so that nothing is due later than it says; past the calendar it is its last day.
    """
    months, days, minutes = length.parts
    try:
        return day + relativedelta(months=months, days=days + minutes // _DAY_MINUTES)
    except (OverflowError, ValueError):
        return date.max


def due_after(day: date, interval: Duration, ceiling: Duration) -> date:
    """When the review after that of `day` is due; that day itself is still in time."""
    return min(add(day, interval), add(day, ceiling))


def is_soon(due: date, as_of: date, notice: Duration) -> bool:
    """Whether the due day is no further away than the notice."""
    return due <= add(as_of, notice)


def days_in_words(count: int) -> str:
    """A number of days, such as `1 day` or `30 days`."""
    return "1 day" if count == 1 else f"{count} days"
