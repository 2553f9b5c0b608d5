"""The status of a published SOP: its approvals, and the banner that says whether to follow its text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from uuid import NAMESPACE_URL, UUID, uuid5

from sopkit.handbook.published_library import PublishedLibrary, PublishedSop
from sopkit.handbook.selection import Authority
from sopkit.lifecycle.due import is_overdue
from sopkit.lifecycle.history import History
from sopkit.lifecycle.ledger import Approval, EntryResult
from sopkit.lifecycle.people import person_name
from sopkit.lifecycle.revisions import Revision, RevisionHistory
from sopkit.lifecycle.snapshot import Snapshot
from sopkit.lifecycle.status import INTEGRITY, OUT_OF_LIST, SopState, StaleRow
from sopkit.model.registers import Exemption, Person
from sopkit.model.sop import Sop
from sopkit.model.sop_document import Classification
from sopkit.tables.escape import escape_controls

_CHANGED_STATES = frozenset({SopState.CHANGED_SINCE_REVIEW, SopState.TEXT_CHANGED_SINCE_CLAIM})
_UNREVIEWED_STATES = _CHANGED_STATES | {SopState.CLAIM_AFTER_COMMIT, SopState.BULK_BUMP}
"""States in which the last review is not one of the present text, or is not believed."""


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who made an entry: the name, empty where people are not shown, and the titles of the roles."""

    name: str
    roles: tuple[str, ...]

    @property
    def words(self) -> str:
        """`Cat Lopes (CISO)`, or the roles alone."""
        roles = ", ".join(self.roles)
        return f"{self.name} ({roles})" if self.name and roles else self.name or roles


@dataclass(frozen=True, eq=False)
class PublishedApproval:
    """An approval of a published SOP, and the revision that it approves."""

    handbook: PublishedLibrary
    one: PublishedSop
    history: History
    past: RevisionHistory
    approval: Approval

    @property
    def revision(self) -> Revision:
        """The approved text."""
        return self.past.revisions[self.approval.revision - 1]

    @property
    def commit(self) -> str:
        """The commit by which the approval landed."""
        return self.history.log.commits[self.approval.commit].oid

    @property
    def time(self) -> int:
        """When it landed, in seconds since 1970."""
        return self.history.landings[self.approval.commit].time

    @property
    def landed(self) -> date:
        """The date on which it landed."""
        return self.approval.landed

    @property
    def since(self) -> date:
        """The date from which the text is in force."""
        return self.approval.starts

    @property
    def level(self) -> str:
        """The level of its evidence."""
        return str(self.approval.level)

    @property
    def snapshot(self) -> Snapshot:
        """The metadata of the approved text."""
        return self.history.snapshots[self.approval.blob]

    @property
    def version(self) -> str:
        """The label under which the text was approved."""
        return self.approval.label or self.snapshot.version

    @property
    def people(self) -> str:
        """All who approved, in words."""
        return ", ".join(signatory(self.handbook, verdict).words for verdict in self.approval.verdicts)

    @property
    def name(self) -> UUID:
        """An identifier that is the same in every build of the library."""
        return library_uuid(self.history, "approval", self.one.id, self.revision.digest, self.commit)


def library_uuid(history: History, *parts: str) -> UUID:
    """An identifier for something of a library, which is known by its first commit."""
    return uuid5(NAMESPACE_URL, "\n".join(("sopkit", history.log.commits[0].oid, *parts)))


@lru_cache(4)
def approvals(handbook: PublishedLibrary) -> tuple[PublishedApproval, ...]:
    """The approvals of the published texts, the newest first."""
    found = (current_approval(handbook, one) for one in handbook.shown)
    return _newest_first(approval for approval in found if approval is not None)


def all_approvals(handbook: PublishedLibrary) -> tuple[PublishedApproval, ...]:
    """Every valid approval of a published SOP, the newest first, except of texts above the classification."""
    history = handbook.status.judged
    return _newest_first(
        PublishedApproval(handbook, one, history, past, approval)
        for one in handbook.shown
        if history is not None and (past := handbook.past(one)) is not None
        for approval in history.ledger(one.id).approved.values()
        if approval.revision not in handbook.hidden_revisions(one)
    )


def _newest_first(found: Iterable[PublishedApproval]) -> tuple[PublishedApproval, ...]:
    return tuple(sorted(found, key=lambda one: (-one.approval.commit, one.one.id)))


def current_approval(handbook: PublishedLibrary, one: PublishedSop) -> PublishedApproval | None:
    """The approval of the published text of an SOP; None where it has none, or no history was read."""
    history, past = handbook.status.judged, handbook.past(one)
    if history is None or past is None or one.approval is None:
        return None
    return PublishedApproval(handbook, one, history, past, one.approval)


def later_approval(handbook: PublishedLibrary, one: PublishedSop) -> PublishedApproval | None:
    """The approval of the newest text of an SOP when it comes into force on a later day; else None."""
    history, past = handbook.status.judged, handbook.past(one)
    if history is None or past is None or one.later is None:
        return None
    return PublishedApproval(handbook, one, history, past, one.later)


