"""Blocks of Markdown and their running text, with byte offsets."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple


class Inline(NamedTuple):
    """A piece of running text: kind is text, code, html, link, image, strong or break.

    A link, an image or strong text spans the pieces after it up to its end.
    """

    kind: str
    start: int
    end: int
    text: str


@dataclass(slots=True)
class Block:
    """A block of Markdown. `kind`: root, heading, paragraph, list, item, table, row, cell, code, quote, html, footnote.

    `detail` is the info of a code fence, the kind of an alert, the label of a footnote, the alignments of a table as
    letters (N, L, C, R), and "tight" for the paragraph of an item that the parser does not call one. `accents` are
    pieces that matter only to who shows the text, by kind and start: emphasis, deletion, hard breaks, references to
    footnotes, titles of links.
    """

    kind: str
    start: int
    end: int
    detail: str = ""
    level: int = 0
    ordered: int | None = None
    checked: bool | None = None
    children: list["Block"] = field(default_factory=list)
    inlines: list[Inline] = field(default_factory=list)
    accents: dict[tuple[str, int], Inline] | None = None
    _text: str | None = None

    @property
    def text(self) -> str:
        """The words of the block's own running text. Worked out once: a block is complete before it is asked."""
        if self._text is None:
            self._text = "".join(
                " " if part.kind == "break" else part.text for part in self.inlines if part.kind in _WORDS
            )
        return self._text

    def walk(self) -> Iterator["Block"]:
        """This block and all below it, in reading order."""
        stack = [self]
        while stack:
            block = stack.pop()
            yield block
            stack.extend(reversed(block.children))


_WORDS = frozenset({"text", "code", "break"})
