"""From two texts to what differs between them. Any bytes will do, and nothing that differs is lost."""

from collections import Counter
from collections.abc import Iterator, Sequence

from sopkit.model.sop import Sop
from sopkit.parsing.digest import IMMATERIAL_KEYS, canonical_front
from sopkit.redline.align import Pair, Part, align, bag_of
from sopkit.redline.front import key_changes
from sopkit.redline.matching import Budget
from sopkit.redline.model import BlockChange, How, Place, Redline, Run
from sopkit.redline.outline import Group, Outline, outline
from sopkit.redline.summary import section_changes, step_changes
from sopkit.redline.units import Unit
from sopkit.redline.words import whole, word_runs

_MANY = 8
"""Of so many changes the steps are doubted: they are compared without them as well."""


def compare(old: Sop, new: Sop, skipped: frozenset[str] = IMMATERIAL_KEYS) -> Redline:
    """What differs between two texts; it is empty exactly when their digests are equal.

    `skipped` are the keys of the front matter that do not count: those of `text.digest.immaterial`.
    """
    if old.source.data == new.source.data:
        return Redline()
    budget = Budget()
    readable = all(sop.readable and sop.front.readable for sop in (old, new))
    before, after = (outline(sop, readable=readable, budget=budget) for sop in (old, new))
    if before.frame == after.frame:
        before = after  # where steps begin may be seen otherwise in another layout
    fronts = (old.front.typed, new.front.typed) if readable else ({}, {})
    changes = tuple(key_changes(*fronts, budget))
    found = _Compared(before, after, budget)
    stepped = any(group.step for side in (before, after) for group in side.groups)
    if (
        stepped and found.changes > _MANY
    ):  # where one text is not seen as steps, as long as it is mostly the same it is told so
        apart = _Compared(before.apart(), after.apart(), budget)
        found = min(found, apart, key=lambda one: one.changes)
    keys = tuple(change for change in changes if change.key not in skipped)
    unseen = not found.changes and before.frame != after.frame
    if readable and not keys:
        unseen = unseen or _front_form(fronts[0], skipped) != _front_form(fronts[1], skipped)
    return Redline(
        keys=keys,
        administrative=tuple(change for change in changes if change.key in skipped),
        sections=section_changes(found.before, found.after, found.pairs, found.blocks),
        steps=step_changes(found.before, found.after, found.pairs, found.blocks),
        blocks=tuple(block for own in found.blocks for block in own),
        structure=unseen,
    )


class _Compared:
    """Two outlines, the pairs of their groups, and what became of the units of each pair."""

    def __init__(self, before: Outline, after: Outline, budget: Budget) -> None:
        self.before, self.after = before, after
        self.pairs = _aligned(before, after, budget)
        self.blocks = [tuple(_blocks(pair, before, after, budget)) for pair in self.pairs]
        self.changes = sum(not block.kept for own in self.blocks for block in own)


def _front_form(typed: dict[str, object], skipped: frozenset[str]) -> bytes:
    return canonical_front({key: value for key, value in typed.items() if key not in skipped})


def _aligned(before: Outline, after: Outline, budget: Budget) -> list[Pair]:
    shared = _lone_anchors(before) & _lone_anchors(after)
    olds = [_part(group, shared, grouped=before.grouped) for group in before.groups]
    news = [_part(group, shared, grouped=after.grouped) for group in after.groups]
    return align(olds, news, budget)


def _lone_anchors(side: Outline) -> set[str]:
    counts = Counter(group.step.anchor for group in side.groups if group.step and group.step.anchor)
    return {anchor for anchor, count in counts.items() if count == 1}


def _part(group: Group, anchors: set[str], *, grouped: bool) -> Part:
    step = group.step
    return Part(
        key=tuple(unit.key for unit in group.units),
        kind="step" if step and grouped else _kind(group.units[0]),
        bag=bag_of(group.units),
        anchor=step.anchor if step and step.anchor in anchors else "",
        movable=step is not None,
    )


def _kind(unit: Unit) -> str:
    """Units may become units of their kind: a paragraph a list item, a heading one of another level."""
    return "heading" if unit.kind.startswith("heading") else unit.kind


def _blocks(pair: Pair, before: Outline, after: Outline, budget: Budget) -> Iterator[BlockChange]:
    """What became of the units of two groups."""
    old = before.groups[pair.old] if pair.old is not None else None
    new = after.groups[pair.new] if pair.new is not None else None
    olds, news = (group.units if group else () for group in (old, new))
    places = _place(old, before), _place(new, after)
    firsts = {id(group.units[0]) for group in (old, new) if group is not None and group.step}
    for at in _units_aligned(olds, news, budget):
        one = olds[at.old] if at.old is not None else None
        other = news[at.new] if at.new is not None else None
        leads = not firsts.isdisjoint({id(one), id(other)})
        yield _block(one, other, places, budget, moved=pair.moved or at.moved, leads=leads)


def _units_aligned(olds: Sequence[Unit], news: Sequence[Unit], budget: Budget) -> list[Pair]:
    if len(olds) == len(news) == 1:
        return [Pair(0, 0)]
    return align(_parts(olds), _parts(news), budget)


def _parts(units: Sequence[Unit]) -> list[Part]:
    return [Part(unit.key, _kind(unit), bag_of([unit])) for unit in units]


def _block(
    old: Unit | None,
    new: Unit | None,
    places: tuple[Place | None, Place | None],
    budget: Budget,
    *,
    moved: bool,
    leads: bool,
) -> BlockChange:
    shown = new or old
    assert shown is not None  # noqa: S101 - a pair has at least one side
    how, runs = _fate(old, new, budget)
    return BlockChange(
        how=how,
        moved=moved,
        shape=shown.shape,
        old_shape=(old or shown).shape,
        depth=shown.depth,
        leads=leads,
        old=places[0] if old else None,
        new=places[1] if new else None,
        runs=runs,
    )


def _fate(old: Unit | None, new: Unit | None, budget: Budget) -> tuple[How, tuple[Run, ...]]:
    if old is None or new is None:
        how = How.ADDED if old is None else How.REMOVED
        return how, whole((new or old).words, how)  # type: ignore[union-attr]  # a pair has at least one side
    if old.key == new.key:
        return How.KEPT, whole(new.words, How.KEPT)
    runs = word_runs(old.words, new.words, budget)
    if old.shape == new.shape and all(run.how is How.KEPT for run in runs):
        runs = (*whole(old.words, How.REMOVED), *whole(new.words, How.ADDED))
    return How.CHANGED, runs


def _place(group: Group | None, side: Outline) -> Place | None:
    if group is None:
        return None
    return Place(side.sections[group.section], group.step.number if group.step else "")
