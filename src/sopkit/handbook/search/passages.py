"""An SOP divided at headings and steps, and its words for search snippets."""

import json
import posixpath
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from sys import intern
from typing import NamedTuple

from sopkit.handbook.paths import sop_path
from sopkit.model.body import Body
from sopkit.model.sop import Sop
from sopkit.parsing.sections import heading_anchors, step_anchors
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
    cuts = {bisect_right(starts, start) - 1: passage for start, passage in _passage_starts(sop)}
    title = title_heading(sop)
    for at, block in enumerate(blocks):
        if title is not None and block.start == title.start:
            continue
        if (begun := cuts.get(at)) is None:
            passages[-1].texts.append(block.text)
            continue
        passages.append(begun)
        begun.lead = block.text.strip()
    return passages


def _passage_starts(sop: Sop) -> Iterator[tuple[int, Passage]]:
    """Where each passage begins; a step that is a heading as well comes later, and so takes its place."""
    title = title_heading(sop)
    for heading, anchor in zip(sop.body.headings, heading_anchors(sop.body.headings), strict=True):
        if heading is not title:
            yield heading.start, Passage(anchor)
    yield from _step_passages(sop.body)


def _step_passages(body: Body) -> Iterator[tuple[int, Passage]]:
    for _, step, anchor in step_anchors(body):
        if "." not in step.number:
            yield step.start, Passage(anchor, step.number)


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
