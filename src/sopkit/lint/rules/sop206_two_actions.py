"""SOP206: A step is one action, not two that "and" or "then" joins."""

from collections.abc import Iterator
from itertools import pairwise

from sopkit.analysis.wording import words_of
from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.lint.step_lead import ends_with_order, has_order, lower_words, sentences_of, words_of_step
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.lexicon import Lexicon, any_phrase, is_imperative, phrase_needles


@rule(
    "SOP206",
    severity=Severity.INFO,
    default=False,
    bad="""
        ## Procedure

        1. **Line manager**: Report the leaver.
        2. **IT operations**: Disable the account and revoke the tokens.
        3. **IT operations**: Close the ticket.
        """,
    good="""
        ## Procedure

        1. **Line manager**: Report the leaver.
        2. **IT operations**: Disable the account.
        3. **IT operations**: Revoke the tokens.
        4. **IT operations**: Close the ticket.
        """,
)
def two_actions(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """A step is one action, not two that "and" or "then" joins.

    The rule is off unless selected: two actions that one person does in one go may well be one step.

    Why: a step with two actions can be half done, and its tick and its evidence do not say which half.
    Mend: make two steps of it.
    """
    words = words_of(sop, context)
    joined = any_phrase(words.connectives)
    if not words.verbs or not sop.source.may_say(phrase_needles(words.connectives)):
        return
    for step in sop.body.steps:
        for sentence in sentences_of(words_of_step(sop, step)):
            parts = joined.split(sentence)
            if any(_has_two_actions(before, behind, words) for before, behind in pairwise(parts)):
                yield sop.finding((step.start, step.end), f"step {step.number} is two actions; make two steps of it")
                break


def _has_two_actions(before: str, behind: str, words: Lexicon) -> bool:
    """Whether both parts are actions: each a verb with an object or the like behind it.

    "Check and approve the request" is one action with two verbs, and "and request" may be a noun.
    """
    if words.verb_last and ends_with_order(before, words) and ends_with_order(behind, words):
        return len(lower_words(behind)) > 1
    verb, following = (*lower_words(behind)[:2], "", "")[:2]
    return (
        len(lower_words(before)) > 1
        and has_order(before, words)
        and is_imperative(verb, words)
        and following in words.articles | words.prepositions | words.addressed
    )
