"""An SOP cut where a reader wants to land: at each heading and at each step."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from sopkit.model.body import Body
from sopkit.model.sop import Sop
from sopkit.parsing.anchors import heading_anchors, step_anchors
from sopkit.render.body import title_heading


@dataclass(slots=True)
class Passage:
    """A piece of an SOP with the name by which a page links to it; empty for what stands above the first heading.

    `number` is that of a step, else empty. `lead` is what names the passage, its heading or the words of its step;
    `texts` is what stands below, a block each.
    """

    anchor: str
    number: str = ""
    lead: str = ""
    texts: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The heading; of a step its number behind `#`."""
        return f"#{self.number}" if self.number else self.lead


def passages_of(sop: Sop) -> list[Passage]:
    """The passages in reading order; the first is what stands above the first heading."""
    passages = [Passage("")]
    if not sop.readable:
        return passages
    blocks = [block for block in sop.body.blocks if block.inlines]
    starts = [block.start for block in blocks]
    cuts = {bisect_right(starts, start) - 1: passage for start, passage in _cuts(sop)}
    title = title_heading(sop)
    for at, block in enumerate(blocks):
        if title is not None and block.start == title.start:
            continue
        if (begun := cuts.get(at)) is None:
            passages[-1].texts.append(block.text)
            continue
        passages.append(begun)
        begun.lead = block.text.strip()
    return passages


def _cuts(sop: Sop) -> Iterator[tuple[int, Passage]]:
    """Where each passage begins; a step that is a heading as well comes later, and so takes its place."""
    title = title_heading(sop)
    for heading, anchor in zip(sop.body.headings, heading_anchors(sop.body.headings), strict=True):
        if heading is not title:
            yield heading.start, Passage(anchor)
    yield from _steps(sop.body)


def _steps(body: Body) -> Iterator[tuple[int, Passage]]:
    for _, step, anchor in step_anchors(body):
        if "." not in step.number:
            yield step.start, Passage(anchor, step.number)
