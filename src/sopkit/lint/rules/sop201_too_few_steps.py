"""SOP201: A procedure has at least as many steps as its area asks for; by default three."""

from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.lint.sections import is_empty_section
from sopkit.model.config import Area
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop


def has_prose_steps(sop: Sop) -> bool:
    """Whether one of several procedure sections says something without steps: the steps are not all there is."""
    starts = [procedure.steps[0].start for procedure in sop.body.procedures]
    return any(
        not any(section.start <= start < section.end for start in starts) and not is_empty_section(section)
        for section in sop.body.sections
        if "Procedure" in section.names
    )


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
    procedures = sop.body.procedures
    least = (context.area(sop) or Area()).steps[0]
    count = sum(max(len(step.children), 1) for procedure in procedures for step in procedure.steps)
    if procedures and count < least and not has_prose_steps(sop):
        step = procedures[0].steps[0]
        yield sop.finding(
            (step.start, step.end), f"{count} steps, at least {least} are asked for; say what goes before and after"
        )
