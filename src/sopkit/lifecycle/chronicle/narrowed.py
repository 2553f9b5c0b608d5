"""Two texts cut down to the sections in which they differ: comparing takes as long as what changed is long."""

import re
from dataclasses import replace
from difflib import SequenceMatcher

from sopkit.lifecycle.texts.bodies import parts
from sopkit.lifecycle.texts.front_edit import one_value
from sopkit.lifecycle.texts.snapshot import HEAD
from sopkit.model.sop import FrontMatter, Reading, Sop
from sopkit.model.source import Source
from sopkit.text.sections import STEP_HEADING

_HEADING = re.compile(r"(#{1,6})[ \t]+(.*)")
_SECTIONS = 2
"""The level of headings down to which a redline counts sections."""


def narrowed(old: Sop, new: Sop, skipped: frozenset[str], *, sound: bool = False) -> tuple[Sop, Sop]:
    """The same two texts without the sections that both have word for word; whole where that is not safe.

    What `redline.compare` tells of them is the same, but for the blocks that stayed and for keys that are `skipped`.
    Of texts that are `sound`, known to be readable, the front matter is not even read where it is the same.
    """
    alike = _same_front(old.source.data, new.source.data, skipped) if sound else None
    if alike is None and not all(sop.readable and sop.front.readable for sop in (old, new)):
        return old, new
    first, second = alike or (old.body_start, new.body_start)
    if old.source.data[first:] == new.source.data[second:]:
        return _cut(old, [], alike), _cut(new, [], alike)
    olds, news = _sections(old.source.data[first:]), _sections(new.source.data[second:])
    if not olds or not news:
        return old, new
    runs = SequenceMatcher(None, olds, news, autojunk=False).get_opcodes()
    gone = [text for kind, a, b, _, _ in runs if kind != "equal" for text in olds[a:b]]
    came = [text for kind, _, _, a, b in runs if kind != "equal" for text in news[a:b]]
    if set(gone) & set(came) or not (gone or came):  # one moved, which only the others show
        return old, new
    titled = olds[:1] if olds[0] == news[0] else []  # it may hold the title
    return _cut(old, [*titled, *gone], alike), _cut(new, [*titled, *came], alike)


def _same_front(old: bytes, new: bytes, skipped: frozenset[str]) -> tuple[int, int] | None:
    """Where the bodies begin of two texts whose front matters differ in nothing that counts; None if it is not sure."""
    heads = HEAD.match(old), HEAD.match(new)
    if heads[0] is None or heads[1] is None:
        return None
    before, after = heads[0][0], heads[1][0]
    if b"language" in before or b"\r" in before + after:  # the language decides what a step is
        return None
    edit = one_value(before, after) if before != after else None
    same = before == after or (edit is not None and edit[0] in skipped)
    return (len(before), len(after)) if same else None


def _cut(sop: Sop, sections: list[str], alike: tuple[int, int] | None) -> Sop:
    """The SOP with these sections only; its front matter is not read a second time, and not at all when `alike`."""
    text = "\n\n".join(sections).encode()
    if alike is not None:
        nothing = Reading(FrontMatter(), 0)
        return replace(sop, source=Source(text), read=lambda _: nothing)
    front = Reading(sop.front, sop.body_start, sop.reading, sop.readable)
    return replace(sop, source=Source(sop.source.data[: sop.body_start] + text), read=lambda _: front)


def _sections(data: bytes) -> list[str]:
    """A body cut at the headings of its sections; nothing where they cannot be told apart for sure."""
    try:
        body = data.decode()
    except UnicodeDecodeError:
        return []
    found: list[str] = []
    for part in parts(body):
        heading = _HEADING.match(part)
        if heading is None or len(heading[1]) > _SECTIONS or not found:
            found[-1:] = ["".join((*found[-1:], part))]  # it belongs to the section above
        elif STEP_HEADING.match(heading[2]):
            return []  # steps count on one another
        else:
            found.append(part)
    return [section.rstrip() for section in found] if found[1:] else []
