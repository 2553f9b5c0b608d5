"""SOP603."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sopkit.library import Library
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.rules._example import Example, Past
from sopkit.rules._life import place_of, review
from sopkit.rules._rule import rule

if TYPE_CHECKING:
    from sopkit.lifecycle.life import Life

_LAST_YEAR = (
    Past("2025-10-01", "ben", text=""),
    Past("2025-10-02", "ann", entry="kind: review"),
    Past("2025-10-02", "ann", entry="kind: approval"),
)


@rule(
    "SOP603",
    severity=Severity.ERROR,
    needs="history",
    bad=Example("", history=_LAST_YEAR),
    good=Example("", history=(*_LAST_YEAR, Past("2026-09-01", "ann", entry="kind: review"))),
)
def review_overdue(sop: Sop, library: Library, life: "Life") -> Iterator[Finding]:
    """An SOP is reviewed by its due date.

    Due is the latest counting review plus `review_every`, at most the ceiling; that day itself is still in time. An
    SOP that was never reviewed is due as long after it became active. Edits and approvals move no due date.

    Why: procedures rot silently; ISO/IEC 27001:2022, 7.5.2, asks for review and leaves to you how often it is done.
    Mend: run `sopkit review ID`, with `--no-change` when nothing had to change.
    """
    from sopkit.lifecycle.staleness.states import State  # noqa: PLC0415 - only when history is read

    lifeline = life.of(sop)
    if lifeline is None:
        return
    reason = lifeline.states.get(State.OVERDUE) or lifeline.states.get(State.UNPROVEN_OVERDUE)
    if lifeline.first_due is not None and lifeline.first_due < library.as_of:
        reason = f"the first review was due on {lifeline.first_due}, counted from when it became active"
    if reason:
        yield sop.finding(place_of(sop, "review_every"), f"{reason}; {review(sop, life)}")
