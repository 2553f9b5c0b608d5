"""Headings whose anchor is another one in the draft: those that share their words with others, and move."""

from collections.abc import Iterator

from sopkit.authoring.adopt.plan import How, PlanLine
from sopkit.model.body import Body
from sopkit.model.sop import Sop
from sopkit.model.source import Source
from sopkit.parsing.anchors import heading_anchors

_TEXT_BELOW = 80
"""Bytes below a heading by which it is known again."""

_Named = tuple[str, bytes]


def changed_anchors(source: Source, body: Body, sop: Sop) -> Iterator[PlanLine]:
    """What the plan says of each anchor of a document that leads to another heading in its draft."""
    there: dict[_Named, list[str]] = {}
    for anchor, named, _ in _anchors(sop.source, sop.body):
        there.setdefault(named, []).append(anchor)
    for anchor, named, line in _anchors(source, body):
        found = there.get(named, [])
        if found and anchor not in found:
            words = f"is #{found[0]} in the draft, where other headings have the same words; see what links to it"
            yield PlanLine(How.LEFT, f"anchor #{anchor}", words, line)


def _anchors(source: Source, body: Body) -> Iterator[tuple[str, _Named, int]]:
    """Each anchor, by the words of its heading and the text below it, and the line."""
    ends = (*(heading.start for heading in body.headings), len(source.data))[1:]
    for heading, anchor, end in zip(body.headings, heading_anchors(body.headings), ends, strict=True):
        below = source.data[heading.end : min(end, heading.end + _TEXT_BELOW)]
        yield anchor, (heading.text, b"".join(below.split())), source.line_of(heading.start)
