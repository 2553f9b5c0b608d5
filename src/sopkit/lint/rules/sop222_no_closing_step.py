"""SOP222: The last step closes the procedure: something is closed, kept, checked, confirmed or told."""

from collections.abc import Iterator

from sopkit.analysis.wording import words_of
from sopkit.library import Library
from sopkit.lint.rule import rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.lexicon import any_phrase


@rule(
    "SOP222",
    severity=Severity.INFO,
    default=False,
    bad="""
        ## Procedure

        1. **Line manager**: Ask for access in Jira.
        2. **Asset owner**: Approve the request.
        3. **IT operations**: Grant the access within 4 hours.
        """,
    good="""
        ## Procedure

        1. **Line manager**: Ask for access in Jira.
        2. **Asset owner**: Approve the request.
        3. **IT operations**: Grant the access within 4 hours.
        4. **IT operations**: Close the ticket.
        """,
)
def no_closing_step(sop: Sop, library: Library) -> Iterator[Finding]:
    """The last step closes the procedure: something is closed, kept, checked, confirmed or told.

    The last step, and what the procedure says behind it, is looked at for such a word; evidence counts. Of several
    runs of steps the last one is meant.

    Why: without an end nobody knows whether it is done, and nothing is left to show that it was.
    Mend: add a last step: who closes which ticket, and what must be true then.
    """
    closings = words_of(sop, library).closings
    if not closings or not sop.body.procedures:
        return
    step = sop.body.procedures[-1].steps[-1]
    end = max(section.end for section in sop.body.sections if "Procedure" in section.names)
    if not any(one.evidence for one in step.walk()) and not any(
        True for _ in sop.body.prose.find(any_phrase(closings), step.start, end)
    ):
        message = "the last step closes nothing; add one that says who closes what, and what shows that it is done"
        yield sop.finding((step.start, step.end), message)
