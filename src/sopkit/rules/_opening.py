"""How the words of a step open: with an order, with who acts, or with a condition or question."""

import re
from functools import cache
from typing import NamedTuple

from sopkit.model.prose import CODE
from sopkit.model.sop import Sop, Step
from sopkit.text.lexicon import Lexicon, choice, orders, tells

_WORD = re.compile(rf"[^\W_](?:[\w'’-]*\w)?|{CODE}")  # noqa: RUF001 - as people type it
_BEFORE = re.compile(rf"(?:\([^()]{{1,60}}\)|[^\w{CODE}(\[{{])+")
"""What stands before the first word: "(optional)", a pictogram, a quotation mark."""
_SENTENCE = re.compile(r"[.!?…]['\"”’)]*\s+")  # noqa: RUF001
_CLAUSE = re.compile(r"[,;:]\s+|\s+(?:[-–—→>]|->)\s+")  # noqa: RUF001
_LABEL = re.compile(r"[^:.,;]{1,60}(?::\s+|\s[-–—]\s+)")  # noqa: RUF001
_PARENTHESIS = re.compile(r"\([^()]{0,200}\)")
_SUBJECT, _NAME = 6, 3
"""Words from the first in which who acts is looked for, with the verb in as many behind it; words of a name."""


class Patterns(NamedTuple):
    """What a language has before the verb of an instruction; each pattern matches at the begin of words."""

    openers: re.Pattern[str]
    conditions: re.Pattern[str]


@cache
def patterns(words: Lexicon) -> Patterns:
    """The patterns of a language."""
    endings = "|".join(map(re.escape, words.opener_endings))
    adverb = rf"|[^\W\d_]{{2,}}(?:{endings})" if endings else ""
    return Patterns(
        re.compile(rf"(?:(?:{choice(words.openers)}{adverb})(?!\w)[\s,:]*)*", re.IGNORECASE),
        re.compile(rf"(?:{choice(words.conditions)})(?!\w)", re.IGNORECASE),
    )


def words_of_step(sop: Sop, step: Step) -> str:
    """The words of a step without who acts, number or letter; each piece of code is `CODE`."""
    prose = sop.body.prose
    start, _ = prose.within(step.start, step.end)
    parts = [part for part in prose.block(start).inlines if step.start <= part.start and part.end <= step.end]
    said = [(" " if part.kind == "break" else part.text, part.kind == "code") for part in parts if part.kind in _WORDS]
    skip = len("".join(text for text, _ in said).rstrip()) - len(step.text)
    found = []
    for text, code in said:
        found.append((CODE if code else text[max(skip, 0) :]) if len(text) > skip else "")
        skip -= len(text)
    return "".join(found)


_WORDS = frozenset({"text", "code", "break"})


def instructs(text: str, words: Lexicon, names: frozenset[str]) -> bool:
    """Whether the words say what to do, ask, or tell who does what; so do words that are but code or no words.

    `names` are the roles that the SOP and its library know, in lower case.
    """
    text = _after_signs(text)
    if not text or text[0] in f"{CODE}[{{" or "?" in text or " > " in text or "→" in text:
        return True
    sentences = _SENTENCE.split(text)
    return _opens(sentences[0], words, names) or any(orders_in(sentence, words) for sentence in sentences[1:])


def _opens(sentence: str, words: Lexicon, names: frozenset[str]) -> bool:
    """Whether a sentence opens well, or what stands behind its label does: "Validation: Verify the certificate"."""
    if _begins(sentence, words, names):
        return True
    label = _LABEL.match(sentence)
    behind = _after_signs(sentence[label.end() :]) if label else ""
    return behind != "" and (behind[0] == CODE or _begins(behind, words, names))


def _begins(sentence: str, words: Lexicon, names: frozenset[str]) -> bool:
    found = tokens(sentence)
    if not found or orders_in(sentence, words) or patterns(words).conditions.match(_rest(sentence, words)):
        return True
    if found[0] in words.questions or _names_a_role(sentence, found[0], words, names) or _tells(sentence, found, words):
        return True
    if found[0] in words.circumstances or found[0][0].isdigit():
        return sentence.rstrip().endswith(":") or any(orders(word, words) for word in found[1:])
    return False


def orders_in(sentence: str, words: Lexicon) -> bool:
    """Whether a sentence orders: its first word does, or where the verb comes last, the last of one of its clauses."""
    first = _WORD.match(_rest(sentence, words))
    if first is not None and orders(first[0], words):
        return True
    return words.verb_last and ends_with_order(sentence, words)


def ends_with_order(sentence: str, words: Lexicon) -> bool:
    """Whether the last word of one of the clauses is a verb that orders; what stands in parentheses is left out."""
    clauses = (tokens(clause) for clause in _CLAUSE.split(_PARENTHESIS.sub(" ", sentence)))
    return any(clause and orders(clause[-1], words) for clause in clauses)


def tokens(sentence: str) -> list[str]:
    """The words in lower case."""
    return [match[0].lower() for match in _WORD.finditer(sentence)]


def sentences_of(text: str) -> list[str]:
    """The sentences of a text, without what ends them."""
    return _SENTENCE.split(text)


def _rest(sentence: str, words: Lexicon) -> str:
    """The words of a sentence from where "Then", "Please" and "Carefully" are done."""
    sentence = _after_signs(sentence)
    match = patterns(words).openers.match(sentence)
    return _after_signs(sentence[match.end() :]) if match else sentence


def _after_signs(text: str) -> str:
    match = _BEFORE.match(text)
    return text[match.end() :] if match else text


def _names_a_role(sentence: str, first: str, words: Lexicon, names: frozenset[str]) -> bool:
    lower = sentence.lower()
    bare = lower[len(first) :].lstrip() if first in words.articles else lower
    return any(bare.startswith(name) and not bare[len(name) : len(name) + 1].isalnum() for name in names)


def _tells(sentence: str, found: list[str], words: Lexicon) -> bool:
    """Whether a sentence tells what somebody does: who acts comes early in it, and the verb soon behind."""
    if len(found) > 1 and len(found[0]) > 1 and sentence[: len(found[0])].isupper() and tells(found[1], words):
        return True  # "HR informs IT"
    for at, word in enumerate(found[:_SUBJECT]):
        behind = found[at + 1 : at + 1 + _SUBJECT]
        if not behind:
            return False
        if word in words.auxiliaries and orders(behind[0], words):
            return True  # "directors will sign"
        if 0 < at <= _NAME and behind[0] in words.articles and (tells(word, words) or orders(word, words)):
            return True  # "payroll confirms the day"
        if _acts(word, behind, words):
            return True
    return False


def _acts(word: str, behind: list[str], words: Lexicon) -> bool:
    """Whether a word is for somebody and has its verb soon behind, or drawn together with it: "you'll"."""
    pronoun, _, drawn = word.replace("’", "'").partition("'")  # noqa: RUF001
    if pronoun in words.pronouns:
        return drawn != "" or orders(behind[0], words) or any(each in words.auxiliaries for each in behind)
    if word not in words.actors and word not in words.role_ends:
        return False
    return any(tells(each, words) for each in behind[:2]) or any(each in words.auxiliaries for each in behind)
