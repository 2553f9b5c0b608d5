"""Metadata in running text: `**Owner:** CISO | **Version:** 1.0`, `Owner: CISO`, definition lists."""

import re
from collections.abc import Iterator, Mapping

from sopkit.authoring.adopt.metadata.labels import is_label
from sopkit.authoring.adopt.metadata.offsets import Offsets
from sopkit.authoring.adopt.metadata.statement import Confidence
from sopkit.authoring.adopt.metadata.told import Told
from sopkit.authoring.adopt.metadata.values import plain
from sopkit.model.body import Block
from sopkit.model.sop import Sop

_BOLD = re.compile(r"(\*\*|__)(?P<label>[^*\n]{2,60}?)[ \t]{0,4}(?::[ \t]{0,4}\1|\1[ \t]{0,4}[:\u2013\u2014])[ \t]*")
_PLAIN = re.compile(
    r"^[ \t>]*(?:[-*+][ \t]+)?[*_]?(?P<label>[^\W\d_][\w /.&-]{1,40}?)[ \t]*:[ \t]+(?=\S)", re.MULTILINE
)
_DEFINED = re.compile(r"^(?P<label>[^\W\d_][\w /.&-]{1,40}?)[ \t]*\n[ \t]*:[ \t]+(?=\S)", re.MULTILINE)
_DAY = r"\d{4}-\d{2}-\d{2}|\d{1,2}(?:st|nd|rd|th)? [^\W\d_]{3,9},? \d{4}|[^\W\d_]{3,9} \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
_PHRASE = re.compile(
    r"\b(?P<label>last (?:modified|updated|edited|revised|reviewed)|next review|effective|in force since)"
    rf"(?: by [^,|\n]{{2,40}}?)?(?: on| from| date| due)? (?P<value>{_DAY})",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?:^|[|·•(*_])[ \t]{0,4}(?P<label>version) v?(?P<value>\d{1,4}(?:\.\d{1,4}){1,2})[ \t]{0,4}(?=$|[|·•)*_,])",
    re.IGNORECASE | re.MULTILINE,
)
"""A version between lines and signs that part what is said: `Version 2.1 | Operations manual`."""
_BETWEEN = " \t\r\n|·•;,\\"
_LONGEST = 200
_MANY = 3
"""So many labels that we know make a paragraph metadata wherever it stands."""


def told_in_lines(sop: Sop, block: Block, aliases: Mapping[str, str]) -> Iterator[Told]:
    """What a paragraph, or the paragraphs of a list or a quotation, tell."""
    for paragraph in (inner for inner in block.walk() if inner.kind == "paragraph"):
        yield from _of_paragraph(sop, paragraph, aliases, bold_only=False)


def told_at_large(sop: Sop, after: int, aliases: Mapping[str, str]) -> Iterator[Told]:
    """What paragraphs of many bold labels tell, as at the end of a document."""
    for block in sop.body.root.children:
        if block.start >= after and block.kind == "paragraph":
            told = [*_of_paragraph(sop, block, aliases, bold_only=True)]
            if len({one.label for one in told}) >= _MANY:
                yield from told


def _of_paragraph(sop: Sop, paragraph: Block, aliases: Mapping[str, str], *, bold_only: bool) -> Iterator[Told]:
    at = Offsets(sop, paragraph)
    bold = list(_BOLD.finditer(at.text))
    yield from _split(sop, at, bold, aliases)
    if not bold_only and not bold:
        yield from _split(sop, at, list(_PLAIN.finditer(at.text)) or list(_DEFINED.finditer(at.text)), aliases)
        yield from _phrases(sop, at)


def _phrases(sop: Sop, at: Offsets) -> Iterator[Told]:
    """What a line says without a colon: "last modified by Jane Roe on Mar 3, 2024"."""
    for match in (*_PHRASE.finditer(at.text), *_NUMBERED.finditer(at.text)):
        start, end = at.of(match.start()), at.of(match.end())
        where = f"words `{match['label']}` of line {sop.source.line_of(start)}"
        yield Told(match["label"], match["value"], start, end, where, Confidence.LIKELY)


def _split(sop: Sop, at: Offsets, labels: list[re.Match[str]], aliases: Mapping[str, str]) -> Iterator[Told]:
    """Each label that we know with the text up to the next label, or to the end of its line."""
    text = at.text
    for number, match in enumerate(labels):
        label = plain(match["label"])
        if not is_label(label, aliases):
            continue
        until = labels[number + 1].start() if number + 1 < len(labels) else len(text)
        line_end = text.find("\n", match.end())
        value_end = min(until, line_end if line_end >= 0 else len(text))
        value = text[match.end() : value_end].rstrip(_BETWEEN)
        if len(value) > _LONGEST and not value.count("](") > 1:
            continue
        start, end = at.of(match.start()), at.of(match.end() + len(value))
        kind = "bold line" if match.re is _BOLD else "line"
        yield Told(label, plain(value), start, end, f"{kind} `{label}:` of line {sop.source.line_of(start)}")
