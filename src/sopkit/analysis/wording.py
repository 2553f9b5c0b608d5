"""The word lists of the language of an SOP, and where phrases, clauses and sentences are in its text."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

from sopkit.library import RuleContext
from sopkit.model.body import Section
from sopkit.model.sop import Sop
from sopkit.parsing.lexicon import Lexicon, any_phrase, lexicon, phrase_needles

_NO_WORDS = Lexicon.model_construct()  # as one is read: without a schema


def words_of(sop: Sop, context: RuleContext) -> Lexicon:
    """The word lists of the SOP's language, else of the library's; empty ones for a language without a file."""
    return lexicon(sop.text("language") or context.config.library.language) or _NO_WORDS


def procedure_phrases(
    sop: Sop, phrases: tuple[str, ...], behind: str = ""
) -> Iterator[tuple[re.Match[str], tuple[int, int], Section]]:
    """Each of the phrases in a procedure section, with its byte range; `behind` is a pattern that follows it."""
    if not sop.source.may_say(phrase_needles(phrases)):
        return
    text = sop.body.prose
    for section in sop.body.sections:
        if "Procedure" in section.names:
            for match in text.find(any_phrase(phrases, behind), section.start, section.end):
                yield match, text.span(*match.span()), section


def is_in_step(sop: Sop, span: tuple[int, int]) -> bool:
    """Whether a byte range lies in the words of a step, and not in prose or bullets around it."""
    starts, ends = _step_ranges(sop)
    at = bisect_right(starts, span[0]) - 1
    return at >= 0 and span[1] <= ends[at]


@lru_cache(maxsize=4)
def _step_ranges(sop: Sop) -> tuple[list[int], list[int]]:
    steps = sorted((step.start, step.end) for step in sop.body.steps)
    return [start for start, _ in steps], [end for _, end in steps]


_MAX_CONTEXT = 300
"""Characters before and behind a phrase that are looked at for the rest of its sentence."""
_CLAUSE_END = re.compile(r"[.!?…:;,]\s|\n|[()]")
_SENTENCE_END = re.compile(r"[.!?…;]\s|\n")


def clause_before(text: str, position: int, end: re.Pattern[str] = _CLAUSE_END) -> str:
    """The words of a clause, or of what else `end` ends, before a position in it."""
    begin = max(position - _MAX_CONTEXT, 0)
    ends = [match.end() for match in end.finditer(text, begin, position)]
    return text[ends[-1] if ends else begin : position]


def sentence_before(text: str, position: int) -> str:
    """The words of a sentence before a position in it."""
    return clause_before(text, position, _SENTENCE_END)


def sentence_after(text: str, position: int) -> str:
    """The words of a sentence from a position in it on."""
    match = _SENTENCE_END.search(text, position, position + _MAX_CONTEXT)
    return text[position : match.start() if match else position + _MAX_CONTEXT]
