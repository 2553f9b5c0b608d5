"""The states of one SOP on a date: by the ledger, by dates in its front matter, or by git alone."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from sopkit.lifecycle.due import (
    ReviewTerms,
    add_duration,
    count_lapsed_days,
    format_days,
    is_overdue,
    is_soon,
    next_due,
    parse_date,
    review_terms,
)
from sopkit.lifecycle.ledger import Approval, EntryResult, Ledger
from sopkit.lifecycle.status import OUT_OF_LIST, SopState, StatusFlag
from sopkit.lifecycle.tracked_sops import TrackedSop, UnseenAttachments, WatchedChange
from sopkit.model.config import Basis, Config
from sopkit.model.durations import date_part
from sopkit.model.entry import EntryKind, EvidenceLevel

MIN_BULK_CLAIMS = 5
"""So many claims raised by one commit are a bulk bump."""


def first_due(subject: TrackedSop, terms: ReviewTerms) -> date | None:
    """The last day in time for the first review, counted from when the SOP became active; None if that is unknown."""
    return terms.due(subject.active_since) if subject.active_since else None


def _never_reviewed(why: str, due: date | None, as_of: date) -> Iterator[tuple[SopState, str]]:
    yield SopState.NEVER_REVIEWED, why
    if is_overdue(due, as_of):
        yield SopState.OVERDUE, f"the first review was due on {due}, counted from when it became active"


def _is_due_soon(due: date, as_of: date, config: Config) -> bool:
    return not is_overdue(due, as_of) and is_soon(due, as_of, config.review.due_soon)


def _due_soon(due: date, as_of: date, since: str) -> str:
    """Why an SOP is due soon; `since` is what its day was counted from, empty before the first review."""
    if not since:
        return f"the first review is due on {due}"
    left = (due - as_of).days
    return f"review is due on {due}, {f'in {format_days(left)}' if left else 'today'}, {since}"


class ClaimsAssessment:
    """The states of one SOP on a day."""

    def __init__(self, subject: TrackedSop, config: Config, as_of: date) -> None:
        self.subject, self.config, self.as_of = subject, config, as_of
        self.snapshot, self.basis = subject.snapshot, config.review.basis
        self.terms = review_terms(subject.snapshot, config)
        self.findings = list(self.terms.findings)
        self.listed = self.snapshot.status not in OUT_OF_LIST
        if not subject.readable:
            self.findings.append("the text cannot be read; its keys are those of the last readable text")
        self.interval, self.ceiling = self.terms.interval, self.terms.ceiling
        self.reviewed, self.next = None, None
        if self.basis is Basis.CLAIMS and subject.readable:
            self.reviewed, self.next = self._claim("reviewed"), self._claim("next")
            if self.snapshot.reviewed and not self.reviewed:
                self.next = None  # what was reviewed is unknown: the promise of a next day does not help
        self.due = self._due() if self.listed else None
        self.first = self.listed and self.due is None
        if self.first:
            self.due = first_due(subject, self.terms)

    def _claim(self, what: str) -> date | None:
        typed = self.snapshot.reviewed if what == "reviewed" else self.snapshot.next
        day = parse_date(date_part(typed))
        if typed and day is None:
            key = {str(name): key for name, key in self.config.front_matter.claims.items()}[what]
            self.findings.append(f"{key}: `{typed}` is no day; write YYYY-MM-DD")
        return day

    def _due(self) -> date | None:
        base = self.reviewed
        if self.basis is Basis.GIT and self.subject.changed and self.subject.readable:
            base = self.subject.changed.day
        possible = [self.next] if self.next else []
        if base:
            possible.append(next_due(base, self.interval, self.ceiling))
            self.findings += self.terms.capped(base)
        elif self.next and self.subject.claimed:
            possible.append(add_duration(self.subject.claimed.day, self.ceiling))
        return min(possible, default=None)

    def states(self) -> Iterator[tuple[SopState | StatusFlag, str]]:
        """Every state that applies but `unproven-fresh`, each with its reason, in the order of weight."""
        subject = self.subject
        if subject.others:
            yield SopState.DUPLICATE_ID, f"the id is also that of {', '.join(subject.others)}"
        if not self.listed:
            yield SopState(self.snapshot.status), f"status is {self.snapshot.status}: no review is due"
            return
        if self.first:
            yield from _never_reviewed(self._unreviewed(), self.due, self.as_of)
        elif self.due and is_overdue(self.due, self.as_of):
            days = format_days((self.as_of - self.due).days)
            yield SopState.UNPROVEN_OVERDUE, f"review was due on {self.due}, {days} ago, {self._since()}"
        if self.reviewed:
            yield from self._doubts(self.reviewed)
        if self.due and _is_due_soon(self.due, self.as_of, self.config):
            yield SopState.DUE_SOON, _due_soon(self.due, self.as_of, "" if self.first else self._since())

    def _doubts(self, reviewed: date) -> Iterator[tuple[SopState | StatusFlag, str]]:
        """What speaks against the claim that the present text was reviewed on that day."""
        subject = self.subject
        together = subject.changed and subject.claimed and subject.changed.oid == subject.claimed.oid
        if subject.changed and subject.changed.day > reviewed and not together:
            what = "changed" if subject.revision and subject.revision > 1 else "landed"
            yield (
                SopState.TEXT_CHANGED_SINCE_CLAIM,
                f"text {what} on {subject.changed.day}{subject.changed.by} after the claimed review of {reviewed}",
            )
        if subject.claimed and subject.claimed.day > add_duration(reviewed, self.config.review.backdate):
            yield (
                StatusFlag.LATE_RECORDED,
                f"the review of {reviewed} was claimed only on {subject.claimed.day}{subject.claimed.by}",
            )
        if subject.claimed and reviewed > subject.claimed.day:
            claimed = f"{subject.claimed.day}{subject.claimed.by}"
            yield (
                SopState.CLAIM_AFTER_COMMIT,
                f"the review of {reviewed} was claimed on {claimed}, before it can have been",
            )
        if subject.claimed and subject.raised >= MIN_BULK_CLAIMS:
            yield (
                SopState.BULK_BUMP,
                f"commit {subject.claimed.oid[:12]} raised {subject.raised} claims at once on {subject.claimed.day}",
            )

    def fresh(self) -> tuple[SopState, str]:
        """The state when nothing speaks against the SOP, and why."""
        return SopState.UNPROVEN_FRESH, f"review is due on {self.due}, {self._since()}"

    def _since(self) -> str:
        """What the due day was counted from."""
        changed = self.subject.changed
        interval = self.terms.length(self.reviewed or self.as_of)
        if self.basis is Basis.GIT and changed:
            what = "changed" if self.subject.revision and self.subject.revision > 1 else "landed"
            return f"{interval} after the text {what} on {changed.day}{changed.by}"
        if self.due == self.next:
            return "the day that the text claims"
        if self.reviewed:
            return f"{interval} after the claimed review of {self.reviewed}"
        return f"{self.ceiling} after {self.next} was claimed"

    def _unreviewed(self) -> str:
        if not self.subject.readable:
            return "the text cannot be read, so nothing in it counts as reviewed"
        if self.basis is Basis.GIT:
            return "the history has no text of this file to count from"
        claims = self.config.front_matter.claims
        key = claims.get("reviewed") or claims.get("next")
        typed = self.snapshot.reviewed or self.snapshot.next
        return f"{key}: `{typed}` is no day, so no review is claimed" if typed else f"no {key} claims a review"


_MAX_NAMED = 3


class RecordsAssessment:
    """The states of one SOP on a day."""

    def __init__(self, subject: TrackedSop, config: Config, as_of: date) -> None:
        self.subject, self.config, self.as_of = subject, config, as_of
        self.ledger = subject.ledger or Ledger()
        self.terms = review_terms(subject.snapshot, config)
        self.review = self.ledger.latest_review
        self.reviewed = self.review.day if self.review else None
        self.findings = list(self.terms.findings)
        if not subject.readable:
            self.findings.append("the text cannot be read; its keys are those of the last readable text")
        self.findings += [
            f"{verdict.file.path}: the name does not fit the bytes, which are those of {verdict.file.proper_name}"
            for verdict in self.ledger.verdicts
            if verdict.file.name != verdict.file.proper_name
        ]
        out = subject.snapshot.status in OUT_OF_LIST
        self.held = out and self.ledger.was_approved and not self.ledger.retired
        self.listed = not out or self.held
        first = first_due(subject, self.terms)
        self.due = (self.terms.due(self.reviewed) if self.reviewed else first) if self.listed else None
        since = self.reviewed or (subject.active_since if self.listed else None)
        if since:
            self.findings += self.terms.capped(since)

    @property
    def approval(self) -> Approval | None:
        """The standing approval of the judged text."""
        number = self.subject.revision
        return self.ledger.approved.get(number) if number else None

    @property
    def level(self) -> EvidenceLevel | None:
        """The weakest evidence among what the row rests on."""
        levels = [one.level for one in (self.review, self.approval) if one]
        return min(levels, key=lambda level: level.rank, default=None)

    @property
    def lapsed(self) -> int | None:
        """Days of the last twelve months, up to the judged one, on which no review held; None when nothing is due."""
        since = self.subject.active_since
        if since is None or not self.listed:
            return None
        first = max(since, _year_before(self.as_of) + timedelta(days=1))
        held = [(review.landed, self.terms.due(review.day)) for review in self.ledger.reviews]
        return count_lapsed_days(first, self.as_of, held)

    def states(self) -> Iterator[tuple[SopState, str]]:
        """Every state that applies but `current`, each with its reason, in the order of weight."""
        subject = self.subject
        if subject.others:
            yield SopState.DUPLICATE_ID, f"the id is also that of {', '.join(subject.others)}"
        if self.ledger.tampered:
            yield SopState.ENTRY_TAMPERED, self._tampered()
        if not self.listed:
            yield SopState(subject.snapshot.status), f"status is {subject.snapshot.status}: no review is due"
            return
        if self.reviewed is None:
            why = f"no review counts yet; run: sopkit review {subject.id}"
            yield from _never_reviewed(why, self.due, self.as_of)
        elif self.due and is_overdue(self.due, self.as_of):
            yield (
                SopState.OVERDUE,
                f"review was due on {self.due}, {format_days((self.as_of - self.due).days)} ago, {self._since()}",
            )
        if subject.changed is not None and self.approval is None:
            yield SopState.APPROVAL_MISSING, self._unapproved()
        if self.review and not self._same_text(self.review):
            yield SopState.CHANGED_SINCE_REVIEW, self._changed(self.review)
        watched = [self._watched_since() if self.review else None, *map(self._unseen, subject.unseen)]
        if reasons := list(filter(None, watched)):
            yield SopState.WATCHED_CODE_CHANGED, "; ".join(reasons)
        if self.due and _is_due_soon(self.due, self.as_of, self.config):
            yield SopState.DUE_SOON, _due_soon(self.due, self.as_of, self._since())

    def fresh(self) -> tuple[SopState, str]:
        """The state when nothing speaks against the SOP, and why."""
        if self.subject.changed is None:
            return SopState.UNPROVEN_FRESH, f"review is due on {self.due}, {self._since()}"
        approval = self.approval
        approved = (
            f"; approved on {approval.landed} by {', '.join(map(self.ledger.name_of, approval.by))}" if approval else ""
        )
        return SopState.CURRENT, f"review is due on {self.due}, {self._since()}{approved}"

    def _since(self) -> str:
        review = self.review
        if review is None:
            return ""
        who = self.ledger.name_of(review.entry.by)
        return f"{self.terms.length(review.day)} after the review of {review.day} by {who}"

    def _tampered(self) -> str:
        lost = next((one for one in self.ledger.tampered if one.lost), None)
        if lost is not None:
            return f"{lost.path.rpartition('/')[2]} was {lost.what}"
        named = [f"{one.path.rpartition('/')[2]} was {one.what}" for one in self.ledger.tampered[:_MAX_NAMED]]
        more = len(self.ledger.tampered) - len(named)
        return f"{', '.join(named)}{f' and {more} more' if more else ''} after it had landed; the first bytes count"

    def _unapproved(self) -> str:
        subject, newest = self.subject, self.ledger.newest_approval
        landed = f"{subject.changed.day}{subject.changed.by}" if subject.changed else ""
        again = f", which restores r{subject.restores}," if subject.restores else ""
        text = f"r{subject.revision} of {landed}{again}"
        awaiting = f" (still to approve: {', '.join(self.awaiting)})" if self.awaiting else ""
        if newest is None:
            return f"{text} is not approved, and nothing else is{awaiting}"
        force = self.ledger.in_force(self.as_of) or newest
        name = f"r{force.revision}{force.label and ' '}{force.label} of {force.landed}"
        if force.starts > self.as_of:
            return f"{text} is not approved{awaiting}; {name} is, and is in force from {force.starts}"
        return f"{text} is not approved{awaiting}; in force is {name}"

    @property
    def watched_changed(self) -> date | None:
        """When the files that the SOP describes last changed since somebody looked."""
        changes = (self.subject.watched_changes, *(one.changes for one in self.subject.unseen))
        return max((some[-1].landed.day for some in changes if some), default=None)

    @property
    def awaiting(self) -> tuple[str, ...]:
        """The roles that have not approved the judged text yet."""
        approvals = (one for one in self.ledger.pending if one.revision == self.subject.revision)
        approving = {role for verdict in approvals for role in verdict.roles}
        return tuple(role for role in self.ledger.required if role not in approving)

    def _same_text(self, review: EntryResult) -> bool:
        """Whether the judged text is the reviewed one, or follows from it by editorial approvals."""
        edits = [approval.editorial for approval in self.ledger.approved.values()]
        following = {entry.from_digest: entry.digest for entry in edits if entry is not None}
        digest = review.entry.digest
        for _ in range(len(following) + 1):
            if digest == self.subject.digest:
                return True
            digest = following.get(digest)
        return False

    def _changed(self, review: EntryResult) -> str:
        changed = self.subject.changed
        if changed is None:
            return f"the text is not the one that {self.ledger.name_of(review.entry.by)} reviewed on {review.day}"
        order = "and another text was reviewed on" if changed.day < review.day else "after the review of"
        who = self.ledger.name_of(review.entry.by)
        return (
            f"text changed on {changed.day}{changed.by} {order} {review.day} by {who}; "
            f"see sopkit diff {self.subject.id} r{review.revision}"
        )

    def _watched_since(self) -> str | None:
        """What changed in the files that the SOP describes since somebody looked, or None."""
        seen = self.ledger.latest_watch
        if not self.subject.watched or seen is None or seen.entry.watched == self.subject.watched:
            return None
        who = f"the review of {seen.day} by {self.ledger.name_of(seen.entry.by)}"
        if not seen.entry.watched:
            return f"{who} does not say which watched files it saw; run: sopkit review {self.subject.id} --watched"
        changes = _describe_changes(self.subject.watched_changes)
        return f"{changes} after {who}" if changes else f"the watched files are not those of {who}"

    def _unseen(self, unseen: UnseenAttachments) -> str:
        """What changed in the files that the text refers to since an entry, and what to do."""
        entry = unseen.entry.entry
        who = f"the {entry.kind} of {unseen.entry.day} by {self.ledger.name_of(entry.by)}"
        changes = _describe_changes(unseen.changes)
        words = f"{changes} after {who}" if changes else f"the files that the text refers to are not those of {who}"
        review = entry.kind is EntryKind.REVIEW
        return f"{words}; run: sopkit {'review' if review else 'approve'} {self.subject.id}{' --watched' * review}"


def _describe_changes(changes: Sequence[WatchedChange]) -> str:
    """The last of the changes in words, and how many there were before; nothing when there was none."""
    if not changes:
        return ""
    last, more = changes[-1], len(changes) - 1
    also = f" and {more} earlier {'commit' if more == 1 else 'commits'}" if more else ""
    others = f" and {len(last.paths) - _MAX_NAMED} more" if len(last.paths) > _MAX_NAMED else ""
    paths = f"{', '.join(last.paths[:_MAX_NAMED])}{others}"
    return f"{paths} changed on {last.landed.day}{last.landed.by} (commit {last.landed.oid[:12]}){also}"


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February, or the first year of the calendar
        return day.replace(year=max(day.year - 1, 1), day=28) if day.day == 29 else date.min  # noqa: PLR2004  # as above
