"""Markdown as a tree of blocks with byte offsets; the one place that knows the parser's events."""

import re
from typing import Any

import pyromark

from sopkit.model.sop import Block, Inline

_O = pyromark.Options
OPTIONS = _O.ENABLE_TABLES | _O.ENABLE_TASKLISTS | _O.ENABLE_FOOTNOTES | _O.ENABLE_GFM | _O.ENABLE_STRIKETHROUGH
"""The dialect of an SOP: CommonMark with tables, task lists, footnotes, alerts and strikethrough."""

_BLOCKS = {
    "Paragraph": "paragraph", "Heading": "heading", "List": "list", "Item": "item", "Table": "table",
    "TableHead": "row", "TableRow": "row", "TableCell": "cell", "CodeBlock": "code", "BlockQuote": "quote",
    "HtmlBlock": "html", "FootnoteDefinition": "footnote",
}  # fmt: skip
_SPANS = {"Strong": "strong", "Emphasis": "emphasis", "Link": "link", "Image": "image"}
_HOLDERS = frozenset({"root", "list", "item", "table", "row", "quote", "footnote"})
_HTML_HEADING = re.compile(r"<h([1-6])\b[^>]*>(.*?)</h\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def blocks(text: str, offset: int) -> Block:
    """The tree of a Markdown text that begins at byte `offset` of its file."""
    root = Block("root", offset, offset + len(text.encode("utf-8", "replace")))
    stack = [root]
    for event, where in pyromark.events_with_range(text, options=OPTIONS):
        start, end = where["start"] + offset, where["end"] + offset
        if isinstance(event, str):
            _single(stack, event, start, end)
            continue
        kind, payload = _only(event)
        top = stack[-1]
        if kind == "Text":
            _running(stack).inlines.append(Inline("text", start, end, payload))
        elif kind == "Start":
            _open(stack, payload, start, end)
        elif kind == "End":
            _close(stack, payload)
        elif kind == "Code":
            _running(stack).inlines.append(Inline("code", start, end, payload))
        elif kind in {"InlineHtml", "Html"}:
            _running(stack).inlines.append(Inline("html", start, end, payload))
        elif kind == "TaskListMarker":
            item = next((block for block in reversed(stack) if block.kind == "item"), top)
            item.checked = payload
    return root


def _only(event: Any) -> tuple[str, Any]:  # noqa: ANN401 - the parser's events are plain dicts of one key
    found: tuple[str, Any] = next(iter(event.items()))
    return found


def _single(stack: list[Block], event: str, start: int, end: int) -> None:
    if event in {"SoftBreak", "HardBreak"}:
        _running(stack).inlines.append(Inline("break", start, end, "\n"))
    elif event == "Rule":
        stack[-1].children.append(Block("rule", start, end))


def _running(stack: list[Block]) -> Block:
    """The block that takes running text; a tight list item gets a paragraph of its own."""
    top = stack[-1]
    if top.kind not in _HOLDERS:
        return top
    if top.children and top.children[-1].kind == "paragraph" and top.children[-1].level < 0:
        return top.children[-1]
    implied = Block("paragraph", -1, -1, level=-1)
    top.children.append(implied)
    return implied


def _open(stack: list[Block], payload: Any, start: int, end: int) -> None:  # noqa: ANN401 - the parser's events are plain dicts
    detail: Any
    name, detail = (payload, None) if isinstance(payload, str) else _only(payload)
    kind = _BLOCKS.get(name)
    if kind is None:
        span = _SPANS.get(name)
        if span in {"link", "image"}:
            scheme = "mailto:" if detail.get("link_type") == "Email" else ""
            _running(stack).inlines.append(Inline(span, start, end, scheme + detail["dest_url"]))
        elif span == "strong":
            _running(stack).inlines.append(Inline(span, start, end, ""))
        return
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
    stack[-1].children.append(block)
    stack.append(block)


def _close(stack: list[Block], payload: Any) -> None:  # noqa: ANN401 - the parser's events are plain dicts
    name = payload if isinstance(payload, str) else next(iter(payload))
    if name not in _BLOCKS:
        return
    block = stack.pop()
    for child in block.children:
        if child.level < 0 and child.inlines:
            child.start, child.end = child.inlines[0].start, max(part.end for part in child.inlines)
            child.level = 0


def heading_of_html(block: Block) -> tuple[int, str] | None:
    """Level and text of a heading that was written as HTML, or None."""
    markup = "".join(part.text for part in block.inlines if part.kind == "html")
    match = _HTML_HEADING.search(markup)
    return (int(match[1]), plain_html(match[2])) if match else None


def plain_html(markup: str) -> str:
    """The words of a piece of HTML."""
    from html import unescape  # noqa: PLC0415 - few documents hold HTML

    return " ".join(unescape(_TAG.sub(" ", markup)).split())
