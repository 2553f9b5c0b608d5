"""The ledger judged: which entries count, and which revisions they approve. Each is judged once, as it landed."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sopkit.lifecycle.ledger.ledger_files import LedgerFile, Tampering
from sopkit.model.entries import Entry, Kind, Level, Outcome


class Reason(StrEnum):
    """Why an entry does not count."""

    SCHEMA = "schema"
    COMMIT_FUTURE_DATED = "commit-future-dated"
    DATE_IN_FUTURE = "date-in-future"
    BOT = "bot"
    AUTHOR_UNPROVED = "author-unproved"
    DIGEST_NOT_LANDED = "digest-not-landed"
    ROLE_MISSING = "role-missing"
    SELF_APPROVAL = "self-approval"
    EVIDENCE_TOO_LOW = "evidence-too-low"
    NOT_EDITORIAL = "not-editorial"
    CORRECTS = "corrects"
    UPDATE_REQUIRED = "update-required"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One entry as it was judged at its landing; `reason` is None when it counts."""

    file: LedgerFile
    landed: date
    time: int  # of the landing, seconds since 1970
    reason: Reason | None = None
    detail: str = ""
    level: Level = Level.CLAIM
    revision: int | None = None  # to which its digest binds
    roles: tuple[str, ...] = ()  # in which it was done, by id
    late: bool = False  # recorded later than the configuration allows; counts all the same

    @property
    def entry(self) -> Entry:
        """The entry; only of a verdict that counts."""
        if self.file.reading.entry is None:
            raise ValueError(self.file.path)
        return self.file.reading.entry

    @property
    def counts(self) -> bool:
        """Whether it counted when it landed; a later correction may have taken its place."""
        return self.reason is None

    @property
    def day(self) -> date:
        """The day from which it counts: that of the entry, or that of its landing when it is earlier."""
        return min(self.entry.date, self.landed)

    @property
    def order(self) -> tuple[date, int, str]:
        """By which the latest of several is found."""
        return self.day, self.file.commit, self.file.name


@dataclass(frozen=True, slots=True)
class Approval:
    """A revision as it was approved: by which entries, under which label, since which landing."""

    revision: int
    commit: int
    landed: date
    label: str
    verdicts: tuple[Verdict, ...]

    @property
    def level(self) -> Level:
        """The weakest evidence among its entries."""
        return min((verdict.level for verdict in self.verdicts), key=lambda level: level.rank)

    @property
    def editorial(self) -> Entry | None:
        """An entry that says from which text this one follows, when all who approved called the edit editorial."""
        entries = [verdict.entry for verdict in self.verdicts]
        return entries[-1] if all(entry.outcome is Outcome.EDITORIAL for entry in entries) else None

    @property
    def by(self) -> tuple[str, ...]:
        """Keys of the people who approved."""
        return tuple(dict.fromkeys(verdict.entry.by for verdict in self.verdicts))


@dataclass
class Ledger:
    """All that the ledger says of one SOP, up to the judged commit."""

    verdicts: list[Verdict] = field(default_factory=list)  # in the order of landing
    corrected: set[str] = field(default_factory=set)  # file names of entries whose place another took
    approved: dict[int, Approval] = field(default_factory=dict)  # the standing approvals, by revision
    ended: list[tuple[Approval, Verdict]] = field(default_factory=list)  # approvals, and the entry that ended each
    tampered: list[Tampering] = field(default_factory=list)
    required: tuple[str, ...] = ()  # roles that must approve the present text

    def counting(self, kind: Kind) -> list[Verdict]:
        """The entries of a kind that count now."""
        return [
            verdict
            for verdict in self.verdicts
            if verdict.counts and verdict.entry.kind is kind and verdict.file.name not in self.corrected
        ]

    @property
    def reviews(self) -> list[Verdict]:
        """The counting reviews of the text."""
        return [verdict for verdict in self.counting(Kind.REVIEW) if verdict.entry.scope == "text"]

    @property
    def latest_review(self) -> Verdict | None:
        """The counting review of the text with the greatest day."""
        return max(self.reviews, key=lambda verdict: verdict.order, default=None)

    @property
    def latest_watch(self) -> Verdict | None:
        """The counting review, of whatever scope, with the greatest day: it saw the watched files last."""
        return max(self.counting(Kind.REVIEW), key=lambda verdict: verdict.order, default=None)

    @property
    def in_force(self) -> Approval | None:
        """The approval of the newest approved revision."""
        return self.approved[max(self.approved)] if self.approved else None

    @property
    def withdrawn(self) -> dict[int | None, int]:
        """By revision: the landing of the last withdrawal of its approval."""
        return {verdict.revision: verdict.file.commit for verdict in self.counting(Kind.WITHDRAWAL)}

    @property
    def void(self) -> set[str]:
        """File names of the approvals that a withdrawal ended."""
        standing = {verdict.file.name for verdict in self.pending}
        return {verdict.file.name for verdict in self.counting(Kind.APPROVAL)} - standing

    @property
    def pending(self) -> list[Verdict]:
        """Counting approvals that no withdrawal has ended."""
        ended = self.withdrawn
        return [one for one in self.counting(Kind.APPROVAL) if one.file.commit > ended.get(one.revision, -1)]

    @property
    def invalid(self) -> list[Verdict]:
        """The entries that do not count."""
        return [verdict for verdict in self.verdicts if not verdict.counts]

    @property
    def retired(self) -> bool:
        """Whether the people who approve or own it have let it go since they last approved it otherwise."""
        retiring = [
            verdict
            for verdict in (*self.counting(Kind.APPROVAL), *self.counting(Kind.REVIEW))
            if verdict.entry.result is Outcome.RETIRE
        ]
        others = [
            verdict.file.commit
            for verdict in self.counting(Kind.APPROVAL)
            if verdict.entry.result is not Outcome.RETIRE
        ]
        return any(verdict.file.commit > max(others, default=-1) for verdict in retiring)

    @property
    def was_approved(self) -> bool:
        """Whether an approval counts; one that was withdrawn later is one all the same."""
        return bool(self.counting(Kind.APPROVAL))
