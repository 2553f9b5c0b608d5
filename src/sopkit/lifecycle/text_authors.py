"""Who wrote a text that is to be approved: itself, what it rests on, and what had its body before under another id."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import NamedTuple

from sopkit.git.merges import Author
from sopkit.lifecycle.ledger_context import LedgerContext
from sopkit.lifecycle.people import Organisation
from sopkit.lifecycle.revisions import Revision, RevisionHistory, SopKey


class WrittenText(NamedTuple):
    """A revision of an SOP whose authors are authors of the text that is to be approved."""

    past: RevisionHistory
    revision: Revision

    def name(self, own: SopKey) -> str:
        """The revision in words, with its SOP when that is another one: `r2`, `r2 of AC-001`."""
        other = self.past.key[0] or self.past.key[1]
        return f"r{self.revision.number}" if self.past.key == own else f"r{self.revision.number} of {other}"


def last_before(approved: Collection[int], number: int) -> int:
    """The number of the last approved revision before another; 0 where there is none."""
    return max((one for one in approved if one < number), default=0)


def find_written_texts(
    revision: Revision, past: RevisionHistory, approved: Collection[int], context: LedgerContext
) -> Iterator[WrittenText]:
    """The texts after the last approved one up to a revision, and those that these restore or took their body from.

    `approved` are the numbers of the approved revisions. What they hold is nobody's any more: had it been approved, a
    revert would make nobody its author.
    """
    texts = [past.revisions[number - 1] for number in approved]
    digests = {text.digest for text in texts}
    bodies = {context.snapshots[text.blob].body for text in texts}
    seen: set[tuple[SopKey, int]] = set()
    for one in reversed(past.revisions[last_before(approved, revision.number) : revision.number]):
        yield WrittenText(past, one)
        if one.restores and past.revisions[one.restores - 1].digest not in digests:
            yield WrittenText(past, past.revisions[one.restores - 1])
        if context.snapshots[one.blob].body not in bodies:
            yield from _find_origins(one, past.key, context, seen)


def _find_origins(
    revision: Revision, own: SopKey, context: LedgerContext, seen: set[tuple[SopKey, int]]
) -> Iterator[WrittenText]:
    """What had the body before: of the same SOP that revision, of another one all up to it."""
    for key, number in revision.origins:
        other = context.pasts.get(key)
        if other is None:
            continue
        for text in other.revisions[number - 1 if key == own else 0 : number]:
            if (key, text.number) not in seen:
                seen.add((key, text.number))
                yield WrittenText(other, text)
                yield from _find_origins(text, key, context, seen)


def find_own_text(
    person: str,
    revision: Revision,
    past: RevisionHistory,
    approved: Collection[int],
    organisation: Organisation,
    context: LedgerContext,
) -> WrittenText | None:
    """A text that a revision rests on, or it itself, that the person wrote, if there is one.

    `organisation` says who is who when this is asked.
    """
    for text in find_written_texts(revision, past, approved, context):
        if any(_is_author(person, landing, text.past, organisation, context) for landing in _landings(text.revision)):
            return text
    return None


def find_unknown_author(
    revision: Revision,
    past: RevisionHistory,
    approved: Collection[int],
    is_known: Callable[[Author, int], bool],
    context: LedgerContext,
) -> tuple[WrittenText, Author] | None:
    """An author of such a text who is not known; `is_known` is given the index of the commit by which it landed."""
    for text in find_written_texts(revision, past, approved, context):
        for landing in _landings(text.revision):
            for part in context.authors(text.past, landing):
                for author in (part.author, *part.co_authors):
                    if any(author) and not is_known(author, landing.commit):
                        return text, author
    return None


def _landings(text: Revision) -> tuple[Revision, ...]:
    """A text as it began, and as its file landed before that, beside another with the same id."""
    return (text, *(replace(text, commit=commit, blob=blob) for commit, blob in text.earlier))


def _is_author(
    person: str, revision: Revision, past: RevisionHistory, organisation: Organisation, context: LedgerContext
) -> bool:
    """By the people register of now, or by that of when the text landed: taking an e-mail out hides nobody."""
    times = (organisation, context.organisation(revision.commit))
    for part in context.authors(past, revision):
        if any(time.same(part.author, person) for time in times):
            return True
        readings = [context.reading(blob) for blob in part.entries]
        recording = {reading.by for reading in readings if reading}
        if person not in recording and any(time.same(one, person) for time in times for one in part.co_authors):
            return True
    return False
