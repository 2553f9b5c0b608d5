"""SOP229: A step that waits says how long, or what to do when nothing happens."""

import re
from collections.abc import Iterator
from functools import cache

from sopkit.analysis.wording import words_of
from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.lint.steps import step_blocks
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.lexicon import Lexicon, any_phrase, phrase_needles, phrase_pattern


@rule(
    "SOP229",
    severity=Severity.INFO,
    default=False,
    bad="""
        ## Procedure

        1. **IT operations**: Start the restore.
        2. **IT operations**: Wait for the end of the job.
        3. **IT operations**: Close the ticket.
        """,
    good="""
        ## Procedure

        1. **IT operations**: Start the restore.
        2. **IT operations**: Wait for the end of the job. If it takes longer than 2 hours, page the on-call engineer.
        3. **IT operations**: Close the ticket.
        """,
)
def endless_wait(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """A step that waits says how long, or what to do when nothing happens.

    A number, a unit of time or a condition in the step counts.

    Why: whoever waits without a limit waits until somebody else asks; the guide of the US
    Department of Energy for writers of procedures (DOE-STD-1029-92) wants, for each step that depends on time, what is
    done when the time cannot be kept.
    Mend: say how long it usually takes, and what to do when it takes longer.
    """
    words = words_of(sop, context)
    if not words.waits or not sop.source.may_say(phrase_needles(words.waits)):
        return
    limits = any_phrase(tuple(dict.fromkeys((*words.time_units, *words.cases, *words.otherwise))))
    text = sop.body.prose
    for group in step_blocks(sop):
        step_text = " ".join(block.text for block in group.blocks)
        if limits.search(step_text) or re.search(r"\d", step_text):
            continue
        for block in (block for block in group.blocks if block.inlines):
            for match in text.find(_wait_pattern(words), block.start, block.end):
                message = "this waits without a limit; say how long, and what to do when that time is over"
                yield sop.finding(text.span(*match.span(1)), message)


@cache
def _wait_pattern(words: Lexicon) -> re.Pattern[str]:
    before = phrase_pattern((*words.connectives, *words.openers))
    begins = rf"(?:^|[.:;!,])\s*(?:(?:{before})\s+)?|\b(?:{before})\s+"
    return re.compile(rf"(?:{begins})({phrase_pattern(words.waits)})\b", re.IGNORECASE | re.MULTILINE)
