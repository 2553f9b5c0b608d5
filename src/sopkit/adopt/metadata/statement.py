"""A statement about a document: key, value, confidence and place; and a labelled value before it is interpreted."""

from dataclasses import dataclass
from enum import StrEnum

from sopkit.model.body import Block
from sopkit.model.sop import Sop


class Confidence(StrEnum):
    """How surely the document means our key by it."""

    CERTAIN = "certain"
    LIKELY = "likely"
    GUESS = "guess"


StatementValue = str | tuple[str, ...] | dict[str, tuple[str, ...]]
"""A text, a list of them, or for `controls` the ids by framework."""


@dataclass(frozen=True)
class Statement:
    """A thing that the document says of itself.

    `key` is a key of our front matter, or a name of what we keep but never write there: `reviewed`, `next_review`,
    `status` (adopt writes a draft) and `owner_channel`. Without a key the line is understood to hold metadata, but it
    says nothing that we can take over: `value` is what it says, `note` why it is left.
    """

    key: str | None
    value: StatementValue
    start: int
    """Byte offsets of the line, row, key or block that says it."""
    end: int
    how: str
    """In words, for the plan: "row `Owner` of the table of line 3"."""
    confidence: Confidence
    note: str = ""
    """What a person must know or decide about it; empty when nothing."""
    within: bool = False
    """Whether it stands in text that says more than this, such as a sentence of the purpose."""


@dataclass(frozen=True, slots=True)
class MetadataValue:
    """A label with a text; `start` and `end` are the bytes that tell it, `where` says so in words for people."""

    label: str
    text: str
    start: int
    end: int
    where: str
    confidence: Confidence = Confidence.CERTAIN


def least_sure(one: Confidence, other: Confidence) -> Confidence:
    """The less sure of two."""
    order = tuple(Confidence)
    return max(one, other, key=order.index)


class BlockOffsets:
    """The text of a block, and the bytes at which its characters stand; cheap when asked in rising order."""

    def __init__(self, sop: Sop, block: Block) -> None:
        self.start = block.start
        self.text = sop.source.data[block.start : block.end].decode("utf-8", "replace")
        self._ascii = self.text.isascii()
        self._known = (0, block.start)

    def of(self, index: int) -> int:
        """The byte of a character."""
        if self._ascii:
            return self.start + index
        at, offset = self._known if index >= self._known[0] else (0, self.start)
        offset += len(self.text[at:index].encode("utf-8", "replace"))
        self._known = (index, offset)
        return offset
