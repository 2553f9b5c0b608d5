"""Checklists that somebody drew as code, with boxes such as `□`, as task lists."""

import re
from collections.abc import Iterator

from sopkit.authoring.adopt.changes import TextChange
from sopkit.model.body import Block

_BOX = re.compile(r"([ ]*)([□☐☑☒■▢]|\[[ xX]\])(?=\s)")
_PART = re.compile(r"[ ]*[-*•]\s")
_DONE = frozenset("☑☒■")
_FEWEST = 2
_WHY = "a checklist drawn as code is a task list"


def task_list(data: bytes, code: Block) -> Iterator[TextChange]:
    """The changes that make a task list of a fenced block in which every line is a box or a part of one."""
    lines = data[code.start : code.end].splitlines(keepends=True)
    inside = [line.decode("utf-8", "replace") for line in lines[1:-1]]
    boxes = [_BOX.match(line) for line in inside]
    if not code.level or code.detail.strip() or sum(box is not None for box in boxes) < _FEWEST:
        return
    if boxes[0] is None or boxes[0][1] or not _closes(lines[0], lines[-1]):
        return
    if any(not box and line.strip() and not _PART.match(line) for box, line in zip(boxes, inside, strict=True)):
        return
    at = code.start
    yield TextChange(at, at + len(lines[0].rstrip()), "", _WHY)
    at += len(lines[0])
    for raw, box in zip(lines[1:-1], boxes, strict=True):
        if box is not None:
            start = at + len(box[1].encode())
            mark = "x" if box[2] in _DONE or box[2] in {"[x]", "[X]"} else " "
            yield TextChange(start, start + len(box[2].encode()), f"- [{mark}]", _WHY)
        at += len(raw)
    yield TextChange(at, at + len(lines[-1].rstrip()), "", _WHY)


def _closes(opening: bytes, closing: bytes) -> bool:
    mark = opening.strip()[:3]
    return mark in {b"```", b"~~~"} and closing.strip().startswith(mark) and not closing.strip().strip(mark[:1])
