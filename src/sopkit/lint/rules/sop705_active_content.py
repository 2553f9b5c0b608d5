"""SOP705: The text holds nothing that runs or loads: no script, iframe, form, event handler or `javascript:` link."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from sopkit.library import RuleContext
from sopkit.lint.rule import rule
from sopkit.model.body import Block
from sopkit.model.finding import Edit, Finding, Fix, FixClass, Severity
from sopkit.model.sop import Sop

_NAMES = rb"script|iframe|object|embed|form|style|base|meta|link"
_OPENING = re.compile(rb"<(" + _NAMES + rb")\b[^<>]*>", re.IGNORECASE)
_CLOSING = re.compile(rb"</(" + _NAMES + rb")\s*>", re.IGNORECASE)
_FRAMES = frozenset({"iframe", "embed", "object"})
_SOURCE = re.compile(rb"\s(?:src|data)\s*=\s*(?:\"(https?://[^\"'\s<>]+)\"|'(https?://[^\"'\s<>]+)')", re.IGNORECASE)
_HOST = re.compile(r"https?://([^/?#]*)")
_COMMENT = re.compile(rb"<!--(?!-?>).*?(?:--!?>|\Z)", re.DOTALL)
"""A comment, as browsers end it."""
_HANDLER = re.compile(rb"(?<!\s)\s+on[a-z]{3,20}\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]+)", re.IGNORECASE)
_OTHER_TAG = re.compile(rb"<(?!a id=\"[\w.-]*\">|/|br>|!--)[A-Za-z]")
_TARGET = re.compile(r"^\s*(?:javascript|vbscript|data\s*:\s*text/html|data\s*:\s*image/svg)", re.IGNORECASE)
_HREF = re.compile(
    rb"(?<!\s)\s+(?:href|src|action)\s*=\s*[\"']?\s*(?:javascript|vbscript)\s*:[^\"'>]*[\"']?", re.IGNORECASE
)


@rule(
    "SOP705",
    severity=Severity.ERROR,
    fix=FixClass.MATERIAL,
    bad="""
        ## Scope

        All staff accounts. <script>alert(1)</script>
        """,
    good="""
        ## Scope

        All staff accounts. <b>Service accounts</b> are out of scope.
        """,
)
def active_content(sop: Sop, context: RuleContext) -> Iterator[Finding]:
    """The text holds nothing that runs or loads: no script, iframe, form, event handler or `javascript:` link.

    Why: everybody opens the handbook; a document is an easy way into their browsers.
    Mend: write it as text, and link to the video or the drawing that a frame would load: sopkit's handbook shows no
    frames, and printed or exported only a link is left. `--fix` writes that link, and deletes other elements, the
    attribute or the link's target. What stands in code or in a comment is not run, and is not looked at.
    """
    # most documents hold anchors and comments at the most
    for block in sop.body.blocks if _OTHER_TAG.search(sop.source.data) else ():
        if spans := [(part.start, part.end) for part in block.inlines if part.kind == "html"]:
            yield from _markup(sop, block, spans)
    for link in sop.body.links:
        if _TARGET.match(link.target):
            text = sop.source.data[link.start : link.end].decode("utf-8", "replace")
            label = link.text if text.startswith(("[", "!")) else ""
            fix = Fix("keep the words without the link", (Edit(link.start, link.end, label),))
            scheme = link.target.strip().partition(":")[0].lower()
            message = f"link to `{scheme}:` runs in the reader's browser; delete it"
            yield sop.finding((link.start, link.end), message, fix=fix)


def _markup(sop: Sop, block: Block, spans: list[tuple[int, int]]) -> Iterator[Finding]:
    data, first, last = sop.source.data, block.start, block.end
    opening = first + len(data[first:last]) - len(data[first:last].lstrip()) if block.kind == "html" else -1
    covered = [match.span() for match in _COMMENT.finditer(data, first, last)] if b"<!--" in data[first:last] else []
    for name, start, end in _elements(data, first, last):
        if not _inside(start, spans) or _inside(start, covered):
            continue
        bares = _exposes_markdown(data, start, end, last if start == opening else start)
        link = _link(data[start:end]) if name in _FRAMES else ""
        label, advice = ("link to it", "link to what it loads instead") if link else ("delete the element", "delete it")
        fix = None if bares or sop.source.line_of(start) == 1 else Fix(label, (Edit(start, end, link),))
        yield sop.finding((start, end), f"<{name}> is active content; {advice}", fix=fix)
        covered.append((start, end))
    for pattern in (_HANDLER, _HREF):
        for match in pattern.finditer(data, first, last):
            if not _inside(match.start(), spans) or _inside(match.start(), covered):
                continue
            fix = Fix("delete the attribute", (Edit(match.start(), match.end(), ""),))
            name = match[0].strip().partition(b"=")[0].decode("utf-8", "replace").strip()
            yield sop.finding((match.start(), match.end()), f"attribute `{name}` is active content; delete it", fix=fix)


def _link(element: bytes) -> str:
    """A link to what a frame loads, which stands in HTML and in Markdown; empty when that is no page of the web."""
    match = _SOURCE.search(element)
    if match is None:
        return ""
    target = (match[1] or match[2]).decode("utf-8", "replace")
    host = _HOST.match(target)
    return f'<a href="{target}">{host[1]}</a>' if host and host[1] else ""


def _exposes_markdown(data: bytes, start: int, end: int, until: int) -> bool:
    """Whether deleting an element makes Markdown of what it kept from being that.

    That is what follows it in its block, up to `until`, when it began the block, and marks on both sides of it.
    """
    around = data[start - 1 : start], data[end : end + 1]
    marks = all(mark.strip() and not mark.isalnum() and mark.isascii() and mark not in b"<>" for mark in around)
    return marks or data[end:until].strip()[:1] not in {b"", b"<"}


def _inside(at: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= at < end for start, end in spans)


def _elements(data: bytes, first: int, last: int) -> Iterator[tuple[str, int, int]]:
    """Name and range of each active element; one that is never closed is its opening tag."""
    ends: dict[str, list[int]] = {}
    for match in _CLOSING.finditer(data, first, last):
        ends.setdefault(match[1].decode().lower(), []).append(match.end())
    at = first
    for match in _OPENING.finditer(data, first, last):
        if match.start() < at:
            continue
        name = match[1].decode().lower()
        closings = ends.get(name, [])
        after = bisect_right(closings, match.end())
        at = closings[after] if after < len(closings) else match.end()
        yield name, match.start(), at
