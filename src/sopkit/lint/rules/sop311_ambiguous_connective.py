"""SOP311: ambiguous connective."""

from collections.abc import Iterator

from sopkit.analysis.wording import procedure_phrases, sentence_after, sentence_before, words_of
from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.lexicon import any_phrase


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
    prose, negations = sop.body.prose, any_phrase(words.negations)
    for match, span, _ in procedure_phrases(sop, (*words.either_or_both, *words.exceptions)):
        if prose.block(match.start()).kind == "heading":
            continue
        around = (sentence_before(prose.text, match.start()), sentence_after(prose.text, match.end()))
        if match[0].casefold() in words.either_or_both:
            yield sop.finding(span, f'"{match[0]}" is read in two ways; say whether one is enough')
        elif all(negations.search(part) for part in around):
            yield sop.finding(span, f'denied before and behind "{match[0]}"; say what is done, and when')
