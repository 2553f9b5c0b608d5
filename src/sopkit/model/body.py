"""The body of an SOP: Markdown blocks, running text, headings, sections, steps, links and open decisions."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from sopkit.model.finding import Finding


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


CODE_PLACEHOLDER = "\ufffc"
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
    used: list[Block] = []
    size = 0
    for block in blocks:
        if not block.inlines:
            continue
        if used:
            text.append("\n\n")
            size += 2
        used.append(block)
        firsts.append(size)
        for kind, start, end, words in block.inlines:
            if kind == "text":
                piece = words
            elif kind == "break":
                piece = " "
            elif kind == "code":
                piece = CODE_PLACEHOLDER
            else:
                continue
            starts.append(size)
            offsets.append(start)
            ends.append(end)
            text.append(piece)
            size += len(piece)
    if not starts:
        return Prose("", (0,), (0,), (0,), (0,), (Block("root", 0, 0),))
    return Prose("".join(text), tuple(starts), tuple(offsets), tuple(ends), tuple(firsts), tuple(used))


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: `level` 1 to 6, `text` without marks, offsets of the whole line."""

    level: int
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """A recognised section: the names that it fills, its heading, and the offsets of its content."""

    names: tuple[str, ...]
    heading: Heading
    start: int
    end: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit in a step: "within 4 hours" is `text`, "4 hours" its `length`, whose time in minutes is known.

    `working` says that it counts business days or hours, of which the calendar has more: `minutes` is the least.
    """

    text: str
    length: str
    minutes: float
    start: int
    end: int
    working: bool = False


@dataclass(frozen=True, slots=True)
class NamedControl:
    """An id behind the label `Control` of a step, as typed, with its byte range.

    `certain` is False where other words may follow the label: it has no colon, and the text no form of an id.
    """

    text: str
    start: int
    end: int
    certain: bool = True


@dataclass(frozen=True, slots=True)
class ControlLine:
    """The words behind a label `Control` of a step, and the ids in them."""

    text: str
    ids: tuple[NamedControl, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step, whatever shape it was written in. Offsets are those of its own lead text."""

    number: str
    text: str
    start: int
    end: int
    anchor: str = ""
    actor: str = ""
    actor_start: int = -1
    condition: str = ""
    limits: tuple[Limit, ...] = ()
    expects: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    controls: tuple[ControlLine, ...] = ()
    notes: tuple[str, ...] = ()
    otherwise: str = ""
    children: tuple["Step", ...] = ()

    @property
    def named_controls(self) -> Iterator[NamedControl]:
        """The ids of all `Control` lines of this step."""
        return (named for line in self.controls for named in line.ids)

    def walk(self) -> Iterator["Step"]:
        """This step and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Procedure:
    """One run of steps, counted from its own first step; `actor` is who acts when a step names nobody."""

    steps: tuple[Step, ...]
    heading: Heading
    actor: str = ""
    shape: str = "list"


@dataclass(frozen=True, slots=True)
class Link:
    """A link or an image: `target` as written."""

    target: str
    text: str
    start: int
    end: int
    image: bool = False


@dataclass(frozen=True, eq=False)
class Body:
    """What the Markdown of an SOP holds. What few ask for is worked out when first asked for."""

    root: Block
    headings: tuple[Heading, ...] = ()
    title: Heading | None = None
    sections: tuple[Section, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    find_links: Callable[["Body"], Iterator[Link]] = lambda _: iter(())
    find_anchors: Callable[["Body"], Iterator[str]] = lambda _: iter(())
    check: Callable[["Body"], Iterator[Finding]] = lambda _: iter(())

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """All blocks in reading order."""
        return tuple(self.root.walk())

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """The links and images, in reading order."""
        return tuple(self.find_links(self))

    @cached_property
    def anchors(self) -> frozenset[str]:
        """The names by which headings and HTML can be linked to."""
        return frozenset(self.find_anchors(self))

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What reading the Markdown found."""
        return tuple(self.check(self))

    @property
    def named_controls(self) -> Iterator[NamedControl]:
        """Every id behind a label `Control` of a step."""
        return (named for step in self.steps for named in step.named_controls)

    @property
    def steps(self) -> Iterator[Step]:
        """Every step and sub-step of every procedure."""
        for procedure in self.procedures:
            for step in procedure.steps:
                yield from step.walk()

    @cached_property
    def prose(self) -> Prose:
        """The words of the whole body."""
        return prose(block for block in self.blocks if block.kind not in {"code", "html"})

    def section(self, name: str) -> Section | None:
        """The first section of that name."""
        return next((section for section in self.sections if name in section.names), None)


DECISION_MARK = re.compile(r"\[[ \t]*[Dd]ecide\b[^\]\r\n]{0,200}\]")
"""A mark, on one line."""


def is_undecided(value: str) -> bool:
    """Whether a mark stands in the place of a value."""
    return DECISION_MARK.match(value) is not None