def signatory(handbook: PublishedLibrary, verdict: EntryResult) -> Signatory:
    """Who made an entry."""
    roles = tuple(handbook.library.role_title(role) for role in verdict.roles)
    return Signatory(visible_name(handbook, verdict.entry.by), roles)


def visible_name(handbook: PublishedLibrary, key: str) -> str:
    """The name of a person by key; empty in a public handbook, which shows roles only."""
    if handbook.options.classification is Classification.PUBLIC:
        return ""
    row = handbook.library.registers["people"].by_key.get(key)
    return escape_controls(person_name(row) if isinstance(row, Person) else key)


@dataclass(frozen=True, slots=True)
class StatusSign:
    """A shape, a word (which a day may follow) and a sentence; `tone` is ok, warn, bad or empty."""

    tone: str
    glyph: str
    word: str
    says: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class StatusBanner:
    """The signs of one text: whether to follow it, when it is looked at, what else speaks against it.

    `instead` are the SOPs that took the place of one that is retired.
    """

    standing: StatusSign
    review: StatusSign | None
    alarms: tuple[StatusSign, ...]
    instead: tuple[PublishedSop, ...] = ()


class Standing(StrEnum):
    """How far the text of an SOP that is shown may be followed."""

    RETIRED = "retired"
    ALTERED = "altered"
    """What proves its approval was altered, or two files claim its id."""
    DRAFT = "draft"
    TRIAL = "trial"
    APPROVED = "approved"
    LATER = "later"
    """It is approved, and comes into force on a later day."""
    UNAPPROVED = "unapproved"
    UNKEPT = "unkept"
    """The library keeps no record of approvals."""


def standing_of(one: PublishedSop) -> Standing:
    """How far the text that is shown may be followed; of what is on no record, what its status says."""
    if one.sop.status == "retired":
        return Standing.RETIRED
    if one.row is not None and not INTEGRITY.isdisjoint(one.row.flags):
        return Standing.ALTERED
    return _text_standing(one)


def _text_standing(one: PublishedSop) -> Standing:
    """The standing of the text itself, whatever speaks against its record."""
    if one.sop.status in set(OUT_OF_LIST):
        return Standing(one.sop.status)
    if one.authority is Authority.NONE:
        return Standing.LATER if one.later is not None else Standing.UNAPPROVED
    return Standing(one.authority)


def status_banner(handbook: PublishedLibrary, one: PublishedSop) -> StatusBanner:
    """The banner of the page of an SOP."""
    standing, alarms = _status_sign(handbook, one), tuple(_warning_signs(handbook, one))
    review = _review_sign(handbook, one)
    if any(alarm.tone == "bad" for alarm in alarms):  # no green beside a warning that it is not to be relied on
        standing = replace(standing, tone="") if standing.tone == "ok" else standing
        review = replace(review, tone="") if review and review.tone == "ok" else review
    return StatusBanner(
        standing=standing,
        review=review,
        alarms=alarms,
        instead=_replacements(handbook, one) if one.sop.status == "retired" else (),
    )


def newer_status_banner(handbook: PublishedLibrary, one: PublishedSop, newer: Sop) -> StatusBanner:
    """The banner of a text that waits for its approval, or for the day on which it comes into force."""
    say = handbook.words
    if (later := later_approval(handbook, one)) is not None:
        return StatusBanner(_later_sign(handbook, later), None, ())
    return StatusBanner(
        StatusSign("bad", "■", say("sop.not_approved", version=newer.text("version")), say("sop.newer_says")), None, ()
    )


def _status_sign(handbook: PublishedLibrary, one: PublishedSop) -> StatusSign:
    say, status, version = handbook.words, one.sop.status, one.sop.text("version")
    approved, later = current_approval(handbook, one), later_approval(handbook, one)
    match _text_standing(one):
        case Standing.RETIRED:
            return StatusSign("bad", "✕", say("sop.retired"), say("sop.retired_says"))
        case Standing.DRAFT:
            return StatusSign("bad", "■", say("sop.draft", version=version), say("sop.draft_says"))
        case Standing.TRIAL:
            return StatusSign("warn", "◆", say("sop.trial", version=version), say("sop.trial_says"))
        case Standing.APPROVED if approved is not None:
            return _approval_sign(handbook, approved)
        case Standing.APPROVED:
            return StatusSign("ok", "●", say("sop.approved", version=version))
        case Standing.LATER if later is not None:
            return _later_sign(handbook, later)
        case Standing.UNKEPT if status == "active":
            return StatusSign("", "●", say("sop.active", version=version), say("sop.active_says"))
        case Standing.UNKEPT:
            says = say("sop.typed_says", status=status) if status else say("sop.unsaid_says")
            return StatusSign("", "○", say("sop.unsaid", version=version), says)
    return StatusSign("bad", "■", say("sop.not_approved", version=version), say("sop.not_approved_says"))


