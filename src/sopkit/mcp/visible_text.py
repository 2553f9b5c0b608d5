"""What a reader of the rendered page sees of an SOP: an assistant gets that, and nothing else.

Comments, link targets and titles, reference definitions, alternative texts, the words behind a code fence, and the
content of scripts could all hold instructions that nobody who approved the text has seen.
"""

import re
from collections.abc import Iterator
from operator import attrgetter

from sopkit.library import Library, sop_reader
from sopkit.model.body import Block, Section
from sopkit.model.sop import Sop

_PICTURE = b"(picture)"
_COMMENT = re.compile(rb"<!--(?!-?>).*?(?:--!?>|\Z)", re.DOTALL)
_DROPPED = re.compile(rb"<(/?)(script|style|template)\b", re.IGNORECASE)  # with their content, by nh3 and browsers
_SYNTAX = re.compile(r"[\s>*+.()|:#=_~`\[\]xX^\d-]*")
_MARKER = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])(?=[ \t]))?[ \t]*(?:`{3,}|~{3,})?")
_WORDS = frozenset({"text", "code", "break"})


def visible_sop(sop: Sop, library: Library) -> Sop:
    """The SOP without the words that a page does not show: of pictures, and in scripts, styles and templates."""
    data = sop.source.data
    if not sop.readable or not (b"![" in data or _DROPPED.search(data)):
        return sop
    pictures = [
        (part.start, part.end, _PICTURE) for block in sop.body.blocks for part in block.inlines if part.kind == "image"
    ]
    kept, at = bytearray(), 0
    for start, end, instead in sorted((*pictures, *_dropped_elements(sop))):
        if start >= at:
            kept += data[at:start] + instead
        at = max(at, end)
    return sop_reader(library.config, library.catalogue)(sop.path, bytes(kept + data[at:]))


def _dropped_elements(sop: Sop) -> Iterator[tuple[int, int, bytes]]:
    """Ranges of elements that are dropped with their content, and what takes their place; an open one never ends."""
    data, name, begin = sop.source.data, b"", 0
    for start, end in _html_ranges(sop.body.blocks):
        text = _COMMENT.sub(lambda match: b" " * len(match[0]), data[start:end])
        for tag in _DROPPED.finditer(text):
            if not name and not tag[1]:
                name, begin = tag[2].lower(), start + tag.start()
            elif name == tag[2].lower() and tag[1]:
                after = text.find(b">", tag.end())
                last = start + after + 1 if after >= 0 else end
                yield begin, last, b"\n\n" if b"\n\n" in data[begin:last] else b""
                name = b""
    if name:
        yield begin, len(data), b"\n"


def _html_ranges(blocks: tuple[Block, ...]) -> Iterator[tuple[int, int]]:
    for block in blocks:
        if block.kind == "html":
            yield block.start, block.end
        else:
            yield from ((part.start, part.end) for part in block.inlines if part.kind == "html")


def visible_markdown(sop: Sop, section: Section) -> str:
    """The Markdown of a section of a `visible_sop`: its words as decoded, and between them marks of structure only."""
    data = sop.source.data
    parts = [part for top in section.blocks for block in top.walk() for part in block.inlines]
    blocks = [(block.start, block.end) for top in section.blocks for block in top.walk() if block.kind == "html"]
    hidden = blocks + [(part.start, part.end) for part in parts if part.kind in {"link", "image", "html"}]
    inside_code = {
        part.start for top in section.blocks for block in top.walk() if block.kind == "code" for part in block.inlines
    }
    found: list[str] = []
    at = section.start
    for part in sorted((part for part in parts if part.kind in _WORDS), key=attrgetter("start")):
        found.append(_structure(data, at, max(at, part.start), hidden))
        found.append(f"`{part.text}`" if part.kind == "code" and part.start not in inside_code else part.text)
        at = max(at, part.end)
    found.append(_structure(data, at, section.end, hidden))
    return re.sub(r"\n[ \t]*\n[ \t\n]*(?=\n)", "\n", "".join(found)).strip()


def _structure(data: bytes, start: int, end: int, hidden: list[tuple[int, int]]) -> str:
    """The marks of structure between two words: all else there is what the page does not show."""
    kept, at = bytearray(), start
    for first, last in sorted(hidden):
        if first < end and last > at:
            kept += data[at : max(at, first)]
            at = max(at, min(last, end))
    text = (kept + data[at:end]).decode("utf-8", "replace")
    return "".join(_marks(line) for line in text.splitlines(keepends=True))


def _marks(line: str) -> str:
    is_definition = "]:" in line and "[^" not in line
    if not is_definition and _SYNTAX.fullmatch(line):
        return line
    marker = _MARKER.match(line)
    return (marker[0] if marker else "") + ("\n" if line.endswith("\n") else "")
