"""Write Markdown blocks and running text as HTML, with ids, classes and added words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import takewhile
from typing import NamedTuple

from sopkit.model.body import Block, Inline
from sopkit.parsing.lexicon import Phrases, phrases_of


class HtmlMark(NamedTuple):
    """What one element gets beyond its tag: the first id is its own, the others become empty anchors in it."""

    classes: str = ""
    ids: tuple[str, ...] = ()
    number: str = ""
    lead: bool = False


class HtmlSpan(NamedTuple):
    """Running text between two byte offsets that gets a class of its own."""

    start: int
    end: int
    classes: str


@dataclass
class HtmlMarks:
    """Marks by the kind and the byte offset of a block or of strong text; headings that are left out; added words.

    `added` are words of ours, put at the end of the running text of the block that begins at the offset; `say` is what
    we say in the language of the text.
    """

    elements: dict[tuple[str, int], HtmlMark] = field(default_factory=dict)
    spans: list[HtmlSpan] = field(default_factory=list)
    added: dict[int, str] = field(default_factory=dict)
    dropped: set[int] = field(default_factory=set)
    say: Phrases = field(default_factory=lambda: phrases_of(""))

    def of(self, block: Block) -> HtmlMark:
        """The mark of a block."""
        return self.elements.get((block.kind, block.start), NO_MARK)


NO_MARK = HtmlMark()


# Whatever is none of these stays visible as text: placeholders such as <user-name>, and elements that swallow the
# words after them or leave HTML (GitHub's dialect disallows most of those, too).
_ELEMENTS = frozenset({
    "a", "abbr", "acronym", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "br",
    "caption", "center", "cite", "code", "col", "colgroup", "data", "dd", "del", "details", "dfn", "dir",
    "div", "dl", "dt", "em", "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hgroup", "hr", "i", "img", "ins", "kbd", "li", "main", "mark", "menu", "nav", "nobr", "ol",
    "p", "picture", "pre", "q", "rp", "rt", "ruby", "s", "samp", "section", "small", "source", "span",
    "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time",
    "tr", "tt", "u", "ul", "var", "video", "audio", "wbr",
})  # fmt: skip
_TAG_START = re.compile(r"<(?=/?([A-Za-z][^\s/>]*))")
_COMMENTS = re.compile(r"(?:\s*<!--(?!-?>)(?:(?!--).)*-->)+\s*", re.DOTALL)
_CODE = re.compile(r"<(script|style|svg)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)


def escape_unknown_tags(markup: str) -> str:
    """The markup with only elements of HTML as such, the others as text. It is still to be sanitised."""
    return _TAG_START.sub(lambda match: "<" if match[1].lower() in _ELEMENTS else "&lt;", markup)


def strip_code(markup: str) -> str:
    """The markup without whole scripts, styles and drawings: none of them holds words for a reader."""
    return _CODE.sub("", markup)


def is_only_comments(markup: str) -> bool:
    """Whether the markup shows nothing: comments and blanks, with no sign in them at which a comment might end."""
    return markup.lstrip().startswith("<!--") and _COMMENTS.fullmatch(markup) is not None


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
_SPAN_FORMATS = {"label": "<b>{}</b>", "aside": "<i>{}</i>"}
"""What every step has several of is short; the style sheet knows it by its place."""
_TEXT_KINDS = frozenset({"text", "code", "break"})


class InlineWriter:
    """Writes the running text of one block after the other to `out`, in reading order.

    `plain` stays true while everything that was written is ours: elements, attributes and addresses.
    """

    def __init__(self, marks: HtmlMarks, out: list[str]) -> None:
        self.out = out
        self.plain = True
        self.elements, self.added = marks.elements, marks.added
        self.spans = sorted(marks.spans, key=lambda span: span.start)
        self.passed = 0
        self.footnotes: set[str] = set()

    def write(self, block: Block) -> None:  # noqa: C901 - one flat loop: it runs 200 times a document
        """Write the running text of a block; what spans others ends where the first piece behind it begins."""
        out, accents = self.out, block.accents or {}
        spans = (part for part in accents.values() if part.kind not in {"hard", "title"})
        parts = sorted((*spans, *block.inlines), key=lambda part: part.start) if accents else block.inlines
        ends: list[tuple[int, str]] = []
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
                out.append(f'<a href="{self.target(text)}"{_title_attribute(accents.get(("title", start)))}>')
                ends.append((end, "</a>"))
                linked = end
            elif kind == "image":
                title = _title_attribute(accents.get(("title", start)))
                out.append(f'<img src="{self.target(text)}" alt="{_alt_text(parts, at)}"{title}>')
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
                out.append(_escape_bytes(data[last - start : first - start]))
                form = _SPAN_FORMATS.get(span.classes) or f'<span class="{span.classes}">{{}}</span>'
                out.append(form.format(_escape_bytes(data[first - start : until - start])))
                last = until
        return "".join((*out, _escape_bytes(data[last - start :])))

    def _html(self, parts: Sequence[Inline], at: int, *, linked: bool) -> None:
        """HTML of the author. Comments vanish; line breaks and empty anchors outside of links are as good as ours."""
        markup = parts[at].text
        if is_only_comments(markup):
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
        self.out.append(escape_unknown_tags(markup))

    def _reference(self, label: str) -> None:
        name = self.target(f"#{label}")[1:]
        back = "" if label in self.footnotes else f' id="fnref-{name}"'
        self.footnotes.add(label)
        self.out.append(f'<sup class="footnote"><a href="#fn-{name}"{back}>{name}</a></sup>')


def _title_attribute(title: Inline | None) -> str:
    return f' title="{escape(title.text)}"' if title else ""


def _alt_text(parts: Sequence[Inline], at: int) -> str:
    """What a picture shows, in words: those that its author wrote between the brackets."""
    inside = takewhile(lambda part: part.start < parts[at].end, map(parts.__getitem__, range(at + 1, len(parts))))
    return escape("".join(" " if part.kind == "break" else part.text for part in inside if part.kind in _TEXT_KINDS))


def _escape_bytes(data: bytes) -> str:
    return escape(data.decode("utf-8", "replace"), quote=False)


_LEAD_MARK = HtmlMark("lead")
_ALERTS = frozenset({"Note", "Tip", "Important", "Warning", "Caution"})
_ALIGNMENTS = {"C": ' class="center"', "R": ' class="right"'}


@dataclass(frozen=True, slots=True)
class HtmlText:
    """HTML, and whether it is `plain`: then it holds no element, attribute or address but those that we write."""

    html: str
    plain: bool


def to_html(root: Block, marks: HtmlMarks | None = None) -> HtmlText:
    """The HTML of the blocks below a root."""
    return _BlockWriter(marks or HtmlMarks()).write(root)


class _BlockWriter:
    """Writes blocks in reading order; what ends a block waits in the stack below the blocks that it holds."""

    def __init__(self, marks: HtmlMarks) -> None:
        self.marks = marks
        self.out: list[str] = []
        self.running = InlineWriter(marks, self.out)
        self.plain = True
        self.stack: list[Block | str] = []
        self.item = Block("item", 0, 0)
        self.head: Block | None = None

    def write(self, root: Block) -> HtmlText:
        """Everything below a block."""
        writers = {
            "paragraph": self._paragraph, "heading": self._heading, "list": self._list, "item": self._item,
            "table": self._table, "code": self._code, "quote": self._quote, "footnote": self._footnote,
            "html": self._html, "rule": self._rule,
        }  # fmt: skip
        self._push(root, "")
        while self.stack:
            block = self.stack.pop()
            if isinstance(block, str):
                self.out.append(block)
            else:
                writers[block.kind](block)
        html = "".join(self.out)
        if "\r" in html:  # as browsers and sanitisers read it
            html = html.replace("\r\n", "\n").replace("\r", "\n")
        return HtmlText(html, self.plain and self.running.plain)

    def _push(self, block: Block, end: str) -> None:
        """Let the blocks in this one follow, and its end after them."""
        self.stack.append(end)
        self.stack += reversed(block.children)

    def _open(self, tag: str, mark: HtmlMark, more: str = "") -> None:
        if mark is NO_MARK:
            self.out.append(f"<{tag}{more}>")
            return
        own = f' id="{escape(mark.ids[0])}"' if mark.ids else ""
        kind = f' class="{mark.classes}"' if mark.classes else ""
        self.out.append(f"<{tag}{own}{kind}{more}>")
        self.out += [f'<span id="{escape(other)}"></span>' for other in mark.ids[1:]]
        if number := escape(mark.number):
            step = self.marks.say("step", number=mark.number)
            self.out.append(f'<a class="number" href="#{escape(mark.ids[0])}" aria-label="{escape(step)}">{number}</a>')

    def _paragraph(self, block: Block) -> None:
        """A paragraph; the first one of a step is its lead, whether its author left blank lines or not."""
        first = block is self.head
        lead = first and self.marks.of(self.item).lead
        named = lead or block.detail != "tight"
        if named:
            self._open("p", _LEAD_MARK if lead else self.marks.of(block))
        if first:
            self._task(self.item)
        self.running.write(block)
        if named:
            self.out.append("</p>\n")

    def _heading(self, block: Block) -> None:
        if block.start not in self.marks.dropped:
            self._open(f"h{block.level}", self.marks.of(block))
            self.running.write(block)
            self.out.append(f"</h{block.level}>\n")

    def _list(self, block: Block) -> None:
        tag = "ul" if block.ordered is None else "ol"
        first = f' start="{block.ordered}"' if block.ordered not in {None, 1} else ""
        self._open(tag, self.marks.of(block), first)
        self._push(block, f"</{tag}>\n")

    def _item(self, block: Block) -> None:
        self._open("li", self.marks.of(block))
        first = block.children[0] if block.children else None
        if first is not None and first.kind == "paragraph":
            self.item, self.head = block, first
        else:
            self._task(block)
            self.running.write(block)
        self._push(block, "</li>\n")

    def _task(self, item: Block) -> None:
        if item.checked is not None:
            glyph, key = ("☑", "done") if item.checked else ("☐", "to_do")
            words = escape(self.marks.say(key), quote=False)
            self.out.append(
                f'<span class="task"><span aria-hidden="true">{glyph} </span><span class="aside">{words}</span></span>'
            )

    def _table(self, block: Block) -> None:
        self.out.append("<table>\n<thead>\n")
        for number, row in enumerate(block.children):
            self._open("tr", self.marks.of(row))
            for at, cell in enumerate(row.children):
                if not number and not cell.inlines and not cell.accents:
                    self.out.append("<td></td>")  # a header without words is no header
                    continue
                side = _ALIGNMENTS.get(block.detail[at : at + 1], "")
                self.out.append(f"<td{side}>" if number else f'<th{side} scope="col">')
                self.running.write(cell)
                self.out.append("</td>" if number else "</th>")
            self.out.append("</tr>\n" if number else "</tr>\n</thead>\n<tbody>\n")
        self.out.append("</tbody></table>\n")

    def _quote(self, block: Block) -> None:
        if block.detail in _ALERTS:
            kind = block.detail.lower()
            self.out.append(f'<div class="alert {kind}"><p class="label">{escape(self.marks.say(kind))}</p>\n')
            self._push(block, "</div>\n")
        else:
            self.out.append("<blockquote>")
            self._push(block, "</blockquote>\n")

    def _footnote(self, block: Block) -> None:
        label = self.running.target(f"#{block.detail}")[1:]
        self.out.append(f'<div id="fn-{label}" class="footnote-text"><a href="#fnref-{label}">{label}</a> ')
        self._push(block, "</div>\n")

    def _code(self, block: Block) -> None:
        words = escape("".join(part.text for part in block.inlines), quote=False)
        self.out.append(f"<pre><code>{words}</code></pre>\n")

    def _html(self, block: Block) -> None:
        markup = "".join(part.text for part in block.inlines)
        if not is_only_comments(markup):
            self.plain = False
            self.out.append(escape_unknown_tags(strip_code(markup)))

    def _rule(self, _: Block) -> None:
        self.out.append("<hr>\n")
