"""SOP607: Somebody who did not write an SOP has tried it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sopkit.library import Library
from sopkit.lint.advice import APPROVED_HISTORY, first_key
from sopkit.lint.rule import Example, ExampleCommit, RuleScope, rule
from sopkit.model.finding import Finding, Severity

if TYPE_CHECKING:
    from sopkit.lifecycle.library_status import LibraryStatus

_EXERCISE = ExampleCommit("2026-03-02", "ann", record="kind: exercise, type: tabletop")
_RUN = "kind: run, case: ACC-%s, started: 2026-03-02, finished: 2026-03-02"


@rule(
    "SOP607",
    severity=Severity.WARNING,
    scope=RuleScope.LIBRARY,
    needs="history",
    bad=Example("", history=(*APPROVED_HISTORY, _EXERCISE, ExampleCommit("2026-03-02", "ben", record=_RUN % 1))),
    good=Example("", history=(*APPROVED_HISTORY, _EXERCISE, ExampleCommit("2026-03-02", "ann", record=_RUN % 2))),
)
def untried(library: Library, status: "LibraryStatus") -> Iterator[Finding]:
    """Somebody who did not write an SOP has tried it.

    A trial is an exercise or a finished run on a text with the first number of the version in force, by a person who
    wrote none of its texts; who took part in an exercise is known from its list of attendance. An open gap of severity
    high from an exercise is a finding as well. An internal audit is no trial. For an SOP of high criticality this is
    an error. Silent while a library has no exercise.

    Why: whoever wrote a procedure knows what it leaves out; the others find out in an emergency.
    Mend: try it with somebody who did not write it: `sopkit exercise new ID`, or `sopkit run start ID`; close a gap
    with its action in registers/actions.yaml.
    """
    from sopkit.model.practice import Exercise
    from sopkit.practice.due import practice_states  # only when history is read
    from sopkit.practice.landing import practice_of

    del library
    if not practice_of(status).counting(Exercise):
        return
    for state in practice_states(status):
        sop = state.sop
        severity = Severity.ERROR if sop.text("criticality") == "high" else None
        if not state.is_tried:
            words = "nobody who did not write it has tried this version; run: sopkit exercise new"
            yield sop.finding(first_key(sop, "version"), f"{words} {sop.id}", severity=severity)
        for gap in state.open_gaps:
            words = f"an exercise found a gap of severity high that is still open: {gap}; close it with its action"
            yield sop.finding(first_key(sop, "version"), words, severity=severity)
