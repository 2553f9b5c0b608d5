"""References to steps by number in the text of an SOP, and the links around them."""

import re
from bisect import bisect_right
from functools import cache, lru_cache
from typing import NamedTuple

from sopkit.model.body import Link
from sopkit.model.sop import Sop
from sopkit.parsing.lexicon import Lexicon, phrase_needles, phrase_pattern

_NUMBER = r"\d{1,3}(?:\.\d{1,3})*[a-z]?"
_DASHES = "-–"  # noqa: RUF001 - as people type them


class StepNumber(NamedTuple):
    """A number of a step, and its bytes."""

    number: str
    start: int
    end: int


class StepReference(NamedTuple):
    """Words such as "step 4" or "steps 2 to 4": their bytes, and the numbers in them."""

    start: int
    end: int
    steps: tuple[StepNumber, ...]


@lru_cache(maxsize=8)
def step_references(sop: Sop, words: Lexicon) -> tuple[StepReference, ...]:
    """The references in the running text; neither headings nor labels such as `Step 3: …` are any."""
    if not words.step_words or not sop.source.may_say(phrase_needles(words.step_words)):
        return ()
    text = sop.body.prose
    found = []
    for match in _reference_pattern(words).finditer(text.text):
        if text.block(match.start()).kind != "heading" and not _is_label(text.text, match):
            numbers = (StepNumber(match[at], *text.span(*match.span(at))) for at in (1, 2) if match[at])
            found.append(StepReference(*text.span(*match.span()), tuple(numbers)))
    return tuple(found)


@cache
def _reference_pattern(words: Lexicon) -> re.Pattern[str]:
    # a capital within the word would be the name of a product, `StepUp 2`
    first = "".join(f"{word[0].lower()}{word[0].upper()}" for word in words.step_words)
    step = "|".join(f"(?<=[{word[0].lower()}{word[0].upper()}]){re.escape(word[1:])}" for word in words.step_words)
    return re.compile(  # a set of letters in front is what the engine can run to, as in `any_of`
        rf"[{first}](?<![^\W_].)(?:{step})\s+({_NUMBER})\b(?:\s*(?:[{_DASHES}]|{phrase_pattern(words.ranges)})\s*({_NUMBER})\b)?"
        rf"(?!\s*(?:{phrase_pattern(words.elsewhere)})\b|\s+(?:{phrase_pattern(words.time_units)})\b)"
    )


def link_around(sop: Sop, reference: StepReference) -> Link | None:
    """The link that holds a reference, or None."""
    starts, links = _sorted_links(sop)
    at = bisect_right(starts, reference.start) - 1
    return links[at] if at >= 0 and reference.end <= links[at].end else None


@lru_cache(maxsize=8)
def _sorted_links(sop: Sop) -> tuple[list[int], list[Link]]:
    links = sorted(sop.body.links, key=lambda link: link.start)
    return [link.start for link in links], links


def _is_label(text: str, match: re.Match[str]) -> bool:
    """Whether the words label a step (`Step 3: …` at the beginning of a block) and refer to none."""
    begins = match.start() == 0 or text.endswith("\n\n", 0, match.start())
    return begins and text[match.end() : match.end() + 3].lstrip().startswith((":", ".", *_DASHES))
