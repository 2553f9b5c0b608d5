"""Where in a document its own metadata stand: before its first section, under a heading for it, in its history."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sopkit.model.body import Block, Heading
from sopkit.model.sop import Sop
from sopkit.parsing.markdown import parse_blocks
from sopkit.parsing.sections import alias_table, find_headings, heading_words

_CONTROL = re.compile(
    "document control|document information|document info|document details|document properties|document data|document"
    r"|metadata|document metadata|control information|document administration|administration|properties|version control"
    r"|document control information|document management|governance|ownership|document ownership|ownership and review"
    r"|review and approval|approval|approvals|document approval|policy information|procedure information"
    r"|sop information|about this document|front matter|review requirements|review and updates?|review and maintenance"
    r"|policy review|document review|review and revision|review schedule"
)
_HISTORY = re.compile(
    "changelog|change log|change history|changes|revision history|version history|document history|history|revisions"
    r"|amendment history|document revision history|document version history|record of changes|revision log|version log"
    r"|document change history|document changes|revision record|release history"
)


@dataclass(frozen=True, slots=True)
class Region:
    """Blocks of one place: `lead`, `control`, `history`, or `tail`: what stands below the last line across the page."""

    kind: str
    blocks: tuple[Block, ...]


def title_heading(sop: Sop) -> Heading | None:
    """The heading that is the title: the first of the first level, or one of its own level before all deeper ones."""
    if sop.body.title is not None:
        return sop.body.title
    found = sop.body.headings
    if not found or _kind_of(found[0].text) or _names_a_section(sop, found[0]):
        return None
    first = found[0]
    begins = sop.body.root.children[0].start == first.start
    return first if all(heading.level > first.level for heading in found[1:]) and (found[1:] or begins) else None


def heading_above(sop: Sop) -> Heading | None:
    """The heading above front matter that does not begin on the first line."""
    start, end = sop.source.text_start, sop.body_start
    if sop.front.present or not sop.source.data[start:end].strip():
        return None
    above = find_headings(parse_blocks(sop.source.data[start:end].decode("utf-8", "replace"), start))
    return above[0][1] if above else None


def _names_a_section(sop: Sop, heading: Heading) -> bool:
    """Whether its own words name a section; that steps are numbered below it names none."""
    return any(
        section.heading == heading and (len(section.names) > 1 or _by_words(heading, section.names[0]))
        for section in sop.body.sections
    )


def _by_words(heading: Heading, name: str) -> bool:
    return name != "Procedure" or heading_words(heading.text) in alias_table({})


def regions(sop: Sop, after: int) -> Iterator[Region]:
    """The places of metadata in the body, below the byte `after` at which front matter ends."""
    title, kind, tail = title_heading(sop), "lead", _tail(sop)
    starts = {heading.start: heading for heading in sop.body.headings}
    gathered: list[Block] = []
    for block in sop.body.root.children:
        heading = starts.get(block.start)
        if block.start == tail and not kind:
            kind = "tail"
        if heading is None or (title is not None and heading.start == title.start):
            if block.start >= after and kind:
                gathered.append(block)
            continue
        if gathered:
            yield Region(kind, tuple(gathered))
        gathered, kind = [], _kind_of(heading.text)
    if gathered:
        yield Region(kind, tuple(gathered))


def _tail(sop: Sop) -> int:
    """Where the last rule across the page begins, when no heading follows it; else -1."""
    rules = [block.start for block in sop.body.root.children if block.kind == "rule"]
    headed = any(heading.start > rules[-1] for heading in sop.body.headings) if rules else True
    return -1 if headed else rules[-1]


def _kind_of(heading: str) -> str:
    """The kind of metadata for which a heading stands, or the empty string."""
    words = heading_words(heading)
    if _CONTROL.fullmatch(words):
        return "control"
    return "history" if _HISTORY.fullmatch(words) else ""
