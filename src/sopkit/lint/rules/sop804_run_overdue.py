"""SOP804: An SOP that is carried out in a period was carried out in time."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sopkit.library import Library
from sopkit.lint.advice import APPROVED_HISTORY, first_key
from sopkit.lint.rule import Example, ExampleCommit, RuleScope, rule
from sopkit.model.finding import Finding, Severity

if TYPE_CHECKING:
    from sopkit.lifecycle.library_status import LibraryStatus

_TEXT = """
    ---
    triggers:
      - every: 3 months
    ---
    """
_WRITTEN = (ExampleCommit("2026-01-05", "ben", text=_TEXT), *APPROVED_HISTORY[1:])
_RUN = "kind: run, case: ACC-1, started: %s, finished: %s"


@rule(
    "SOP804",
    severity=Severity.WARNING,
    scope=RuleScope.LIBRARY,
    needs="history",
    bad=Example(_TEXT, history=(*_WRITTEN, ExampleCommit("2026-03-02", "ann", record=_RUN % (("2026-03-02",) * 2)))),
    good=Example(_TEXT, history=(*_WRITTEN, ExampleCommit("2026-10-02", "ann", record=_RUN % (("2026-10-02",) * 2)))),
)
def run_overdue(library: Library, status: "LibraryStatus") -> Iterator[Finding]:
    """An SOP that is carried out in a period was carried out in time.

    Due is the last finished run or case, or else the first day in force, plus the longest `every` of the triggers and
    the `grace` of `[practice]`. Silent while an SOP has no run and no case.

    Why: an auditor asks for the last quarterly review of access rights and gets the one before.
    Mend: carry it out and record it: `sopkit run start ID`, or import the list of cases: `sopkit run import ID FILE`.
    """
    from sopkit.practice.due import practice_states  # only when history is read

    for state in practice_states(status):
        if state.run_due is not None and state.run_due < library.as_of:
            last = f"was last carried out on {state.last_run}" if state.last_run else "was never carried out to its end"
            words = f"it {last}, and that was due by {state.run_due}; run: sopkit run start {state.sop.id}"
            yield state.sop.finding(first_key(state.sop, "triggers"), words)
