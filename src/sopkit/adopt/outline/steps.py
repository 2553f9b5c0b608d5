"""Convert plain bullets to numbered steps, and checklists in code blocks to task lists."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from sopkit.adopt.outline.headings import BodyPiece
from sopkit.adopt.outline.mapping import count_steps
from sopkit.model.body import Block
from sopkit.model.finding import Edit
from sopkit.parsing.sections import STEP_HEADING
from sopkit.parsing.steps import is_task_list

_BOX = re.compile(r"([ ]*)([□☐☑☒■▢]|\[[ xX]\])(?=\s)")
_BOX_PART = re.compile(r"[ ]*[-*•]\s")
_CHECKED_BOXES = frozenset("☑☒■")
_MIN_BOXES = 2


def convert_checklist(data: bytes, code: Block) -> Iterator[Edit]:
    """The changes that make a task list of a fenced block in which every line is a box or a part of one."""
    lines = data[code.start : code.end].splitlines(keepends=True)
    inside = [line.decode("utf-8", "replace") for line in lines[1:-1]]
    boxes = [_BOX.match(line) for line in inside]
    if not code.level or code.detail.strip() or sum(box is not None for box in boxes) < _MIN_BOXES:
        return
    if boxes[0] is None or boxes[0][1] or not _is_closing_fence(lines[0], lines[-1]):
        return
    if any(not box and line.strip() and not _BOX_PART.match(line) for box, line in zip(boxes, inside, strict=True)):
        return
    at = code.start
    yield Edit(at, at + len(lines[0].rstrip()), "")
    at += len(lines[0])
    for raw, box in zip(lines[1:-1], boxes, strict=True):
        if box is not None:
            start = at + len(box[1].encode())
            mark = "x" if box[2] in _CHECKED_BOXES or box[2] in {"[x]", "[X]"} else " "
            yield Edit(start, start + len(box[2].encode()), f"- [{mark}]")
        at += len(raw)
    yield Edit(at, at + len(lines[-1].rstrip()), "")


def _is_closing_fence(opening: bytes, closing: bytes) -> bool:
    mark = opening.strip()[:3]
    return mark in {b"```", b"~~~"} and closing.strip().startswith(mark) and not closing.strip().strip(mark[:1])


_MARKER = re.compile(rb"([ ]{0,3})([-*+])([ \t]+)")
_STEP_NUMBER = re.compile(r"step\s+\d", re.IGNORECASE)
_MIN_BULLETS = 2


@dataclass(frozen=True, eq=False)
class BulletList:
    """A list of plain bullets, and the heading under which it stands."""

    list: Block
    under: str


def find_plain_bullets(piece: BodyPiece) -> Iterator[BulletList]:
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
            if block.kind == "list" and len(block.children) >= _MIN_BULLETS and not is_task_list(block):
                yield BulletList(block, heading.text if heading else "")


def _step_headings(piece: BodyPiece) -> frozenset[int]:
    """Where the headings of a piece begin that say "Step 2", or that count from one on among those of their level."""
    starts = {one.start for one in piece.headings if _STEP_NUMBER.match(one.text)}
    inner = [one for one in piece.headings if one is not piece.heading]
    for level in {one.level for one in inner}:
        numbered = [(one, match) for one in inner if one.level == level and (match := STEP_HEADING.match(one.text))]
        if len(numbered) >= _MIN_BULLETS and numbered[0][1][1] == "1":
            starts |= {one.start for one, _ in numbered}
    return frozenset(starts)


def _is_bold_step(block: Block) -> bool:
    strong = block.kind == "paragraph" and block.inlines and block.inlines[0].kind == "strong"
    return bool(strong) and _STEP_NUMBER.match(block.text) is not None


def number_bullets(data: bytes, bullets: BulletList) -> Iterator[Edit]:
    """The changes that number the items of a list; what is below an item stays below it."""
    for item in bullets.list.children:
        start = data.rfind(b"\n", 0, item.start) + 1
        match = _MARKER.match(data, start)
        if match is None:
            continue
        blanks = match[3]
        if blanks == b" ":
            yield Edit(match.start(2), match.end(2), "1.")
            yield from _indent_lines(data, match.end(), item.end)
        else:  # room for the point, so that the text of the item stays in its column
            yield Edit(match.start(2), match.end(2) + (blanks[:1] == b" "), "1.")


def _indent_lines(data: bytes, start: int, end: int) -> Iterator[Edit]:
    at = data.find(b"\n", start, end)
    while 0 <= at < end - 1:
        if data[at + 1 : at + 2] in {b" ", b"\t"}:
            yield Edit(at + 1, at + 1, " ")
        at = data.find(b"\n", at + 1, end)
