"""What became of each section and of each step, read off the blocks."""

from collections.abc import Sequence

from sopkit.redline.align import Pair
from sopkit.redline.model import BlockChange, How, SectionChange, StepChange
from sopkit.redline.outline import SECTION_HEADINGS, Outline

Blocks = Sequence[tuple[BlockChange, ...]]


def section_changes(
    before: Outline, after: Outline, pairs: Sequence[Pair], blocks: Blocks
) -> tuple[SectionChange, ...]:
    """The sections that were added, removed, changed or moved, in the order of the new text."""
    partner: dict[int, int] = {0: 0}
    elsewhere: set[tuple[int | None, int | None]] = set()  # sections that moved as a whole
    touched_old: set[int | None] = set()
    touched_new: set[int | None] = set()
    for pair, own in zip(pairs, blocks, strict=True):
        old = before.groups[pair.old].section if pair.old is not None else None
        new = after.groups[pair.new].section if pair.new is not None else None
        if old is not None and new is not None and own[0].shape in SECTION_HEADINGS:
            partner.setdefault(old, new)
            if pair.moved:
                elsewhere.add((old, new))
        quiet = all(block.how is How.KEPT for block in own)
        if not (quiet and (not pair.moved or (old, new) in elsewhere)):
            touched_old.add(old)
            touched_new.add(new)
    back = {new: old for old, new in partner.items()}
    found: list[SectionChange] = []
    for new, name in enumerate(after.sections):
        if new not in back:
            found.append(SectionChange((How.ADDED,), None, name))
            continue
        old = back[new]
        how = [How.MOVED] * ((old, new) in elsewhere) + [How.CHANGED] * (new in touched_new or old in touched_old)
        if how:
            found.append(SectionChange(tuple(how), before.sections[old], name))
    gone = [SectionChange((How.REMOVED,), name, None) for old, name in enumerate(before.sections) if old not in partner]
    return (*found, *gone)


def step_changes(before: Outline, after: Outline, pairs: Sequence[Pair], blocks: Blocks) -> tuple[StepChange, ...]:
    """The steps that are not as they were, in the order of the new text."""
    found = []
    for pair, own in zip(pairs, blocks, strict=True):
        old = before.groups[pair.old].step if pair.old is not None else None
        new = after.groups[pair.new].step if pair.new is not None else None
        if old is None and new is None:
            continue
        if old is None or new is None:
            how = [How.ADDED if old is None else How.REMOVED]
        else:
            how = [How.MOVED] * pair.moved + [How.CHANGED] * any(block.how is not How.KEPT for block in own)
            if not pair.moved and old.number != new.number:
                how.append(How.RENUMBERED)
        if how:
            lead = next((block.runs for block in own if block.leads), own[0].runs)
            anchor = (new.anchor if new else "") or (old.anchor if old else "")
            found.append(StepChange(tuple(how), old.number if old else None, new.number if new else None, anchor, lead))
    return tuple(found)
