"""What the HTML of a Markdown text gets beyond what its author wrote, by the places of blocks and words."""

from dataclasses import dataclass, field
from typing import NamedTuple

from sopkit.model.blocks import Block
from sopkit.text.phrases import Phrases, phrases_of


class Mark(NamedTuple):
    """What one element gets beyond its tag: the first id is its own, the others become empty anchors in it."""

    classes: str = ""
    ids: tuple[str, ...] = ()
    number: str = ""
    lead: bool = False


class Span(NamedTuple):
    """Running text between two byte offsets that gets a class of its own."""

    start: int
    end: int
    classes: str


@dataclass
class Marks:
    """Marks by the kind and the byte offset of a block or of strong text; headings that are left out; added words.

    `added` are words of ours, put at the end of the running text of the block that begins at the offset; `say` is what
    we say in the language of the text.
    """

    elements: dict[tuple[str, int], Mark] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)
    added: dict[int, str] = field(default_factory=dict)
    dropped: set[int] = field(default_factory=set)
    say: Phrases = field(default_factory=lambda: phrases_of(""))

    def of(self, block: Block) -> Mark:
        """The mark of a block."""
        return self.elements.get((block.kind, block.start), NO_MARK)


NO_MARK = Mark()
