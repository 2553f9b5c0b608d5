"""One SOP judged: when it is due, which states apply to it, and why, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sopkit.lifecycle.due import add, due_after, is_soon, read_day
from sopkit.lifecycle.report import StaleRow
from sopkit.lifecycle.snapshot import Snapshot
from sopkit.lifecycle.states import OUT_OF_LIST, Mark, State, headline, ordered
from sopkit.model.config import Area, Basis, Config, Criticality
from sopkit.model.durations import Duration

BULK = 5
"""So many claims raised by one commit are a bulk bump."""


@dataclass(frozen=True, slots=True)
class Landed:
    """When a commit landed, which one it is and who wrote what it brought."""

    day: date
    oid: str
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """One file that holds an SOP, with what history says of it; without history that is None."""

    id: str
    path: str
    snapshot: Snapshot  # the last text that could be read
    digest: str
    readable: bool  # whether the judged text itself can be read
    revision: int | None = None
    restores: int | None = None
    changed: Landed | None = None
    claimed: Landed | None = None  # the commit that set the present claim
    raised: int = 0  # claims that this commit raised
    others: tuple[str, ...] = ()  # paths with the same id
    marks: tuple[tuple[Mark, str], ...] = ()  # each with its reason


def assess(subject: Subject, config: Config, as_of: date) -> StaleRow:
    """The row of one SOP on a day, under the basis of the configuration."""
    judgement = _Judgement(subject, config, as_of)
    found = list(judgement.states())
    flags = [flag for flag, _ in found] + [mark for mark, _ in subject.marks]
    due = judgement.due
    snapshot, changed = subject.snapshot, subject.changed
    return StaleRow(
        id=subject.id,
        title=snapshot.title,
        path=subject.path,
        area=snapshot.area,
        owner=snapshot.owner,
        status=snapshot.status,
        version=snapshot.version,
        revision=f"r{subject.revision}" if subject.revision else "",
        state=headline(flags),
        flags=ordered(flags),
        reviewed=judgement.reviewed,
        reviewed_by="",
        evidence="E0" if judgement.reviewed else "",
        due=due,
        days=(due - as_of).days if due else None,
        changed=changed.day if changed else None,
        changed_by=changed.people if changed else (),
        commit=changed.oid if changed else "",
        digest=subject.digest,
        watched="",
        restores=f"r{subject.restores}" if subject.restores else "",
        lapsed=None,
        invalid=(),
        findings=tuple(judgement.findings),
        reason="; ".join(reason for _, reason in (*(found or [judgement.fresh()]), *subject.marks)),
    )


class _Judgement:
    def __init__(self, subject: Subject, config: Config, as_of: date) -> None:
        self.subject, self.config, self.as_of = subject, config, as_of
        self.snapshot, self.basis = subject.snapshot, config.review.basis
        self.findings: list[str] = []
        self.listed = self.snapshot.status not in OUT_OF_LIST
        if not subject.readable:
            self.findings.append("the text cannot be read; its keys are those of the last readable text")
        self.interval, self.ceiling = self._interval(), self._ceiling()
        self.reviewed, self.next = None, None
        if self.basis is Basis.CLAIMS and subject.readable:
            self.reviewed, self.next = self._claim("reviewed"), self._claim("next")
            if self.snapshot.reviewed and not self.reviewed:
                self.next = None  # what was reviewed is unknown: the promise of a next day does not help
        self.due = self._due() if self.listed else None

    def _interval(self) -> Duration:
        typed = self.snapshot.review_every
        if typed:
            try:
                return Duration(typed)
            except ValueError as error:
                self.findings.append(f"review_every: {error}; the default of the area counts")
        return self.config.all_areas.get(self.snapshot.area, Area()).review_every

    def _ceiling(self) -> Duration:
        typed = self.snapshot.criticality
        known = typed in list(Criticality)
        if typed and not known:
            self.findings.append(f"criticality: `{typed}` is none; medium counts")
        return self.config.review.ceiling.of(Criticality(typed) if known else Criticality.MEDIUM)

    def _claim(self, what: str) -> date | None:
        typed = self.snapshot.reviewed if what == "reviewed" else self.snapshot.next
        day = read_day(typed)
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
            possible.append(due_after(base, self.interval, self.ceiling))
            if add(base, self.interval) > add(base, self.ceiling):
                self.findings.append(f"review_every: `{self.interval}` is over the ceiling; {self.ceiling} counts")
        elif self.next and self.subject.claimed:
            possible.append(add(self.subject.claimed.day, self.ceiling))
        return min(possible, default=None)

    def states(self) -> Iterator[tuple[State, str]]:
        """Every state that applies but `unproven-fresh`, each with its reason, in the order of weight."""
        subject = self.subject
        if subject.others:
            yield State.DUPLICATE_ID, f"the id is also that of {', '.join(subject.others)}"
        if not self.listed:
            yield State(self.snapshot.status), f"status is {self.snapshot.status}: no review is due"
            return
        if self.due is None:
            yield State.NEVER_REVIEWED, self._unreviewed()
        elif self.due < self.as_of:
            days = _days((self.as_of - self.due).days)
            yield State.UNPROVEN_OVERDUE, f"review was due on {self.due}, {days} ago, {self._since()}"
        if self.reviewed:
            yield from self._doubts(self.reviewed)
        if self.due and self.as_of <= self.due and is_soon(self.due, self.as_of, self.config.review.due_soon):
            left = (self.due - self.as_of).days
            when = f"in {_days(left)}" if left else "today"
            yield State.DUE_SOON, f"review is due on {self.due}, {when}, {self._since()}"

    def _doubts(self, reviewed: date) -> Iterator[tuple[State, str]]:
        """What speaks against the claim that the present text was reviewed on that day."""
        subject = self.subject
        if subject.changed and subject.changed.day > reviewed:
            what = "changed" if subject.revision and subject.revision > 1 else "landed"
            people = f" by {', '.join(subject.changed.people)}" if subject.changed.people else ""
            yield (
                State.TEXT_CHANGED_SINCE_CLAIM,
                f"text {what} on {subject.changed.day}{people} after the claimed review of {reviewed}",
            )
        if subject.claimed and reviewed > subject.claimed.day:
            people = f" by {', '.join(subject.claimed.people)}" if subject.claimed.people else ""
            yield (
                State.CLAIM_AFTER_COMMIT,
                f"the review of {reviewed} was claimed on {subject.claimed.day}{people}, before it can have been",
            )
        if subject.claimed and subject.raised >= BULK:
            yield (
                State.BULK_BUMP,
                f"commit {subject.claimed.oid[:12]} raised {subject.raised} claims at once on {subject.claimed.day}",
            )

    def fresh(self) -> tuple[State, str]:
        """What is said when nothing speaks against the SOP."""
        return State.UNPROVEN_FRESH, f"review is due on {self.due}, {self._since()}"

    def _since(self) -> str:
        """What the due day was counted from."""
        changed = self.subject.changed
        interval = min(self.interval, self.ceiling, key=lambda length: add(self.reviewed or self.as_of, length))
        if self.basis is Basis.GIT and changed:
            people = f" by {', '.join(changed.people)}" if changed.people else ""
            what = "changed" if self.subject.revision and self.subject.revision > 1 else "landed"
            return f"{interval} after the text {what} on {changed.day}{people}"
        if self.due == self.next:
            return "the day that the text claims"
        if self.reviewed:
            return f"{interval} after the claimed review of {self.reviewed}"
        return f"{self.ceiling} after {self.next} was claimed"

    def _unreviewed(self) -> str:
        if not self.subject.readable:
            return "the text cannot be read, so nothing in it counts as reviewed"
        if self.basis is Basis.RECORDS:
            return "no review is known: this version of sopkit does not read the ledger of reviews yet"
        if self.basis is Basis.GIT:
            return "the history has no text of this file to count from"
        claims = self.config.front_matter.claims
        key = claims.get("reviewed") or claims.get("next")
        typed = self.snapshot.reviewed or self.snapshot.next
        return f"{key}: `{typed}` is no day, so no review is claimed" if typed else f"no {key} claims a review"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
