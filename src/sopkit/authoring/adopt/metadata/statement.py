"""What a foreign document says of itself: a key of ours, its value, and where it stands."""

from dataclasses import dataclass
from enum import StrEnum


class Confidence(StrEnum):
    """How surely the document means our key by it."""

    CERTAIN = "certain"
    LIKELY = "likely"
    GUESS = "guess"


Value = str | tuple[str, ...] | dict[str, tuple[str, ...]]
"""A text, a list of them, or for `controls` the ids by framework."""


@dataclass(frozen=True)
class Statement:
    """A thing that the document says of itself.

    `key` is a key of our front matter, or a name of what we keep but never write there: `reviewed`, `next_review`,
    `status` (adopt writes a draft) and `owner_channel`. Without a key the line is understood to hold metadata, but it
    says nothing that we can take over: `value` is what it says, `note` why it is left.
    """

    key: str | None
    value: Value
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
