"""Anchors of headings and steps for links, and slugs for ids and file names."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from sopkit.model.body import Block, Body, Heading, Procedure, Step

_MAX_SLUG = 60


def make_slug(title: str) -> str:
    """The words of a title in lower case, joined by hyphens; letters of any script stay."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", title.casefold()) if not unicodedata.combining(char))
    words = re.sub(r"[\W_]+", "-", plain).strip("-")
    if len(words) > _MAX_SLUG:
        words = words[: _MAX_SLUG + 1].rpartition("-")[0] or words[:_MAX_SLUG]
    return unicodedata.normalize("NFC", words)


_NON_SLUG = re.compile(r"[^\w\- ]")
_ID = re.compile(r"<[a-z][^<>]*?\s(?:id|name)\s*=\s*[\"']?([^\"'>\s]+)", re.IGNORECASE)


@lru_cache(maxsize=4096)
def heading_slug(text: str) -> str:
    """The anchor of a heading with a text."""
    return _NON_SLUG.sub("", text.strip().lower()).replace(" ", "-")


@lru_cache(maxsize=16)
def heading_anchors(headings: tuple[Heading, ...]) -> tuple[str, ...]:
    """One anchor a heading; a repeated one gets -1, -2 and so on. Remembered, as a page needs them again and again."""
    seen: Counter[str] = Counter()
    anchors = []
    for heading in headings:
        slug = heading_slug(heading.text)
        anchors.append(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return tuple(anchors)


def html_anchors(blocks: Iterable[Block]) -> Iterator[str]:
    """Anchors that the author wrote as HTML: `<a id="…"></a>`."""
    for block in blocks:
        for part in block.inlines:
            if part.kind == "html":
                yield from _ID.findall(part.text)


def step_anchors(body: Body) -> Iterator[tuple[Procedure, Step, str]]:
    """Every step and sub-step with its procedure and the name by which it can be linked to."""
    marked: set[str] = set()
    for count, procedure in enumerate(body.procedures, 1):
        for step in procedure.steps:
            plain = f"step-{step.number}"
            prefix = "" if plain not in marked else f"procedure-{count}-"
            marked.add(plain)
            for each in step.walk():
                yield procedure, each, f"{prefix}step-{each.number}"
