"""Plain bullets in a procedure: which could be steps, and making them so."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from sopkit.authoring.adopt.changes import TextChange
from sopkit.authoring.adopt.outline.mapping import count_steps
from sopkit.authoring.adopt.outline.pieces import Piece
from sopkit.model.body import Block
from sopkit.parsing.sections import STEP_HEADING
from sopkit.parsing.steps import is_task_list

_MARKER = re.compile(rb"([ ]{0,3})([-*+])([ \t]+)")
_SAID = re.compile(r"step\s+\d", re.IGNORECASE)
_FEWEST = 2
_WHY = "bullets as steps"


@dataclass(frozen=True, eq=False)
class Bullets:
    """A list of plain bullets, and the heading under which it stands."""

    list: Block
    under: str


def plain_bullets(piece: Piece) -> Iterator[Bullets]:
    """The lists of plain bullets of a piece that stand neither beside steps nor below one."""
    steps = _step_headings(piece)
    above = 0
    for heading, following in zip([None, *piece.headings], [*piece.headings, None], strict=True):
        if heading is not None and heading.start in steps:
            above = heading.level
        elif heading is not None and heading.level <= above:
            above = 0
        start = heading.start if heading else piece.start
        end = following.start if following else piece.end
        blocks = [block for block in piece.blocks if start <= block.start < end and block.kind != "heading"]
        if above or count_steps(blocks):
            continue
        for block in takewhile(lambda block: not _is_bold_step(block), blocks):
            if block.kind == "list" and len(block.children) >= _FEWEST and not is_task_list(block):
                yield Bullets(block, heading.text if heading else "")


def _step_headings(piece: Piece) -> frozenset[int]:
    """Where the headings of a piece begin that say "Step 2", or that count from one on among those of their level."""
    said = {one.start for one in piece.headings if _SAID.match(one.text)}
    inner = [one for one in piece.headings if one is not piece.heading]
    for level in {one.level for one in inner}:
        numbered = [(one, match) for one in inner if one.level == level and (match := STEP_HEADING.match(one.text))]
        if len(numbered) >= _FEWEST and numbered[0][1][1] == "1":
            said |= {one.start for one, _ in numbered}
    return frozenset(said)


def _is_bold_step(block: Block) -> bool:
    strong = block.kind == "paragraph" and block.inlines and block.inlines[0].kind == "strong"
    return bool(strong) and _SAID.match(block.text) is not None


def as_steps(data: bytes, bullets: Bullets) -> Iterator[TextChange]:
    """The changes that number the items of a list; what is below an item stays below it."""
    for item in bullets.list.children:
        start = data.rfind(b"\n", 0, item.start) + 1
        match = _MARKER.match(data, start)
        if match is None:
            continue
        blanks = match[3]
        if blanks == b" ":
            yield TextChange(match.start(2), match.end(2), "1.", _WHY)
            yield from _deeper(data, match.end(), item.end)
        else:  # room for the point, so that the text of the item stays in its column
            yield TextChange(match.start(2), match.end(2) + (blanks[:1] == b" "), "1.", _WHY)


def _deeper(data: bytes, start: int, end: int) -> Iterator[TextChange]:
    """One more blank before each further line of an item."""
    at = data.find(b"\n", start, end)
    while 0 <= at < end - 1:
        if data[at + 1 : at + 2] in {b" ", b"\t"}:
            yield TextChange(at + 1, at + 1, " ", _WHY)
        at = data.find(b"\n", at + 1, end)
