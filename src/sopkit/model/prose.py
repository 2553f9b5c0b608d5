"""Running text as one string, with the way back to the bytes of the file."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sopkit.model.blocks import Block

CODE = "\ufffc"
"""Stands in prose for a piece of code, which is not prose."""


@dataclass(frozen=True, slots=True, eq=False)
class Prose:
    """The words of some blocks, an empty line between two.

    A line break is one space, code is `CODE`, HTML is left out. The pieces of the text begin at `starts`, and in the
    file at the bytes `offsets` to `ends`; the `blocks` begin at `firsts`.
    """

    text: str
    starts: tuple[int, ...]
    offsets: tuple[int, ...]
    ends: tuple[int, ...]
    firsts: tuple[int, ...]
    blocks: tuple[Block, ...]

    def offset(self, position: int, *, end: bool = False) -> int:
        """The byte at a position of the text; with `end`, of the character before it plus one."""
        at = max(bisect_right(self.starts, position - 1 if end else position) - 1, 0)
        length = position - self.starts[at]
        if not self.text.isascii():  # which a string knows of itself; the piece may be long
            length = len(self.text[self.starts[at] : position].encode("utf-8", "replace"))
        return min(self.offsets[at] + max(length, 0), self.ends[at])

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The byte range of a range of the text."""
        return self.offset(start), self.offset(end, end=True)

    def block(self, position: int) -> Block:
        """The block in which a position lies."""
        return self.blocks[max(bisect_right(self.firsts, position) - 1, 0)]

    def within(self, start: int, end: int) -> tuple[int, int]:
        """The range of the text that comes from the bytes `start` to `end` of the file."""
        first = bisect_right(self.offsets, start - 1)
        last = bisect_right(self.offsets, end - 1)
        size = len(self.text)
        return (
            self.starts[first] if first < len(self.starts) else size,
            self.starts[last] if last < len(self.starts) else size,
        )

    def find(self, pattern: re.Pattern[str], start: int, end: int) -> Iterator[re.Match[str]]:
        """What a pattern finds in the words that come from the bytes `start` to `end` of the file."""
        return pattern.finditer(self.text, *self.within(start, end))


def prose(blocks: Iterable[Block]) -> Prose:
    """The words of blocks, in the order in which they are given."""
    text: list[str] = []
    starts: list[int] = []
    offsets: list[int] = []
    ends: list[int] = []
    firsts: list[int] = []
    kept: list[Block] = []
    size = 0
    for block in blocks:
        if not block.inlines:
            continue
        if kept:
            text.append("\n\n")
            size += 2
        kept.append(block)
        firsts.append(size)
        for kind, start, end, words in block.inlines:
            if kind == "text":
                piece = words
            elif kind == "break":
                piece = " "
            elif kind == "code":
                piece = CODE
            else:
                continue
            starts.append(size)
            offsets.append(start)
            ends.append(end)
            text.append(piece)
            size += len(piece)
    if not starts:
        return Prose("", (0,), (0,), (0,), (0,), (Block("root", 0, 0),))
    return Prose("".join(text), tuple(starts), tuple(offsets), tuple(ends), tuple(firsts), tuple(kept))
