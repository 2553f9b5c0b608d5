"""The running text of a block as HTML: links, emphasis, pictures, and the words that a mark spans."""

import re
from collections.abc import Sequence
from html import escape
from itertools import takewhile

from sopkit.model.blocks import Block, Inline
from sopkit.text.marks import Marks
from sopkit.text.raw_html import only_comments, tamed

_TAGS = {"emphasis": "em", "strong": "strong", "deleted": "del"}
_HOST = r"(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)*[a-z][a-z0-9]*"
_PLAIN_TARGET = re.compile(
    rf"(?:https?://{_HOST}(?:/[\w./@+=&~,;-]*)?|(?:mailto|tel):[\w.@+=&~,;-]*|[\w./~-]*)"
    r"(?:\?[\w./=&~,+-]*)?(?:#[\w./=&~,-]*)?",
    re.ASCII,
)
"""Targets that no sanitiser would touch: they have an allowed scheme or none, and no sign that could hide another."""
_ANCHOR = re.compile(r'<a (?:id|name)="[\w.:-]+">', re.ASCII)
_BREAK = re.compile(r"<br ?/?>")
_SPANNED = {"label": "<b>{}</b>", "aside": "<i>{}</i>"}
"""What every step has several of is short; the style sheet knows it by its place."""
_WORDS = frozenset({"text", "code", "break"})


class RunningHtml:
    """Writes the running text of one block after the other to `out`, in reading order.

    `plain` stays true while everything that was written is ours: elements, attributes and addresses.
    """

    def __init__(self, marks: Marks, out: list[str]) -> None:
        self.out = out
        self.plain = True
        self.elements, self.added = marks.elements, marks.added
        self.spans = sorted(marks.spans, key=lambda span: span.start)
        self.passed = 0
        self.footnotes: set[str] = set()

    def write(self, block: Block) -> None:  # noqa: C901 - one flat loop: it runs 200 times a document
        """Write the running text of a block; what spans others ends where the first piece behind it begins."""
        out, parts = self.out, _parts(block) if block.accents else block.inlines
        ends: list[tuple[int, str]] = []
        accents = block.accents or {}
        pictured = linked = -1  # up to here the words are those of a picture, or of a link
        for at, (kind, start, end, text) in enumerate(parts):
            while ends and ends[-1][0] <= start:
                out.append(ends.pop()[1])
            if start < pictured:
                continue
            if kind == "text":
                out.append(self._text(text, start, end))
            elif kind == "code":
                out.append(f"<code>{escape(text, quote=False)}</code>")
            elif kind == "break":
                out.append("<br>\n" if ("hard", start) in accents else "\n")
            elif kind == "link":
                out.append(f'<a href="{self.target(text)}"{_title(accents.get(("title", start)))}>')
                ends.append((end, "</a>"))
                linked = end
            elif kind == "image":
                out.append(
                    f'<img src="{self.target(text)}" alt="{_alt(parts, at)}"{_title(accents.get(("title", start)))}>'
                )
                pictured = end
            elif kind == "html":
                self._html(parts, at, linked=start < linked)
            elif kind == "footnote":
                self._reference(text)
            else:
                mark = self.elements.get((kind, start))
                out.append(f'<{_TAGS[kind]} class="{mark.classes}">' if mark else f"<{_TAGS[kind]}>")
                ends.append((end, f"</{_TAGS[kind]}>"))
        out += [tag for _, tag in reversed(ends)]
        if words := self.added.get(block.start):
            out.append(f'<span class="added">{escape(words)}</span>')

    def target(self, target: str) -> str:
        """An address as it stands in an attribute."""
        self.plain = self.plain and _PLAIN_TARGET.fullmatch(target) is not None
        return escape(target)

    def _text(self, text: str, start: int, end: int) -> str:
        """Escaped text, cut at the spans inside it where a byte of the file is a byte of the text."""
        spans, at = self.spans, self.passed
        while at < len(spans) and spans[at].end <= start:
            at += 1
        self.passed = at
        if at == len(spans) or spans[at].start >= end:
            return escape(text, quote=False)
        data = text.encode("utf-8", "replace")
        if len(data) != end - start:
            return escape(text, quote=False)
        out, last = [], start
        while at < len(spans) and spans[at].start < end:
            span, at = spans[at], at + 1
            first, until = max(span.start, last), min(span.end, end)
            if first < until:
                out.append(_escaped(data[last - start : first - start]))
                form = _SPANNED.get(span.classes) or f'<span class="{span.classes}">{{}}</span>'
                out.append(form.format(_escaped(data[first - start : until - start])))
                last = until
        return "".join((*out, _escaped(data[last - start :])))

    def _html(self, parts: Sequence[Inline], at: int, *, linked: bool) -> None:
        """HTML of the author. Comments vanish; line breaks and empty anchors outside of links are as good as ours."""
        markup = parts[at].text
        if only_comments(markup):
            return
        if _BREAK.fullmatch(markup):
            self.out.append("<br>")
            return
        pair = parts[at : at + 2] if markup != "</a>" else parts[max(at - 1, 0) : at + 1]
        lone = (
            [part.kind for part in pair] == ["html", "html"]
            and pair[1].text == "</a>"
            and _ANCHOR.fullmatch(pair[0].text)
        )
        self.plain = self.plain and bool(lone) and not linked
        self.out.append(tamed(markup))

    def _reference(self, label: str) -> None:
        name = self.target(f"#{label}")[1:]
        back = "" if label in self.footnotes else f' id="fnref-{name}"'
        self.footnotes.add(label)
        self.out.append(f'<sup class="footnote"><a href="#fn-{name}"{back}>{name}</a></sup>')


def _parts(block: Block) -> list[Inline]:
    accents = (part for part in (block.accents or {}).values() if part.kind not in {"hard", "title"})
    return sorted((*accents, *block.inlines), key=lambda part: part.start)


def _title(title: Inline | None) -> str:
    return f' title="{escape(title.text)}"' if title else ""


def _alt(parts: Sequence[Inline], at: int) -> str:
    """What a picture shows, in words: those that its author wrote between the brackets."""
    inside = takewhile(lambda part: part.start < parts[at].end, map(parts.__getitem__, range(at + 1, len(parts))))
    return escape("".join(" " if part.kind == "break" else part.text for part in inside if part.kind in _WORDS))


def _escaped(data: bytes) -> str:
    return escape(data.decode("utf-8", "replace"), quote=False)
