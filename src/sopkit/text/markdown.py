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
_INLINES = {"Text": "text", "Code": "code", "InlineHtml": "html", "Html": "html"}
_BREAKS = frozenset({"SoftBreak", "HardBreak"})
_HOLDERS = frozenset({"root", "list", "item", "table", "row", "quote", "footnote"})
_new = tuple.__new__  # a NamedTuple made in C instead of Python; half the time of this loop
_HTML_HEADING = re.compile(r"<h([1-6])\b[^>]*>(.*?)</h\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def blocks(text: str, offset: int) -> Block:  # noqa: C901 - one loop without calls: it runs 500 times a document
    """The tree of a Markdown text that begins at byte `offset` of its file."""
    root = Block("root", offset, offset + len(text.encode("utf-8", "replace")))
    stack = [root]
    top = root
    implied: list[Block] = []
    for event, where in pyromark.events_with_range(text, options=OPTIONS):
        if isinstance(event, str):
            if event == "Rule":
                top.children.append(Block("rule", where["start"] + offset, where["end"] + offset))
            elif event in _BREAKS:
                holder = _running(top, implied) if top.kind in _HOLDERS else top
                holder.inlines.append(_new(Inline, ("break", where["start"] + offset, where["end"] + offset, "\n")))
            continue
        kind: str
        payload: Any
        for kind, payload in event.items():
            if kind == "End":
                if (payload if isinstance(payload, str) else next(iter(payload))) in _BLOCKS:
                    stack.pop()
                    top = stack[-1]
            elif kind == "Start":
                opened = _opened(top, payload, where["start"] + offset, where["end"] + offset, implied)
                if opened is not None:
                    top.children.append(opened)
                    stack.append(opened)
                    top = opened
            elif kind in _INLINES:
                holder = _running(top, implied) if top.kind in _HOLDERS else top
                part = (_INLINES[kind], where["start"] + offset, where["end"] + offset, payload)
                holder.inlines.append(_new(Inline, part))
            elif kind == "TaskListMarker":
                item = next((block for block in reversed(stack) if block.kind == "item"), top)
                item.checked = payload
    for block in implied:
        block.start, block.end = block.inlines[0].start, max(part.end for part in block.inlines)
        block.level = 0
    return root


def _running(top: Block, implied: list[Block]) -> Block:
    """The block that takes running text of a holder of blocks; a tight list item gets a paragraph of its own."""
    if top.children and top.children[-1].level < 0:
        return top.children[-1]
    paragraph = Block("paragraph", -1, -1, level=-1)
    top.children.append(paragraph)
    implied.append(paragraph)
    return paragraph


def _opened(top: Block, payload: Any, start: int, end: int, implied: list[Block]) -> Block | None:  # noqa: ANN401 - the parser's events are plain dicts
    """The block that begins; None for a span of running text, which is noted where it begins."""
    detail: Any = None
    if isinstance(payload, str):
        name = payload
    else:
        name, detail = next(iter(payload.items()))
    kind = _BLOCKS.get(name)
    if kind is None:
        span = _SPANS.get(name)
        if span is None:
            return None
        holder = _running(top, implied) if top.kind in _HOLDERS else top
        target = ""
        if span != "strong":
            target = ("mailto:" if detail.get("link_type") == "Email" else "") + detail["dest_url"]
        holder.inlines.append(Inline(span, start, end, target))
        return None
    block = Block(kind, start, end)
    if kind == "heading":
        block.level = int(detail["level"][1])
    elif kind == "list":
        block.ordered = detail
    elif kind == "code":
        block.detail = detail["Fenced"] if isinstance(detail, dict) else ""
        block.level = 1 if isinstance(detail, dict) else 0
    elif kind == "quote":
        block.detail = detail or ""
    return block


def heading_of_html(block: Block) -> tuple[int, str] | None:
    """Level and text of a heading that was written as HTML, or None."""
    markup = "".join(part.text for part in block.inlines if part.kind == "html")
    match = _HTML_HEADING.search(markup)
    return (int(match[1]), plain_html(match[2])) if match else None


def plain_html(markup: str) -> str:
    """The words of a piece of HTML."""
    from html import unescape  # noqa: PLC0415 - few documents hold HTML

    return " ".join(unescape(_TAG.sub(" ", markup)).split())
