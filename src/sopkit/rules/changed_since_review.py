"""SOP605."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sopkit.library import Library
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.rules._example import Example, Past
from sopkit.rules._life import APPROVED, place_of, review
from sopkit.rules._rule import rule

if TYPE_CHECKING:
    from sopkit.lifecycle.life import Life

_TEXT = """
    ---
    version: "1.1"
    ---
    ## Purpose

    Give people no more access than their work needs.
    """
_EDITED = (*APPROVED, Past("2026-03-02", "ben", text=_TEXT), Past("2026-03-03", "ann", entry="kind: approval"))


@rule(
    "SOP605",
    severity=Severity.WARNING,
    needs="history",
    bad=Example(_TEXT, history=_EDITED),
    good=Example(_TEXT, history=(*_EDITED, Past("2026-03-03", "ann", entry="kind: review"))),
)
def changed_since_review(sop: Sop, library: Library, life: "Life") -> Iterator[Finding]:
    """The text is the one that was reviewed last, or follows from it by editorial approvals.

    Why: an approval says that a text may be used, a review that it is how the work is done; after a change only the
    first may have been asked.
    Mend: run `sopkit diff ID` to see what changed, then `sopkit review ID`.
    """
    from sopkit.lifecycle.staleness.states import State  # noqa: PLC0415 - only when history is read

    del library
    lifeline = life.of(sop)
    if lifeline is None:
        return
    changed = lifeline.states.get(State.CHANGED_SINCE_REVIEW) or lifeline.states.get(State.TEXT_CHANGED_SINCE_CLAIM)
    seen = lifeline.ledger.latest_review
    if life.edited(sop, lifeline):
        differs = seen is not None and seen.entry.digest != life.digest(sop) and sop.active
        changed = f"the text in the folder is not the one that {seen.entry.by} reviewed" if seen and differs else None
    if changed:
        yield sop.finding(place_of(sop, "version"), f"{changed}; {review(sop, life)}")
