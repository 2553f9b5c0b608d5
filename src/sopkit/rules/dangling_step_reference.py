"""SOP212."""

import re
from collections.abc import Iterator

from sopkit.library import Library
from sopkit.model.finding import Finding, Severity
from sopkit.model.prose import Prose, prose
from sopkit.model.sop import Sop
from sopkit.rules._rule import rule

_REFERENCE = re.compile(
    r"\b(?:steps?)\s+(\d{1,3}(?:\.\d{1,3})*[a-z]?)\b(?:\s*(?:-|–|to|through|and|or)\s*(\d{1,3}(?:\.\d{1,3})*[a-z]?)\b)?"  # noqa: RUF001 - dashes as people type them
    r"(?!\s*(?:of|in|from)\b|\s+(?:hours?|days?|minutes?))",
    re.IGNORECASE,
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
    numbers = {step.number for step in sop.body.steps}
    if not numbers or b"tep" not in sop.source.data:
        return
    for block in sop.body.root.walk():
        if not block.inlines or block.kind in {"code", "html", "heading"}:
            continue
        text = prose(block)
        for match in _REFERENCE.finditer(text.text):
            yield from _missing(sop, text, match, numbers)


def _missing(sop: Sop, text: Prose, match: re.Match[str], numbers: set[str]) -> Iterator[Finding]:
    if not text.text[: match.start()].strip() and text.text[match.end() :].lstrip().startswith((":", ".", "-", "–")):  # noqa: RUF001
        return  # the label of a step, not a reference to one
    for group in (1, 2):
        number = match[group]
        if number and number not in numbers:
            yield sop.finding(text.span(*match.span(group)), f"there is no step {number}; name the step that is meant")
            return
