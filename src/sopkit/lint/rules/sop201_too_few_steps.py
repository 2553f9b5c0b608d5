"""SOP201: A procedure has at least as many steps as its area asks for; by default three."""

from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.lint.sections import is_empty_section
from sopkit.model.areas import Area
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop


@rule(
    "SOP201",
    severity=Severity.WARNING,
    bad="""
        ## Procedure

        1. **IT operations**: Grant the access.
        2. **IT operations**: Close the ticket.
        """,
    good="""
        ## Procedure

        1. **Line manager**: Ask for access in Jira.
        2. **Asset owner**: Approve the request.
        3. **IT operations**: Grant the access.
        """,
)
def too_few_steps(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """A procedure has at least as many steps as its area asks for; by default three.

    All runs of steps of the SOP are counted together, so that a short branch beside a long one is no finding; of a
    step with sub-steps these are counted, so that two headings over long lists are none. Where several sections are the
    procedure, such as Diagnosis and Mitigation, and one of them is prose, its actions cannot be counted: no finding.

    Why: one or two steps are an instruction that hides what goes before and after: the request, the check, the
    record.
    Mend: write down what starts it, what is checked, and what is kept. The band is `[areas.NAME] steps`.
    """
    procedures, least = sop.body.procedures, (context.area(sop) or Area()).steps[0]
    count = sum(max(len(step.children), 1) for procedure in procedures for step in procedure.steps)
    if not procedures or count >= least:
        return
    starts = [procedure.steps[0].start for procedure in procedures]
    for section in sop.body.sections:
        has_steps = any(section.start <= start < section.end for start in starts)
        if "Procedure" in section.names and not has_steps and not is_empty_section(section):
            return  # a part of the procedure is prose
    step, words = procedures[0].steps[0], f"{count} steps, at least {least} are asked for"
    yield sop.finding((step.start, step.end), f"{words}; say what goes before and after")
