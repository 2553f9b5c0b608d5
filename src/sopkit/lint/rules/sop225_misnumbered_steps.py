"""SOP225: The numbers that are typed before steps are those that a reader sees."""

import re
from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.lint.steps import has_under_indented
from sopkit.model.areas import Area
from sopkit.model.body import Block
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
    tops = (top for section in sop.body.sections if "Procedure" in section.names for top in section.blocks)
    for block in (block for top in tops for block in top.walk() if block.ordered is not None):
        if 1 < len(block.children) <= most and not has_under_indented(sop, block.start, block.end):
            yield from _list_findings(sop, block)


def _list_findings(sop: Sop, block: Block) -> Iterator[Finding]:
    typed = [_MARKER.match(sop.source.data, item.start) for item in block.children]
    markers = [marker for marker in typed if marker is not None]
    if len(markers) != len(typed) or len({int(marker[1]) for marker in markers}) == 1:
        return
    counted = enumerate(markers, int(markers[0][1]))
    wrong = [(marker, number) for number, marker in counted if int(marker[1]) != number]
    if wrong:
        first, number = wrong[0]
        edits = tuple(Edit(*marker.span(1), str(right)) for marker, right in wrong)
        # a number that takes more room would move what is indented below it
        fits = all(len(edit.text) == edit.end - edit.start for edit in edits)
        fix = Fix("number the steps in order", edits) if fits else None
        message = f"typed as {int(first[1])}, shown as {number}; is a step missing? number the steps in order"
        yield sop.finding(first.span(1), message, fix=fix)
