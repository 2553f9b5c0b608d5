"""What to say of the approval of a text."""

from datetime import date

from sopkit.lifecycle.history import History
from sopkit.lifecycle.revisions import SopKey
from sopkit.model.config import Basis


def describe_approval(
    history: History, key: SopKey, digest: str, day: date, *, revision: int | None = None, people: bool = True
) -> str:
    """The approval, as of a day, of the text of an SOP with this digest; without `people`, not who approved it.

    `revision` is its number; by default that of the last revision with the digest.
    """
    if history.config.review.basis is not Basis.RECORDS:
        return f"Approval unknown: this library keeps none (basis {history.config.review.basis})."
    past = history.pasts.by_key.get(key)
    if past is None:
        return "Not approved: it has not landed yet."
    ledger = history.ledger(key[0])
    number = revision or next((one.number for one in reversed(past.revisions) if one.digest == digest), None)
    approval = ledger.approved.get(number) if number is not None else None
    if approval is not None:
        by = f" by {', '.join(map(history.organisation.name_of, approval.by))}" if people else ""
        in_force = "in force from" if approval.starts > day else "in force since"
        return f"Approved on {approval.landed}{by} ({approval.level}), {in_force} {approval.starts}."
    force = ledger.in_force(day)
    if force is None:
        return "Not approved."
    label = f"version {force.label}" if force.label else f"r{force.revision}"
    if number is not None and past.revisions[force.revision - 1].digest == digest:
        return (
            f"Not approved since this text came back as r{number}; in force is the same text as r{force.revision}, "
            f"approved on {force.landed}."
        )
    return f"Not approved: this is not the text in force, which is {label}, approved on {force.landed}."
