"""SOP603: An SOP is reviewed by its due date."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sopkit.library import RuleContext
from sopkit.lint.advice import approved_history, find_reason, first_key, review_advice
from sopkit.lint.rule import Example, ExampleCommit, rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop

if TYPE_CHECKING:
    from sopkit.lifecycle.library_status import LibraryStatus

_LAST_YEAR = approved_history("2025-10-01", "2025-10-02")


@rule(
    "SOP603",
    severity=Severity.ERROR,
    needs="history",
    bad=Example("", history=_LAST_YEAR),
    good=Example("", history=(*_LAST_YEAR, ExampleCommit("2026-09-01", "ann", entry="kind: review"))),
)
def review_overdue(sop: Sop, context: RuleContext, status: "LibraryStatus") -> Iterator[Finding]:
    """An SOP is reviewed by its due date.

    Due is the latest counting review plus `review_every`, at most the ceiling; that day itself is still in time. An
    SOP that was never reviewed is due as long after it became active. Edits and approvals move no due date.

    Why: procedures rot silently; ISO/IEC 27001:2022, 7.5.2, asks for review and leaves to you how often it is done.
    Mend: run `sopkit review ID`, with `--no-change` when nothing had to change.
    """
    if reason := find_reason(sop, status, "overdue", "unproven-overdue"):
        yield sop.finding(first_key(sop, "review_every"), f"{reason}; {review_advice(sop, status)}")
