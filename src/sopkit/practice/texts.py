"""The texts of an SOP that were in force, and who wrote none of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from sopkit.git.blobs import read_blobs
from sopkit.lifecycle.ledger import Approval
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.sop import Sop
from sopkit.practice.landing import find_authors
from sopkit.practice.limits import TimeLimitTerms, limit_terms


@dataclass(frozen=True, eq=False)
class ApprovedTexts:
    """The approved texts of one SOP, by the day on which each was in force."""

    status: LibraryStatus
    sop: Sop
    _terms: dict[str, dict[str, TimeLimitTerms]] = field(default_factory=dict)
    _approvals: dict[str, Approval | None] = field(default_factory=dict)
    _by_day: dict[str, dict[str, TimeLimitTerms]] = field(default_factory=dict)

    @cached_property
    def approvals(self) -> tuple[Approval, ...]:
        """All approvals that there were, also those that were ended later."""
        ledger = self.status.history.ledger(self.sop.id)
        return (*ledger.approved.values(), *(approval for approval, _ in ledger.ended))

    @property
    def first_day(self) -> date | None:
        """The day on which a text of the SOP was in force first."""
        return min((one.starts for one in self.approvals), default=None)

    def in_force(self, day: str) -> Approval | None:
        """The approval of the text that was in force on a day (YYYY-MM-DD); None for what is no day."""
        if day not in self._approvals:
            try:
                at = date.fromisoformat(day)
            except ValueError:
                return None
            self._approvals[day] = self.status.history.ledger(self.sop.id).in_force(at)
        return self._approvals[day]

    def terms(self, day: str) -> dict[str, TimeLimitTerms]:
        """The time limits of the text that was in force on a day; none where nothing was."""
        if day not in self._by_day:
            self._by_day[day] = self._terms_on(day)
        return self._by_day[day]

    def _terms_on(self, day: str) -> dict[str, TimeLimitTerms]:
        approval = self.in_force(day)
        if approval is None:
            return {}
        if approval.blob not in self._terms:
            [(_, data)] = read_blobs(self.status.history.repository, [approval.blob])
            text = self.status.library.read(self.sop.path, data or b"")
            self._terms[approval.blob] = {one.id: one for one in limit_terms(text)}
        return self._terms[approval.blob]

    def major(self, digest: str) -> str:
        """The first number of the version under which a text with this digest landed; empty for an unknown one."""
        past = self.status.history.pasts.by_key.get((self.sop.id, ""))
        numbers = [one for one in past.revisions if one.digest == digest] if past else []
        labels = {one.revision: one.label for one in self.approvals}
        known = [labels.get(one.number) or self.status.history.snapshots[one.blob].version for one in numbers]
        return known[-1].partition(".")[0] if known else ""

    def outsiders(self, keys: Iterable[str]) -> frozenset[str]:
        """Those of some people who wrote none of the texts that landed so far."""
        people, history = frozenset(keys), self.status.history
        past = history.pasts.by_key.get((self.sop.id, ""))
        count = len(past.revisions) if past else 0
        return people - find_authors(history, people, self.sop.id, count, history.organisation)
