"""SOP810: Feedback on an SOP is answered within 90 days."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sopkit.library import Library
from sopkit.lint.advice import APPROVED_HISTORY, first_key
from sopkit.lint.rule import Example, ExampleCommit, RuleScope, rule
from sopkit.model.finding import Finding, Severity

if TYPE_CHECKING:
    from sopkit.lifecycle.library_status import LibraryStatus

_FEEDBACK = "kind: feedback, text: The second step is not clear"


@rule(
    "SOP810",
    severity=Severity.WARNING,
    scope=RuleScope.LIBRARY,
    needs="history",
    bad=Example("", history=(*APPROVED_HISTORY, ExampleCommit("2026-03-02", "ben", record=_FEEDBACK))),
    good=Example("", history=(*APPROVED_HISTORY, ExampleCommit("2026-10-02", "ben", record=_FEEDBACK))),
)
def feedback_unanswered(library: Library, status: "LibraryStatus") -> Iterator[Finding]:
    """Feedback on an SOP is answered within 90 days.

    An answer is a decision of the owner or a deputy: changed in which version, declined and why, or said before.

    Why: people who hear nothing say nothing the next time, and the text stays as it is.
    Mend: decide, and say so: `sopkit feedback close FILE --changed VERSION`, or `--declined WHY`.
    """
    from sopkit.practice.due import practice_states  # only when history is read

    for state in practice_states(status):
        for result in state.unanswered:
            days = (library.as_of - result.record.date).days
            words = (
                f"feedback of {result.record.date} waits for an answer since {days} days; run: sopkit feedback close"
            )
            yield state.sop.finding(first_key(state.sop, "owner"), f"{words} {result.file.name}")
