"""Where the steps, actors, limits and parts of a body stand, as marks for the HTML writer."""

import re
from collections.abc import Iterator, Sequence

from sopkit.model.body import Block, Body, Limit, Procedure, Section, Step
from sopkit.parsing.anchors import step_anchors
from sopkit.parsing.html import HtmlMark, HtmlMarks, HtmlSpan
from sopkit.parsing.sections import STEP_HEADING
from sopkit.parsing.step_parts import lead_start

_PART = re.compile(
    r"\s*(?:(?P<word>evidence|expect(?:ed)?(?: result)?|within|controls?|note|warning|caution|else|otherwise|if)"
    r"(?P<colon>\s*:\s*)|(?P<bare>if|else|otherwise|within)\b(?=[\s,]))",
    re.IGNORECASE,
)
_KINDS = {"otherwise": "else", "caution": "warning", "controls": "control"}
_LABEL = re.compile(r"within\s*:\s*", re.IGNORECASE)
_COLON = re.compile(r"\s*:\s*")
_WORDS = frozenset({"text", "code", "break"})


def mark_steps(body: Body, marks: HtmlMarks) -> None:
    """Add the marks of every step: its number and anchors, who acts, its limits and its labelled parts."""
    sections = [section for section in body.sections if "Procedure" in section.names]
    places = _Places(sections)
    for procedure, step, anchor in step_anchors(body):
        _mark(step, procedure, anchor, places, marks)
    for section in sections:
        _mark_loose_parts(section, marks)


class _Places:
    """Which block of a procedure holds the words that begin at an offset."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self.holders: dict[int, Block] = {}
        self.paragraphs: dict[int, Block] = {}
        self.lists: dict[int, Block] = {}
        for section in sections:
            for top in section.blocks:
                for block in top.walk():
                    self._place(block)

    def _place(self, block: Block) -> None:
        kind = block.kind
        if kind == "paragraph":
            if block.inlines:
                self.paragraphs.setdefault(block.inlines[0].start, block)
        elif kind == "item":
            head = next((child for child in block.children if child.kind == "paragraph"), block)
            self.holders.setdefault(lead_start(head), block)
        elif kind == "list":
            self.lists |= {item.start: block for item in block.children}
        elif kind == "heading":
            self.holders.setdefault(lead_start(block), block)
        elif kind == "row":
            for cell in block.children:
                self.holders.setdefault(lead_start(cell), block)


def _mark(step: Step, procedure: Procedure, anchor: str, places: _Places, marks: HtmlMarks) -> None:
    marks.spans += [HtmlSpan(limit.start + _labelled(limit), limit.end, "limit") for limit in step.limits]
    holder = places.holders.get(step.start)
    if holder is None:
        if (lettered := places.paragraphs.get(step.start)) is not None:
            marks.elements["paragraph", lettered.start] = HtmlMark("lettered")
        return
    if holder.kind == "item":
        _mark_item(step, holder, anchor, places, marks)
    elif holder.kind == "row":
        marks.elements["row", holder.start] = HtmlMark("step", (anchor,))
        if procedure.shape == "table" and step.actor_start >= 0:
            marks.spans.append(HtmlSpan(step.actor_start, step.actor_start + len(step.actor.encode()), "who"))
    else:
        known = marks.elements.get(("heading", holder.start), HtmlMark())
        marks.elements["heading", holder.start] = HtmlMark("step", (anchor, *known.ids))
        if match := STEP_HEADING.match(holder.text):
            marks.spans += _spans(holder, 0, len(match[0].rstrip()), "count")


def _labelled(limit: Limit) -> int:
    """The bytes of the label of a limit that stands as a part of its own: `Within: 4 hours`."""
    label = _LABEL.match(limit.text)
    return len(label[0].encode()) if label else 0


def _mark_item(step: Step, item: Block, anchor: str, places: _Places, marks: HtmlMarks) -> None:
    deep = "." in step.number
    marks.elements["item", item.start] = HtmlMark("step sub" if deep else "step", (anchor,), step.number, lead=True)
    above = places.lists[item.start]
    marks.elements["list", above.start] = HtmlMark("steps")
    head = next((child for child in item.children if child.kind == "paragraph"), None)
    if head is None:
        return
    if step.actor:
        _mark_actor(step, head, marks)
    _mark_parts([child for child in item.children if child is not head], marks)


def _mark_actor(step: Step, head: Block, marks: HtmlMarks) -> None:
    text = head.text
    at = text.find(step.actor)
    if at < 0:
        return
    bold = next((part for part in head.inlines if part.kind == "strong"), None)
    if bold is not None and [part.text for part in head.inlines if bold.start < part.start < bold.end] == [step.actor]:
        marks.elements["strong", bold.start] = HtmlMark("actor")
    else:
        marks.spans += _spans(head, at, at + len(step.actor), "actor")
    if colon := _COLON.match(text, at + len(step.actor)):
        marks.spans += _spans(head, colon.start(), colon.end(), "aside")


def _mark_loose_parts(section: Section, marks: HtmlMarks) -> None:
    """Mark the parts below headings that number steps."""
    inside = False
    for block in section.blocks:
        if block.kind == "heading":
            inside = marks.elements.get(("heading", block.start), HtmlMark()).classes == "step"
        elif inside:
            _mark_parts([block], marks)


def _mark_parts(below: Sequence[Block], marks: HtmlMarks) -> None:
    for kind, block, paragraph in _paragraphs(below):
        text = paragraph.text
        match = _PART.match(text)
        if match is None or (match["bare"] and kind == "paragraph"):  # prose may begin with "If"
            continue
        group = "word" if match["word"] else "bare"
        word = match[group].lower()
        name = "expect" if word.startswith("expect") else _KINDS.get(word, word)
        marks.elements[kind, block.start] = HtmlMark(f"part {name}")
        marks.spans += _spans(paragraph, match.start(group), match.end("colon" if match["colon"] else group), "label")


def _paragraphs(below: Sequence[Block]) -> Iterator[tuple[str, Block, Block]]:
    """Paragraphs that may be parts, with the element that takes the mark."""
    for block in below:
        if block.kind == "paragraph":
            yield "paragraph", block, block
        elif block.kind == "list" and block.ordered is None:
            for item in block.children:
                head = next((child for child in item.children if child.kind == "paragraph"), None)
                if head is not None:
                    yield "item", item, head


def _spans(block: Block, start: int, end: int, classes: str) -> Iterator[HtmlSpan]:
    """The byte ranges of some characters of a block's text."""
    at = 0
    for part in block.inlines:
        if part.kind not in _WORDS:
            continue
        length = 1 if part.kind == "break" else len(part.text)
        first, last = max(start - at, 0), min(end - at, length)
        if first < last and part.kind == "text" and len(part.text.encode("utf-8", "replace")) == part.end - part.start:
            from_byte = part.start + len(part.text[:first].encode("utf-8", "replace"))
            yield HtmlSpan(from_byte, from_byte + len(part.text[first:last].encode("utf-8", "replace")), classes)
        at += length
