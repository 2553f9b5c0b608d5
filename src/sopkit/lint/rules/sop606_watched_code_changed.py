"""SOP606: The files that an SOP describes (`watches`) are as they were when somebody compared them with it last."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sopkit.library import RuleContext
from sopkit.lint.advice import find_reason, first_key, review_advice
from sopkit.lint.rule import Example, ExampleCommit, rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop

if TYPE_CHECKING:
    from sopkit.lifecycle.library_status import LibraryStatus

_TEXT = """
    ---
    watches: [infra/access.tf]
    ---
    """
_WATCHING = (
    ExampleCommit("2026-01-05", "ben", text=_TEXT, files={"infra/access.tf": 'role = "admin"\n'}),
    ExampleCommit("2026-01-06", "ann", entry="kind: review"),
    ExampleCommit("2026-01-06", "ann", entry="kind: approval"),
    ExampleCommit("2026-06-01", "ben", files={"infra/access.tf": 'role = "reader"\n'}),
)


@rule(
    "SOP606",
    severity=Severity.WARNING,
    needs="history",
    bad=Example(_TEXT, history=_WATCHING),
    good=Example(_TEXT, history=(*_WATCHING, ExampleCommit("2026-06-02", "ann", entry="kind: review, scope: watched"))),
)
def watched_code_changed(sop: Sop, context: RuleContext, status: "LibraryStatus") -> Iterator[Finding]:
    """The files that an SOP describes (`watches`) are as they were when somebody compared them with it last.

    A change that was undone does not count.

    Why: a procedure is wrong from the day on which the code that it describes changes, whatever its due date says.
    Mend: read what changed, correct the SOP or not, and run `sopkit review ID --watched`.
    """
    if reason := find_reason(sop, status, "watched-code-changed"):
        mend = "" if "run: " in reason else f"; {review_advice(sop, status, '--watched')}"
        yield sop.finding(first_key(sop, "watches"), f"{reason}{mend}")
