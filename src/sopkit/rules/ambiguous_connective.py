"""SOP311."""

import re
from collections.abc import Iterator

from sopkit.library import Library
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.rules._rule import rule
from sopkit.rules._wording import sentence_before, sentence_behind, words_of
from sopkit.text.lexicon import Lexicon, any_of, needles


@rule(
    "SOP311",
    severity=Severity.INFO,
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
def ambiguous_connective(sop: Sop, library: Library) -> Iterator[Finding]:
    """A sentence is read in one way only: it has no "and/or", and denies nothing on both sides of an "unless".

    Titles and the References section are not looked at.

    Why: "A and/or B" leaves to the reader whether one is enough; "do not … unless … not" is read wrongly in a hurry.
    Mend: write "A, B or both", "A or B", or "A and B"; turn the exception round: "only if the ticket is approved".
    """
    words = words_of(sop, library)
    text = sop.body.prose
    references = [(section.start, section.end) for section in sop.body.sections if "References" in section.names]
    for match, message in sorted(_found(sop, words), key=lambda found: found[0].start()):
        span = text.span(*match.span())
        outside = not any(start <= span[0] < end for start, end in references)
        if outside and text.block(match.start()).kind != "heading":
            yield sop.finding(span, message)


def _found(sop: Sop, words: Lexicon) -> Iterator[tuple[re.Match[str], str]]:
    text = sop.body.prose.text
    for phrases in (words.either_or_both, words.exceptions):
        pattern = any_of(phrases)
        if pattern is None or not sop.source.has(*needles(phrases)):
            continue
        for match in pattern.finditer(text):
            if phrases is words.either_or_both:
                yield match, f'"{match[0]}" is read in two ways; say whether one is enough'
            elif _denied(sentence_before(text, match.start()), words) and _denied(
                sentence_behind(text, match.end()), words
            ):
                yield match, f'denied before and behind "{match[0]}"; say what is done, and when'


def _denied(part: str, words: Lexicon) -> bool:
    pattern = any_of(words.negations)
    return pattern is not None and pattern.search(part) is not None
