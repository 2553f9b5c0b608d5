"""SOP311: ambiguous connective."""

import re
from collections.abc import Iterator

from sopkit.analysis.wording import procedure_phrases, sentence_after, sentence_before, words_of
from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.lexicon import Lexicon, any_phrase


@rule(
    "SOP311",
    severity=Severity.INFO,
    default=False,
    bad="""
        ## Procedure

        1. **Line manager**: Report the leaver.
        2. **IT operations**: Disable the account and/or delete it.
        3. **IT operations**: Close the ticket.
        """,
    good="""
        ## Procedure

        1. **Line manager**: Report the leaver.
        2. **IT operations**: Disable the account, or delete it when it held no data.
        3. **IT operations**: Close the ticket.
        """,
)
def ambiguous_connective(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """A procedure is read in one way only: it has no "and/or", and denies nothing on both sides of an "unless".

    Only procedure sections are looked at, and no titles in them: in a scope or a definition both readings mostly do.

    Why: "A and/or B" leaves to the reader whether one is enough; "do not … unless … not" is read wrongly in a hurry.
    Mend: write "A, B or both", "A or B", or "A and B"; turn the exception round: "only if the ticket is approved".
    """
    words = words_of(sop, context)
    prose = sop.body.prose
    for match, span, _ in procedure_phrases(sop, (*words.either_or_both, *words.exceptions)):
        message = _message(prose.text, match, words)
        if message and prose.block(match.start()).kind != "heading":
            yield sop.finding(span, message)


def _message(text: str, match: re.Match[str], words: Lexicon) -> str:
    """What is wrong with a phrase in its sentence, or nothing."""
    if match[0].casefold() in words.either_or_both:
        return f'"{match[0]}" is read in two ways; say whether one is enough'
    around = (sentence_before(text, match.start()), sentence_after(text, match.end()))
    if all(_is_denied(part, words) for part in around):
        return f'denied before and behind "{match[0]}"; say what is done, and when'
    return ""


def _is_denied(part: str, words: Lexicon) -> bool:
    return any_phrase(words.negations).search(part) is not None
