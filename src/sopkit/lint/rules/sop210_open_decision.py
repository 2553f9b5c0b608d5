"""SOP210: A step that asks says what follows from each answer, and a step "If …:" what is done then."""

from collections.abc import Iterator, Sequence
from itertools import takewhile, zip_longest

from sopkit.analysis.wording import words_of
from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.lint.step_lead import condition_pattern, has_order, sentences_of
from sopkit.model.body import Block, Step
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.lexicon import any_phrase
from sopkit.parsing.step_parts import block_lead

_MIN_OUTCOMES = 2
"""Outcomes of a decision; a table has at least as many."""
_OUTCOMES = {"paragraph": 1, "quote": 1, "code": 1, "table": _MIN_OUTCOMES}


@rule(
    "SOP210",
    severity=Severity.WARNING,
    bad="""
        ## Procedure

        1. **Line manager**: Report the leaver.
        2. **IT operations**: Does the leaver hold an administrator account?
        3. **IT operations**: Close the ticket.
        """,
    good="""
        ## Procedure

        1. **Line manager**: Report the leaver.
        2. **IT operations**: Does the leaver hold an administrator account?
           - If so, call the security lead.
           - Else: disable the account.
        3. **IT operations**: Close the ticket.
        """,
)
def open_decision(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """A step that asks says what follows from each answer, and a step "If …:" what is done then.

    A question needs two outcomes, below it or in the step that follows, or an `Else:`. "If the test fails, call the
    vendor" needs none: plainly, one goes on otherwise. A question that one is told to ask somebody is no decision.

    Why: where only one answer has a way, everybody finds another one for the rest.
    Mend: add what to do in each case: `- If so, …`, `- Else: go on with …`.
    """
    words = words_of(sop, context)
    if not words.conditions:
        return
    conditions, answers = condition_pattern(words), any_phrase((*words.answers, *words.otherwise))
    asking = [pair for pair in _with_next(sop) if pair[0].text.rstrip()[-1:] in {"?", ":"}]
    below = _blocks_below(sop) if asking else {}
    for step, following in asking:
        parts = sum(map(len, (step.evidence, step.expects, step.controls, step.notes)))  # bullets, but no outcomes
        outcomes = below.get(step.start, ())
        count = sum(len(one.children) if one.kind == "list" else _OUTCOMES.get(one.kind, 0) for one in outcomes) - parts
        text, place = step.text.strip(), (step.start, step.end)
        if text.endswith(":") and count <= 0 and "," not in text and conditions.match(text):
            yield sop.finding(place, f"step {step.number} names a case and nothing to do in it; say what is done then")
        if text.endswith(":") or count >= _MIN_OUTCOMES or step.otherwise:
            continue
        is_answer = following is not None and (conditions.match(following.text) or answers.match(following.text))
        if not is_answer and not has_order(sentences_of(step.text.rstrip())[-1], words):
            what = "nothing says what follows" if count <= 0 else "only one answer has a way"
            yield sop.finding(place, f"step {step.number} asks, and {what}; say what to do for each answer")


def _with_next(sop: Sop) -> Iterator[tuple[Step, Step | None]]:
    """Each step with the one that follows it on its level, but for levels that are lists of questions."""
    levels: list[Sequence[Step]] = [procedure.steps for procedure in sop.body.procedures]
    while levels:
        steps = levels.pop()
        questions = sum(step.text.rstrip().endswith("?") for step in steps)
        if questions * 2 <= len(steps) or questions == 1:
            yield from zip_longest(steps, steps[1:])
        levels += [step.children for step in steps if step.children]


def _blocks_below(sop: Sop) -> dict[int, tuple[Block, ...]]:
    """What stands below each item of a list and each heading, by where its words begin.

    Below the last item of a list stands what follows the list, too: people forget to indent it.
    """
    found: dict[int, tuple[Block, ...]] = {}
    for section in sop.body.sections:
        for at, top in enumerate(section.blocks):
            if top.kind == "heading":
                below = takewhile(lambda block: block.kind != "heading", section.blocks[at + 1 :])
                found[block_lead(top).start] = tuple(below)
            for item in (block for block in top.walk() if block.kind == "item"):
                head = _head(item)
                found[block_lead(head).start] = tuple(child for child in item.children if child is not head)
            if top.kind == "list":
                behind = takewhile(lambda block: block.kind not in {"heading", "list"}, section.blocks[at + 1 :])
                found[block_lead(_head(top.children[-1])).start] += tuple(behind)
    return found


def _head(item: Block) -> Block:
    return next((child for child in item.children if child.kind == "paragraph"), item)
