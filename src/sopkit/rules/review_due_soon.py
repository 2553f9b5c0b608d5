"""SOP604."""

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
    Past("2025-12-08", "ben", text=""),
    Past("2025-12-09", "ann", entry="kind: review"),
    Past("2025-12-09", "ann", entry="kind: approval"),
)


@rule(
    "SOP604",
    severity=Severity.WARNING,
    needs="history",
    bad=Example("", history=_LAST_YEAR),
    good=Example("", history=(*_LAST_YEAR, Past("2026-11-20", "ann", entry="kind: review"))),
)
def review_due_soon(sop: Sop, library: Library, life: "Life") -> Iterator[Finding]:
    """A review that is due soon is done.

    Soon is `[review] due_soon`, thirty days unless set.

    Why: a review takes a conversation with the people who do the work; the day on which it is overdue is too late
    to ask for one.
    Mend: run `sopkit review ID`, with `--no-change` when nothing had to change.
    """
    from sopkit.lifecycle.staleness.states import State  # noqa: PLC0415 - only when history is read

    del library
    lifeline = life.of(sop)
    if lifeline is not None and (reason := lifeline.states.get(State.DUE_SOON)):
        yield sop.finding(place_of(sop, "review_every"), f"{reason}; {review(sop, life)}")
