"""SOP808: The cases of the last quarter kept the time limits."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sopkit.library import Library
from sopkit.lint.advice import APPROVED_HISTORY, first_key
from sopkit.lint.rule import Example, ExampleCommit, RuleScope, rule
from sopkit.model.finding import Finding, Severity

if TYPE_CHECKING:
    from sopkit.lifecycle.library_status import LibraryStatus

_TABLE = """\
case,url,started,finished,outcome,grant.from,grant.to
ACC-1,,2026-08-03T08:00:00Z,2026-08-03T10:00:00Z,done,2026-08-03T08:00:00Z,%s
"""
_EXPORT = "kind: population, from: 2026-07-01, to: 2026-09-30"


def _history(end: str) -> tuple[ExampleCommit, ...]:
    return (*APPROVED_HISTORY, ExampleCommit("2026-10-02", "ann", record=_EXPORT, table=_TABLE % end))


@rule(
    "SOP808",
    severity=Severity.WARNING,
    scope=RuleScope.LIBRARY,
    needs="history",
    bad=Example("", history=_history("2026-08-03T19:30:00Z")),
    good=Example("", history=_history("2026-08-03T10:00:00Z")),
)
def limit_missed(library: Library, status: "LibraryStatus") -> Iterator[Finding]:
    """The cases of the last quarter kept the time limits.

    Looked at is the last full calendar quarter, by the month in which cases were due. On time must be the share that
    `target` of the time limit names: by default 100 % for a limit of law or contract, else 95 %. A case whose times do
    not tell is not on time. Silent where no case was measured.

    Why: a time limit is a promise; whoever misses it often either needs another limit or more people.
    Mend: see which cases were late (`sopkit report limits`), record an action, and change the work or the limit.
    """
    from sopkit.practice.due import last_quarter, practice_states  # only when history is read

    first, last = last_quarter(library.as_of)
    for state in practice_states(status):
        for one in state.missed:
            quarter, terms = one.quarter, one.terms
            words = (
                f"time limit `{terms.id}` was kept in {quarter.share:g} % of {quarter.measured} cases due from {first}"
                f" to {last}; at least {terms.target} % must be: see sopkit report limits --sop {state.sop.id}"
            )
            yield state.sop.finding(first_key(state.sop, "time_limits"), words)
