"""Parse Markdown into a tree of blocks with byte offsets."""

import re
from typing import Any

import pyromark

from sopkit.model.body import Block, Inline

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
_ACCENTS = {
    "Emphasis": "emphasis", "Strikethrough": "deleted", "HardBreak": "hard", "FootnoteReference": "footnote",
}  # fmt: skip
_CONTAINERS = frozenset({"root", "list", "item", "table", "row", "quote", "footnote"})
_new = tuple.__new__  # a NamedTuple made in C instead of Python; half the time of this loop
_HTML_HEADING = re.compile(r"<h([1-6])\b[^>]*>(.*?)</h\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def parse_blocks(text: str, offset: int) -> Block:  # noqa: C901, PLR0912 - one loop almost without calls: it runs 500 times a document
    """The tree of a Markdown text that begins at byte `offset` of its file."""
    root = top = Block("root", offset, offset + len(text.encode("utf-8", "replace")))
    stack = [root]  # the block that each begun event is in or opens
    flow: Block | None = None  # what takes running text here, once there was some
    implied: list[tuple[Block, Block]] = []
    event: Any
    value: Any
    for event, where in pyromark.events_with_range(text, options=OPTIONS):
        if event.__class__ is str:
            kind, value = event, "\n"
        else:
            kind, value = event.popitem()  # an event is a dict of its own, and this is the fastest look into it
        if kind == "End":
            stack.pop()
            if stack[-1] is not top:
                top, flow = stack[-1], None
            continue
        start, end = where["start"] + offset, where["end"] + offset
        if kind == "Start":
            name, detail = (value, None) if value.__class__ is str else value.popitem()
            if name in _BLOCKS:
                opened = Block(_BLOCKS[name], start, end)
                if detail is not None:
                    _add_details(opened, detail)
                top.children.append(opened)
                top, flow = opened, None
            else:
                flow = flow or _text_block(top, implied)
                if name in _SPANS:
                    flow.inlines.append(_new(Inline, (_SPANS[name], start, end, _target(detail))))
                    if detail is not None and detail["title"]:
                        _accent(flow, Inline("title", start, end, detail["title"]))
                else:
                    _accent(flow, Inline(_ACCENTS[name], start, end, ""))
            stack.append(top)
        elif kind in _INLINES:
            flow = flow or _text_block(top, implied)
            flow.inlines.append(_new(Inline, (_INLINES[kind], start, end, value)))
            if kind == "HardBreak":
                _accent(flow, Inline("hard", start, end, ""))
        elif kind == "Rule":
            top.children.append(Block("rule", start, end))
            flow = None
        elif kind == "TaskListMarker":
            item = next((block for block in reversed(stack) if block.kind == "item"), top)
            item.checked = value
        else:
            flow = flow or _text_block(top, implied)
            _accent(flow, Inline(_ACCENTS[kind], start, end, value))
    _place_paragraphs(implied)
    return root


def _place_paragraphs(implied: list[tuple[Block, Block]]) -> None:
    """Give the paragraphs that the parser did not name their places; without words they are none."""
    for above, block in implied:
        block.level = 0
        if block.inlines:
            block.start, block.end = block.inlines[0].start, max([part.end for part in block.inlines])
        else:
            above.children = [child for child in above.children if child is not block]
            above.accents = block.accents


def _accent(block: Block, accent: Inline) -> None:
    block.accents = block.accents or {}
    block.accents[accent.kind, accent.start] = accent


def _text_block(top: Block, implied: list[tuple[Block, Block]]) -> Block:
    """The block that takes running text: a holder of blocks, such as a tight list item, gets a paragraph for it."""
    if top.kind not in _CONTAINERS:
        return top
    if top.children and top.children[-1].level < 0:
        return top.children[-1]
    paragraph = Block("paragraph", -1, -1, "tight", level=-1)
    top.children.append(paragraph)
    implied.append((top, paragraph))
    return paragraph


def _add_details(block: Block, detail: Any) -> None:  # noqa: ANN401 - the parser's events are plain dicts
    """Note what the parser says of a block that has just begun."""
    if block.kind == "heading":
        block.level = int(detail["level"][1])
    elif block.kind == "list":
        block.ordered = detail
    elif block.kind == "code":
        is_fenced = isinstance(detail, dict)
        block.detail, block.level = detail["Fenced"] if is_fenced else "", int(is_fenced)
    elif block.kind in {"quote", "footnote"}:
        block.detail = detail
    elif block.kind == "table":
        block.detail = "".join(alignment[0] for alignment in detail)


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
    return (int(match[1]), html_text(match[2])) if match else None


def html_text(markup: str) -> str:
    """The words of a piece of HTML."""
    from html import unescape  # few documents hold HTML

    return " ".join(unescape(_TAG.sub(" ", markup)).split())
