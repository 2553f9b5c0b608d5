"""Whether an approver wrote what would be approved."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from sopkit.lifecycle.ledger.organisation import Organisation
from sopkit.lifecycle.texts.revisions import Past, Revision

if TYPE_CHECKING:
    from sopkit.lifecycle.ledger.counting import Surroundings


def written_by(
    person: str,
    revision: Revision,
    past: Past,
    approved: Collection[int],
    organisation: Organisation,
    around: "Surroundings",
) -> Revision | None:
    """A revision after the last approved one, up to this one, that the person wrote, if there is one.

    `approved` are the numbers of the approved revisions, `organisation` says who is who when this is asked.
    """
    start = max((number for number in approved if number < revision.number), default=0)
    for one in reversed(past.revisions[start : revision.number]):
        for text in (one, *_restored(one, past, approved)):
            if any(_is_author(person, place, past, organisation, around) for place in _landings(text)):
                return text
    return None


def _restored(revision: Revision, past: Past, approved: Collection[int]) -> tuple[Revision, ...]:
    """The revision that another brings back, unless its text was approved: a revert makes nobody its author."""
    first = past.revisions[revision.restores - 1] if revision.restores else None
    known = {past.revisions[number - 1].digest for number in approved}
    return (first,) if first is not None and first.digest not in known else ()


def _landings(revision: Revision) -> Iterator[Revision]:
    """A revision as it began, and as its file landed before that, beside another with the same id."""
    yield revision
    for commit, blob in revision.earlier:
        yield replace(revision, commit=commit, blob=blob)


def _is_author(person: str, revision: Revision, past: Past, organisation: Organisation, around: "Surroundings") -> bool:
    """By the people register of now, or by that of when the text landed: taking an e-mail out hides nobody."""
    times = (organisation, around.organisation(revision.commit))
    for part in around.authors(past, revision):
        if any(time.same(part.author, person) for time in times):
            return True
        readings = [around.reading(blob) for blob in part.entries]
        recording = {reading.by for reading in readings if reading}
        if person not in recording and any(time.same(one, person) for time in times for one in part.co_authors):
            return True
    return False
