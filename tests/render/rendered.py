"""Reads rendered pages back, without the code that wrote them."""

import re
from collections import Counter
from html.parser import HTMLParser

import pyromark

from sopkit.model.sop import Sop
from sopkit.parsing.markdown import OPTIONS

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Page(HTMLParser):
    """The elements, words and ids of a page; `ill` says what is not well formed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.ill: list[str] = []
        self.feed(html)
        self.close()
        self.ill += [f"<{tag}> is never closed" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.ill.append(f"<{tag}> has an attribute twice")
        self.elements.append((tag, dict(attrs)))
        self.texts += [value for name, value in attrs if name == "alt" and value]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.ill.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self.open):
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    @property
    def words(self) -> Counter[str]:
        return Counter(re.findall(r"\w+", self.text))

    @property
    def ids(self) -> list[str]:
        return [attributes["id"] or "" for _, attributes in self.elements if "id" in attributes]

    @property
    def headings(self) -> list[int]:
        return [int(tag[1]) for tag, _ in self.elements if re.fullmatch("h[1-6]", tag)]

    @property
    def fetched(self) -> list[str]:
        """Whatever a browser would ask for by itself, but pictures inside the page."""
        found = [
            f"{tag} {name}={value}"
            for tag, attributes in self.elements
            for name, value in attributes.items()
            if name in {"src", "srcset", "data", "background", "poster", "action", "style", "manifest"}
            and not (value or "").startswith("data:image/")
        ]
        named = {"link", "script", "iframe", "object", "embed", "base", "form", "video", "audio"}
        foreign = [
            tag
            for tag, given in self.elements
            if tag == "svg" and not re.match("Flow, step|The end of the flow", given.get("aria-label") or "")
        ]
        return found + foreign + [tag for tag, _ in self.elements if tag in named]


def written_words(sop: Sop) -> Counter[str]:
    """The words that an author's Markdown shows, by the parser's own HTML."""
    markdown = sop.source.data[sop.body_start :].decode() if sop.readable else ""
    return shown_words(markdown)


def shown_words(markdown: str) -> Counter[str]:
    return Page(pyromark.html(markdown, options=OPTIONS)).words
