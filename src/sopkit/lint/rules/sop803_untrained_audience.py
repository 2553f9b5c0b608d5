"""SOP803: The audience of an SOP is trained on the text in force."""

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
    audience: [security-lead]
    ---
    """
_WRITTEN = (ExampleCommit("2026-01-05", "ben", text=_TEXT), *APPROVED_HISTORY[1:])
_HISTORY = (*_WRITTEN, ExampleCommit("2026-01-12", "ann", record="kind: result, person: ann, method: read"))


@rule(
    "SOP803",
    severity=Severity.WARNING,
    scope=RuleScope.LIBRARY,
    needs="history",
    bad=Example(_TEXT, history=_HISTORY),
    good=Example(_TEXT, history=_HISTORY, files={"sopkit.toml": "[training]\ntarget = 50\n"}),
)
def untrained_audience(library: Library, status: "LibraryStatus") -> Iterator[Finding]:
    """The audience of an SOP is trained on the text in force.

    Of the people who are current, overdue or never trained, the share that is current must be at least `target` of
    `[training]`. Who is in time, exempt, or gone does not count. Silent until a library has a record of training, and
    while the records about people cannot be read.

    Why: a procedure that its people do not know is followed by chance (ISO/IEC 27001:2022, 7.2 and 7.3).
    Mend: see who it is (`sopkit train status --sop ID --each`), and plan a session or remind them.
    """
    from sopkit.practice.training import untrained_audiences  # only when history is read

    for one in untrained_audiences(status):
        words = (
            f"{one.share:g} % of its audience are trained on version {one.text.label}; at least"
            f" {library.config.training.target} % must be: see sopkit train status --sop {one.sop.id} --each"
        )
        yield one.sop.finding(first_key(one.sop, "audience"), words)
