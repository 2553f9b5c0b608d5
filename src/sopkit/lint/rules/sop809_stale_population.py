"""SOP809: The list of the cases of an SOP is not older than its period."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sopkit.library import Library
from sopkit.lint.advice import APPROVED_HISTORY, first_key
from sopkit.lint.rule import Example, ExampleCommit, RuleScope, rule
from sopkit.model.finding import Finding, Severity

if TYPE_CHECKING:
    from sopkit.lifecycle.library_status import LibraryStatus

_TABLE = "case,url,started,finished,outcome\nACC-1,,2026-03-03,2026-03-04,done\n"


def _history(until: str, day: str) -> tuple[ExampleCommit, ...]:
    export = f"kind: population, from: 2026-03-01, to: {until}"
    return (*APPROVED_HISTORY, ExampleCommit(day, "ann", record=export, table=_TABLE))


@rule(
    "SOP809",
    severity=Severity.WARNING,
    scope=RuleScope.LIBRARY,
    needs="history",
    bad=Example("", history=_history("2026-03-31", "2026-04-01")),
    good=Example("", history=_history("2026-09-30", "2026-10-01")),
)
def stale_population(library: Library, status: "LibraryStatus") -> Iterator[Finding]:
    """The list of the cases of an SOP is not older than its period.

    Due is the last day that an export covers, plus the longest `every` of the triggers (3 months where there is none)
    and the `grace` of `[practice]`. Silent while an SOP has no population.

    Why: an auditor draws a sample from a complete list of cases, and an old one lacks those of the last months.
    Mend: export the cases again and import them: `sopkit run import ID FILE`; an export without a case is fine.
    """
    from sopkit.practice.due import practice_states  # only when history is read

    for state in practice_states(status):
        if state.export_due is not None and state.export_due < library.as_of:
            words = (
                f"the list of cases ends on {state.last_export}, and a newer one was due by {state.export_due};"
                f" run: sopkit run import {state.sop.id} FILE"
            )
            yield state.sop.finding(first_key(state.sop, "triggers"), words)
