"""Markdown to HTML from the same events as lint and digest, with marks at the byte offsets that they give.

The HTML of authors passes through as it is: whoever shows the result sanitises it first.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from itertools import takewhile
from typing import Any

import pyromark

from sopkit.text.markdown import OPTIONS
from sopkit.text.raw_html import tamed, without_code


@dataclass(frozen=True, slots=True)
class Mark:
    """What one element gets beyond its tag: the first id is its own, the others become empty anchors in it."""

    classes: str = ""
    ids: tuple[str, ...] = ()
    number: str = ""
    lead: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """Running text between two byte offsets that gets a class of its own."""

    start: int
    end: int
    classes: str


@dataclass
class Marks:
    """Marks by the parser's word for the element and its byte offset; headings that are left out; added words.

    `added` are words of ours, put after the piece of text that ends at the offset.
    """

    elements: dict[tuple[str, int], Mark] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)
    added: dict[int, str] = field(default_factory=dict)
    dropped: set[int] = field(default_factory=set)


_SIMPLE = {"Emphasis": "em", "Strong": "strong", "Strikethrough": "del", "Item": "li"}
_INLINE = frozenset({"Emphasis", "Strong", "Strikethrough", "Link", "Image"})
_ALERTS = frozenset({"Note", "Tip", "Important", "Warning", "Caution"})


def to_html(markdown: str, offset: int, marks: Marks | None = None) -> str:
    """The HTML of a Markdown text that begins at byte `offset` of its file; not yet sanitised."""
    return _Writer(offset, marks or Marks()).write(markdown)


class _Writer:
    """Turns events into HTML; every start pushes what its end will write."""

    def __init__(self, offset: int, marks: Marks) -> None:
        self.offset = offset
        self.marks = marks
        self.spans = sorted(marks.spans, key=lambda span: span.start)
        self.passed = 0
        self.added = dict(marks.added)
        self.out: list[str] = []
        self.ends: list[str] = []
        self.lead: list[int] = []
        self.lead_awaited = False
        self.alignments: tuple[str, ...] = ()
        self.cell = 0
        self.head = False
        self.block: list[str] | None = None
        self.footnotes: set[str] = set()

    def write(self, markdown: str) -> str:
        events = iter(pyromark.events_with_range(markdown, options=OPTIONS))
        for event, where in events:
            start, end = where["start"] + self.offset, where["end"] + self.offset
            if isinstance(event, str):
                self.out.append({"SoftBreak": "\n", "HardBreak": "<br>\n"}.get(event, ""))
                if event == "Rule":
                    self.end_lead()
                    self.out.append("<hr>\n")
                continue
            kind, payload = next(iter(event.items()))
            if kind == "Start":
                self.start(payload, start, end, events)
            elif kind == "End":
                self.end()
            else:
                self.begin_lead()
                self.single(kind, payload, start, end)
            if kind != "Start" and (words := self.added.pop(end, "")):
                self.out.append(f'<span class="added">{escape(words)}</span>')
        return "".join(self.out)

    def single(self, kind: str, payload: Any, start: int, end: int) -> None:  # noqa: ANN401 - the parser's events are plain dicts
        if kind == "Text":
            self.out.append("".join(self.text(payload, start, end)))
        elif kind == "Code":
            self.out.append(f"<code>{escape(payload, quote=False)}</code>")
        elif kind == "Html" and self.block is not None:
            self.block.append(payload)
        elif kind in {"Html", "InlineHtml"}:
            self.out.append(tamed(payload))
        elif kind == "TaskListMarker":
            glyph, word = ("☑", "done: ") if payload else ("☐", "to do: ")
            self.out.append(
                f'<span class="task"><span aria-hidden="true">{glyph} </span><span class="aside">{word}</span></span>'
            )
        elif kind == "FootnoteReference":
            name = escape(payload)
            back = "" if payload in self.footnotes else f' id="fnref-{name}"'
            self.footnotes.add(payload)
            self.out.append(f'<sup class="footnote"><a href="#fn-{name}"{back}>{name}</a></sup>')

    def text(self, text: str, start: int, end: int) -> Iterator[str]:
        """Escaped text, cut at the spans inside it where a byte of the file is a byte of the text."""
        data = text.encode("utf-8", "replace")
        while self.passed < len(self.spans) and self.spans[self.passed].end <= start:
            self.passed += 1
        coming = (self.spans[at] for at in range(self.passed, len(self.spans)))
        touching = [span for span in takewhile(lambda span: span.start < end, coming) if span.end > start]
        if not touching or len(data) != end - start:
            yield escape(text, quote=False)
            return
        at = start
        for span in touching:
            first, last = max(span.start, at), min(span.end, end)
            yield escape(data[at - start : first - start].decode("utf-8", "replace"), quote=False)
            if first < last:
                words = escape(data[first - start : last - start].decode("utf-8", "replace"), quote=False)
                yield f'<span class="{span.classes}">{words}</span>'
            at = max(at, last)
        yield escape(data[at - start :].decode("utf-8", "replace"), quote=False)

    def begin_lead(self) -> None:
        if self.lead_awaited:
            self.lead_awaited = False
            self.lead.append(len(self.ends))
            self.out.append('<p class="lead">')

    def end_lead(self) -> None:
        self.lead_awaited = False
        if self.lead and self.lead[-1] == len(self.ends):
            self.lead.pop()
            self.out.append("</p>\n")

    def end(self) -> None:
        self.end_lead()
        closing = self.ends.pop()
        if closing == "</th>" and self.out[-1].startswith("<th"):  # a header without words is no header
            self.out[-1], closing = "<td>", "</td>"
        self.out.append(closing)
        if self.block is not None:
            self.out.append(tamed(without_code("".join(self.block))))
            self.block = None

    def start(self, payload: Any, start: int, end: int, events: Iterator[Any]) -> None:  # noqa: ANN401 - see above
        name: str
        detail: Any
        name, detail = (payload, None) if isinstance(payload, str) else next(iter(payload.items()))
        if name == "Heading" and start in self.marks.dropped:
            _skip(events, "Heading")
            return
        mark = self.marks.elements.get((name, start), Mark())
        if name in _INLINE:
            self.begin_lead()
        elif self.lead_awaited and name == "Paragraph":
            mark = Mark("lead")
            self.lead_awaited = False
        else:
            self.end_lead()
        if name == "Image":
            source, alt = escape(detail["dest_url"]), escape(_skip(events, "Image"))
            title = f' title="{escape(detail["title"])}"' if detail["title"] else ""
            self.out.append(f'<img src="{source}" alt="{alt}"{title}>')
            if words := self.added.pop(end, ""):
                self.out.append(f'<span class="added">{escape(words)}</span>')
        elif name == "Link":
            title = f' title="{escape(detail["title"])}"' if detail["title"] else ""
            mail = "mailto:" if detail["link_type"] == "Email" else ""
            self.open("a", Mark(), f' href="{mail}{escape(detail["dest_url"])}"{title}')
        elif name in {"CodeBlock", "HtmlBlock"}:
            self.raw(name, mark)
        elif name in {"Table", "TableHead", "TableRow", "TableCell"}:
            self.table(name, detail, mark)
        else:
            self.block_start(name, detail, mark)

    def block_start(self, name: str, detail: Any, mark: Mark) -> None:  # noqa: ANN401 - see above
        if name == "Heading":
            self.open(f"h{detail['level'][1]}", mark)
        elif name == "List":
            first = f' start="{detail}"' if detail not in {None, 1} else ""
            self.open("ul" if detail is None else "ol", mark, first, "\n")
        elif name == "BlockQuote":
            self.quote(detail)
        elif name == "FootnoteDefinition":
            label = escape(detail)
            self.open("div", Mark("footnote-text", (f"fn-{detail}",)))
            self.out.append(f'<a href="#fnref-{label}">{label}</a> ')
        else:
            self.open(_SIMPLE.get(name, "p"), mark, after="" if name in _INLINE else "\n")
            self.lead_awaited = mark.lead and name == "Item"

    def open(self, tag: str, mark: Mark, more: str = "", after: str = "\n") -> None:
        own = f' id="{escape(mark.ids[0])}"' if mark.ids else ""
        kind = f' class="{mark.classes}"' if mark.classes else ""
        self.out.append(f"<{tag}{own}{kind}{more}>")
        self.out += [f'<span id="{escape(other)}"></span>' for other in mark.ids[1:]]
        if number := escape(mark.number):
            self.out.append(f'<a class="number" href="#{escape(mark.ids[0])}" aria-label="Step {number}">{number}</a>')
        self.ends.append(f"</{tag}>{'' if tag in {'a', 'em', 'strong', 'del'} else after}")

    def quote(self, kind: str | None) -> None:
        if kind not in _ALERTS:
            self.open("blockquote", Mark())
            return
        self.open("div", Mark(f"alert {kind.lower()}"))
        self.out.append(f'<p class="label">{kind}</p>\n')

    def raw(self, name: str, mark: Mark) -> None:
        if name == "HtmlBlock":
            self.block = []
            self.ends.append("")
            return
        self.open("pre", mark)
        self.out.append("<code>")
        self.ends[-1] = "</code>" + self.ends[-1]

    def table(self, name: str, detail: Any, mark: Mark) -> None:  # noqa: ANN401 - see above
        if name == "Table":
            self.alignments = tuple(detail)
            self.open("table", mark)
            self.out.append("\n<thead>\n")
            self.ends[-1] = "</tbody></table>\n"
        elif name == "TableCell":
            aligned = self.alignments[self.cell] if self.cell < len(self.alignments) else "None"
            classes = {"Center": "center", "Right": "right"}.get(aligned, "")
            self.cell += 1
            scope = ' scope="col"' if self.head else ""
            self.open("th" if self.head else "td", Mark(classes), scope, "")
        else:
            self.cell, self.head = 0, name == "TableHead"
            self.open("tr", mark)
            self.ends[-1] = "</tr>\n</thead>\n<tbody>\n" if self.head else "</tr>\n"


def _skip(events: Iterator[Any], name: str) -> str:
    """Take the events up to the end of an element; gives its words."""
    words = []
    depth = 1
    for event, _ in events:
        if isinstance(event, str):
            words.append(" ")
            continue
        kind, payload = next(iter(event.items()))
        inside = payload if isinstance(payload, str) else next(iter(payload), "") if isinstance(payload, dict) else ""
        if kind in {"Text", "Code"}:
            words.append(payload)
        elif kind in {"Start", "End"} and inside == name:
            depth += 1 if kind == "Start" else -1
            if not depth:
                break
    return "".join(words)
