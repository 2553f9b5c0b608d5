"""Metadata in running text: `**Owner:** CISO | **Version:** 1.0`, `Owner: CISO`, definition lists."""

import re
from collections.abc import Iterator, Mapping

from sopkit.authoring.adopt.labels import keys_of, left_for
from sopkit.authoring.adopt.said import plain
from sopkit.authoring.adopt.told import Told
from sopkit.model.blocks import Block
from sopkit.model.sop import Sop

_BOLD = re.compile(r"(\*\*|__)(?P<label>[^*\n]{2,60}?)\s*(?::\s*\1|\1\s*[:\u2013\u2014])[ \t]*")
_PLAIN = re.compile(r"^[ \t>]*(?:[-*+][ \t]+)?(?P<label>[^\W\d_][\w /.&-]{1,40}?)[ \t]*:[ \t]+(?=\S)", re.MULTILINE)
_DEFINED = re.compile(r"^(?P<label>[^\W\d_][\w /.&-]{1,40}?)[ \t]*\n[ \t]*:[ \t]+(?=\S)", re.MULTILINE)
_BETWEEN = re.compile(r"[\s|·•;,\\]*$")
_LONGEST = 200
_MANY = 3
"""So many labels that we know make a paragraph metadata wherever it stands."""


def told_in_lines(sop: Sop, block: Block, aliases: Mapping[str, str], *, bold_only: bool) -> Iterator[Told]:
    """What a paragraph, or the paragraphs of a list or a quotation, tell."""
    for paragraph in (inner for inner in block.walk() if inner.kind == "paragraph"):
        yield from _of_paragraph(sop, paragraph, aliases, bold_only=bold_only)


def told_at_large(sop: Sop, after: int, aliases: Mapping[str, str]) -> Iterator[Told]:
    """What paragraphs of many bold labels tell, as at the end of a document."""
    for block in sop.body.root.children:
        if block.start >= after and block.kind == "paragraph":
            told = [*_of_paragraph(sop, block, aliases, bold_only=True)]
            if len({one.label for one in told}) >= _MANY:
                yield from told


def _of_paragraph(sop: Sop, paragraph: Block, aliases: Mapping[str, str], *, bold_only: bool) -> Iterator[Told]:
    data = sop.source.data[paragraph.start : paragraph.end].decode("utf-8", "replace")
    bold = list(_BOLD.finditer(data))
    yield from _split(sop, paragraph, data, bold, aliases)
    if not bold_only and not bold:
        labels = list(_PLAIN.finditer(data)) or list(_DEFINED.finditer(data))
        yield from _split(sop, paragraph, data, labels, aliases)


def _split(
    sop: Sop, paragraph: Block, text: str, labels: list[re.Match[str]], aliases: Mapping[str, str]
) -> Iterator[Told]:
    """Each label that we know with the text up to the next label, or to the end of its line."""
    for at, match in enumerate(labels):
        label = plain(match["label"])
        if not (keys_of(label, aliases) or left_for(label)):
            continue
        until = labels[at + 1].start() if at + 1 < len(labels) else len(text)
        line_end = text.find("\n", match.end())
        value_end = min(until, line_end if line_end >= 0 else len(text))
        value = _BETWEEN.sub("", text[match.end() : value_end])
        if len(value) > _LONGEST and not value.count("](") > 1:
            continue
        start = paragraph.start + len(text[: match.start()].encode("utf-8", "replace"))
        end = (
            paragraph.start
            + len(text[: match.end()].encode("utf-8", "replace"))
            + len(value.encode("utf-8", "replace"))
        )
        kind = "bold line" if match.re is _BOLD else "line"
        yield Told(label, plain(value), start, end, f"{kind} `{label}:` of line {sop.source.line_of(start)}")
