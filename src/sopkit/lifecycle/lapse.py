"""Days on which no review held."""

from collections.abc import Iterable
from datetime import date, timedelta


def lapsed_days(first: date, last: date, held: Iterable[tuple[date, date]]) -> int:
    """How many days from `first` to `last`, both included, lie in none of the spans, which include their ends too."""
    count, at = 0, first
    for start, end in sorted(held):
        if at > last:
            break
        if start > at:
            count += (min(start, last + _DAY if last < date.max else last) - at).days
            at = start
        if end >= at:
            at = end + _DAY if end < date.max else date.max
    return count + ((last - at).days + 1 if at <= last else 0)


_DAY = timedelta(days=1)
