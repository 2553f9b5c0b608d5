"""Two texts cut down to the sections in which they differ: comparing takes as long as what changed is long."""

import re
from dataclasses import replace
from difflib import SequenceMatcher

from sopkit.lifecycle.texts.bodies import parts
from sopkit.model.sop import Reading, Sop
from sopkit.model.source import Source
from sopkit.text.sections import STEP_HEADING

_HEADING = re.compile(r"(#{1,6})[ \t]+(.*)")
_SECTIONS = 2
"""The level of headings down to which a redline counts sections."""


def narrowed(old: Sop, new: Sop) -> tuple[Sop, Sop]:
    """The same two texts without the sections that both have word for word; whole where that is not safe.

    What `redline.compare` tells of them is the same, but for the blocks that stayed.
    """
    if not all(sop.readable and sop.front.readable for sop in (old, new)):
        return old, new
    if old.source.data[old.body_start :] == new.source.data[new.body_start :]:
        return _cut(old, []), _cut(new, [])
    olds, news = _sections(old), _sections(new)
    if not olds or not news:
        return old, new
    runs = SequenceMatcher(None, olds, news, autojunk=False).get_opcodes()
    gone = [text for kind, a, b, _, _ in runs if kind != "equal" for text in olds[a:b]]
    came = [text for kind, _, _, a, b in runs if kind != "equal" for text in news[a:b]]
    if set(gone) & set(came) or not (gone or came):  # one moved, which only the others show
        return old, new
    first = olds[0] if olds[0] == news[0] else ""  # it may hold the title
    return _cut(old, [first, *gone]), _cut(new, [first, *came])


def _cut(sop: Sop, sections: list[str]) -> Sop:
    """The SOP with these sections only; its front matter is not read a second time."""
    front = Reading(sop.front, sop.body_start, sop.reading, sop.readable)
    data = sop.source.data[: sop.body_start] + "\n\n".join(sections).encode()
    return replace(sop, source=Source(data), read=lambda _: front)


def _sections(sop: Sop) -> list[str]:
    """The body cut at the headings of its sections; nothing where they cannot be told apart for sure."""
    try:
        body = sop.source.data[sop.body_start :].decode()
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
