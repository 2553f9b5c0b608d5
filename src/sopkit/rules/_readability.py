"""How hard English prose is to read, as a school grade."""

import re
from collections.abc import Iterable
from functools import lru_cache

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")  # noqa: RUF001 - as people type it
_SENTENCE_END = re.compile(r"[.!?…](?=\s|$)")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:(?<![sxzcg])(?<!ch)(?<!sh)(?<![^aeiouy]l)es|(?<![td])ed|(?<![^aeiouy]l)e)$")
"""A last syllable that is only written: "rotates", "revoked", "grade", but not "notices", "noted", "table"."""
_APART = re.compile(
    r"(?<![tcsgx])i[ao]|(?<![tcq])ien[ct]|(?<![qg])u[ao](?!y)|(?<=cr)eat(?!ur)|(?<=qu)iet|yee|ea$|[aeouy]ing|(?<=i)u[ms]$|(?<=[bv])iou"
)
"""Vowels that stand together and are spoken apart: "reliable", "client", "manual", "create", "area", "being"."""
_SHORT = 3
_EXCEPTIONS = {"business": 2, "businesses": 3, "every": 2, "everyone": 3, "via": 2, "safety": 2, "people": 2, "area": 3}


@lru_cache(maxsize=8192)
def syllables(word: str) -> int:
    """How many syllables an English word has, by its letters; a part behind a hyphen counts alone."""
    if "-" in word:
        return sum(syllables(part) for part in word.split("-") if part)
    word = re.sub("['’]", "", word.lower())  # noqa: RUF001
    if word in _EXCEPTIONS:
        return _EXCEPTIONS[word]
    if len(word) <= _SHORT:
        return 1
    return max(len(_VOWELS.findall(_SILENT.sub("", word))) + len(_APART.findall(word)), 1)


def count(texts: Iterable[str]) -> tuple[int, int, int]:
    """Words, sentences and syllables of texts, each of which ends a sentence."""
    words, sentences, spoken = 0, 0, 0
    for text in texts:
        for sentence in _SENTENCE_END.split(text):
            found = _WORD.findall(sentence)
            words += len(found)
            sentences += bool(found)
            spoken += sum(map(syllables, found))
    return words, sentences, spoken


def grade(words: int, sentences: int, spoken: int) -> float:
    """The Flesch-Kincaid grade level.

    Source: Kincaid, Fishburne, Rogers and Chissom, "Derivation of new readability formulas for Navy enlisted
    personnel", Research Branch Report 8-75, Naval Technical Training Command, 1975.
    """
    return 0.39 * words / sentences + 11.8 * spoken / words - 15.59
