"""SOP605: The text is the one that was reviewed last, or follows from it by editorial approvals."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sopkit.library import RuleContext
from sopkit.lint.advice import APPROVED_HISTORY, find_reason, first_key, review_advice
from sopkit.lint.rule import Example, ExampleCommit, rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop

if TYPE_CHECKING:
    from sopkit.lifecycle.library_status import LibraryStatus

_TEXT = """
    ---
    version: "1.1"
    ---
    ## Purpose

    Give people no more access than their work needs.
    """
_EDITED = (
    *APPROVED_HISTORY,
    ExampleCommit("2026-03-02", "ben", text=_TEXT),
    ExampleCommit("2026-03-03", "ann", entry="kind: approval"),
)


@rule(
    "SOP605",
    severity=Severity.WARNING,
    needs="history",
    bad=Example(_TEXT, history=_EDITED),
    good=Example(_TEXT, history=(*_EDITED, ExampleCommit("2026-03-03", "ann", entry="kind: review"))),
)
def changed_since_review(sop: Sop, context: RuleContext, status: "LibraryStatus") -> Iterator[Finding]:
    """The text is the one that was reviewed last, or follows from it by editorial approvals.

    Why: an approval says that a text may be used, a review that it is how the work is done; after a change only the
    first may have been asked.
    Mend: run `sopkit diff ID` to see what changed, then `sopkit review ID`.
    """
    sop_status = status.find(sop)
    if sop_status is None:
        return
    changed = find_reason(sop, status, "changed-since-review", "text-changed-since-claim")
    seen = sop_status.ledger.latest_review
    if status.edited(sop, sop_status):
        differs = seen is not None and seen.entry.digest != status.digest(sop) and sop.active
        changed = ""
        if seen and differs:
            changed = f"the text in the folder is not the one that {sop_status.ledger.name_of(seen.entry.by)} reviewed"
    if changed:
        yield sop.finding(first_key(sop, "version"), f"{changed}; {review_advice(sop, status)}")
