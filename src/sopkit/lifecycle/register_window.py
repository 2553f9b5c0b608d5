"""Finds entries that count only by registers or settings which were changed for them and changed back since."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sopkit.lifecycle.evidence import find_library_fault, prove
from sopkit.lifecycle.ledger import EntryResult, RegisterWindow
from sopkit.lifecycle.ledger_context import LedgerContext
from sopkit.lifecycle.people import Organisation
from sopkit.lifecycle.revisions import Revision, RevisionHistory
from sopkit.lifecycle.text_authors import find_own_text, find_unknown_author
from sopkit.model.config import Config
from sopkit.model.entry import EvidenceLevel

Fails = Callable[[Organisation], bool]
"""Whether an entry would fail one of the conditions under other registers and settings."""


@dataclass(frozen=True, slots=True)
class ApprovalTerms:
    """What an approval is of, and what was approved before."""

    revision: Revision
    past: RevisionHistory
    approved: Collection[int]


def entry_conditions(
    result: EntryResult, roles: Callable[[Organisation], Sequence[str]], context: LedgerContext
) -> Iterator[tuple[str, Fails]]:
    """The conditions of every entry; `roles` gives those in which it may be made."""
    entry, landed = result.entry, context.landed(result.file)

    def without_role(organisation: Organisation) -> bool:
        held = (role for role in roles(organisation) if organisation.holds(entry.by, role, result.landed))
        return not set(held) & set(result.roles)

    def unproved(organisation: Organisation) -> bool:
        then = replace(landed, organisation=organisation)
        return prove(entry, result.file.reading.signed, then, context.check).level is None

    yield "who holds the role", without_role
    yield "who is who, or whose key it is", unproved
    yield "the uuid of the library", lambda organisation: bool(find_library_fault(entry, organisation))


def approval_conditions(
    result: EntryResult,
    terms: ApprovalTerms,
    least_evidence: Callable[[Config], EvidenceLevel],
    context: LedgerContext,
) -> Iterator[tuple[str, Fails]]:
    """The conditions of an approval beside those of every entry."""
    about, landed = (terms.revision, terms.past, terms.approved), context.landed(result.file)

    def too_weak(organisation: Organisation) -> bool:
        then = replace(landed, organisation=organisation)
        level = prove(result.entry, result.file.reading.signed, then, context.check).level
        if organisation.config is None:
            return True
        return level is not None and level.rank < least_evidence(organisation.config).rank

    def by_author(organisation: Organisation) -> bool:
        return find_own_text(result.entry.by, *about, organisation, context) is not None

    def by_unknown(organisation: Organisation) -> bool:
        if organisation.config is None or organisation.config.approval.authors != "known":
            return False
        return find_unknown_author(*about, lambda author, _: bool(organisation.known(author)), context) is not None

    yield "the least evidence or the keys", too_weak
    yield "who wrote the text", by_author
    yield "which authors are known", by_unknown


def find_register_windows(
    conditions: Iterable[tuple[str, Fails]], before: int, commit: int, context: LedgerContext
) -> Iterator[RegisterWindow]:
    """The windows by which an entry counts.

    `before` is the commit up to which the registers are those of the last entry of its kind, `commit` the one by which
    it landed; those of the judged commit are the other measure. Where nobody was listed before, nothing was changed.
    """
    earlier, now = context.organisation(before), context.organisation(len(context.landings))
    changes = [index for index in context.organisation_changes if index >= before]
    if not changes or changes[0] >= commit or not (earlier.people and earlier.roles):
        return
    for what, fails in conditions:
        if not (fails(earlier) and fails(now)):
            continue
        opening = [
            index
            for index in changes
            if index < commit and fails(context.organisation(index)) and not fails(context.organisation(index + 1))
        ]
        if opening:
            closing = (one for one in changes if one > opening[-1] and fails(context.organisation(one + 1)))
            yield RegisterWindow(what, opening[-1], next(closing))
