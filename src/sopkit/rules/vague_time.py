"""SOP208."""

import re
from collections.abc import Iterator

from sopkit.library import Library
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.rules._rule import rule

_VAGUE = re.compile(
    r"\b(?:regularly|promptly|periodically|in a timely (?:manner|fashion)|timely"
    r"|as soon as (?:possible|practicable)|ASAP)\b",
    re.IGNORECASE,
)


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
    if not sop.source.has(b"regularly", b"promptly", b"periodically", b"timely", b"as soon as", b"asap"):
        return
    text = sop.body.prose
    for section in sop.body.sections:
        if "Procedure" in section.names:
            for match in text.find(_VAGUE, section.start, section.end):
                words = " ".join(match[0].split())
                yield sop.finding(
                    text.span(*match.span()), f'"{words}" is no time; write a limit or a period in figures'
                )
