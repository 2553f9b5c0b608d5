"""The Markdown of an SOP as read: headings, sections, steps, procedures, links."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from sopkit.model.blocks import Block
from sopkit.model.finding import Finding
from sopkit.model.prose import Prose, prose


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
    """A time limit in a step: "within 4 hours" is `text`, with its length in minutes."""

    text: str
    minutes: float
    start: int
    end: int


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
    controls: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    otherwise: str = ""
    children: tuple["Step", ...] = ()

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
    judge: Callable[["Body"], Iterator[Finding]] = lambda _: iter(())

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
        return tuple(self.judge(self))

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
