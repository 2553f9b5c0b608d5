"""SOP602: The text of an active SOP is approved by all who have to."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sopkit.library import RuleContext
from sopkit.lint.advice import APPROVED_HISTORY, approve_command, find_reason, first_key
from sopkit.lint.rule import Example, ExampleCommit, rule
from sopkit.model.config import Basis
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop

if TYPE_CHECKING:
    from sopkit.lifecycle.library_status import LibraryStatus

_EDITED = ExampleCommit(
    "2026-03-02",
    "ben",
    text="""
        ---
        version: "1.1"
        ---
        ## Purpose

        Give people no more access than their work needs.
        """,
)
_TEXT = _EDITED.text or ""


@rule(
    "SOP602",
    severity=Severity.WARNING,
    under_audit=Severity.ERROR,
    needs="history",
    bad=Example(_TEXT, history=(*APPROVED_HISTORY, _EDITED, ExampleCommit("2026-03-03", "ann", entry="kind: review"))),
    good=Example(
        _TEXT,
        history=(
            *APPROVED_HISTORY,
            _EDITED,
            ExampleCommit("2026-03-03", "ann", entry="kind: review"),
            ExampleCommit("2026-03-03", "ann", entry="kind: approval"),
        ),
    ),
)
def awaits_approval(sop: Sop, context: RuleContext, status: "LibraryStatus") -> Iterator[Finding]:
    """The text of an active SOP is approved by all who have to.

    Which entries count is told by `sopkit stale`; an approval is of one text, so an edit needs a new one. Silent
    where reviews are believed from claims or from git.

    Why: ISO/IEC 27001:2022, 7.5.2, asks for approval; a text that nobody approved is what its author thinks.
    Mend: have it merged, then let each approver run `sopkit approve ID`.
    """
    sop_status, reason = status.find(sop), find_reason(sop, status, "approval-missing")
    if status.basis is not Basis.RECORDS or not (sop.active or reason):
        return
    if sop_status is None:
        words = "no text of it is committed and approved; then"
    elif status.edited(sop, sop_status):
        words = "the text in the folder is not committed, so it is not approved; commit it, then"
    elif sop_status.approval is None:
        words = f"{reason or f'r{sop_status.subject.revision} is not approved'};"
    else:
        return
    yield sop.finding(first_key(sop, "version"), f"{words} {approve_command(sop)}")
