"""Measures time limits: whether the `to` of a case is within its limit after the `from` (docs/practice.md)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import cached_property, lru_cache
from statistics import median
from typing import NamedTuple

from sopkit.lifecycle.due import add_duration
from sopkit.model.durations import Duration
from sopkit.model.sop import Sop
from sopkit.practice.cases import Case, as_moment

FULL_TARGET, USUAL_TARGET = 100, 95
"""Percent of the cases that must be on time: of law and contract, and of anything else."""


class LimitState(StrEnum):
    """How a case stands to a time limit."""

    ON_TIME = "on time"
    LATE = "late"
    RUNNING = "running"
    UNKNOWN = "unknown"
    NOT_MEASURED = "not measured"  # cancelled without an end


class Measurement(NamedTuple):
    """One case under one time limit. `minutes` is how long it took where both times are known; `month` is `2026-03`."""

    case: Case
    state: LimitState
    minutes: float | None = None
    month: str = ""


@dataclass(frozen=True)
class TimeLimitTerms:
    """A time limit of a text."""

    id: str
    length: Duration
    source: str
    target: int
    months: dict[tuple[str, tzinfo], str] = field(default_factory=dict, compare=False, repr=False)
    """What was worked out: the month in which it ends, by the hour in which it starts."""

    @cached_property
    def exact(self) -> timedelta | None:
        """The length as elapsed time; None where it is counted in days or months of the calendar."""
        months, days, minutes = self.length.parts
        return None if months or days else timedelta(minutes=minutes)


def limit_terms(sop: Sop) -> Iterator[TimeLimitTerms]:
    """The time limits that a text lists, with the share of cases that must be on time."""
    limits = sop.front.values.get("time_limits")
    for name, entry in limits.items() if isinstance(limits, dict) else ():
        cells = entry if isinstance(entry, dict) else {"limit": entry}
        try:
            length = Duration(str(cells.get("limit", "")).strip())
        except ValueError:
            continue
        source, typed = str(cells.get("source") or ""), str(cells.get("target") or "")
        usual = FULL_TARGET if source in {"law", "contract"} else USUAL_TARGET
        yield TimeLimitTerms(str(name), length, source, int(typed) if typed.isdecimal() else usual)


def measure(case: Case, terms: TimeLimitTerms, zone: tzinfo) -> Measurement:
    """How a case stands to a time limit at the time of its export; the due moment itself is still on time.

    Where only days are known, both ends of the day are tried, and what could be either is unknown; of a limit in whole
    days between two days, the days are counted.
    """
    typed_from, typed_to = case.times.get(terms.id, ("", ""))
    if typed_from[-1:] == typed_to[-1:] == "Z" and terms.exact is not None:
        return Measurement(case, *_compare_exact(typed_from, typed_to, terms, terms.exact, zone))
    start, end = as_moment(typed_from), as_moment(typed_to)
    if not typed_to and case.outcome == "cancelled":
        return Measurement(case, LimitState.NOT_MEASURED, month=case.day(zone)[:7])
    if start is None:
        return Measurement(case, LimitState.UNKNOWN, month=case.day(zone)[:7])
    first, last = (_add(one, terms.length, zone) for one in _bounds(start, zone))
    month = _local(first, zone).isoformat()[:7]
    if end is not None:
        return Measurement(case, *_compare(start, end, terms.length, zone), month=month)
    if typed_to or case.outcome == "done":
        return Measurement(case, LimitState.UNKNOWN, month=month)
    is_late = _bounds(case.judged, zone)[0] > last
    return Measurement(case, LimitState.LATE if is_late else LimitState.RUNNING, month=month)


def _compare_exact(
    typed_from: str, typed_to: str, terms: TimeLimitTerms, length: timedelta, zone: tzinfo
) -> tuple[LimitState, float | None, str]:
    """The same as below for most cases, of two times in UTC and a limit in hours; a tenth of the work."""
    start, end = datetime.fromisoformat(typed_from), datetime.fromisoformat(typed_to)
    hour = (typed_from[:13], zone)
    month = terms.months.get(hour)
    if month is None:
        first = start.replace(minute=0, second=0)
        month, last = (_local(one + length, zone).isoformat()[:7] for one in (first, first + timedelta(seconds=3599)))
        if month == last:
            terms.months[hour] = month
        else:
            month = _local(start + length, zone).isoformat()[:7]
    took = end - start
    if end < start:
        return LimitState.UNKNOWN, None, month
    return LimitState.ON_TIME if took <= length else LimitState.LATE, took.total_seconds() / 60, month


def _compare(start: date, end: date, length: Duration, zone: tzinfo) -> tuple[LimitState, float | None]:
    """Whether an end is in time, and how many minutes it took where that is known."""
    begin, stop = _bounds(start, zone), _bounds(end, zone)
    if stop[1] < begin[0]:
        return LimitState.UNKNOWN, None
    first, last = (_add(one, length, zone) for one in begin)
    if not (isinstance(start, datetime) or isinstance(end, datetime) or length.parts[2]):
        return LimitState.ON_TIME if end <= _local(first, zone) else LimitState.LATE, (end - start).days * 1440.0
    is_exact = isinstance(start, datetime) and isinstance(end, datetime)
    minutes = (stop[0] - begin[0]).total_seconds() / 60 if is_exact else None
    if stop[1] <= first:
        return LimitState.ON_TIME, minutes
    return LimitState.LATE if stop[0] > last else LimitState.UNKNOWN, minutes


def _bounds(moment: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """The earliest and the latest time that a moment can be, in UTC."""
    if isinstance(moment, datetime):
        return moment, moment
    return _midnight(moment, zone), _midnight(moment + timedelta(days=1), zone) - timedelta(seconds=1)


@lru_cache(4096)
def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _add(moment: datetime, length: Duration, zone: tzinfo) -> datetime:
    """When a limit ends: hours and minutes have elapsed then; days and months are those of the calendar, here."""
    months, days, minutes = length.parts
    if months or days:
        local = moment.astimezone(zone)
        day = add_duration(local.date(), Duration(f"P{months}M{days}D") if months else Duration(f"P{days}D"))
        moment = datetime.combine(day, local.timetz()).astimezone(UTC)
    return moment + timedelta(minutes=minutes)


def due_moment(start: date, length: Duration, zone: tzinfo) -> datetime:
    """When a limit ends that started at a moment, in UTC; of a start of which only the day is known, the earliest."""
    return _add(_bounds(start, zone)[0], length, zone)


def _local(moment: datetime, zone: tzinfo) -> date:
    return moment.astimezone(zone).date()


@dataclass
class LimitSummary:
    """The measurements of some cases under one time limit."""

    counts: Counter[LimitState] = field(default_factory=Counter)
    minutes: list[float] = field(default_factory=list)

    def add(self, one: Measurement) -> None:
        """Count a measurement."""
        self.counts[one.state] += 1
        if one.minutes is not None:
            self.minutes.append(one.minutes)

    def merge(self, other: "LimitSummary") -> None:
        """Add the counts of another."""
        self.counts.update(other.counts)
        self.minutes += other.minutes

    @property
    def measured(self) -> int:
        """How many cases the share is of."""
        return sum(self.counts[state] for state in (LimitState.ON_TIME, LimitState.LATE, LimitState.UNKNOWN))

    @property
    def share(self) -> float | None:
        """Percent of the measured cases that were on time, to one place and never rounded up; None without any."""
        return self.counts[LimitState.ON_TIME] * 1000 // self.measured / 10 if self.measured else None

    @property
    def median(self) -> float | None:
        """Minutes of the case in the middle, or the mean of the two there; None without any."""
        return median(self.minutes) if self.minutes else None

    @property
    def worst(self) -> float | None:
        """Minutes of the longest case; None without any."""
        return max(self.minutes, default=None)


def summarize(measurements: Iterable[Measurement]) -> tuple[LimitSummary, Mapping[str, LimitSummary]]:
    """The measurements as a whole, and by month of due; those that are not measured belong to no month."""
    whole, months = LimitSummary(), defaultdict[str, LimitSummary](LimitSummary)
    for one in measurements:
        (whole if one.state is LimitState.NOT_MEASURED else months[one.month]).add(one)
    for summary in months.values():
        summary.minutes.sort()  # a median sorts what is sorted in no time
        whole.merge(summary)
    whole.minutes.sort()
    return whole, dict(sorted(months.items()))
