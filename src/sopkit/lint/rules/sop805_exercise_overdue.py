"""SOP805: An SOP of high criticality is tried in an exercise in time."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sopkit.library import Library
from sopkit.lint.advice import first_key
from sopkit.lint.rule import Example, ExampleCommit, RuleScope, rule
from sopkit.model.finding import Finding, Severity

if TYPE_CHECKING:
    from sopkit.lifecycle.library_status import LibraryStatus

_TEXT = """
    ---
    criticality: high
    ---
    """
_WRITTEN = (
    ExampleCommit("2026-03-01", "ben", text=_TEXT),
    ExampleCommit("2026-09-01", "ann", entry="kind: review"),
    ExampleCommit("2026-09-01", "ann", entry="kind: approval"),
    ExampleCommit("2026-09-02", "ann", record="kind: run, case: ACC-1, started: 2026-09-02, finished: 2026-09-02"),
)
_EXERCISE = "kind: exercise, type: tabletop, next: %s"


@rule(
    "SOP805",
    severity=Severity.WARNING,
    scope=RuleScope.LIBRARY,
    needs="history",
    bad=Example(_TEXT, history=(*_WRITTEN, ExampleCommit("2026-09-03", "ann", record=_EXERCISE % "2026-10-01"))),
    good=Example(_TEXT, history=(*_WRITTEN, ExampleCommit("2026-09-03", "ann", record=_EXERCISE % "2026-12-01"))),
)
def exercise_overdue(library: Library, status: "LibraryStatus") -> Iterator[Finding]:
    """An SOP of high criticality is tried in an exercise in time.

    Due is the last exercise, or else the first day in force, plus `exercise_every` of `[practice]`, or the day that
    the exercise names for the next one when that is earlier. An internal audit is no exercise. Silent while a library
    has no exercise.

    Why: plans that nobody tries fail when they are needed (ISO/IEC 27001:2022, A.5.30; NIST SP 800-84).
    Mend: hold one: `sopkit exercise new ID`, then `sopkit exercise record FILE`.
    """
    from sopkit.model.practice import Exercise
    from sopkit.practice.due import practice_states  # only when history is read
    from sopkit.practice.landing import practice_of

    if not practice_of(status).counting(Exercise):
        return
    for state in practice_states(status):
        if state.exercise_due is not None and state.exercise_due < library.as_of:
            last = f"was last tried on {state.last_exercise}" if state.last_exercise else "was never tried"
            words = f"it {last}, and an exercise was due by {state.exercise_due}; run: sopkit exercise new"
            yield state.sop.finding(first_key(state.sop, "criticality"), f"{words} {state.sop.id}")
