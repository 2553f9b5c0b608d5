"""SOP212: A step that the text refers to exists."""

from collections.abc import Iterator

from sopkit.analysis.wording import words_of
from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.lint.steps import step_references
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop


@rule(
    "SOP212",
    severity=Severity.ERROR,
    bad="""
        ## Procedure

        1. **Line manager**: Ask for access in Jira.
        2. **Asset owner**: Approve, or go back to step 9.
        3. **IT operations**: Grant the access.
        """,
    good="""
        ## Procedure

        1. <a id="ask"></a>**Line manager**: Ask for access in Jira.
        2. **Asset owner**: Approve, or go back to [step 1](#ask).
        3. **IT operations**: Grant the access.
        """,
)
def dangling_step_reference(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """A step that the text refers to exists.

    The items of a numbered list elsewhere in the document count as steps.

    Why: steps are renumbered by the next edit; "go back to step 9" in a list of seven stops the reader.
    Mend: name the right step; better, give it an anchor `<a id="approve"></a>` and link to it.
    """
    numbers = {step.number for step in sop.body.steps}
    references = step_references(sop, words_of(sop, context)) if numbers else ()
    inside = [(section.start, section.end) for section in sop.body.sections if "Procedure" in section.names]
    for block in sop.body.blocks if references else ():
        is_inside = any(start <= block.start < end for start, end in inside)
        if block.kind == "list" and block.ordered is not None and not is_inside:
            numbers |= {str(number) for number in range(1, block.ordered + len(block.children))}
    for reference in references:
        for number, start, end in reference.steps:
            if number not in numbers:
                yield sop.finding((start, end), f"there is no step {number}; name the step that is meant")
                break
