"""How an entry stands at the judged commit."""

from enum import StrEnum

from sopkit.lifecycle.ledger.ledger import Ledger, Verdict
from sopkit.model.entries import Kind


class Standing(StrEnum):
    """Whether an entry counts, or why it does not any more."""

    COUNTS = "counts"
    INVALID = "invalid"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


def standing(ledger: Ledger, verdict: Verdict) -> Standing:
    """How one of the ledger's entries stands."""
    if not verdict.counts:
        return Standing.INVALID
    if verdict.file.name in ledger.corrected:
        return Standing.CORRECTED
    return Standing.WITHDRAWN if verdict.file.name in ledger.void else Standing.COUNTS


def why(ledger: Ledger, verdict: Verdict) -> str:
    """What speaks against an entry, in words; nothing when it counts."""
    state = standing(ledger, verdict)
    if state is Standing.INVALID:
        return verdict.detail
    if state is Standing.CORRECTED:
        takers = [one for one in ledger.verdicts if one.counts and one.entry.corrects == verdict.file.name]
        return f"on {takers[-1].landed} by {takers[-1].file.name}"
    if state is Standing.WITHDRAWN:
        later = [
            one
            for one in ledger.counting(Kind.WITHDRAWAL)
            if one.revision == verdict.revision and one.file.commit >= verdict.file.commit
        ]
        return f"on {later[0].landed} by {later[0].entry.by}" if later else ""
    return ""
