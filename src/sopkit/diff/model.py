"""The difference between two texts, by key, section, step, block and word."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated


class ChangeKind(StrEnum):
    """What became of a part; of words, `added` is in and `removed` is out."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"
    RENUMBERED = "renumbered"


@dataclass(frozen=True, slots=True)
class TextRun:
    """Words in a row with one fate and one style, such as `strong` or `link https://acme.example`."""

    how: Annotated[ChangeKind, "kept, added or removed."]
    text: Annotated[str, "The words."]
    style: Annotated[tuple[str, ...], "Styles, such as `strong` or `link URL`."] = ()


@dataclass(frozen=True, slots=True)
class KeyChange:
    """A key of the front matter that was added, removed or changed; the values as typed, None where there is none."""

    key: Annotated[str, "Name of the key."]
    how: Annotated[ChangeKind, "added, removed or changed."]
    old: Annotated[object, "The value before, as typed."]
    new: Annotated[object, "The value after, as typed."]
    runs: Annotated[tuple[TextRun, ...], "The words of both values."]


@dataclass(frozen=True, slots=True)
class BlockPlace:
    """Where a block stands: its section, and the step that it belongs to, by number."""

    section: Annotated[str, "Heading of the section."] = ""
    step: Annotated[str, "Number of the step."] = ""


@dataclass(frozen=True, slots=True)
class BlockChange:
    """A paragraph, list item, table row or line of code; `shape` says what it is, `leads` if a step begins with it."""

    how: Annotated[ChangeKind, "kept, added, removed or changed."]
    moved: Annotated[bool, "Whether it moved."]
    shape: Annotated[str, "What it is, such as paragraph or item."]
    old_shape: Annotated[str, "What it was before."]
    depth: Annotated[int, "How deep it is nested."]
    leads: Annotated[bool, "Whether a step starts with it."]
    old: Annotated[BlockPlace | None, "Its place before."]
    new: Annotated[BlockPlace | None, "Its place after."]
    runs: Annotated[tuple[TextRun, ...], "Its words."]

    @property
    def kept(self) -> bool:
        """Nothing happened to it."""
        return self.how is ChangeKind.KEPT and not self.moved


@dataclass(frozen=True, slots=True)
class SectionChange:
    """A section that was added, removed, changed (inside or in its heading), moved, or several of these."""

    how: Annotated[tuple[ChangeKind, ...], "What happened to it."]
    old: Annotated[str | None, "Heading before."]
    new: Annotated[str | None, "Heading after."]


@dataclass(frozen=True, slots=True)
class StepChange:
    """A step that was added, removed, changed, moved among the others, or only counted anew."""

    how: Annotated[tuple[ChangeKind, ...], "What happened to it."]
    old: Annotated[str | None, "Number before."]
    new: Annotated[str | None, "Number after."]
    anchor: Annotated[str, "Anchor of the step; empty where it has none."]
    runs: Annotated[tuple[TextRun, ...], "Its words."]


@dataclass(frozen=True, slots=True)
class TextDiff:
    """What differs; `administrative` keys may change without a new revision and count for nothing."""

    keys: tuple[KeyChange, ...] = ()
    administrative: tuple[KeyChange, ...] = ()
    sections: tuple[SectionChange, ...] = ()
    steps: tuple[StepChange, ...] = ()
    blocks: tuple[BlockChange, ...] = ()
    structure: bool = False  # the texts differ in a way that no block shows

    @property
    def material(self) -> bool:
        """Whether the two texts say different things: their digests differ."""
        return bool(self.keys or self.structure or any(not block.kept for block in self.blocks))


@dataclass(frozen=True, slots=True)
class ComparisonSide:
    """One of the two texts: how it was asked for, and what is known of it; `label` says that in words."""

    address: Annotated[str, "The text as the user specified it, or its default."]
    label: Annotated[str, "The same in words."]
    revision: Annotated[int | None, "Number of the revision."]
    version: Annotated[str, "Version label."]
    landed: Annotated[date | None, "Date of its commit."]
    commit: Annotated[str, "The commit; empty for the text in the folder."]
    path: Annotated[str, "File of the SOP."]
    digest: Annotated[str, "Digest of the text."]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two texts of an SOP and what differs between them, judged on a day at a head."""

    id: str
    title: str
    old: ComparisonSide
    new: ComparisonSide
    redline: TextDiff
    head: str | None
    as_of: date


def select_blocks(redline: TextDiff, context: int | None) -> Iterator[BlockChange | None]:
    """The blocks that differ with so many around each, all when there is no number; None where some are left out."""
    if context is None:
        yield from redline.blocks
        return
    near: set[int] = set()
    for at, block in enumerate(redline.blocks):
        if not block.kept:
            near |= set(range(at - context, at + context + 1))
    skipped = False
    for at, block in enumerate(redline.blocks):
        if at in near:
            if skipped:
                yield None
            skipped = False
            yield block
        else:
            skipped = True
