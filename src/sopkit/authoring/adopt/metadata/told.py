"""What a document tells of itself in its own words, before it is read as a key and a value of ours."""

from dataclasses import dataclass

from sopkit.authoring.adopt.metadata.statement import Confidence


@dataclass(frozen=True, slots=True)
class Told:
    """A label with a text; `start` and `end` are the bytes that tell it, `where` says so in words for people."""

    label: str
    text: str
    start: int
    end: int
    where: str
    confidence: Confidence = Confidence.CERTAIN


def weaker(one: Confidence, other: Confidence) -> Confidence:
    """The less sure of two."""
    order = tuple(Confidence)
    return max(one, other, key=order.index)
