"""Reviews that one person made in such haste that nobody can have read the texts."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from sopkit.lifecycle.ledger.ledger import Ledger, Verdict

BULK = 5
"""So many reviews are a burst."""
SECONDS = 600
"""Within so much landed time."""


def bulk_reviews(ledgers: Iterable[Ledger]) -> dict[str, str]:
    """The reviews of bursts by the path of their files, each with what to say of it."""
    by_person: dict[str, list[Verdict]] = {}
    for ledger in ledgers:
        for review in ledger.reviews:
            by_person.setdefault(review.entry.by, []).append(review)
    found: dict[str, str] = {}
    for person, reviews in by_person.items():
        reviews.sort(key=lambda review: (review.time, review.file.path))
        start = told = 0
        for end, review in enumerate(reviews):
            while review.time - reviews[start].time > SECONDS:
                start += 1
            if end - start + 1 >= BULK:
                found |= {one.file.path: "" for one in reviews[max(start, told) : end + 1]}
                told = end + 1
        in_burst = [review for review in reviews if review.file.path in found]
        times = [review.time for review in in_burst]
        for review in in_burst:
            near = bisect_right(times, review.time + SECONDS) - bisect_left(times, review.time - SECONDS)
            found[review.file.path] = f"{person} recorded {near} reviews within ten minutes on {review.landed}"
    return found
