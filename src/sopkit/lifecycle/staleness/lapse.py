"""Days on which no review held."""

from collections.abc import Iterable
from datetime import date


def lapsed_days(first: date, last: date, held: Iterable[tuple[date, date]]) -> int:
    """How many days from `first` to `last`, both included, lie in none of the spans, which include their ends too."""
    at, end = first.toordinal(), last.toordinal() + 1
    count = 0
    for start, until in sorted(held):
        count += max(min(start.toordinal(), end) - at, 0)
        at = max(at, min(start.toordinal(), end))
        if until >= start:
            at = max(at, until.toordinal() + 1)
    return count + max(end - at, 0)
