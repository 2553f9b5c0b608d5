"""Which approved text of an SOP is in force on a day, and since when."""

from datetime import date

from sopkit.lifecycle.due import parse_date
from sopkit.lifecycle.history import History
from sopkit.lifecycle.ledger import Approval
from sopkit.lifecycle.revisions import RevisionHistory, SopKey
from sopkit.model.config import Basis


def effective_from(history: History, past: RevisionHistory, approval: Approval) -> date:
    """From when an approved text is in force: the later of its `effective` day and the landing of its approval."""
    effective = parse_date(history.snapshots[blob_of_approval(history, past, approval)].effective)
    return max(effective, approval.landed) if effective else approval.landed


def blob_of_approval(history: History, past: RevisionHistory, approval: Approval) -> str:
    """The blob of the very bytes that were approved, else of the first text of the approved revision."""
    revision = past.revisions[approval.revision - 1]
    for verdict in reversed(approval.verdicts):
        snapshot = history.snapshots.get(verdict.entry.blob)
        if snapshot is not None and snapshot.digest == revision.digest:
            return verdict.entry.blob
    return revision.blob


def approval_in_force(history: History, past: RevisionHistory, day: date) -> Approval | None:
    """The newest approved revision that is in force on a day, or None."""
    ledger = history.ledger(past.key[0])
    started = [one for one in ledger.approved.values() if effective_from(history, past, one) <= day]
    return max(started, key=lambda one: one.revision, default=None)


def describe_approval(history: History, key: SopKey, digest: str, day: date, *, people: bool = True) -> str:
    """The approval, as of a day, of the text of an SOP with this digest; without `people`, not who approved it."""
    if history.config.review.basis is not Basis.RECORDS:
        return f"Approval unknown: this library keeps none (basis {history.config.review.basis})."
    past = history.pasts.by_key.get(key)
    if past is None:
        return "Not approved: it has not landed yet."
    ledger = history.ledger(key[0])
    number = next((one.number for one in reversed(past.revisions) if one.digest == digest), None)
    approval = ledger.approved.get(number) if number is not None else None
    if approval is not None:
        by = f" by {', '.join(approval.by)}" if people else ""
        started = effective_from(history, past, approval)
        in_force = "in force from" if started > day else "in force since"
        return f"Approved on {approval.landed}{by} ({approval.level}), {in_force} {started}."
    force = approval_in_force(history, past, day)
    if force is None:
        return "Not approved."
    label = f"version {force.label}" if force.label else f"r{force.revision}"
    return f"Not approved: this is not the text in force, which is {label}, approved on {force.landed}."
