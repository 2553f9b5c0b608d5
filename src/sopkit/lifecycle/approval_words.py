"""Whether a text is approved, in one sentence for its readers."""

from sopkit.lifecycle.in_force import since
from sopkit.lifecycle.judged import Judged
from sopkit.lifecycle.texts.revisions import Key
from sopkit.model.config import Basis


def approval_words(judged: Judged, key: Key, digest: str) -> str:
    """What the ledger says of the text of an SOP that has this digest."""
    if judged.config.review.basis is not Basis.RECORDS:
        return f"Approval unknown: this library keeps none (basis {judged.config.review.basis})."
    past = judged.pasts.by_key.get(key)
    if past is None:
        return "Not approved: it has not landed yet."
    ledger = judged.ledger(key[0])
    number = next((one.number for one in reversed(past.revisions) if one.digest == digest), None)
    approval = ledger.approved.get(number) if number is not None else None
    if approval is not None:
        people = ", ".join(approval.by)
        started = since(judged, past, approval)
        return f"Approved on {approval.landed} by {people} ({approval.level}), in force since {started}."
    force = ledger.in_force
    if force is None:
        return "Not approved."
    label = f"version {force.label}" if force.label else f"r{force.revision}"
    return f"Not approved: this is not the text in force, which is {label}, approved on {force.landed}."
