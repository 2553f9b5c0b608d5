"""Markdown as a tree of blocks with byte offsets; the one place that knows the parser's events."""

import re
from typing import Any

import pyromark

from sopkit.model.blocks import Block, Inline

_O = pyromark.Options
OPTIONS = _O.ENABLE_TABLES | _O.ENABLE_TASKLISTS | _O.ENABLE_FOOTNOTES | _O.ENABLE_GFM | _O.ENABLE_STRIKETHROUGH
"""The dialect of an SOP: CommonMark with tables, task lists, footnotes, alerts and strikethrough."""

_BLOCKS = {
    "Paragraph": "paragraph", "Heading": "heading", "List": "list", "Item": "item", "Table": "table",
    "TableHead": "row", "TableRow": "row", "TableCell": "cell", "CodeBlock": "code", "BlockQuote": "quote",
    "HtmlBlock": "html", "FootnoteDefinition": "footnote",
}  # fmt: skip
_SPANS = {"Strong": "strong", "Link": "link", "Image": "image"}
_INLINES = {
    "Text": "text", "Code": "code", "InlineHtml": "html", "Html": "html", "SoftBreak": "break", "HardBreak": "break",
}  # fmt: skip
_HOLDERS = frozenset({"root", "list", "item", "table", "row", "quote", "footnote"})
_new = tuple.__new__  # a NamedTuple made in C instead of Python; half the time of this loop
_HTML_HEADING = re.compile(r"<h([1-6])\b[^>]*>(.*?)</h\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def blocks(text: str, offset: int) -> Block:  # noqa: C901 - one loop almost without calls: it runs 500 times a document
    """The tree of a Markdown text that begins at byte `offset` of its file."""
    root = top = Block("root", offset, offset + len(text.encode("utf-8", "replace")))
    stack = [root]  # the block that each begun event is in or opens
    flow: Block | None = None  # what takes running text here, once there was some
    implied: list[Block] = []
    event: Any
    # An event is a dict of one key, or one of the words SoftBreak, HardBreak and Rule, in which no such key is found.
    for event, where in pyromark.events_with_range(text, options=OPTIONS):
        if "End" in event:
            stack.pop()
            if stack[-1] is not top:
                top, flow = stack[-1], None
            continue
        start, end = where["start"] + offset, where["end"] + offset
        if "Start" in event:
            begun = event["Start"]
            name, detail = (begun, None) if isinstance(begun, str) else next(iter(begun.items()))
            if name in _BLOCKS:
                opened = Block(_BLOCKS[name], start, end)
                if begun is not name:
                    _describe(opened, detail)
                top.children.append(opened)
                top, flow = opened, None
            elif name in _SPANS:
                flow = flow or _running(top, implied)
                flow.inlines.append(_new(Inline, (_SPANS[name], start, end, _target(detail))))
            stack.append(top)
        elif event == "Rule":
            top.children.append(Block("rule", start, end))
            flow = None
        elif "TaskListMarker" in event:
            item = next((block for block in reversed(stack) if block.kind == "item"), top)
            item.checked = event["TaskListMarker"]
        else:
            (kind,) = event if isinstance(event, dict) else (event,)
            if kind in _INLINES:
                flow = flow or _running(top, implied)
                said = "\n" if kind is event else event[kind]
                flow.inlines.append(_new(Inline, (_INLINES[kind], start, end, said)))
    for block in implied:
        block.start, block.end = block.inlines[0].start, max([part.end for part in block.inlines])
        block.level = 0
    return root


def _running(top: Block, implied: list[Block]) -> Block:
    """The block that takes running text: a holder of blocks, such as a tight list item, gets a paragraph for it."""
    if top.kind not in _HOLDERS:
        return top
    if top.children and top.children[-1].level < 0:
        return top.children[-1]
    paragraph = Block("paragraph", -1, -1, level=-1)
    top.children.append(paragraph)
    implied.append(paragraph)
    return paragraph


def _describe(block: Block, detail: Any) -> None:  # noqa: ANN401 - the parser's events are plain dicts
    """Note what the parser says of a block that has just begun."""
    if block.kind == "heading":
        block.level = int(detail["level"][1])
    elif block.kind == "list":
        block.ordered = detail
    elif block.kind == "code":
        block.detail = detail["Fenced"] if isinstance(detail, dict) else ""
        block.level = 1 if isinstance(detail, dict) else 0
    elif block.kind == "quote":
        block.detail = detail or ""


def _target(detail: Any) -> str:  # noqa: ANN401 - as above
    """Where a span leads; nowhere unless it is a link or an image."""
    if detail is None:
        return ""
    target: str = detail["dest_url"]
    return f"mailto:{target}" if detail.get("link_type") == "Email" else target


def heading_of_html(block: Block) -> tuple[int, str] | None:
    """Level and text of a heading that was written as HTML, or None."""
    markup = "".join(part.text for part in block.inlines if part.kind == "html")
    match = _HTML_HEADING.search(markup)
    return (int(match[1]), plain_html(match[2])) if match else None


def plain_html(markup: str) -> str:
    """The words of a piece of HTML."""
    from html import unescape  # noqa: PLC0415 - few documents hold HTML

    return " ".join(unescape(_TAG.sub(" ", markup)).split())
