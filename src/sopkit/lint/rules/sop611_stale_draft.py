"""SOP611: A draft is worked on, and a retired SOP says what came in its place."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from sopkit.library import RuleContext
from sopkit.lint.rule import Example, ExampleCommit, rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop

if TYPE_CHECKING:
    from sopkit.lifecycle.library_status import LibraryStatus

_DAYS = 60
_REASONS = (b"retired", b"replaced", b"superseded", b"withdrawn", b"no longer", b"obsolete", b"discontinued", b"merged")
_DRAFT = """
    ---
    status: draft
    ---
    """


@rule(
    "SOP611",
    severity=Severity.INFO,
    needs="history",
    bad=Example(_DRAFT, history=(ExampleCommit("2026-08-03", "ben", text=_DRAFT),)),
    good=Example(_DRAFT, history=(ExampleCommit("2026-11-02", "ben", text=_DRAFT),)),
)
def stale_draft(sop: Sop, context: RuleContext, status: "LibraryStatus") -> Iterator[Finding]:
    """A draft is worked on, and a retired SOP says what came in its place.

    A draft is stale when no commit touched it for 60 days. A retired SOP has `superseded_by`, or a sentence that says
    why it is gone, in its text or in the note of the entry that retired it.

    Why: a draft that lies about is followed by those who find it; a retired SOP without a word leaves its readers
    without a procedure.
    Mend: finish the draft or delete it; name the successor, or write why there is none.
    """
    sop_status = status.find(sop)
    if sop_status is None:
        return
    touched = sop_status.subject.touched
    if sop.status == "draft" and touched is not None:
        if status.same_bytes(sop, sop_status) and touched < context.as_of - timedelta(days=_DAYS):
            yield sop.finding("status", f"draft untouched since {touched}; finish it, or delete it")
    elif sop.status == "retired" and not sop.front.values.get("superseded_by"):
        entries = [result.entry for result in sop_status.ledger.verdicts if result.counts]
        has_note = any(entry.outcome == "retire" and entry.note for entry in entries)
        if not has_note and not any(word in sop.source.lower[sop.body_start :] for word in _REASONS):
            words = "retired, and nothing says why; name the successor in `superseded_by`, or write a sentence"
            yield sop.finding("status", words)
