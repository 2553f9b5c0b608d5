"""The running text of a block as one string, with the way back to the bytes of the file."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from sopkit.model.sop import Block, Section

CODE = "\ufffc"
"""Stands in prose for a piece of code, which is not prose."""


@dataclass(frozen=True, slots=True)
class Prose:
    """Words of a block; `starts` and `offsets` say at which byte each piece of `text` begins."""

    text: str
    starts: tuple[int, ...]
    offsets: tuple[int, ...]
    ends: tuple[int, ...]

    def offset(self, position: int, *, end: bool = False) -> int:
        """The byte at a position of the text; with `end`, of the character before it plus one."""
        at = max(bisect_right(self.starts, position - 1 if end else position) - 1, 0)
        piece = self.text[self.starts[at] : position]
        return min(self.offsets[at] + len(piece.encode("utf-8", "replace")), self.ends[at])

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The byte range of a range of the text."""
        return self.offset(start), self.offset(end, end=True)


def prose(block: Block) -> Prose:
    """The words of a block; a line break is one space, code is `CODE`, HTML is left out."""
    text, size = [], 0
    starts, offsets, ends = [], [], []
    for part in block.inlines:
        if part.kind == "text":
            words = part.text
        elif part.kind == "break":
            words = " "
        elif part.kind == "code":
            words = CODE
        else:
            continue
        starts.append(size)
        offsets.append(part.start)
        ends.append(part.end)
        text.append(words)
        size += len(words)
    if not starts:
        return Prose("", (0,), (max(block.start, 0),), (max(block.start, 0),))
    return Prose("".join(text), tuple(starts), tuple(offsets), tuple(ends))


def prose_of(section: Section) -> Iterator[Prose]:
    """The prose of every block of a section, in reading order."""
    for top in section.blocks:
        for block in top.walk():
            if block.inlines and block.kind not in {"code", "html"}:
                yield prose(block)
