"""What a revision changed, in a few words, from the sections in which two texts differ."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Literal

from sopkit.diff.model import ChangeKind, SectionChange, TextDiff
from sopkit.lifecycle.snapshot import FRONT_MATTER_BLOCK, find_changed_value, split_body
from sopkit.model.sop import FrontMatter, FrontMatterReading, Sop
from sopkit.model.source import Source
from sopkit.parsing.sections import STEP_HEADING

MAX_NAMES = 6
"""So many steps, sections or keys are named; of more, the first."""
_STEP_CHANGES = (ChangeKind.CHANGED, ChangeKind.ADDED, ChangeKind.REMOVED, ChangeKind.MOVED)


@dataclass(frozen=True, slots=True)
class PartChange:
    """What became of some parts of a text: of steps by number, of sections by name, or of keys."""

    part: Literal["step", "section", "key"]
    how: ChangeKind
    names: tuple[str, ...]

    @property
    def words(self) -> str:
        """`steps 3, 5 changed`."""
        return f"{self.part}{'s' if len(self.names) > 1 else ''} {join_names(self.names)} {self.how}"


def summarise_changes(redline: TextDiff) -> str:
    """Steps, sections and keys that came, went or are others: `step 3 changed, step 5 added; key owner changed`."""
    found = list(list_part_changes(redline))
    body, keys = ([one.words for one in found if (one.part == "key") is of_keys] for of_keys in (False, True))
    summary = "; ".join(part for part in (", ".join(body), ", ".join(keys)) if part)
    return summary or ("layout of the text" if redline.structure else "nothing that counts")


def list_part_changes(redline: TextDiff) -> Iterator[PartChange]:
    """The same as data: steps first, then sections, then keys."""
    for how in _STEP_CHANGES:
        steps = [change for change in redline.steps if how in change.how]
        numbers = [(change.new if change.new is not None else change.old) or "" for change in steps]
        if numbers:
            yield PartChange("step", how, tuple(numbers))
    for how in _STEP_CHANGES:
        sections = [one for one in redline.sections if how in one.how and _is_informative(one, how, redline)]
        names = [(one.new if one.new is not None else one.old) or "(before the first heading)" for one in sections]
        if names:
            yield PartChange("section", how, tuple(names))
    for how in (ChangeKind.CHANGED, ChangeKind.ADDED, ChangeKind.REMOVED):
        keys = [change.key for change in redline.keys if change.how is how]
        if keys:
            yield PartChange("key", how, tuple(keys))


def _is_informative(change: SectionChange, how: ChangeKind, redline: TextDiff) -> bool:
    """Whether the line of a section says more than those of its steps."""
    if how is not ChangeKind.CHANGED or change.old != change.new:
        return True
    blocks = [(block, block.new or block.old) for block in redline.blocks if not block.kept]
    return any(
        place is not None and not place.step and place.section == (change.new if block.new else change.old)
        for block, place in blocks
    )


def join_names(names: Sequence[str]) -> str:
    """Names in a row, the first of many."""
    more = len(names) - MAX_NAMES
    shown = names if more <= 1 else names[:MAX_NAMES]
    return ", ".join(shown) + (f" and {more} more" if more > 1 else "")


_HEADING = re.compile(r"(#{1,6})[ \t]+(.*)")
_SECTIONS = 2
"""The level of headings down to which a redline counts sections."""


def keep_changed_sections(old: Sop, new: Sop, skipped: frozenset[str], *, sound: bool = False) -> tuple[Sop, Sop]:
    """The same two texts without the sections that both have word for word; whole where that is not safe.

    What `redline.compare` tells of them is the same, but for the blocks that stayed and for keys that are `skipped`.
    Of texts that are `sound`, known to be readable, the front matter is not even read where it is the same.
    """
    alike = _equal_fronts(old.source.data, new.source.data, skipped) if sound else None
    if alike is None and not all(sop.readable and sop.front.readable for sop in (old, new)):
        return old, new
    first, second = alike or (old.body_start, new.body_start)
    if old.source.data[first:] == new.source.data[second:]:
        return _keep_sections(old, [], alike), _keep_sections(new, [], alike)
    olds, news = _split_sections(old.source.data[first:]), _split_sections(new.source.data[second:])
    if not olds or not news:
        return old, new
    runs = SequenceMatcher(None, olds, news, autojunk=False).get_opcodes()
    gone = [text for kind, a, b, _, _ in runs if kind != "equal" for text in olds[a:b]]
    came = [text for kind, _, _, a, b in runs if kind != "equal" for text in news[a:b]]
    if set(gone) & set(came) or not (gone or came):  # one moved, which only the others show
        return old, new
    titled = olds[:1] if olds[0] == news[0] else []  # it may hold the title
    return _keep_sections(old, [*titled, *gone], alike), _keep_sections(new, [*titled, *came], alike)


def _equal_fronts(old: bytes, new: bytes, skipped: frozenset[str]) -> tuple[int, int] | None:
    """Where the bodies begin of two texts whose front matters differ in nothing that counts; None if it is not sure."""
    heads = FRONT_MATTER_BLOCK.match(old), FRONT_MATTER_BLOCK.match(new)
    if heads[0] is None or heads[1] is None:
        return None
    before, after = heads[0][0], heads[1][0]
    if b"language" in before or b"\r" in before + after:  # the language decides what a step is
        return None
    edit = find_changed_value(before, after) if before != after else None
    same = before == after or (edit is not None and edit[0] in skipped)
    return (len(before), len(after)) if same else None


def _keep_sections(sop: Sop, sections: list[str], alike: tuple[int, int] | None) -> Sop:
    """The SOP with these sections only; its front matter is not read a second time, and not at all when `alike`."""
    text = "\n\n".join(sections).encode()
    if alike is not None:
        nothing = FrontMatterReading(FrontMatter(), 0)
        return replace(sop, source=Source(text), read=lambda _: nothing)
    front = FrontMatterReading(sop.front, sop.body_start, sop.reading, sop.readable)
    return replace(sop, source=Source(sop.source.data[: sop.body_start] + text), read=lambda _: front)


def _split_sections(data: bytes) -> list[str]:
    """A body cut at the headings of its sections; nothing where they cannot be told apart for sure."""
    try:
        body = data.decode()
    except UnicodeDecodeError:
        return []
    found: list[str] = []
    for part in split_body(body):
        heading = _HEADING.match(part)
        if heading is None or len(heading[1]) > _SECTIONS or not found:
            found[-1:] = ["".join((*found[-1:], part))]  # it belongs to the section above
        elif STEP_HEADING.match(heading[2]):
            return []  # steps count on one another
        else:
            found.append(part)
    return [section.rstrip() for section in found] if found[1:] else []
