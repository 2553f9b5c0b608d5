"""An SOP divided at headings and steps, with the words and terms by which search finds it."""

import json
import posixpath
import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from sys import intern
from typing import Any, NamedTuple

from sopkit.handbook.paths import sop_path
from sopkit.library import Library
from sopkit.model.sop import Sop
from sopkit.parsing.lexicon import language_of
from sopkit.parsing.sections import heading_anchors, step_anchors
from sopkit.parsing.yaml import load_yaml
from sopkit.render.body import title_heading


@dataclass(slots=True)
class Passage:
    """A piece of an SOP with the name by which a page links to it; empty for what stands above the first heading.

    `number` is that of a step, else empty. `lead` is what names the passage, its heading or the words of its step;
    `texts` is what stands below, a block each.
    """

    anchor: str
    number: str = ""
    lead: str = ""
    texts: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The heading; of a step its number behind `#`."""
        return f"#{self.number}" if self.number else self.lead


def passages_of(sop: Sop) -> list[Passage]:
    """The passages in reading order; the first is what stands above the first heading."""
    passages = [Passage("")]
    if not sop.readable:
        return passages
    blocks = [block for block in sop.body.blocks if block.inlines]
    starts = [block.start for block in blocks]
    title = title_heading(sop)
    anchors = zip(sop.body.headings, heading_anchors(sop.body.headings), strict=True)
    begins = [(heading.start, Passage(anchor)) for heading, anchor in anchors if heading is not title]
    # A step that is a heading as well comes later, and so takes its place.
    steps = ((step, anchor) for _, step, anchor in step_anchors(sop.body) if "." not in step.number)
    begins += [(step.start, Passage(anchor, step.number)) for step, anchor in steps]
    cuts = {bisect_right(starts, start) - 1: passage for start, passage in begins}
    for at, block in enumerate(blocks):
        if title is not None and block.start == title.start:
            continue
        if (begun := cuts.get(at)) is None:
            passages[-1].texts.append(block.text)
            continue
        passages.append(begun)
        begun.lead = block.text.strip()
    return passages


_MAX_PASSAGE_LETTERS = 20_000
"""Letters of a passage that snippets are taken from."""
_MIN_PHRASE_LETTERS = 16
"""Letters of a line from which on it is worth to write it once."""
_MIN_PHRASE_SOPS = 4
"""SOPs that must say it."""


class SopWords(NamedTuple):
    """The words of an SOP: of each passage the anchor, the name, and the lines that readers see beside a heading."""

    id: str
    passages: tuple[tuple[str, str, tuple[str, ...]], ...]


def sop_words(sop_id: str, passages: Iterable[Passage]) -> SopWords:
    """The words of an SOP, from its passages."""
    return SopWords(sop_id, tuple((each.anchor, each.name, tuple(_passage_lines(each))) for each in passages))


def shared_phrases(sops: Iterable[SopWords]) -> tuple[str, ...]:
    """The lines that several SOPs have alike, in the order of their letters."""
    counts: Counter[str] = Counter()
    for one in sops:
        counts.update({line for _, _, lines in one.passages for line in lines if len(line) >= _MIN_PHRASE_LETTERS})
    return tuple(sorted(line for line, count in counts.items() if count >= _MIN_PHRASE_SOPS))


def words_path(sop_id: str) -> str:
    """Where the words of an SOP stand."""
    return f"{page_folder(sop_id)}/words.js"


def words_script(words: SopWords, phrases: Mapping[str, int]) -> str:
    """The script that hands the words of an SOP to the engine; a line that is a phrase is the number of that."""
    passages = [(anchor, name, [phrases.get(line, line) for line in lines]) for anchor, name, lines in words.passages]
    return f"sopkitSearch.words({script_json(words.id)},{script_json(passages)});\n"


def page_folder(sop_id: str) -> str:
    """The folder of the page of an SOP."""
    return posixpath.dirname(sop_path(sop_id))


def script_json(data: object) -> str:
    """Data as it stands in a script."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _passage_lines(passage: Passage) -> Iterator[str]:
    left = _MAX_PASSAGE_LETTERS
    for text in (passage.lead, *passage.texts) if passage.number else passage.texts:
        line = (" ".join(text.split()) if "\n" in text or "  " in text else text.strip())[:left]
        if line:
            yield intern(line)  # what many SOPs say is held in memory, and handed between processes, once
        left -= len(line)


_FOLDER = Path(__file__).parents[2] / "i18n" / "search"
_UNSPACED = r"\u3040-\u30ff\u3400-\u9fff"
"""Signs of Chinese and Japanese, which part no words by spaces: each is a word."""
_WORD = re.compile(rf"[{_UNSPACED}]|(?:[^\W_{_UNSPACED}]|[\u0300-\u036f])+")
_ASCII = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
_MAX_WORD_LENGTH = 40
"""Longer runs of letters are no words; nobody types them."""

