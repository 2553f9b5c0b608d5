"""SOP609: A status does not go back: what was retired stays so, and what was active is no draft again."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sopkit.library import RuleContext
from sopkit.lint.advice import APPROVED_HISTORY
from sopkit.lint.rule import Example, ExampleCommit, rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop

if TYPE_CHECKING:
    from sopkit.lifecycle.library_status import LibraryStatus

_DRAFT = """
    ---
    status: draft
    ---
    """


@rule(
    "SOP609",
    severity=Severity.ERROR,
    needs="history",
    bad=Example(_DRAFT, history=APPROVED_HISTORY),
    good=Example("", history=(ExampleCommit("2025-12-01", "ben", text=_DRAFT), *APPROVED_HISTORY)),
)
def forbidden_transition(sop: Sop, context: RuleContext, status: "LibraryStatus") -> Iterator[Finding]:
    """A status does not go back: what was retired stays so, and what was active is no draft again.

    Why: people may follow an active SOP while its new text is written; as a draft it would leave the due list
    without anybody having decided that. A retired id that comes back makes old records ambiguous.
    Mend: edit an active SOP as it is, under a higher version: the approved text stays in force until the new one is
    approved. Bring a retired one back under a new id that names it in `supersedes`. Where the status was only a slip,
    ignore the finding with that reason.
    """
    sop_status = status.find(sop)
    if sop_status is None:
        return
    days = {name: status.history.landings[index].day for index, name in reversed(sop_status.subject.past.statuses)}
    if "retired" in days and sop.status != "retired":
        words = f"it was retired on {days['retired']} and is `{sop.status}` now; give what comes back a new id"
        yield sop.finding("status", words)
    elif "active" in days and sop.status == "draft":
        words = f"it was active from {days['active']} on and is a draft now; write `active`, or `retired`"
        yield sop.finding("status", words)
