"""Where the targets of links stand in a document: of inline links and images, of definitions, and in HTML."""

import html
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from sopkit.model.body import Body, Link
from sopkit.model.source import Source

_OPENS = re.compile(rb"\]\(")
_INLINE = re.compile(
    rb"\][(]\s*(?:<(?P<angled>(?:\\.|[^<>\\\n])*)>|(?P<bare>(?:\\.|[^\s\\])*?))"
    rb"(?:\s+(?:\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|\((?:\\.|[^()\\])*\)))?\s*[)]",
    re.DOTALL,
)
_DEFINITION = re.compile(
    rb"^[ ]{0,3}\[(?!\^)(?:\\.|[^\[\]\\\n])+\]:[ \t]*(?:\r?\n[ \t]*)?(?:<(?P<angled>[^<>\n]*)>|(?P<bare>[^\s<]\S*))",
    re.MULTILINE,
)
_ATTRIBUTE = re.compile(rb"""\b(?:src|href)\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')""", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


@dataclass(frozen=True, slots=True)
class LinkTarget:
    """The bytes of a target, and what they mean once escapes are read."""

    start: int
    end: int
    meant: str


def targets(source: Source, body: Body) -> Iterator[LinkTarget]:
    """Every target in a body, in no order; text in code, comments, titles and labels is none."""
    for link in body.links:
        if (found := _inline(source.data, link)) is not None:
            yield found
    yield from _definitions(source.data, body)
    yield from _attributes(source.data, body)


def _inline(data: bytes, link: Link) -> LinkTarget | None:
    """The target between the brackets of a link; None where it is a reference, whose definition holds the target."""
    openings = [match.start() for match in _OPENS.finditer(data, link.start, link.end)]
    for at in reversed(openings):
        match = _INLINE.fullmatch(data, at, link.end)
        if match is None:
            continue
        start, end = match.span("angled" if match["angled"] is not None else "bare")
        if _read(data[start:end]) == link.target:
            return LinkTarget(start, end, link.target)
    return None


def _definitions(data: bytes, body: Body) -> Iterator[LinkTarget]:
    """The targets of definitions: those stand between the blocks that hold text."""
    taken = _Spans(
        (block.start, block.end) for block in body.blocks if block.kind in {"code", "html", "paragraph", "heading"}
    )
    for match in _DEFINITION.finditer(data, body.root.start):
        if not taken.holds(match.start()):
            start, end = match.span("angled" if match["angled"] is not None else "bare")
            yield LinkTarget(start, end, _read(data[start:end]))


def _attributes(data: bytes, body: Body) -> Iterator[LinkTarget]:
    """The targets in HTML, outside of its comments."""
    spans = {(block.start, block.end) for block in body.blocks if block.kind == "html"}
    spans |= {(part.start, part.end) for block in body.blocks for part in block.inlines if part.kind == "html"}
    for start, end in sorted(spans):
        hidden = [match.span() for match in _COMMENT.finditer(data, start, end)]
        for match in _ATTRIBUTE.finditer(data, start, end):
            if not any(first <= match.start() < last for first, last in hidden):
                at, until = match.span("double" if match["double"] is not None else "single")
                yield LinkTarget(at, until, html.unescape(data[at:until].decode("utf-8", "surrogateescape")))


def _read(written: bytes) -> str:
    return html.unescape(_ESCAPED.sub(r"\1", written.decode("utf-8", "surrogateescape")))


class _Spans:
    """Stretches of bytes, to ask whether a place is in one of them."""

    def __init__(self, spans: Iterator[tuple[int, int]]) -> None:
        self.spans = sorted(spans)
        self.starts = [start for start, _ in self.spans]

    def holds(self, at: int) -> bool:
        index = bisect_right(self.starts, at) - 1
        return index >= 0 and at < self.spans[index][1]