def _approval_sign(handbook: PublishedLibrary, approved: PublishedApproval) -> StatusSign:
    say = handbook.words
    by = say("sop.approved_by", day=say.day(approved.landed), people=approved.people)
    started = (
        f" {say('sop.in_force_since', since=say.day(approved.since))}" if approved.since != approved.landed else ""
    )
    return StatusSign("ok", "●", say("sop.approved", version=approved.version), by + started)


def _later_sign(handbook: PublishedLibrary, later: PublishedApproval) -> StatusSign:
    """That a text is approved and does not count yet, and what counts until then."""
    say, before = handbook.words, current_approval(handbook, later.one)
    by = say("sop.approved_by", day=say.day(later.landed), people=later.people)
    version = before.version or f"r{before.revision.number}" if before else ""
    key = "sop.later_says" if before else "sop.later_first_says"
    says = say(key, since=say.day(later.since), version=version)
    return StatusSign("warn", "◷", say("sop.approved_for_later", version=later.version), f"{says} {by}")


def _review_sign(handbook: PublishedLibrary, one: PublishedSop) -> StatusSign | None:
    say, row = handbook.words, one.row
    if row is None or row.state in OUT_OF_LIST or one.sop.status in set(OUT_OF_LIST):
        return None
    text = _last_review(handbook, one, row)
    if row.due is None:
        return StatusSign("warn", "▲", say("sop.never_reviewed"), text) if row.reviewed is None else None
    if is_overdue(row.due, handbook.edition.as_of):
        return StatusSign("bad", "▲", say("sop.overdue"), text, row.due)
    if SopState.DUE_SOON in row.flags:
        return StatusSign("warn", "▲", say("sop.due_soon"), text, row.due)
    doubted = not _UNREVIEWED_STATES.isdisjoint(row.flags) and one.is_newest
    if SopState.NEVER_REVIEWED in row.flags or doubted:
        return StatusSign("warn", "▲", say("sop.due"), text, row.due)
    return StatusSign("ok" if row.reviewed else "", "●", say("sop.due"), text, row.due)


def _last_review(handbook: PublishedLibrary, one: PublishedSop, row: StaleRow) -> str:
    say = handbook.words
    if row.reviewed is None:
        unreviewed = row.due is None or SopState.NEVER_REVIEWED in row.flags
        return say("sop.no_review" if unreviewed else "sop.due_from_change")
    if row.reviewed > handbook.edition.as_of:
        return say("sop.review_to_come", day=say.day(row.reviewed))
    who = visible_name(handbook, row.reviewed_by) if row.reviewed_by else ""
    text = say("sop.reviewed_by" if who else "sop.reviewed", day=say.day(row.reviewed), who=who)
    if not _CHANGED_STATES.isdisjoint(row.flags) and row.changed is not None and one.is_newest:
        text = f"{text} {say('sop.changed_since', day=say.day(row.changed))}"
    return text


def _warning_signs(handbook: PublishedLibrary, one: PublishedSop) -> Iterator[StatusSign]:
    say, flags = handbook.words, one.row.flags if one.row else ()
    owner = handbook.library.role_title(one.sop.text("owner")) or say("sop.nobody")
    if SopState.ENTRY_TAMPERED in flags:
        yield StatusSign("bad", "▲", say("sop.tampered"), say("sop.tampered_says", owner=owner))
    if SopState.DUPLICATE_ID in flags:
        yield StatusSign("bad", "▲", say("sop.duplicate", id=one.id), say("sop.duplicate_says", owner=owner))
    if SopState.WATCHED_CODE_CHANGED in flags and one.row and one.row.watched_changed:
        text = say("sop.watched_says", day=say.day(one.row.watched_changed))
        yield StatusSign("warn", "▲", say("sop.watched"), text)
    day = handbook.edition.as_of
    for row in handbook.library.registers["exceptions"].rows:
        if not isinstance(row, Exemption) or row.sop != one.id:
            continue
        if (row.since is None or row.since <= day) and row.gone(day) is None:
            word = say("sop.exception_until" if row.until else "sop.exception", id=row.id)
            yield StatusSign("", "◇", word, row.what or row.reason, row.until)


def _replacements(handbook: PublishedLibrary, one: PublishedSop) -> tuple[PublishedSop, ...]:
    """The SOPs that took the place of one: those that it names, and those that name it."""
    names = (*(name for name, _ in one.sop.texts("superseded_by")), *_successor_ids(handbook).get(one.id, ()))
    return tuple(handbook.by_id[name] for name in dict.fromkeys(names) if name in handbook.by_id and name != one.id)


@lru_cache(maxsize=4)
def _successor_ids(handbook: PublishedLibrary) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for one in handbook.shown:
        for name, _ in one.sop.texts("supersedes"):
            found[name] = (*found.get(name, ()), one.id)
    return found
