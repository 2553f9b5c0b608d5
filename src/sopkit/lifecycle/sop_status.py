"""The status of one SOP on a date: its state, every flag with its reason, and the facts behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sopkit.lifecycle.assessment import ClaimsAssessment, RecordsAssessment
from sopkit.lifecycle.history import History
from sopkit.lifecycle.ledger import Approval, Ledger
from sopkit.lifecycle.snapshot import Snapshot
from sopkit.lifecycle.status import (
    FRESH,
    INTEGRITY,
    InvalidEntry,
    SopState,
    StaleRow,
    StatusFlag,
    headline_state,
    sort_flags,
)
from sopkit.lifecycle.tracked_sops import TrackedSop, collect_from_history
from sopkit.model.config import Basis, Config
from sopkit.model.errors import SopkitError

Reasons = Sequence[tuple[SopState | StatusFlag, str]]
_UNCOMMITTED = TrackedSop("", "", Snapshot("", readable=False), "", readable=False)


@dataclass(frozen=True)
class SopStatus:
    """The status of one SOP. `row` is what `sopkit stale` shows of it, None for a file that git does not hold.

    `reasons` holds every state that applies; `subject` what is known of the committed file.
    """

    row: StaleRow | None = None
    subject: TrackedSop = _UNCOMMITTED
    reasons: Mapping[SopState | StatusFlag, str] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """The headline, or `uncommitted`."""
        return str(self.row.state) if self.row else "uncommitted"

    @property
    def in_force(self) -> str:
        """The approved revision that is in force; empty when none is."""
        return self.row.in_force if self.row else ""

    @property
    def reviewed(self) -> date | None:
        """The day of the last review."""
        return self.row.reviewed if self.row else None

    @property
    def approved(self) -> date | None:
        """The day on which the approval of the judged text landed."""
        return self.row.approved if self.row else None

    @property
    def due(self) -> date | None:
        """The last day on which the next review is in time."""
        return self.row.due if self.row else None

    @property
    def last(self) -> date | None:
        """The day of the latest review or approval that counts."""
        return max((day for day in (self.reviewed, self.approved) if day), default=None)

    @property
    def evidence(self) -> str:
        """Which of the two that was, with its level (docs/approvals.md)."""
        if self.row is None or self.last is None:
            return ""
        what = "review" if self.last == self.reviewed else "approval"
        return f"{what} {self.last}{f' ({self.row.evidence})' if self.row.evidence else ''}"

    @property
    def edited(self) -> bool:
        """Whether the folder holds another text than the judged commit."""
        return self.row is not None and StatusFlag.UNCOMMITTED_EDIT in self.row.flags

    @property
    def ledger(self) -> Ledger:
        """What the ledger says of it."""
        return self.subject.ledger or Ledger()

    @property
    def approval(self) -> Approval | None:
        """The standing approval of the judged text."""
        return self.ledger.approved.get(self.subject.revision) if self.subject.revision else None

    @property
    def commits(self) -> frozenset[int]:
        """The commits by which its texts and entries landed, as indices on the line."""
        entries = (verdict.file.commit for verdict in self.ledger.verdicts)
        return frozenset((*(revision.commit for revision in self.subject.past.revisions), *entries))

    def digest_of(self, approval: Approval) -> str:
        """The digest of the text that was approved."""
        return self.subject.past.revisions[approval.revision - 1].digest


def assess(subject: TrackedSop, config: Config, as_of: date) -> SopStatus:
    """The status of one SOP on a day, under the basis of the configuration."""
    records = config.review.basis is Basis.RECORDS
    assessment = (RecordsAssessment if records else ClaimsAssessment)(subject, config, as_of)
    found: list[tuple[SopState | StatusFlag, str]] = [*assessment.states()]
    if subject.removed:
        found = [(state, reason) for state, reason in found if state in INTEGRITY]
        found += [(SopState.RETIRED, "it was retired")] if subject.retired else []
        found.append((SopState.REMOVED, subject.removed))
        assessment.due = None
    if not any(isinstance(flag, SopState) for flag, _ in found):
        found.insert(0, assessment.fresh())
    row = replace(_make_row(subject, as_of, assessment.due, found, assessment.findings), reviewed=assessment.reviewed)
    if isinstance(assessment, RecordsAssessment):
        row = _add_ledger(row, assessment, as_of)
    elif assessment.reviewed:
        row = replace(row, evidence="E0")
    return SopStatus(row, subject, dict((*found, *subject.marks)))


def _add_ledger(row: StaleRow, assessment: RecordsAssessment, as_of: date) -> StaleRow:
    approval, force = assessment.approval, assessment.ledger.in_force(as_of)
    return replace(
        row,
        reviewed_by=assessment.review.entry.by if assessment.review else "",
        evidence=str(assessment.level or ""),
        approved=approval.landed if approval else None,
        approved_by=approval.by if approval else (),
        in_force=f"r{force.revision}" if force and not assessment.subject.removed else "",
        awaiting=assessment.awaiting if SopState.APPROVAL_MISSING in row.flags else (),
        watched_changed=assessment.watched_changed if SopState.WATCHED_CODE_CHANGED in row.flags else None,
        lapsed=assessment.lapsed,
        invalid=tuple(InvalidEntry(one.file.path, str(one.reason), one.detail) for one in assessment.ledger.invalid),
    )


def _make_row(subject: TrackedSop, as_of: date, due: date | None, found: Reasons, findings: Sequence[str]) -> StaleRow:
    flags: list[SopState | StatusFlag] = [*(flag for flag, _ in found), *(mark for mark, _ in subject.marks)]
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
        state=headline_state(flags),
        flags=tuple(flag for flag in sort_flags(flags) if flag not in FRESH),
        reviewed=None,
        reviewed_by="",
        evidence="",
        approved=None,
        approved_by=(),
        in_force="",
        awaiting=(),
        due=due,
        days=(due - as_of).days if due else None,
        changed=changed.day if changed else None,
        changed_by=changed.people if changed else (),
        commit=changed.oid if changed else "",
        digest=subject.digest,
        watched=subject.watched,
        watched_changed=None,
        restores=f"r{subject.restores}" if subject.restores else "",
        lapsed=None,
        invalid=(),
        findings=tuple(findings),
        reason="; ".join(reason for _, reason in (*found, *subject.marks)),
    )


def assess_all(history: History, as_of: date) -> list[SopStatus]:
    """The status of each SOP of a judged commit. Raises SopkitError where the configuration does not let it be told."""
    require_identity(history.config)
    found = [assess(subject, history.config, as_of) for subject in collect_from_history(history)]
    history.cache.save()
    return found


def require_identity(config: Config) -> None:
    """Raises SopkitError where the configuration gives nothing to know SOPs or reviews by."""
    if error := identity_error(config):
        raise error


def identity_error(config: Config) -> SopkitError | None:
    """What to say where the configuration gives nothing to know SOPs or reviews by."""
    claims = config.front_matter.claims
    if config.review.basis is Basis.RECORDS and config.library.identity == "path":
        return SopkitError(
            "the ledger knows SOPs by their id, and here the path is the identity",
            'give each SOP an id, or set another basis in sopkit.toml: [review] basis = "git"',
        )
    if config.review.basis is Basis.CLAIMS and not (claims.get("reviewed") or claims.get("next")):
        return SopkitError(
            "basis claims needs to know which keys of the front matter claim a review",
            'name them in sopkit.toml: [front_matter] claims = { reviewed = "last_reviewed_on" }',
        )
    return None
