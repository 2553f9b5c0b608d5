"""Which approved text is in force on a day."""

from datetime import date

from sopkit.lifecycle.due import read_day
from sopkit.lifecycle.judged import Judged
from sopkit.lifecycle.ledger.ledger import Approval
from sopkit.lifecycle.texts.revisions import Past


def since(judged: Judged, past: Past, approval: Approval) -> date:
    """From when an approved text is in force: the later of its `effective` day and the landing of its approval."""
    effective = read_day(judged.snapshots[approved_text(judged, past, approval)].effective)
    return max(effective, approval.landed) if effective else approval.landed


def approved_text(judged: Judged, past: Past, approval: Approval) -> str:
    """The blob of the very bytes that were approved, else of the first text of the approved revision."""
    revision = past.revisions[approval.revision - 1]
    for verdict in reversed(approval.verdicts):
        snapshot = judged.snapshots.get(verdict.entry.blob)
        if snapshot is not None and snapshot.digest == revision.digest:
            return verdict.entry.blob
    return revision.blob


def in_force(judged: Judged, past: Past, day: date) -> Approval | None:
    """The newest approved revision that is in force on a day, or None."""
    ledger = judged.ledger(past.key[0])
    started = [one for one in ledger.approved.values() if since(judged, past, one) <= day]
    return max(started, key=lambda one: one.revision, default=None)
