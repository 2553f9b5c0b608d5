"""SOP202: A run of steps has at most as many at top level as its area allows; by default 15."""

from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.lint.steps import has_under_indented
from sopkit.model.areas import Area
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop

_SIXTEEN = "".join(f"{number}. **IT operations**: Check server {number}.\n" for number in range(1, 17))


@rule(
    "SOP202",
    severity=Severity.WARNING,
    bad=f"## Procedure\n\n{_SIXTEEN}",
    good="""
        ## Procedure

        ### Prepare

        1. **IT operations**: List the servers.
        2. **IT operations**: Pick the first.

        ### Check

        1. **IT operations**: Check each server of the list.
        """,
)
def too_many_steps(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """A run of steps has at most as many at top level as its area allows; by default 15.

    Each run under its own sub-heading is counted for itself. A run with sub-steps that are steps only because they are
    indented too little is left to SOP112.

    Why: a reader loses the place in a long list, and two procedures hide in it.
    Mend: split it under sub-headings, make sub-steps, or move a part into an SOP of its own.
    """
    most = (context.area(sop) or Area()).steps[1]
    for steps in (procedure.steps for procedure in sop.body.procedures):
        if len(steps) > most and not has_under_indented(sop, steps[0].start, steps[-1].end):
            words = f"{len(steps)} steps in one run, at most {most}; split it by sub-headings"
            yield sop.finding((steps[most].start, steps[most].end), words)
