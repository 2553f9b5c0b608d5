"""One SOP judged: when it is due, which states apply to it, and why, in words."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sopkit.lifecycle.staleness.assess_claims import ClaimsJudgement
from sopkit.lifecycle.staleness.assess_records import RecordsJudgement
from sopkit.lifecycle.staleness.report import Invalid, StaleRow
from sopkit.lifecycle.staleness.states import FRESH, Mark, State, headline, ordered
from sopkit.lifecycle.staleness.subject import Subject
from sopkit.model.config import Basis, Config


def assess(subject: Subject, config: Config, as_of: date) -> StaleRow:
    """The row of one SOP on a day, under the basis of the configuration."""
    if config.review.basis is Basis.RECORDS:
        return _by_records(RecordsJudgement(subject, config, as_of))
    judged = ClaimsJudgement(subject, config, as_of)
    found = [*judged.states()]
    if not any(isinstance(flag, State) for flag, _ in found):
        found.insert(0, judged.fresh())
    row = _row(subject, as_of, judged.due, found, judged.findings)
    return replace(row, reviewed=judged.reviewed, evidence="E0" if judged.reviewed else "")


def _by_records(judged: RecordsJudgement) -> StaleRow:
    row = _row(judged.subject, judged.as_of, judged.due, [*judged.states()] or [judged.fresh()], judged.findings)
    approval, force = judged.approval, judged.ledger.in_force
    return replace(
        row,
        reviewed=judged.reviewed,
        reviewed_by=judged.review.entry.by if judged.review else "",
        evidence=str(judged.level or ""),
        approved=approval.landed if approval else None,
        approved_by=approval.by if approval else (),
        in_force=f"r{force.revision}" if force else "",
        awaiting=judged.awaiting if State.APPROVAL_MISSING in row.flags else (),
        watched_changed=judged.watched_changed if State.WATCHED_CODE_CHANGED in row.flags else None,
        lapsed=judged.lapsed,
        invalid=tuple(Invalid(one.file.path, str(one.reason), one.detail) for one in judged.ledger.invalid),
    )


def _row(
    subject: Subject, as_of: date, due: date | None, found: Sequence[tuple[State | Mark, str]], findings: Sequence[str]
) -> StaleRow:
    flags: list[State | Mark] = [*(flag for flag, _ in found), *(mark for mark, _ in subject.marks)]
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
        flags=tuple(flag for flag in ordered(flags) if flag not in FRESH),
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
