"""Makes an author's HTML fit for a page: safe elements, links, images, heading levels, unique ids."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape, unescape
from itertools import accumulate, count

from sopkit.parsing.lexicon import Phrases
from sopkit.render.context import RenderContext, is_external

_SAFE_TAGS = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd",
    "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5",
    "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s",
    "samp", "small", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot",
    "th", "thead", "time", "tr", "tt", "u", "ul", "var",
})  # fmt: skip
_SAFE_ATTRIBUTES = {
    "*": frozenset({"id", "lang", "dir", "title"}),
    "a": frozenset({"href", "name", "aria-label"}),
    "img": frozenset({"src", "alt"}),
    "ol": frozenset({"start", "type", "reversed"}),
    "li": frozenset({"value"}),
    "td": frozenset({"colspan", "rowspan"}),
    "th": frozenset({"colspan", "rowspan", "scope"}),
    "details": frozenset({"open"}),
    "span": frozenset({"aria-hidden"}),
    "time": frozenset({"datetime"}),
}
_BLOCK_CLASSES = frozenset(
    {"step", "sub", "part", "evidence", "expect", "within", "if", "else", "control", "note", "warning"}
)
_SAFE_CLASSES = {
    "a": frozenset({"number"}),
    "div": frozenset({"alert", "note", "tip", "important", "warning", "caution", "footnote-text"}),
    "h1": frozenset({"step"}),
    "h2": frozenset({"step"}),
    "h3": frozenset({"step"}),
    "h4": frozenset({"step"}),
    "h5": frozenset({"step"}),
    "h6": frozenset({"step"}),
    "li": _BLOCK_CLASSES,
    "ol": frozenset({"steps"}),
    "p": _BLOCK_CLASSES | {"lead", "label", "lettered"},
    "span": frozenset({"actor", "added", "aside", "count", "limit", "task", "who"}),
    "strong": frozenset({"actor"}),
    "sup": frozenset({"footnote"}),
    "td": frozenset({"center", "right"}),
    "th": frozenset({"center", "right"}),
    "tr": frozenset({"step"}),
    "ul": frozenset({"steps"}),
}
_SAFE_SCHEMES = frozenset({"http", "https", "mailto", "tel"})


def sanitise_html(html: str) -> str:
    """The HTML with safe elements, attributes and link schemes only, every element closed."""
    import nh3  # only rendering pays for it

    return nh3.clean(
        html,
        tags=set(_SAFE_TAGS),
        clean_content_tags={"script", "style"},
        attributes={tag: set(names) for tag, names in _SAFE_ATTRIBUTES.items()},
        allowed_classes={tag: set(names) for tag, names in _SAFE_CLASSES.items()},
        url_schemes=set(_SAFE_SCHEMES),
        link_rel=None,
        strip_comments=True,
    )


_ATTRIBUTE = r'(?: [a-z-]+="[^"]*")'
_TAG = re.compile(
    rf"<(?:(/?)(a|h[1-6]|img|pre|table)({_ATTRIBUTE}*)|([a-z]+)({_ATTRIBUTE}*? id=\"[^\"]*\"{_ATTRIBUTE}*))>"
)
"""A tag that may change: of an element of interest, or with an id. So writes nh3, and so do we: names in small letters,
one blank before each attribute, values in double quotes, and no other `<` than that of a tag."""
_ATTRIBUTES = re.compile(r' ([a-z-]+)="([^"]*)"')
_ID, _NAME, _HREF, _TITLE = (re.compile(rf' {name}="([^"]*)"') for name in ("id", "name", "href", "title"))
_HEADING_TAG = re.compile(r"<h([1-6])\b")
_ANY_TAG = re.compile(r'<(?:[^">]|"[^"]*")*>')
_TOP_LEVEL = 2


@dataclass
class RenderedBody:
    """The body as it stands in the page, and its headings of the first level (anchor, words) for the contents.

    `ids` are all that links can lead to, `heads` tells where in the HTML the heading with an id as written has ended,
    `drawn` whether pictures of flows are in it.
    """

    html: str = ""
    contents: list[tuple[str, str]] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    heads: dict[str, int] = field(default_factory=dict)
    drawn: bool = False


def rewrite_html(html: str, around: RenderContext, taken: Iterable[str], say: Phrases) -> RenderedBody:
    """Finish the sanitised body of an SOP; `taken` are the ids that the rest of the page uses."""
    return _HtmlRewriter(html, around, taken, say).run()


@dataclass(frozen=True, slots=True)
class _OpenLink:
    """A link or an anchor that is not closed yet: where its tag is, where it leads as written and here."""

    at: int
    target: str | None = None
    address: str | None = None


class _HtmlRewriter:
    """One pass; each method takes a tag with its attributes as they are written, and writes what becomes of it."""

    def __init__(self, html: str, around: RenderContext, taken: Iterable[str], say: Phrases) -> None:
        self.html, self.around, self.say = html, around, say
        self.out: list[str] = []
        self.finished = RenderedBody(ids=set(taken))
        self.counts = {"table": 0, "pre": 0}
        self.links: list[_OpenLink] = []
        self.shown: set[str] = set()
        self.level = 1
        self.least = min((int(level) for level in _HEADING_TAG.findall(html)), default=1)
        self.heading: tuple[int, str, int] | None = None
        self.written = ""
        self.unnamed = 0

    def run(self) -> RenderedBody:
        """The finished body."""
        starts = {"a": self.link_begins, "img": self.image, "pre": self.scrolled, "table": self.scrolled}
        ends = {"a": self.link_ends, "pre": self.scrolled_ends, "table": self.scrolled_ends}
        at = 0
        for match in _TAG.finditer(self.html):
            self.out.append(self.html[at : match.start()])
            at = match.end()
            end, tag, attributes, other, others = match.groups()
            if other:
                self.out.append(f"<{other}{self.without_known_id(others)}>")
            elif end:
                ends.get(tag, self.heading_ends)(tag)
            else:
                starts.get(tag, self.heading_begins)(tag, attributes)
        self.out.append(self.html[at:])
        ends_at = [0, *accumulate(map(len, self.out))]
        self.finished.heads = {anchor: ends_at[at] for anchor, at in self.finished.heads.items()}
        self.finished.html = "".join(self.out)
        return self.finished

    def without_known_id(self, attributes: str) -> str:
        """The attributes; without their id when it is empty or another element has it."""
        match = _ID.search(attributes)
        if match is None:
            return attributes
        name = unescape(match[1])
        if not name or name in self.finished.ids:
            return attributes.replace(match[0], "", 1)
        self.finished.ids.add(name)
        return attributes

    def scrolled(self, tag: str, attributes: str) -> None:
        self.counts[tag] += 1
        name = escape(self.say("table" if tag == "table" else "code", number=self.counts[tag]))
        self.out.append(f'<div class="scroll" role="region" aria-label="{name}" tabindex="0">')
        self.out.append(f"<{tag}{self.without_known_id(attributes)}>")

    def scrolled_ends(self, tag: str) -> None:
        self.out.append(f"</{tag}></div>")

    def heading_begins(self, tag: str, attributes: str) -> None:
        written = _ID.search(attributes)
        self.written = unescape(written[1]) if written else ""
        attributes = self.without_known_id(attributes)
        self.level = min(int(tag[1]) - self.least + _TOP_LEVEL, self.level + 1, 6)
        kept = _ID.search(attributes)
        anchor = unescape(kept[1]) if kept else self.new_anchor()
        own = "" if kept else f' id="{anchor}"'
        self.out.append(f"<h{self.level}{own}{attributes}>")
        self.heading = (self.level, anchor, len(self.out))

    def new_anchor(self) -> str:
        ids = self.finished.ids
        self.unnamed = next(number for number in count(self.unnamed + 1) if f"heading-{number}" not in ids)
        anchor = f"heading-{self.unnamed}"
        ids.add(anchor)
        return anchor

    def heading_ends(self, _: str) -> None:
        if self.heading is None:
            return
        level, anchor, at = self.heading
        self.out.append(f"</h{level}>")
        self.heading = None
        self.finished.heads.setdefault(self.written, len(self.out))
        if level == _TOP_LEVEL and (words := _plain_text(self.out[at:-1])):
            self.finished.contents.append((anchor, words))

    def image(self, _: str, attributes: str) -> None:
        values = dict(_ATTRIBUTES.findall(attributes))
        target, alt = unescape(values.get("src", "")), unescape(values.get("alt", ""))
        address = self.around.picture(target)
        if address is not None:
            self.out.append(f'<img src="{escape(address)}" alt="{escape(alt)}">')
            return
        where = f" ({target})" if target and not any(link.target for link in self.links) else ""
        words = escape(self.say("picture", what=f"{alt or self.say('undescribed')}{where}"), quote=False)
        self.out.append(f'<span class="picture">{words}</span>')

    def link_begins(self, tag: str, attributes: str) -> None:
        if ' name="' in attributes:
            attributes = _NAME.sub("", attributes) if _ID.search(attributes) else _NAME.sub(r' id="\1"', attributes)
        attributes = self.without_known_id(attributes)
        match = _HREF.search(attributes)
        if match is None:  # an anchor; one whose name another element has is nothing
            self.links.append(_OpenLink(len(self.out)))
            self.out.append(f"<a{attributes}>" if attributes else "")
            return
        target = unescape(match[1])
        address = target if target.startswith("#") else self.around.link(target)
        if address is None:
            attributes = _TITLE.sub("", attributes.replace(match[0], "", 1))
            tag, attributes = "span", f'{attributes} class="elsewhere"'
        elif address is not target:
            attributes = attributes.replace(match[0], f' href="{escape(address)}"', 1)
        if address is not None and is_external(address):
            attributes += ' rel="noopener noreferrer"'
        self.links.append(_OpenLink(len(self.out), target, address))
        self.out.append(f"<{tag}{attributes}>")

    def link_ends(self, _: str) -> None:
        link = self.links.pop()
        address = link.address
        if link.target is None:
            self.out.append("</a>" if self.out[link.at] else "")
        elif address is None:
            remark = escape(self.around.remark(link.target, _plain_text(self.out[link.at + 1 :])), quote=False)
            self.out.append(f'</span> <span class="added">{remark}</span>' if remark else "</span>")
        else:
            if is_external(address):
                words = _plain_text(self.out[link.at + 1 :])
                if address not in self.shown and words not in {address, address.removeprefix("mailto:")}:
                    self.out[link.at] = self.out[link.at].replace("<a ", '<a class="first" ', 1)
                self.shown.add(address)
            self.out.append("</a>")


def _plain_text(html: list[str]) -> str:
    return " ".join(unescape(_ANY_TAG.sub("", "".join(html))).split())
