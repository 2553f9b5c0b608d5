"""SOP209: A step says what is done, not what should be done, may be wanted or is to be tried."""

import re
from collections.abc import Iterator

from sopkit.analysis.wording import clause_before, is_in_step, procedure_phrases, sentence_after, words_of
from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.lexicon import Lexicon, any_phrase, is_participle

_PUNCTUATION = frozenset(("", *".,;:!?)"))
_NEXT = re.compile(r"\W*(\w+)")
_LAST = re.compile(r"(\w+)\W*$")
_MAX_WORD = 40


@rule(
    "SOP209",
    severity=Severity.WARNING,
    fix=FixClass.SUGGESTION,
    bad="""
        ## Procedure

        1. **Line manager**: Report the leaver.
        2. The **IT operations** should disable the account.
        3. **IT operations**: Close the ticket.
        """,
    good="""
        ## Procedure

        1. **Line manager**: Report the leaver.
        2. **IT operations**: Disable the account.
        3. **IT operations**: Close the ticket.
        """,
)
def weak_obligation(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """A step says what is done, not what should be done, may be wanted or is to be tried.

    What should be seen ("you should see a green tick") is no obligation, and is not looked at; nor are sentences that
    ask or tell what should be done, and what stands outside of steps.

    Why: whoever reads "should" may leave it out, and an auditor cannot call it a deviation.
    Mend: write an order, "Disable the account", or "must"; write "may" where it is meant to be free.
    """
    words = words_of(sop, context)
    if not words.weak_obligations:
        return
    bound_by = {phrase.lower(): bound for phrase, bound in words.weak_obligations.items()}
    text = sop.body.prose.text
    for match, span, _ in procedure_phrases(sop, tuple(words.weak_obligations)):
        before, behind = clause_before(text, match.start()), sentence_after(text, match.end())
        phrase = " ".join(match[0].split())
        bound = bound_by[phrase.lower()]
        if not is_in_step(sop, span) or _is_request(before, words, bound):
            continue
        if _is_observation(behind, words) or _is_description(before, behind, words):
            continue
        how, fix = "write an order", None
        if bound:
            how = f'write "{bound}", or an order'
        if bound and not any_phrase(words.negations).search(behind):
            order = bound.capitalize() if phrase[0].isupper() else bound
            fix = Fix(f'write "{order}" for "{phrase}"', (Edit(*span, order),), FixClass.SUGGESTION)
        yield sop.finding(span, f'"{phrase}" leaves open whether it is done; {how}', fix=fix)


def _is_request(before: str, words: Lexicon, bound: str | None) -> bool:
    """Whether the clause asks or tells what should be done, or supposes it: "Should it fail, …".

    Words without a binding form may also belong to the thing before them: "other tools you might want to use".
    """
    if any_phrase(words.relatives).search(before):
        return True
    *_, thing, who = ("", "", *before.casefold().split())
    if bound is not None:
        return not before.strip()
    return who in words.pronouns and thing not in {"", *words.openers, *words.connectives, *words.conditions}


def _is_observation(behind: str, words: Lexicon) -> bool:
    """Whether the words behind tell what is to be seen: "see", "be visible", "be 3"."""
    pattern = any_phrase(words.observations)
    if not words.observations or behind.lstrip()[:1] in _PUNCTUATION:
        return True
    if pattern.search(behind) if words.verb_last else pattern.match(behind.lstrip()):
        return True
    following = _NEXT.match(behind)
    if following is None or following[1].lower() not in words.passives:
        return following is None
    done = _NEXT.match(behind, following.end())
    if done is not None and done[1].endswith(words.opener_endings):
        done = _NEXT.match(behind, done.end())
    return done is None or not is_participle(done[1], words)


def _is_description(before: str, behind: str, words: Lexicon) -> bool:
    """Whether the sentence tells what happens by itself, what a thing does, or what somebody has by then."""
    if any_phrase(words.unaided).search(behind) is not None:
        return True
    following, subject = _NEXT.match(behind), _LAST.search(before[-_MAX_WORD:])
    if following is None or subject is None:
        return False
    verb, acting = following[1].lower(), subject[1] if subject[1].isupper() else subject[1].lower()  # IT is not "it"
    does = acting in words.things and verb not in words.passives
    return does or (acting in words.pronouns and verb in words.having)