Ending = tuple[str, str, int]


@dataclass(frozen=True, eq=False)
class Stemming:
    """How a language makes stems: in each step the first ending that fits is exchanged."""

    language: str
    stop: frozenset[str]
    steps: tuple[tuple[Ending, ...], ...]

    def stem(self, word: str) -> str:
        """The stem of a folded word; empty for one of no weight."""
        if word in self.stop:
            return ""
        for step in self.steps:
            for ending, put, least in step:
                if word.endswith(ending) and len(word) >= len(ending) + least:
                    word = word[: len(word) - len(ending)] + put
                    break
        return word

    @property
    def data(self) -> dict[str, object]:
        """The same for the script."""
        return {"stop": " ".join(sorted(self.stop)), "steps": self.steps}


class Stems(dict[str, str]):
    """Stem by word in lower case, each worked out once; empty for one of no weight."""

    def __init__(self, stemming: Stemming) -> None:
        super().__init__()
        self._stemming = stemming

    def __missing__(self, word: str) -> str:
        stem = self[word] = "" if len(word) > _MAX_WORD_LENGTH else self._stemming.stem(fold(word))
        return stem


@cache
def stems_of(language: str) -> Stems:
    """The stems of a language, by BCP 47 tag; whole words where it has no rules."""
    return Stems(stemming_of(language))


@cache
def stemming_of(language: str) -> Stemming:
    """The rules of a language, by BCP 47 tag; none where there is no file for it."""
    file = _FOLDER / f"{language_of(language)}.yaml"
    data: Any = load_yaml(file.read_bytes(), file.name) if file.is_file() else {}
    steps = tuple(
        tuple((ending, put or "", int(least)) for ending, put, least in step) for step in data.get("steps", ())
    )
    return Stemming(language_of(language), frozenset(data.get("stop", "").split()), steps)


def fold(text: str) -> str:
    """A text in lower case and without accents."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.lower()).replace("ß", "ss")
    return "".join(char for char in plain if not unicodedata.combining(char) and unicodedata.category(char)[0] != "M")


def split_words(text: str) -> list[str]:
    """The words of a text in lower case."""
    return text.translate(_ASCII).split() if text.isascii() else _WORD.findall(text.lower())


_PARTS = re.compile(r"[^\W\d_]+|\d+")
_JOIN_SPACE = re.compile(r"(?<=[^\W\d_]) (?=\d)")
_PADDED_DIGITS = 2
_SHORT_FORMS = {"article": "art", "articles": "art"}


@lru_cache(maxsize=4096)
def code_of(text: str) -> str:
    """The code of an id: its words and numbers with `.` between; a number may be padded to two digits."""
    return ".".join(map(_normalise_part, _PARTS.findall(fold(text))))


def _normalise_part(part: str) -> str:
    if part[0] == "0" and len(part) == _PADDED_DIGITS:
        return part[1]
    return _SHORT_FORMS.get(part, part)


class CodeIndex:
    """The codes that a library knows: those of its SOPs and of the controls of its frameworks."""

    def __init__(self, library: Library) -> None:
        frameworks = [library.catalogue.framework(name) for name in library.config.library.frameworks]
        found = [framework for framework in frameworks if framework is not None]
        self.leads = sorted({framework.lead for framework in found if framework.lead})
        ids = [*(sop.id for sop in library.sops), *(control for framework in found for control in framework.by_id)]
        self._known = {spelling: code for one in ids if "." in (code := code_of(one)) for spelling in _spellings(one)}
        self._sizes: dict[str, set[int]] = {}
        for spelling in self._known:
            words = spelling.split()
            self._sizes.setdefault(words[0], set()).add(len(words))

    def taken_from(self, words: list[str]) -> list[str]:
        """The codes that are written in a text, given as its words; their words are emptied there."""
        found = []
        for at in [at for at, word in enumerate(words) if word in self._sizes]:
            for size in sorted(self._sizes.get(words[at], ()), reverse=True):
                if code := self._known.get(" ".join(words[at : at + size])):
                    found.append(code)
                    words[at : at + size] = [""] * size
                    break
        return found


def _spellings(text: str) -> Iterator[str]:
    """An id as the words of a text: numbers padded or not, and joined to the letters before them or not."""
    parts = _PARTS.findall(fold(text))
    plain = [_normalise_part(part) for part in parts]
    spelled_out = [next((long for long, short in _SHORT_FORMS.items() if short == part), part) for part in plain]
    for each in (split_words(text), parts, plain, spelled_out):
        yield " ".join(each)
        yield _JOIN_SPACE.sub("", " ".join(each), count=1)
