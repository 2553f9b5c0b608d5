"""SOP310: The prose of an SOP can be read by whoever carries it out: its Flesch-Kincaid grade is at most 14."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from sopkit.analysis.wording import words_of
from sopkit.library import Library
from sopkit.lint.rule import rule
from sopkit.model.finding import Finding, Severity
from sopkit.model.sop import Sop
from sopkit.parsing.lexicon import lexicon

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")  # noqa: RUF001 - as people type it
_SENTENCE_END = re.compile(r"[.!?…](?=\s|$)")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:(?<![sxzcg])(?<!ch)(?<!sh)(?<![^aeiouy]l)es|(?<![td])ed|(?<![^aeiouy]l)e)$")
"""A last syllable that is only written: "rotates", "revoked", "grade", but not "notices", "noted", "table"."""
_APART = re.compile(
    r"(?<![tcsgx])i[ao]|(?<![tcq])ien[ct]|(?<![qg])u[ao](?!y)|(?<=cr)eat(?!ur)|(?<=qu)iet|yee|ea$|[aeouy]ing|(?<=i)u[ms]$|(?<=[bv])iou"
)
"""Vowels that stand together and are spoken apart: "reliable", "client", "manual", "create", "area", "being"."""
_MAX_SHORT_WORD = 3
_EXCEPTIONS = {"business": 2, "businesses": 3, "every": 2, "everyone": 3, "via": 2, "safety": 2, "people": 2, "area": 3}


@lru_cache(maxsize=8192)
def syllables(word: str) -> int:
    """How many syllables an English word has, by its letters; a part behind a hyphen counts alone."""
    if "-" in word:
        return sum(syllables(part) for part in word.split("-") if part)
    word = re.sub("['’]", "", word.lower())  # noqa: RUF001
    if word in _EXCEPTIONS:
        return _EXCEPTIONS[word]
    if len(word) <= _MAX_SHORT_WORD:
        return 1
    return max(len(_VOWELS.findall(_SILENT.sub("", word))) + len(_APART.findall(word)), 1)


def count_words(texts: Iterable[str]) -> tuple[int, int, int]:
    """Words, sentences and syllables of texts, each of which ends a sentence."""
    words, sentences, spoken = 0, 0, 0
    for text in texts:
        for sentence in _SENTENCE_END.split(text):
            found = _WORD.findall(sentence)
            words += len(found)
            sentences += bool(found)
            spoken += sum(map(syllables, found))
    return words, sentences, spoken


def reading_grade(words: int, sentences: int, spoken: int) -> float:
    """The Flesch-Kincaid grade level.

    Source: Kincaid, Fishburne, Rogers and Chissom, "Derivation of new readability formulas for Navy enlisted
    personnel", Research Branch Report 8-75, Naval Technical Training Command, 1975.
    """
    return 0.39 * words / sentences + 11.8 * spoken / words - 15.59


_MAX_GRADE, _MIN_WORDS, _MIN_PHRASE = 14, 150, 5
"""The grade above which a text is hard, and how many words it takes to tell; fewer in a block are no sentence."""
_LONG_SENTENCE = 20
"""Words of a sentence above which it is the sentences that are hard, not the words."""

_HARD = """\
The organisational administration of authorisation authorities necessitates comprehensive documentation of individual \
responsibilities, organisational dependencies, technological infrastructure and regulatory obligations, in accordance \
with the applicable international certification requirements and the corresponding contractual stipulations that the \
organisation has negotiated individually with particular institutional customers."""


@rule(
    "SOP310",
    severity=Severity.INFO,
    default=False,
    bad=f"""
        ## Purpose

        {_HARD} {_HARD} {_HARD} {_HARD}
        """,
    good="""
        ## Purpose

        Give people the access that their work needs, and no more. Who asks for access, who agrees to it and who gives
        it are three people.
        """,
)
def hard_to_read(sop: Sop, library: Library) -> Iterator[Finding]:
    """The prose of an SOP can be read by whoever carries it out: its Flesch-Kincaid grade is at most 14.

    Only English is judged, in sentences of paragraphs and lists, of which there must be 150 words; titles, tables and
    code are left out. The rule is off unless selected: what counts is whether the readers understand it.

    Why: a procedure is read under stress and by people whose first language is another; the grade grows with long
    sentences and long words (Kincaid and others, Research Branch Report 8-75, Naval Technical Training Command, 1975).
    Mend: make two sentences of one, and write "use" for "utilisation of".
    """
    if words_of(sop, library) is not lexicon("en"):
        return
    blocks = [
        block.text for block in sop.body.blocks if block.kind == "paragraph" and block.text.count(" ") >= _MIN_PHRASE
    ]
    words, sentences, spoken = count_words(blocks)
    if words < _MIN_WORDS:
        return
    found = reading_grade(words, sentences, spoken)
    if found > _MAX_GRADE:
        heading = sop.body.title or (sop.body.headings[0] if sop.body.headings else None)
        place = sop.source.line_place(sop.source.line_of(heading.start if heading else sop.body_start))
        how = "shorten sentences" if words > _LONG_SENTENCE * sentences else "use shorter words"
        yield sop.finding(
            place, f"reads like school grade {found:.0f}, with {words / sentences:.0f} words a sentence; {how}"
        )
