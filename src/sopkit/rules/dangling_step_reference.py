"""SOP212."""

import re
from collections.abc import Iterator

from sopkit.library import Library
from sopkit.model.finding import Finding, Severity
from sopkit.model.prose import Prose
from sopkit.model.sop import Sop
from sopkit.rules._rule import rule

_REFERENCE = re.compile(
    r"[Ss]teps?\s+(\d{1,3}(?:\.\d{1,3})*[a-z]?)\b(?:\s*(?:-|–|to|through|and|or)\s*(\d{1,3}(?:\.\d{1,3})*[a-z]?)\b)?"  # noqa: RUF001 - dashes as people type them
    r"(?!\s*(?:of|in|from)\b|\s+(?:hours?|days?|minutes?))",
)


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

        1. **Line manager**: Ask for access in Jira.
        2. **Asset owner**: Approve, or go back to step 1.
        3. **IT operations**: Grant the access.
        """,
)
def dangling_step_reference(sop: Sop, library: Library) -> Iterator[Finding]:
    """A step that the text refers to exists.

    Why: steps are renumbered by the next edit; "go back to step 9" in a list of seven stops the reader.
    Mend: name the right step; better, give it an anchor `<a id="approve"></a>` and link to it.
    """
    if not sop.source.has(b"step ", b"steps ", b"step\n", b"steps\n"):
        return
    numbers = {step.number for step in sop.body.steps}
    text = sop.body.prose
    for match in _REFERENCE.finditer(text.text) if numbers else ():
        whole = match.start() == 0 or not text.text[match.start() - 1].isalnum()
        if whole and text.block(match.start()).kind != "heading" and not _is_label(text.text, match):
            yield from _missing(sop, text, match, numbers)


def _is_label(text: str, match: re.Match[str]) -> bool:
    """Whether the words label a step (`Step 3: …` at the beginning of a block) and refer to none."""
    begins = match.start() == 0 or text.endswith("\n\n", 0, match.start())
    return begins and text[match.end() : match.end() + 3].lstrip().startswith((":", ".", "-", "–"))  # noqa: RUF001 - dashes as people type them


def _missing(sop: Sop, text: Prose, match: re.Match[str], numbers: set[str]) -> Iterator[Finding]:
    for group in (1, 2):
        number = match[group]
        if number and number not in numbers:
            yield sop.finding(text.span(*match.span(group)), f"there is no step {number}; name the step that is meant")
            return
