"""How the words of a step begin: with an instruction, an actor, a condition or a question."""

import re
from functools import cache
from itertools import takewhile

from sopkit.model.body import CODE_PLACEHOLDER, Step
from sopkit.model.sop import Sop
from sopkit.parsing.lexicon import (
    Lexicon,
    is_imperative,
    is_imperative_first,
    is_imperative_inside,
    is_participle,
    is_statement_verb,
    phrase_pattern,
)

_WORD = re.compile(rf"[^\W_](?:[\w'’-]*\w)?|{CODE_PLACEHOLDER}")  # noqa: RUF001 - as people type it
_FIRST = re.compile(rf"({_WORD.pattern})(?:\s+(\w+))?")
_LEADING_SIGNS = re.compile(rf"(?:\([^()]{{1,60}}\)|[^\w{CODE_PLACEHOLDER}(\[{{])+")
"""What stands before the first word: "(optional)", a pictogram, a quotation mark."""
_SENTENCE = re.compile(r"[.!?…]['\"”’)]*\s+")  # noqa: RUF001
_CLAUSE = re.compile(r"[,;:]\s|\s(?:[-–—→>]|->)\s")  # noqa: RUF001
_LABEL = re.compile(r"[^:.,;]{1,60}(?::\s+|\s[-–—]\s+)")  # noqa: RUF001
_PARENTHESIS = re.compile(r"\([^()]{0,200}\)")
_SUBJECT, _NAME, _VERB_REACH, _CLAUSE_WORDS = 6, 3, 4, 12
"""Words from the first in which who acts is looked for, with the verb in as many behind it; words of a name; words
in which its verb is soon; words in which the verb stands behind somebody with whom the sentence begins."""


@cache
def _opener_pattern(words: Lexicon) -> re.Pattern[str]:
    """Words such as "Then", "Please" and "Carefully", which a language has before the verb of an instruction."""
    endings = "|".join(map(re.escape, words.opener_endings))
    adverb = rf"|[^\W\d_]{{2,}}(?:{endings})" if endings else ""
    return re.compile(rf"(?:(?:{phrase_pattern(words.openers)}{adverb})(?!\w)[\s,:]*)*", re.IGNORECASE)


@cache
def condition_pattern(words: Lexicon) -> re.Pattern[str]:
    """The beginning of a condition: "If", "When"."""
    return re.compile(rf"(?:{phrase_pattern(words.conditions)})(?!\w)", re.IGNORECASE)


def words_of_step(sop: Sop, step: Step) -> str:
    """The words of a step without who acts, number or letter; each piece of code is `CODE`."""
    prose = sop.body.prose
    start, _ = prose.within(step.start, step.end)
    parts = [part for part in prose.block(start).inlines if step.start <= part.start and part.end <= step.end]
    words = [(" " if part.kind == "break" else part.text, part.kind == "code") for part in parts if part.kind in _WORDS]
    skip = len("".join(text for text, _ in words).rstrip()) - len(step.text)
    found = []
    for text, code in words:
        found.append((CODE_PLACEHOLDER if code else text[max(skip, 0) :]) if len(text) > skip else "")
        skip -= len(text)
    return "".join(found)


_WORDS = frozenset({"text", "code", "break"})


def is_instruction(text: str, words: Lexicon, names: frozenset[str]) -> bool:
    """Whether the words say what to do, ask, or tell who does what; so do words that are but code or no words.

    `names` are the roles that the SOP and its library know, in lower case.
    """
    text = _after_signs(text)
    if not text or text[0] in f"{CODE_PLACEHOLDER}[{{" or "?" in text or " > " in text or "→" in text:
        return True
    first, *others = _SENTENCE.split(text)
    label = _LABEL.match(first)
    behind = _after_signs(first[label.end() :]) if label else ""  # "Validation: Verify the certificate"
    return (
        _is_good_beginning(first, words, names)
        or (behind != "" and (behind[0] == CODE_PLACEHOLDER or _is_good_beginning(behind, words, names)))
        or any(has_order(sentence, words) for sentence in others)
    )


def _is_good_beginning(sentence: str, words: Lexicon, names: frozenset[str]) -> bool:
    found = _WORD.findall(sentence)
    if not found or has_order(sentence, words):
        return True
    first = found[0]
    if condition_pattern(words).match(_after_openers(sentence, words)):
        return True
    bare = (sentence[len(first) :].lstrip() if first.lower() in words.articles else sentence).lower()
    if any(bare.startswith(name) and not bare[len(name) : len(name) + 1].isalnum() for name in names):
        return True  # a role
    if first.lower() in (*words.questions, *words.states) or _describes_action(found, words):
        return True
    if first.lower() in words.circumstances or first[0].isdigit():
        return sentence.rstrip().endswith(":") or any(is_imperative_inside(word, words) for word in found[1:])
    return False


def has_order(sentence: str, words: Lexicon) -> bool:
    """Whether a sentence orders: its first word does, or where the verb comes last, the last of one of its clauses."""
    first = _FIRST.match(_after_openers(sentence, words))
    if first is not None and is_imperative_first(first[1], first[2] or "", words):
        return True
    return words.verb_last and ends_with_order(sentence, words)


def ends_with_order(sentence: str, words: Lexicon) -> bool:
    """Whether the last word of one of the clauses is a verb that orders; what stands in parentheses is left out."""
    clauses = (_WORD.findall(clause) for clause in _CLAUSE.split(_PARENTHESIS.sub(" ", sentence)))
    return any(
        clause and (len(clause) == 1 or clause[-1].islower()) and is_imperative(clause[-1], words) for clause in clauses
    )


