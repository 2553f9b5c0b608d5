"""The difference between two texts, by key, section, step, block and word."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


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

    how: ChangeKind
    text: str
    style: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeyChange:
    """A key of the front matter that was added, removed or changed; the values as typed, None where there is none."""

    key: str
    how: ChangeKind
    old: object
    new: object
    runs: tuple[TextRun, ...]


@dataclass(frozen=True, slots=True)
class BlockPlace:
    """Where a block stands: its section, and the step that it belongs to, by number."""

    section: str = ""
    step: str = ""


@dataclass(frozen=True, slots=True)
class BlockChange:
    """A paragraph, list item, table row or line of code; `shape` says what it is, `leads` if a step begins with it."""

    how: ChangeKind
    moved: bool
    shape: str
    old_shape: str
    depth: int
    leads: bool
    old: BlockPlace | None
    new: BlockPlace | None
    runs: tuple[TextRun, ...]

    @property
    def kept(self) -> bool:
        """Nothing happened to it."""
        return self.how is ChangeKind.KEPT and not self.moved


@dataclass(frozen=True, slots=True)
class SectionChange:
    """A section that was added, removed, changed (inside or in its heading), moved, or several of these."""

    how: tuple[ChangeKind, ...]
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class StepChange:
    """A step that was added, removed, changed, moved among the others, or only counted anew."""

    how: tuple[ChangeKind, ...]
    old: str | None
    new: str | None
    anchor: str
    runs: tuple[TextRun, ...]


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

    address: str
    label: str
    revision: int | None
    version: str
    landed: date | None
    commit: str
    path: str
    digest: str


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
