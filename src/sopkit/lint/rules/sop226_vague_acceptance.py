"""SOP226: vague acceptance."""

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
    "SOP226",
    severity=Severity.WARNING,
    bad="""
        ## Procedure

        1. **Line manager**: Ask for a restore in Jira.
        2. **IT operations**: Check that sufficient space is left on the target.
        3. **IT operations**: Restore the database within 4 hours.
        """,
    good="""
        ## Procedure

        1. **Line manager**: Ask for a restore in Jira.
        2. **IT operations**: Check that 500 GB are left on the target.
        3. **IT operations**: Restore the database within 4 hours.
        """,
)
def vague_acceptance(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """What is checked has a measure: a number, a state or a name, not "sufficient", "reasonable" or "looks good".

    Looked at: steps and their parts that begin with an instruction to check, or with `Expect:`. A number in the same
    words counts as the measure, and so does what "by" introduces.

    Why: two people accept two different things, and the record says "checked" for both.
    Mend: say what must be seen: a figure with its unit, or the exact words of the screen.
    """
    words = words_of(sop, context)
    vague = any_phrase(words.vague_measures)
    if not sop.source.may_say(phrase_needles(words.vague_measures)):
        return
    text = sop.body.prose
    for group in step_blocks(sop):
        for block in group.blocks:
            content = group.step.text if block is group.blocks[0] else block.text
            if not vague.search(content) or not _check_pattern(words).match(content):
                continue
            if _measure_pattern(words).search(content):
                continue
            for match in text.find(vague, block.start, block.end):
                span = text.span(*match.span())
                yield sop.finding(span, f'"{" ".join(match[0].split())}" has no measure; say what must be seen')
                break


@cache
def _check_pattern(words: Lexicon) -> re.Pattern[str]:
    checks = phrase_pattern((*words.checks, *words.expectation_labels))
    return re.compile(rf"[^\w\n]{{0,9}}(?:(?:{phrase_pattern(words.openers)})\s+)?(?:{checks})(?!\w)", re.IGNORECASE)


@cache
def _measure_pattern(words: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"\d|(?<!\w)(?:{phrase_pattern(words.measures)})(?!\w)", re.IGNORECASE)
