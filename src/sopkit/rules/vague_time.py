"""SOP208."""

from collections.abc import Iterator

from sopkit.library import Library
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.rules._rule import rule
from sopkit.rules._wording import in_procedures, words_of


@rule(
    "SOP208",
    severity=Severity.WARNING,
    bad="""
        ## Procedure

        1. **Line manager**: Report the leaver.
        2. **IT operations**: Disable the account promptly.
        3. **IT operations**: Close the ticket.
        """,
    good="""
        ## Procedure

        1. **Line manager**: Report the leaver.
        2. **IT operations**: Disable the account within 4 hours.
        3. **IT operations**: Close the ticket.
        """,
)
def vague_time(sop: Sop, library: Library) -> Iterator[Finding]:
    """A step says when in figures, not "promptly", "regularly" or "as soon as possible".

    Why: auditors sample time limits; a vague one cannot be kept and cannot be shown to be kept.
    Mend: write a limit or a period: "within 4 hours", "every Monday". Only procedure sections are looked at.
    """
    for match, span, _ in in_procedures(sop, words_of(sop, library).vague_times):
        words = " ".join(match[0].split())
        yield sop.finding(span, f'"{words}" is no time; write a limit or a period in figures')
