"""SOP105."""

from collections.abc import Iterator

from sopkit.library import Library
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.rules._rule import rule
from sopkit.rules.empty_section import says_nothing


@rule(
    "SOP105",
    severity=Severity.WARNING,
    bad="""
        ## Procedure

        The line manager asks for access and IT operations grants it after the owner agreed.
        """,
    good="""
        ## Procedure

        1. **Line manager**: Ask for access in Jira.
        2. **Asset owner**: Approve the request.
        3. **IT operations**: Grant the access.
        """,
)
def steps_as_prose(sop: Sop, library: Library) -> Iterator[Finding]:
    """The procedure is written as steps.

    Steps are an ordered list, task-list items, headings such as `### Step 2: …`, or a table with a column of
    numbers and a column of who, or with a column `Step` that counts from one on.

    Why: prose cannot be ticked off, handed over in the middle, or sampled by an auditor.
    Mend: write one action a step, in the order in which it is done.
    """
    if sop.body.procedures:
        return
    section = sop.body.section("Procedure")
    if section is not None and not says_nothing(section):
        place = (section.heading.start, section.heading.end)
        yield sop.finding(place, "the procedure has no steps; write it as a numbered list, one action a step")
