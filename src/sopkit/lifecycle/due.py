"""When a review is due: the review interval of an SOP and date arithmetic."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from dateutil.relativedelta import relativedelta

from sopkit.lifecycle.snapshot import Snapshot
from sopkit.model.areas import Area
from sopkit.model.config import Config, Criticality
from sopkit.model.durations import Duration

_DAY_MINUTES = 1440
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def parse_date(text: str) -> date | None:
    """The day that a text names strictly as YYYY-MM-DD, or None."""
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


@lru_cache(4096)
def add_duration(day: date, length: Duration) -> date:
    """The day that lies `length` after a day: months first, at the end of a shorter month, then days.

    Part days are dropped, so that nothing is due later than it says; past the calendar it is its last day.
    """
    months, days, minutes = length.parts
    try:
        return day + relativedelta(months=months, days=days + minutes // _DAY_MINUTES)
    except (OverflowError, ValueError):
        return date.max


def next_due(day: date, interval: Duration, ceiling: Duration) -> date:
    """When the review after that of `day` is due; that day itself is still in time."""
    return min(add_duration(day, interval), add_duration(day, ceiling))


def is_overdue(due: date | None, as_of: date) -> bool:
    """Whether a due day has passed; nothing is overdue on the day itself, which is still in time."""
    return due is not None and due < as_of


def is_soon(due: date, as_of: date, notice: Duration) -> bool:
    """Whether the due day is no further away than the notice."""
    return due <= add_duration(as_of, notice)


def format_days(count: int) -> str:
    """A number of days, such as `1 day` or `30 days`."""
    return "1 day" if count == 1 else f"{count} days"


@dataclass(frozen=True, slots=True)
class ReviewTerms:
    """The interval that the text or its area asks for, the ceiling for its criticality, and what was not readable."""

    interval: Duration
    ceiling: Duration
    findings: tuple[str, ...] = ()

    def due(self, day: date) -> date:
        """The last day in time for the review after that of a day."""
        return next_due(day, self.interval, self.ceiling)

    def capped(self, day: date) -> tuple[str, ...]:
        """What to say when the interval is over the ceiling."""
        if add_duration(day, self.interval) > add_duration(day, self.ceiling):
            return (f"review_every: `{self.interval}` is over the ceiling; {self.ceiling} counts",)
        return ()

    def length(self, day: date) -> Duration:
        """Which of the two counts from a day."""
        return min(self.interval, self.ceiling, key=lambda length: add_duration(day, length))


def review_terms(snapshot: Snapshot, config: Config) -> ReviewTerms:
    """The terms of a text; no criticality counts as medium."""
    findings = []
    interval = config.all_areas.get(snapshot.area, Area()).review_every
    if snapshot.review_every:
        try:
            interval = Duration(snapshot.review_every)
        except ValueError as error:
            findings.append(f"review_every: {error}; the default of the area counts")
    if snapshot.criticality and snapshot.criticality not in list(Criticality):
        findings.append(f"criticality: `{snapshot.criticality}` is none; medium counts")
    return ReviewTerms(interval, config.review.ceiling.of(criticality_of(snapshot)), tuple(findings))


def criticality_of(snapshot: Snapshot) -> Criticality:
    """The criticality of a text; none, and one that nobody knows, is medium."""
    known = snapshot.criticality in list(Criticality)
    return Criticality(snapshot.criticality) if known else Criticality.MEDIUM


def count_lapsed_days(first: date, last: date, held: Iterable[tuple[date, date]]) -> int:
    """How many days from `first` to `last`, both included, lie in none of the spans, which include their ends too."""
    at, end = first.toordinal(), last.toordinal() + 1
    count = 0
    for start, until in sorted(held):
        count += max(min(start.toordinal(), end) - at, 0)
        at = max(at, min(start.toordinal(), end))
        if until >= start:
            at = max(at, until.toordinal() + 1)
    return count + max(end - at, 0)
