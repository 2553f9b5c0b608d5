"""The words of SOPs, from which snippets are taken; what several SOPs say alike is written once, into the index."""

import json
import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from sys import intern
from typing import NamedTuple

from sopkit.handbook.page import sop_path
from sopkit.handbook.search.passages import Passage

_LONG = 20_000
"""Letters of a passage that snippets are taken from."""
_WORTH = 16
"""Letters of a line from which on it is worth to write it once."""
_MANY = 4
"""SOPs that must say it."""


class Told(NamedTuple):
    """The words of an SOP: of each passage the anchor, the name, and the lines that readers see beside a heading."""

    id: str
    passages: tuple[tuple[str, str, tuple[str, ...]], ...]


def told_of(sop_id: str, passages: Iterable[Passage]) -> Told:
    """The words of an SOP, from its passages."""
    return Told(sop_id, tuple((each.anchor, each.name, tuple(_lines(each))) for each in passages))


def phrases_of(told: Iterable[Told]) -> tuple[str, ...]:
    """The lines that several SOPs have alike, in the order of their letters."""
    counts: Counter[str] = Counter()
    for one in told:
        counts.update({line for _, _, lines in one.passages for line in lines if len(line) >= _WORTH})
    return tuple(sorted(line for line, count in counts.items() if count >= _MANY))


def words_path(sop_id: str) -> str:
    """Where the words of an SOP stand."""
    return f"{folder_of(sop_id)}/words.js"


def words_of(told: Told, phrases: Mapping[str, int]) -> str:
    """The script that hands the words of an SOP to the engine; a line that is a phrase is the number of that."""
    passages = [(anchor, name, [phrases.get(line, line) for line in lines]) for anchor, name, lines in told.passages]
    return f"sopkitSearch.words({written_json(told.id)},{written_json(passages)});\n"


def folder_of(sop_id: str) -> str:
    """The folder of the page of an SOP."""
    return posixpath.dirname(sop_path(sop_id))


def written_json(data: object) -> str:
    """Data as it stands in a script."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _lines(passage: Passage) -> Iterator[str]:
    left = _LONG
    for text in (passage.lead, *passage.texts) if passage.number else passage.texts:
        line = (" ".join(text.split()) if "\n" in text or "  " in text else text.strip())[:left]
        if line:
            yield intern(line)  # what many SOPs say is held in memory, and handed between processes, once
        left -= len(line)
