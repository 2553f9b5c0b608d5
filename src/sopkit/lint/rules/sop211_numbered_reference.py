"""SOP211: A step that the text refers to is linked to, and a number in such a link is that of the step."""

import re
from collections.abc import Iterator

from sopkit.analysis.wording import words_of
from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.lint.steps import StepReference, first_word_start, link_around, step_references
from sopkit.model.body import Link, Step
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.sop import Sop

_MAX_WORDS, _MAX_LETTERS = 3, 60


@rule(
    "SOP211",
    severity=Severity.WARNING,
    fix=FixClass.MATERIAL,
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
    Mend: give the step an anchor, `4. <a id="approve"></a>`, and link to it; `--fix` does, and corrects the number in a
    link.
    """
    references = step_references(sop, words_of(sop, context))
    numbers = {step.number for step in sop.body.steps} if references else set()
    for reference in references:
        if not numbers.issuperset(step.number for step in reference.steps):
            continue
        link = link_around(sop, reference)
        if link is None:
            said = sop.source.data[reference.start : reference.end].decode("utf-8", "replace")
            message = f'"{" ".join(said.split())}" is wrong as soon as a step comes or goes; link to the step'
            yield sop.finding((reference.start, reference.end), message, fix=_link_fix(sop, reference))
        elif (wrong := _other_number(sop, reference, link)) is not None:
            yield wrong


def _other_number(sop: Sop, reference: StepReference, link: Link) -> Finding | None:
    """The finding for "[step 4](#approve)" where `approve` is the anchor of another step."""
    anchor = link.target.removeprefix("#") if link.target.startswith("#") else ""
    step = next((step for step in sop.body.steps if anchor and step.anchor == anchor), None)
    number, start, end = reference.steps[0]
    if step is None or len(reference.steps) > 1 or step.number == number:
        return None
    fix = Fix(f"write {step.number}", (Edit(start, end, step.number),))
    return sop.finding((start, end), f"`{link.target}` is step {step.number}; correct the number", fix=fix)


def _link_fix(sop: Sop, reference: StepReference) -> Fix | None:
    """A link to the step, and the anchor that it needs, where one step alone can be meant and its form is plain."""
    step = _target_step(sop, reference)
    if step is None:
        return None
    anchor, edits = step.anchor, []
    if not anchor:
        heads = (block for block in sop.body.blocks if block.kind in {"paragraph", "item"} and block.inlines)
        head = next((block for block in heads if first_word_start(block) == step.start), None)
        if head is None:
            return None
        anchor = _new_anchor(sop, step)
        at = head.inlines[0].start
        edits.append(Edit(at, at, f'<a id="{anchor}"></a>'))
    edits += [Edit(reference.start, reference.start, "["), Edit(reference.end, reference.end, f"](#{anchor})")]
    return Fix(f"link to #{anchor}", tuple(edits))


def _target_step(sop: Sop, reference: StepReference) -> Step | None:
    if len(reference.steps) > 1:
        return None
    number = reference.steps[0].number
    found = [step for step in sop.body.steps if step.number == number]
    return found[0] if len(found) == 1 else None


def _new_anchor(sop: Sop, step: Step) -> str:
    """A name of the step's first words that no heading and no other anchor has."""
    words = re.findall(r"[a-z0-9]+", step.text[:_MAX_LETTERS].casefold())[:_MAX_WORDS]
    name = "-".join(words) or "step"
    count = 1
    while (tried := name if count == 1 else f"{name}-{count}") in sop.anchors:
        count += 1
    return tried
