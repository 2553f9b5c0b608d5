"""The body of an SOP as HTML for any page: safe, with steps that can be linked to, and pictures of its flows."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from sopkit.library import Library
from sopkit.model.body import Block, Body, Heading, Procedure, Section, Step
from sopkit.model.sop import Sop
from sopkit.parsing.html import HtmlMark, HtmlMarks, HtmlSpan, to_html
from sopkit.parsing.lexicon import Phrases, phrases_of
from sopkit.parsing.sections import STEP_HEADING, heading_anchors, html_anchors, step_anchors
from sopkit.parsing.step_parts import lead_start
from sopkit.render.context import RenderContext
from sopkit.render.flow.graph import FlowContext, first_word_offset
from sopkit.render.flow.svg import draw_flow
from sopkit.render.header import control_titles
from sopkit.render.html_rewriter import RenderedBody, rewrite_html, sanitise_html

_PART = re.compile(
    r"\s*(?:(?P<word>evidence|expect(?:ed)?(?: result)?|within|controls?|note|warning|caution|else|otherwise|if)"
    r"(?P<colon>\s*:\s*)|(?P<bare>if|else|otherwise|within)\b(?=[\s,]))",
    re.IGNORECASE,
)
_PART_KINDS = {"otherwise": "else", "caution": "warning", "controls": "control"}
_WITHIN_LABEL = re.compile(r"within\s*:\s*", re.IGNORECASE)
_COLON = re.compile(r"\s*:\s*")
_TEXT_KINDS = frozenset({"text", "code", "break"})


def mark_steps(body: Body, marks: HtmlMarks) -> None:
    """Add the marks of every step: its number and anchors, who acts, its limits and its labelled parts."""
    sections = [section for section in body.sections if "Procedure" in section.names]
    places = _StepBlocks(sections)
    for procedure, step, anchor in step_anchors(body):
        _mark_step(step, procedure, anchor, places, marks)
    for section in sections:  # the parts below headings that number steps
        is_below_step = False
        for block in section.blocks:
            if block.kind == "heading":
                is_below_step = marks.elements.get(("heading", block.start), HtmlMark()).classes == "step"
            elif is_below_step:
                _mark_parts([block], marks)


class _StepBlocks:
    """Which block of a procedure holds the words that begin at an offset."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self.holders: dict[int, Block] = {}
        self.paragraphs: dict[int, Block] = {}
        self.lists: dict[int, Block] = {}
        for block in [block for section in sections for top in section.blocks for block in top.walk()]:
            if block.kind == "paragraph":
                if block.inlines:
                    self.paragraphs.setdefault(block.inlines[0].start, block)
            elif block.kind == "item":
                head = next((child for child in block.children if child.kind == "paragraph"), block)
                self.holders.setdefault(lead_start(head), block)
            elif block.kind == "list":
                self.lists |= {item.start: block for item in block.children}
            elif block.kind == "heading":
                self.holders.setdefault(lead_start(block), block)
            elif block.kind == "row":
                for cell in block.children:
                    self.holders.setdefault(lead_start(cell), block)


def _mark_step(step: Step, procedure: Procedure, anchor: str, places: _StepBlocks, marks: HtmlMarks) -> None:
    for limit in step.limits:
        label = _WITHIN_LABEL.match(limit.text)  # of one that stands as a part of its own: `Within: 4 hours`
        start = limit.start + (len(label[0].encode()) if label else 0)
        marks.spans.append(HtmlSpan(start, limit.end, "limit"))
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


def _mark_item(step: Step, item: Block, anchor: str, places: _StepBlocks, marks: HtmlMarks) -> None:
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


def _mark_parts(below: Sequence[Block], marks: HtmlMarks) -> None:
    for kind, block, paragraph in _paragraphs(below):
        text = paragraph.text
        match = _PART.match(text)
        if match is None or (match["bare"] and kind == "paragraph"):  # prose may begin with "If"
            continue
        group = "word" if match["word"] else "bare"
        word = match[group].lower()
        name = "expect" if word.startswith("expect") else _PART_KINDS.get(word, word)
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
        if part.kind not in _TEXT_KINDS:
            continue
        length = 1 if part.kind == "break" else len(part.text)
        first, last = max(start - at, 0), min(end - at, length)
        if first < last and part.kind == "text" and len(part.text.encode("utf-8", "replace")) == part.end - part.start:
            from_byte = part.start + len(part.text[:first].encode("utf-8", "replace"))
            yield HtmlSpan(from_byte, from_byte + len(part.text[first:last].encode("utf-8", "replace")), classes)
        at += length


