"""An SOP judged by dates in its front matter, or by git alone: neither proves that anybody read it."""

from collections.abc import Iterator
from datetime import date

from sopkit.lifecycle.due import add, days_in_words, due_after, is_soon, read_day
from sopkit.lifecycle.staleness.states import OUT_OF_LIST, Mark, State
from sopkit.lifecycle.staleness.subject import Subject
from sopkit.lifecycle.staleness.terms import terms_of
from sopkit.model.config import Basis, Config
from sopkit.model.shapes import day_written

BULK = 5
"""So many claims raised by one commit are a bulk bump."""


class ClaimsJudgement:
    """The states of one SOP on a day."""

    def __init__(self, subject: Subject, config: Config, as_of: date) -> None:
        self.subject, self.config, self.as_of = subject, config, as_of
        self.snapshot, self.basis = subject.snapshot, config.review.basis
        self.terms = terms_of(subject.snapshot, config)
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

    def _claim(self, what: str) -> date | None:
        typed = self.snapshot.reviewed if what == "reviewed" else self.snapshot.next
        day = read_day(day_written(typed))
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
            self.findings += self.terms.capped(base)
        elif self.next and self.subject.claimed:
            possible.append(add(self.subject.claimed.day, self.ceiling))
        return min(possible, default=None)

    def states(self) -> Iterator[tuple[State | Mark, str]]:
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
            days = days_in_words((self.as_of - self.due).days)
            yield State.UNPROVEN_OVERDUE, f"review was due on {self.due}, {days} ago, {self._since()}"
        if self.reviewed:
            yield from self._doubts(self.reviewed)
        if self.due and self.as_of <= self.due and is_soon(self.due, self.as_of, self.config.review.due_soon):
            left = (self.due - self.as_of).days
            when = f"in {days_in_words(left)}" if left else "today"
            yield State.DUE_SOON, f"review is due on {self.due}, {when}, {self._since()}"

    def _doubts(self, reviewed: date) -> Iterator[tuple[State | Mark, str]]:
        """What speaks against the claim that the present text was reviewed on that day."""
        subject = self.subject
        together = subject.changed and subject.claimed and subject.changed.oid == subject.claimed.oid
        if subject.changed and subject.changed.day > reviewed and not together:
            what = "changed" if subject.revision and subject.revision > 1 else "landed"
            people = f" by {', '.join(subject.changed.people)}" if subject.changed.people else ""
            yield (
                State.TEXT_CHANGED_SINCE_CLAIM,
                f"text {what} on {subject.changed.day}{people} after the claimed review of {reviewed}",
            )
        if subject.claimed and subject.claimed.day > add(reviewed, self.config.review.backdate):
            people = f" by {', '.join(subject.claimed.people)}" if subject.claimed.people else ""
            yield Mark.LATE_RECORDED, f"the review of {reviewed} was claimed only on {subject.claimed.day}{people}"
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
        interval = self.terms.length(self.reviewed or self.as_of)
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
        if self.basis is Basis.GIT:
            return "the history has no text of this file to count from"
        claims = self.config.front_matter.claims
        key = claims.get("reviewed") or claims.get("next")
        typed = self.snapshot.reviewed or self.snapshot.next
        return f"{key}: `{typed}` is no day, so no review is claimed" if typed else f"no {key} claims a review"
