"""Ids of SOPs and controls as people write them: `A.8.13`, `a8.13` and `A 8 13` are one code."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from sopkit.handbook.search.terms import folded, words_in

if TYPE_CHECKING:
    from sopkit.library import Library

_PARTS = re.compile(r"[^\W\d_]+|\d+")
_JOIN = re.compile(r"(?<=[^\W\d_]) (?=\d)")
_PADDED = 2
_SPELLED_OUT = {"article": "art", "articles": "art"}


@lru_cache(maxsize=4096)
def code_of(text: str) -> str:
    """The code of an id: its words and numbers with `.` between; a number may be padded to two digits."""
    return ".".join(map(_part, _PARTS.findall(folded(text))))


def _part(part: str) -> str:
    if part[0] == "0" and len(part) == _PADDED:
        return part[1]
    return _SPELLED_OUT.get(part, part)


class Codes:
    """The codes that a library knows: those of its SOPs and of the controls of its frameworks."""

    def __init__(self, library: "Library") -> None:
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
    parts = _PARTS.findall(folded(text))
    plain = [_part(part) for part in parts]
    spelled_out = [next((long for long, short in _SPELLED_OUT.items() if short == part), part) for part in plain]
    for each in (words_in(text), parts, plain, spelled_out):
        yield " ".join(each)
        yield _JOIN.sub("", " ".join(each), count=1)
