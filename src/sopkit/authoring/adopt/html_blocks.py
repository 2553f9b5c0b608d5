"""Metadata in HTML: tables, lists of terms, `<strong>Owner:</strong> CISO`, comments, `<meta>`."""

import re
from collections.abc import Iterator, Mapping
from html import unescape

from sopkit.authoring.adopt.labels import keys_of, left_for
from sopkit.authoring.adopt.said import plain
from sopkit.authoring.adopt.told import Told
from sopkit.model.blocks import Block
from sopkit.model.sop import Sop

_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_BETWEEN_TAGS = re.compile(r"(?:(?<=>)|^)[^<>]+")
_META = re.compile(r"<meta\b[^>]*?\bname=[\"']([^\"']+)[\"'][^>]*?\bcontent=[\"']([^\"']*)[\"'][^>]*>", re.IGNORECASE)
_IN_COMMENT = re.compile(r"^[ \t]*(?P<label>[A-Za-z][\w .-]{1,40}?)[ \t]*:[ \t]*(?P<value>\S.*?)[ \t]*$", re.MULTILINE)
_WHOLE = re.compile(r"(?P<label>[^:]{2,40}):\s*(?P<value>\S.*)", re.DOTALL)


def told_in_html(sop: Sop, block: Block, aliases: Mapping[str, str]) -> Iterator[Told]:
    """What a block of HTML tells: a label is followed by its value, whatever tags stand around them."""
    text = sop.source.data[block.start : block.end].decode("utf-8", "replace")
    for label, value, start, end, what in (*_of_meta(text), *_of_comments(text), *_of_words(text, aliases)):
        if not _known(label, aliases):
            continue
        first = block.start + len(text[:start].encode("utf-8", "replace"))
        last = block.start + len(text[:end].encode("utf-8", "replace"))
        where = f"{what} `{label}` of line {sop.source.line_of(first)}"
        yield Told(label, plain(value), first, last, where)


_Part = tuple[str, str, int, int, str]
"""Label, value, where both stand in the text, and what kind of HTML that is."""


def _of_meta(text: str) -> Iterator[_Part]:
    for match in _META.finditer(text):
        yield match[1], unescape(match[2]), match.start(), match.end(), "`<meta>`"


def _of_comments(text: str) -> Iterator[_Part]:
    for comment in _COMMENT.finditer(text):
        for line in _IN_COMMENT.finditer(comment[1]):
            at = comment.start(1)
            yield line["label"], line["value"], at + line.start("label"), at + line.end(), "HTML comment"


def _of_words(text: str, aliases: Mapping[str, str]) -> Iterator[_Part]:
    """Words between tags: a label with its value, or a label before the words that are its value."""
    waiting: tuple[str, int] | None = None
    for match in _BETWEEN_TAGS.finditer(_COMMENT.sub(lambda found: " " * len(found[0]), text)):
        words = " ".join(unescape(match[0]).split())
        if not words.strip(":|\u00a0 "):
            continue
        if waiting is not None:
            yield waiting[0], words.lstrip(": "), waiting[1], match.end(), "HTML block"
            waiting = None
        elif _known(label := plain(words.rstrip(": ")), aliases):
            waiting = (label, match.start())
        elif whole := _WHOLE.fullmatch(words):
            yield plain(whole["label"]), whole["value"], match.start(), match.end(), "HTML block"


def _known(label: str, aliases: Mapping[str, str]) -> bool:
    return bool(keys_of(label, aliases) or left_for(label))
