"""The names by which headings and steps can be linked to; those of headings as most site generators make them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from sopkit.model.blocks import Block
from sopkit.model.body import Body, Heading, Procedure, Step

_DROPPED = re.compile(r"[^\w\- ]")
_ID = re.compile(r"<[a-z][^<>]*?\s(?:id|name)\s*=\s*[\"']?([^\"'>\s]+)", re.IGNORECASE)


@lru_cache(maxsize=4096)
def slug_of(text: str) -> str:
    """The anchor of a heading with a text."""
    return _DROPPED.sub("", text.strip().lower()).replace(" ", "-")


@lru_cache(maxsize=16)
def heading_anchors(headings: tuple[Heading, ...]) -> tuple[str, ...]:
    """One anchor a heading; a repeated one gets -1, -2 and so on. Remembered, as a page needs them again and again."""
    seen: Counter[str] = Counter()
    anchors = []
    for heading in headings:
        slug = slug_of(heading.text)
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
