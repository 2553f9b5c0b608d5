"""Metadata in HTML: tables, lists of terms, `<strong>Owner:</strong> CISO`, comments, `<meta>`."""

import re
from collections.abc import Iterator, Mapping
from html import unescape

from sopkit.authoring.adopt.metadata.labels import is_label
from sopkit.authoring.adopt.metadata.offsets import Offsets
from sopkit.authoring.adopt.metadata.told import Told
from sopkit.authoring.adopt.metadata.values import plain
from sopkit.model.body import Block
from sopkit.model.sop import Sop

_BETWEEN_TAGS = re.compile(r"(?:(?<=>)|^)[^<>]+")
_META = re.compile(
    r"<meta\b[^>]{0,200}?\bname=[\"']([^\"']{1,99})[\"'][^>]{0,99}?\bcontent=[\"']([^\"']{0,300})[\"']", re.IGNORECASE
)
_IN_COMMENT = re.compile(r"^[ \t]*(?P<label>[A-Za-z][\w .-]{1,40}?)[ \t]*:[ \t]*(?P<value>\S.*)$", re.MULTILINE)
_WHOLE = re.compile(r"(?P<label>[^:]{2,40}):\s*(?P<value>\S.*)", re.DOTALL)


def told_in_html(sop: Sop, block: Block, aliases: Mapping[str, str]) -> Iterator[Told]:
    """What a block of HTML tells: a label is followed by its value, whatever tags stand around them."""
    at = Offsets(sop, block)
    for label, value, start, end, what in (*_of_meta(at.text), *_of_comments(at.text), *_of_words(at.text, aliases)):
        if not is_label(label, aliases):
            continue
        first, last = at.of(start), at.of(end)
        where = f"{what} `{label}` of line {sop.source.line_of(first)}"
        yield Told(label, plain(value), first, last, where)


_Part = tuple[str, str, int, int, str]
"""Label, value, where both stand in the text, and what kind of HTML that is."""


def _of_meta(text: str) -> Iterator[_Part]:
    for match in _META.finditer(text):
        yield match[1], unescape(match[2]), match.start(), match.end(), "`<meta>`"


def _of_comments(text: str) -> Iterator[_Part]:
    for start, end in _comments(text):
        for line in _IN_COMMENT.finditer(text[start:end].removesuffix("-->")):
            yield line["label"], line["value"], start + line.start("label"), start + line.end(), "HTML comment"


def _comments(text: str) -> Iterator[tuple[int, int]]:
    """Where the content of comments begins and the comments end."""
    at = text.find("<!--")
    while at >= 0:
        end = text.find("-->", at)
        end = len(text) if end < 0 else end + 3
        yield at + 4, end
        at = text.find("<!--", end)


def _without_comments(text: str) -> str:
    """The text with blanks in the place of comments."""
    kept, at = [], 0
    for start, end in _comments(text):
        kept += [text[at : start - 4], " " * (end - start + 4)]
        at = end
    return "".join((*kept, text[at:]))


def _of_words(text: str, aliases: Mapping[str, str]) -> Iterator[_Part]:
    """Words between tags: a label with its value, or a label before the words that are its value."""
    waiting: tuple[str, int] | None = None
    for match in _BETWEEN_TAGS.finditer(_without_comments(text)):
        words = " ".join(unescape(match[0]).split())
        if not words.strip(":|\u00a0 "):
            continue
        if is_label(label := plain(words.rstrip(": ")), aliases):  # a label right after another: that one has no value
            waiting = (label, match.start())
        elif waiting is not None:
            yield waiting[0], words.lstrip(": "), waiting[1], match.end(), "HTML block"
            waiting = None
        elif whole := _WHOLE.fullmatch(words):
            yield plain(whole["label"]), whole["value"], match.start(), match.end(), "HTML block"
