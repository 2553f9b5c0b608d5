"""SOP213: A step that sends the reader back says when it does, or a step on the way leads out."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from sopkit.analysis.wording import words_of
from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.lint.steps import StepBlocks, link_around, step_blocks, step_references
from sopkit.model.body import Block, Step
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.lexicon import Lexicon, any_phrase, phrase_needles

_MAX_BETWEEN = 4
"""Words between "go back to" and the step that it names: "the checks in step 3"."""


@rule(
    "SOP213",
    severity=Severity.WARNING,
    bad="""
        ## Procedure

        1. <a id="ask"></a>**Line manager**: Ask for access in Jira.
        2. **Asset owner**: Approve the request.
        3. **IT operations**: Grant the access, then go back to [the request](#ask).
        """,
    good="""
        ## Procedure

        1. <a id="ask"></a>**Line manager**: Ask for access in Jira.
        2. **Asset owner**: Approve the request.
        3. **IT operations**: Grant the access. If a system is missing on the ticket, go back to [the request](#ask).
        """,
)
def endless_loop(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """A step that sends the reader back says when it does, or a step on the way leads out.

    Looked at: "go back to", "repeat" and the like, followed by a step's number or by a link to its anchor.

    Why: who follows the words never reaches the end; where the loop ends is then everybody's own guess.
    Mend: say when: "If a system is missing, go back to …", or how often: "at most twice".
    """
    words = words_of(sop, context)
    targets = _targets(sop, words) if sop.source.may_say(phrase_needles(words.jumps)) else []
    found = step_blocks(sop) if targets else ()
    jump = any_phrase(words.jumps)
    decides = any_phrase(tuple(dict.fromkeys((*words.conditions, *words.exits, *words.otherwise))))
    starts = [start for start, _ in targets]
    for at, group in enumerate(found):
        above = any(decides.search(step.text) for step in group.above)
        for block in group.blocks if not above else ():
            names_step = bisect_left(starts, block.start) != bisect_left(starts, block.end)
            if not names_step or not jump.search(block.text) or decides.search(block.text):
                continue
            for start, step in _jumps(sop, jump, block, targets):
                end = max(below.end for below in group.step.walk())
                between = [other for other in found[:at] if other.step.start >= step.start]
                if step.start <= group.step.start and not _has_exit(between, targets, end):
                    message = f"this leads back to step {step.number} each time; say when it does, or how often"
                    yield sop.finding((start, start + 1), message)


def _targets(sop: Sop, words: Lexicon) -> list[tuple[int, Step]]:
    """The steps that words refer to, each with the byte at which the number or the link begins."""
    steps = tuple(sop.body.steps)
    by_number = {step.number: step for step in reversed(steps)}
    by_anchor = {f"#{step.anchor}": step for step in steps if step.anchor}
    found = {link.start: by_anchor[link.target] for link in sop.body.links if link.target in by_anchor}
    for reference in step_references(sop, words):
        if (number := reference.steps[0].number) in by_number and link_around(sop, reference) is None:
            found[reference.start] = by_number[number]
    return sorted(found.items(), key=lambda pair: pair[0])


def _jumps(
    sop: Sop, jump: re.Pattern[str], block: Block, targets: list[tuple[int, Step]]
) -> Iterator[tuple[int, Step]]:
    """The first step that each jump of a block names, a few words behind it."""
    text = sop.body.prose
    for match in text.find(jump, block.start, block.end):
        _, behind = text.span(*match.span())
        at = bisect_left(targets, behind, key=lambda target: target[0])
        start, step = targets[at] if at < len(targets) else (block.end, None)
        between = sop.source.data[behind:start]
        if step is not None and start < block.end and b"." not in between and len(between.split()) <= _MAX_BETWEEN:
            yield start, step


def _has_exit(steps: list[StepBlocks], targets: list[tuple[int, Step]], end: int) -> bool:
    """Whether one of the steps leads to a step behind `end`."""
    exits = [start for start, step in targets if step.start > end]
    return any(group.blocks[0].start <= start < group.blocks[-1].end for group in steps for start in exits)