def add_flows(
    finished: RenderedBody, sop: Sop, library: Library, around: RenderContext, *, shut: bool = False
) -> RenderedBody:
    """The finished body with a picture of each procedure after its heading, `shut` until somebody opens it."""
    anchors = zip(sop.body.headings, heading_anchors(sop.body.headings), strict=True)
    places = {heading.start: finished.heads[anchor] for heading, anchor in anchors if anchor in finished.heads}
    known = build_flow_context(sop, library, around, finished.ids)
    seen: Counter[str] = Counter()
    added: list[tuple[int, str]] = []
    for procedure in sop.body.procedures:
        words = procedure.heading.text or known.say("procedure")
        seen[words] += 1
        label = f"{words} ({seen[words]})" if seen[words] > 1 else words
        if picture := str(draw_flow(procedure, known, label, shut=shut)):
            # A title is no part of the body: what belongs to it stands at its beginning.
            added.append((places.get(procedure.heading.start, 0), picture))
    html, at, parts = finished.html, 0, []
    for place, picture in sorted(added, key=lambda pair: pair[0]):
        parts += [html[at:place], "\n", picture]
        at = place
    return replace(finished, html="".join((*parts, html[at:])), drawn=True) if added else finished


def build_flow_context(sop: Sop, library: Library, around: RenderContext, ids: set[str]) -> FlowContext:
    """What the pictures of an SOP need to know of it and of the library; `ids` are those of the page."""
    steps = {step.start: anchor for _, step, anchor in step_anchors(sop.body) if anchor in ids}
    return FlowContext(
        sop.body,
        steps,
        lambda: {name: offset for name, offset in _anchor_offsets(sop, steps) if name in ids},
        lambda name: role.title or name if (role := library.role(name)) else "",
        around.other,
        sop_phrases(sop, library),
    )


def sop_phrases(sop: Sop, library: Library) -> Phrases:
    """What we say in the language of an SOP."""
    return phrases_of(sop.text("language") or library.config.library.language)


def _anchor_offsets(sop: Sop, steps: dict[int, str]) -> Iterator[tuple[str, int]]:
    yield from ((anchor, start) for start, anchor in steps.items())
    at = {block.start: first_word_offset(block) for block in sop.body.root.children if block.kind == "heading"}
    for heading, anchor in zip(sop.body.headings, heading_anchors(sop.body.headings), strict=True):
        yield anchor, at.get(heading.start, heading.start)
    for block in sop.body.blocks:
        yield from ((anchor, first_word_offset(block)) for anchor in html_anchors([block]))


def render_body(
    sop: Sop, library: Library, around: RenderContext, taken: Iterable[str] = (), *, flow: bool = True
) -> RenderedBody:
    """The body of an SOP; `taken` are the ids that the rest of the page uses, `flow` whether procedures are drawn.

    The heading that gives the title of the document is left out: the page has it above.
    """
    if not sop.readable:
        return RenderedBody()
    say = sop_phrases(sop, library)
    marks = HtmlMarks(added={block.start: words for block, words in control_titles(sop, library)}, say=say)
    own = title_heading(sop)
    for heading, anchor in zip(sop.body.headings, heading_anchors(sop.body.headings), strict=True):
        if heading is own:
            marks.dropped.add(heading.start)
        else:
            marks.elements["heading", heading.start] = HtmlMark(ids=(anchor,))
    mark_steps(sop.body, marks)
    markup = to_html(sop.body.root, marks)
    html = markup.html if markup.plain else sanitise_html(markup.html)
    finished = rewrite_html(html, around, (*taken, title_anchor(sop)), say)
    return add_flows(finished, sop, library, around) if flow else finished


def title_heading(sop: Sop) -> Heading | None:
    """The heading of the body that the title of the document stands for; one in HTML stays where it is."""
    headings = {block.start for block in sop.body.root.children if block.kind == "heading"}
    title = sop.body.title
    return title if title is not None and title.start in headings else None


def title_anchor(sop: Sop) -> str:
    """The name by which links of the body mean its title."""
    own = title_heading(sop)
    anchors = zip(sop.body.headings, heading_anchors(sop.body.headings), strict=True)
    return next((anchor for heading, anchor in anchors if heading is own), "") or "title"
