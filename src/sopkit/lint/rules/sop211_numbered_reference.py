"""SOP211: A step that the text refers to is linked to, and a number in such a link is that of the step."""

import re
from collections.abc import Iterator

from sopkit.analysis.wording import words_of
from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.lint.steps import StepReference, first_word_start, link_around, step_references
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.sop import Sop

_MAX_WORDS, _MAX_LETTERS = 3, 60


@rule(
    "SOP211",
    severity=Severity.WARNING,
    fix=FixClass.SUGGESTION,
    bad="""
        ## Procedure

        1. **Line manager**: Ask for access in Jira.
        2. **Asset owner**: Approve, or go back to step 1.
        3. **IT operations**: Grant the access.
        """,
    good="""
        ## Procedure

        1. <a id="ask-for-access"></a>**Line manager**: Ask for access in Jira.
        2. **Asset owner**: Approve, or go back to [step 1](#ask-for-access).
        3. **IT operations**: Grant the access.
        """,
)
def numbered_reference(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """A step that the text refers to is linked to, and a number in such a link is that of the step.

    A number of no step is a finding of SOP212.

    Why: the next step that is put in or taken out makes "see step 4" lead to the wrong one, and nothing tells.
    Mend: give the step an anchor, `4. <a id="approve"></a>`, and link to it; `--fix --unsafe` does, and corrects the
    number in a link. Look at what it did: the number may be that of a step elsewhere.
    """
    references = step_references(sop, words_of(sop, context))
    numbers = {step.number for step in sop.body.steps} if references else set()
    for reference in references:
        if not numbers.issuperset(step.number for step in reference.steps):
            continue
        link = link_around(sop, reference)
        if link is None:
            phrase = sop.source.data[reference.start : reference.end].decode("utf-8", "replace")
            message = f'"{" ".join(phrase.split())}" is wrong as soon as a step comes or goes; link to the step'
            yield sop.finding((reference.start, reference.end), message, fix=_link_fix(sop, reference))
        elif len(reference.steps) == 1 and len(link.target) > 1 and link.target.startswith("#"):
            number, start, end = reference.steps[0]
            step = next((step for step in sop.body.steps if step.anchor == link.target[1:]), None)
            if step is not None and step.number != number:
                fix = Fix(f"write {step.number}", (Edit(start, end, step.number),), FixClass.SUGGESTION)
                message = f"`{link.target}` is step {step.number}; correct the number"
                yield sop.finding((start, end), message, fix=fix)


def _link_fix(sop: Sop, reference: StepReference) -> Fix | None:
    """A link to the step, and the anchor that it needs, where one step alone can be meant and its form is plain."""
    steps = [step for step in sop.body.steps if step.number == reference.steps[0].number]
    if len(reference.steps) > 1 or len(steps) != 1:
        return None
    anchor, edits = steps[0].anchor, []
    if not anchor:
        heads = (block for block in sop.body.blocks if block.kind in {"paragraph", "item"} and block.inlines)
        head = next((block for block in heads if first_word_start(block) == steps[0].start), None)
        if head is None:
            return None
        words = re.findall(r"[a-z0-9]+", steps[0].text[:_MAX_LETTERS].casefold())[:_MAX_WORDS]
        name = "-".join(words) or "step"
        names = (name, *(f"{name}-{count}" for count in range(2, len(sop.anchors) + 3)))
        anchor = next(each for each in names if each not in sop.anchors)
        at = head.inlines[0].start
        edits.append(Edit(at, at, f'<a id="{anchor}"></a>'))
    edits += [Edit(reference.start, reference.start, "["), Edit(reference.end, reference.end, f"](#{anchor})")]
    return Fix(f"link to #{anchor}", tuple(edits), FixClass.SUGGESTION)
