"""SOP604: A review that is due soon is done."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sopkit.library import RuleContext
from sopkit.lint.advice import approved_history, find_reason, first_key, review_advice
from sopkit.lint.rule import Example, ExampleCommit, rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop

if TYPE_CHECKING:
    from sopkit.lifecycle.library_status import LibraryStatus

_LAST_YEAR = approved_history("2025-12-08", "2025-12-09")


@rule(
    "SOP604",
    severity=Severity.WARNING,
    needs="history",
    bad=Example("", history=_LAST_YEAR),
    good=Example("", history=(*_LAST_YEAR, ExampleCommit("2026-11-20", "ann", entry="kind: review"))),
)
def review_due_soon(sop: Sop, context: RuleContext, status: "LibraryStatus") -> Iterator[Finding]:
    """A review that is due soon is done.

    Soon is `[review] due_soon`, thirty days unless set.

    Why: a review takes a conversation with the people who do the work; the day on which it is overdue is too late
    to ask for one.
    Mend: run `sopkit review ID`, with `--no-change` when nothing had to change.
    """
    if reason := find_reason(sop, status, "due-soon"):
        yield sop.finding(first_key(sop, "review_every"), f"{reason}; {review_advice(sop, status)}")