def lower_words(sentence: str) -> list[str]:
    """The words in lower case."""
    return [match[0].lower() for match in _WORD.finditer(sentence)]


def sentences_of(text: str) -> list[str]:
    """The sentences of a text, without what ends them."""
    return _SENTENCE.split(text)


def _after_openers(sentence: str, words: Lexicon) -> str:
    """The sentence without leading words such as "Then", "Please" and "Carefully"."""
    sentence = _after_signs(sentence)
    match = _opener_pattern(words).match(sentence)
    return _after_signs(sentence[match.end() :]) if match else sentence


def _after_signs(text: str) -> str:
    match = _LEADING_SIGNS.match(text)
    return text[match.end() :] if match else text


def _describes_action(found: list[str], words: Lexicon) -> bool:
    """Whether a sentence tells what somebody does: who acts comes early in it, and the verb soon behind."""
    if len(found) > 1 and len(found[0]) > 1 and found[0].isupper() and _is_action_verb(found[1], words):
        return True  # "HR informs IT"
    if _is_prohibition(found, words) or _has_agent(found, words):
        return True
    for at, word in enumerate(found[:_SUBJECT]):
        behind = found[at + 1 : at + 1 + _SUBJECT]
        if not behind:
            return False
        if (
            at <= _NAME
            and _is_actor(word, words)
            and any(
                is_statement_verb(each, words) or each.lower() in words.auxiliaries
                for each in found[at + 1 : at + 1 + _CLAUSE_WORDS]
            )
        ):
            return True  # "the manager, or a deputy whom she named, signs"
        after_opener = int(len(behind) > 1 and behind[0].lower() in words.openers)
        if word.lower() in words.auxiliaries and is_imperative_inside(behind[after_opener], words):
            return True  # "directors will then sign"
        verb = _is_action_verb(word, words) or is_imperative_inside(word, words)
        has_object = 0 < at <= _NAME and verb and behind[0].lower() in words.articles
        if has_object and found[at - 1].lower() not in words.prepositions:
            return True  # "payroll confirms the day", not "attempt to confirm the day"
        if 0 < at <= _NAME and _is_action_verb(word, words) and _is_object(behind[0], words):
            return True  # "the applicant sends proof", unlike "firmware updates for servers"
        if _is_acting(word, behind, words):
            return True
    return False


def _is_object(word: str, words: Lexicon) -> bool:
    """Whether a word can be what a verb before it acts on, by being none of those that go with a noun."""
    word = word.lower()
    others = word in words.circumstances or word in words.auxiliaries or word in words.prepositions
    return not others and word not in _connectives(words) and not is_participle(word, words)


@cache
def _connectives(words: Lexicon) -> frozenset[str]:
    return frozenset(each for phrase in (*words.connectives, *words.ranges) for each in phrase.split())


def _is_prohibition(found: list[str], words: Lexicon) -> bool:
    """Whether a sentence says soon what is not done: "Generic accounts are not allowed"."""
    for at, word in enumerate(found[:_CLAUSE_WORDS]):
        if word.lower() in words.auxiliaries and found[at + 1 : at + 2] and found[at + 1].lower() in words.negations:
            done = [each for each in found[at + 2 : at + 4] if each not in words.passives]
            return bool(done) and is_participle(done[0], words)
    return False


def _has_agent(found: list[str], words: Lexicon) -> bool:
    """Whether a sentence says what is done and by whom: "is reviewed by the owner"."""
    for at, word in enumerate(found):
        if word in words.agents and at and is_participle(found[at - 1], words):
            behind = found[at + 1 : at + 1 + _SUBJECT]
            named = takewhile(lambda each: each not in words.prepositions, behind)
            if any(_is_actor(each, words) for each in named):
                return True
    return False


def _is_action_verb(word: str, words: Lexicon) -> bool:
    """Whether a word is a verb of action, such as "confirms", and no auxiliary."""
    return is_statement_verb(word, words) and word.lower() not in words.auxiliaries


def _is_actor(word: str, words: Lexicon) -> bool:
    return word.lower() in words.actors or word.lower() in words.role_ends


def names_actor(text: str, words: Lexicon) -> bool:
    """Whether a text begins with a sentence that tells what a role or a group of people does."""
    found = _WORD.findall(_SENTENCE.split(text)[0])
    return any(
        word.lower() not in words.pronouns and _is_acting(word, found[at + 1 : at + 1 + _SUBJECT], words)
        for at, word in enumerate(found[:_SUBJECT])
    )


def _is_acting(word: str, behind: list[str], words: Lexicon) -> bool:
    """Whether a word is for somebody and has its verb soon behind, or drawn together with it: "you'll"."""
    pronoun, _, drawn = word.lower().replace("’", "'").partition("'")  # noqa: RUF001
    soon = any(each.lower() in words.auxiliaries for each in behind)
    if pronoun in words.pronouns:
        return drawn != "" or soon or is_imperative_inside(behind[0], words)
    if not behind or not _is_actor(word, words):
        return False
    if behind[0].lower() in _connectives(words) and any(
        is_imperative_inside(each, words) for each in behind[1:_VERB_REACH]
    ):
        return True  # "the manager and the colleague agree"
    return soon or any(is_statement_verb(each, words) for each in behind[:_VERB_REACH])
