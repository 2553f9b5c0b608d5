"""SOP225: The numbers that are typed before steps are those that a reader sees."""

import re
from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.lint.steps import has_under_indented
from sopkit.model.body import Block
from sopkit.model.config import Area
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.sop import Sop

_MARKER = re.compile(rb"[ \t]{0,3}(\d{1,9})[.)]")


@rule(
    "SOP225",
    severity=Severity.WARNING,
    fix=FixClass.MATERIAL,
    bad="""
        ## Procedure

        1. **Line manager**: Ask for access in Jira.
        2. **Asset owner**: Decide on the request.
        4. **IT operations**: Grant the access.
        """,
    good="""
        ## Procedure

        1. **Line manager**: Ask for access in Jira.
        2. **Asset owner**: Decide on the request.
        3. **IT operations**: Grant the access.
        """,
)
def misnumbered_steps(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """The numbers that are typed before steps are those that a reader sees.

    Markdown counts on from the first number, whatever stands before the others: what is typed as 1, 2, 4 is shown as
    1, 2, 3. Lists whose items are all typed with one number are meant to be counted. Silent where SOP202 asks to split
    the list first, where a link leads to no anchor of the SOP (SOP506 tells of the step that got lost), and where
    sub-steps are counted as steps because they are indented too little (SOP112).

    Why: who edits the file and who reads the page speak of two different steps when they say "step 4"; a number that is
    left out or stands twice often tells of a step that got lost.
    Mend: look if a step is missing, then number them in order; `--fix` does.
    """
    if any(link.target.startswith("#") and link.target[1:] not in sop.anchors for link in sop.body.links):
        return
    most = (context.area(sop) or Area()).steps[1]
    for section in sop.body.sections:
        if "Procedure" in section.names:
            for top in section.blocks:
                for block in top.walk():
                    if block.ordered is not None and 1 < len(block.children) <= most:
                        yield from () if has_under_indented(sop, block.start, block.end) else _list_findings(sop, block)


def _list_findings(sop: Sop, block: Block) -> Iterator[Finding]:
    typed = [_MARKER.match(sop.source.data, item.start) for item in block.children]
    markers = [marker for marker in typed if marker is not None]
    numbers = [int(marker[1]) for marker in markers]
    if len(markers) != len(typed) or len(set(numbers)) == 1:
        return
    shown = list(range(numbers[0], numbers[0] + len(numbers)))
    odd = [at for at, pair in enumerate(zip(numbers, shown, strict=True)) if pair[0] != pair[1]]
    if odd:
        first = markers[odd[0]]
        message = f"typed as {numbers[odd[0]]}, shown as {shown[odd[0]]}; is a step missing? number the steps in order"
        yield sop.finding(first.span(1), message, fix=_number_fix(markers, shown))


def _number_fix(markers: list[re.Match[bytes]], shown: list[int]) -> Fix | None:
    """The numbers in order, unless one of them takes more room, which would move what is indented below it."""
    edits = [
        Edit(*marker.span(1), str(number))
        for marker, number in zip(markers, shown, strict=True)
        if int(marker[1]) != number
    ]
    if any(len(edit.text) != edit.end - edit.start for edit in edits):
        return None
    return Fix("number the steps in order", tuple(edits))
