"""The last pass over sanitised HTML: links, pictures, headings in order, one element an id, tables that scroll."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape, unescape
from html.parser import HTMLParser
from itertools import accumulate

from sopkit.render.links import is_external
from sopkit.render.surroundings import Surroundings

_HEADING = re.compile(r"h([1-6])")
_HEADING_TAG = re.compile(r"<h([1-6])\b")
_TAGS = re.compile(r"<[^>]*>")
_TOP = 2
Attributes = list[tuple[str, str | None]]


@dataclass
class Finished:
    """The body as it stands in the page, and its headings of the first level (anchor, words) for the contents.

    `ids` are all that links can lead to, `heads` tells where in the HTML the heading with an id as written has ended,
    `drawn` whether pictures of flows are in it.
    """

    html: str = ""
    contents: list[tuple[str, str]] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    heads: dict[str, int] = field(default_factory=dict)
    drawn: bool = False


def finish(html: str, around: Surroundings, taken: Iterable[str]) -> Finished:
    """Finish the sanitised body of an SOP; `taken` are the ids that the rest of the page uses."""
    pass_over = _Pass(html, around, taken)
    pass_over.feed(html)
    pass_over.close()
    ends = [0, *accumulate(map(len, pass_over.out))]
    heads = {anchor: ends[at] for anchor, at in pass_over.heads.items()}
    return Finished("".join(pass_over.out), pass_over.contents, pass_over.ids, heads)


class _Pass(HTMLParser):
    def __init__(self, html: str, around: Surroundings, taken: Iterable[str]) -> None:
        super().__init__(convert_charrefs=False)
        self.around = around
        self.out: list[str] = []
        self.ids = set(taken)
        self.counts = {"table": 0, "pre": 0}
        self.links: list[tuple[int, str, str | None]] = []
        self.shown: set[str] = set()
        self.contents: list[tuple[str, str]] = []
        self.level = 1
        self.least = min((int(level) for level in _HEADING_TAG.findall(html)), default=1)
        self.heading: tuple[int, str, int] | None = None
        self.written = ""
        self.heads: dict[str, int] = {}

    def handle_data(self, data: str) -> None:
        self.out.append(data)

    def handle_entityref(self, name: str) -> None:
        self.out.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.out.append(f"&#{name};")

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "name" in given:
            name = given.pop("name")
            given.setdefault("id", name)
        if _HEADING.fullmatch(tag):
            self.written = given.get("id", "")
        if "id" in given and (not given["id"] or given["id"] in self.ids):
            del given["id"]
        self.ids.add(given.get("id", ""))
        if tag == "img":
            self.out.append(self.image(given))
        elif tag == "a" and "href" in given:
            self.link_begins(given)
        elif tag in self.counts:
            self.counts[tag] += 1
            name = f"{'Table' if tag == 'table' else 'Code'} {self.counts[tag]}"
            self.out.append(f'<div class="scroll" role="region" aria-label="{name}" tabindex="0">')
            self.out.append(_tag(tag, given))
        elif match := _HEADING.fullmatch(tag):
            self.heading_begins(int(match[1]), given)
        else:
            self.out.append(_tag(tag, given))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.links:
            self.link_ends()
        elif tag in self.counts:
            self.out.append(f"</{tag}></div>")
        elif _HEADING.fullmatch(tag) and self.heading is not None:
            level, anchor, at = self.heading
            words = unescape(_TAGS.sub("", "".join(self.out[at:]))).strip()
            self.out.append(f"</h{level}>")
            self.heading = None
            self.heads.setdefault(self.written, len(self.out))
            if level == _TOP and words:
                self.contents.append((anchor, words))
        else:
            self.out.append(f"</{tag}>")

    def heading_begins(self, written: int, given: dict[str, str]) -> None:
        self.level = min(written - self.least + _TOP, self.level + 1, 6)
        if "id" not in given:
            anchor = next(name for number in range(1, 10**6) if (name := f"heading-{number}") not in self.ids)
            self.ids.add(anchor)
            given["id"] = anchor
        self.out.append(_tag(f"h{self.level}", given))
        self.heading = (self.level, given["id"], len(self.out))

    def image(self, given: dict[str, str]) -> str:
        target, alt = given.get("src", ""), given.get("alt", "")
        address = self.around.picture(target)
        if address is not None:
            return _tag("img", {"src": address, "alt": alt})
        where = f" ({target})" if target and not self.links else ""
        said = escape(f"Picture not shown: {alt or 'no description'}{where}", quote=False)
        return f'<span class="picture">{said}</span>'

    def link_begins(self, given: dict[str, str]) -> None:
        target = given["href"]
        address = target if target.startswith("#") else self.around.link(target)
        if address is None:
            given.pop("href")
            given.pop("title", None)
            tag = _tag("span", {**given, "class": "elsewhere"})
        elif is_external(address):
            tag = _tag("a", {**given, "href": address, "rel": "noopener noreferrer"})
        else:
            tag = _tag("a", {**given, "href": address})
        self.links.append((len(self.out), target, address))
        self.out.append(tag)

    def link_ends(self) -> None:
        at, target, address = self.links.pop()
        words = " ".join(unescape(_TAGS.sub("", "".join(self.out[at + 1 :]))).split())
        if address is None:
            remark = escape(self.around.remark(target, words), quote=False)
            self.out.append(f'</span> <span class="added">{remark}</span>' if remark else "</span>")
            return
        if is_external(address):
            if address not in self.shown and words not in {address, address.removeprefix("mailto:")}:
                self.out[at] = self.out[at].replace("<a ", '<a class="first" ', 1)
            self.shown.add(address)
        self.out.append("</a>")


def _tag(tag: str, attributes: dict[str, str]) -> str:
    written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return f"<{tag}{written}>"
