"""Reviews that one person made in such haste that nobody can have read the texts."""

from collections.abc import Iterable

from sopkit.lifecycle.ledger import Ledger, Verdict

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
    found = {}
    for person, reviews in by_person.items():
        reviews.sort(key=lambda review: (review.time, review.file.path))
        start = 0
        for end, review in enumerate(reviews):
            while review.time - reviews[start].time > SECONDS:
                start += 1
            if end - start + 1 >= BULK:
                for one in reviews[start : end + 1]:
                    found[one.file.path] = ""
        in_burst = [review for review in reviews if review.file.path in found]
        for review in in_burst:
            near = sum(abs(other.time - review.time) <= SECONDS for other in in_burst)
            found[review.file.path] = f"{person} recorded {near} reviews within ten minutes on {review.landed}"
    return found
