"""Compares two texts: front matter, blocks and words. Accepts any bytes; no difference is lost."""

from collections import Counter
from collections.abc import Iterator, Sequence

from sopkit.diff.align import AlignmentPair, AlignmentPart, MatchBudget, align, find_matches
from sopkit.diff.model import BlockChange, BlockPlace, ChangeKind, KeyChange, TextDiff, TextRun
from sopkit.diff.outline import (
    TextOutline,
    Unit,
    UnitGroup,
    Word,
    build_outline,
    count_words,
    list_section_changes,
    list_step_changes,
    split_words,
)
from sopkit.model.sop import Sop
from sopkit.parsing.digest import IMMATERIAL_KEYS, canonical_front

_MIN_SHARE_KEPT = 0.25
"""A block of which less of the words stays is told as one text out and another in."""


def runs_of_one_kind(words: Sequence[Word], how: ChangeKind) -> tuple[TextRun, ...]:
    """All words with one fate."""
    return tuple(_join_words((how, word) for word in words))


def compare_words(old: Sequence[Word], new: Sequence[Word], budget: MatchBudget) -> tuple[TextRun, ...]:
    """The words that stayed, left and came, in reading order; what left stands before what came in its place."""
    pairs = find_matches(old, new, budget, junk=lambda word: not word.text.strip())
    kept = sum(_has_letters(new[at]) for _, at in pairs)
    if kept < _MIN_SHARE_KEPT * max(sum(map(_has_letters, old)), sum(map(_has_letters, new))):
        return (*runs_of_one_kind(old, ChangeKind.REMOVED), *runs_of_one_kind(new, ChangeKind.ADDED))
    return tuple(_join_words(_word_changes(old, new, _drop_isolated_pairs(pairs, old, new))))


def _drop_isolated_pairs(
    pairs: list[tuple[int, int]], old: Sequence[Word], new: Sequence[Word]
) -> list[tuple[int, int]]:
    """The pairs without blanks and marks that stand alone between changes: they only chop up what is read."""
    found: list[tuple[int, int]] = []
    row: list[tuple[int, int]] = []
    for pair in [*pairs, (len(old) + 1, len(new) + 1)]:
        if row and pair != (row[-1][0] + 1, row[-1][1] + 1):
            first, last = row[0] == (0, 0), row[-1] == (len(old) - 1, len(new) - 1)
            if first or last or any(_has_letters(new[at]) for _, at in row):
                found += row
            row = []
        row.append(pair)
    return found


def _word_changes(
    old: Sequence[Word], new: Sequence[Word], pairs: list[tuple[int, int]]
) -> Iterator[tuple[ChangeKind, Word]]:
    a = b = 0
    for at, other in [*pairs, (len(old), len(new))]:
        yield from ((ChangeKind.REMOVED, word) for word in old[a:at])
        yield from ((ChangeKind.ADDED, word) for word in new[b:other])
        if other < len(new):
            yield ChangeKind.KEPT, new[other]
        a, b = at + 1, other + 1


def _join_words(fates: Iterator[tuple[ChangeKind, Word]]) -> Iterator[TextRun]:
    how = ChangeKind.KEPT
    style: tuple[str, ...] = ()
    texts: list[str] = []
    for fate, word in fates:
        if texts and (fate, word.style) != (how, style):
            yield TextRun(how, "".join(texts), style)
            texts = []
        how, style = fate, word.style
        texts.append(word.text)
    if texts:
        yield TextRun(how, "".join(texts), style)


def _has_letters(word: Word) -> bool:
    return any(map(str.isalnum, word.text))


def compare_front_matter(old: dict[str, object], new: dict[str, object], budget: MatchBudget) -> Iterator[KeyChange]:
    """The keys that differ, in the order of the new text, those that are gone at the end; absent equals empty."""
    for key in (*new, *(key for key in old if key not in new)):
        before, after = canonical_front({key: old.get(key)}), canonical_front({key: new.get(key)})
        if before == after:
            continue
        empty = canonical_front({})
        how = ChangeKind.ADDED if before == empty else ChangeKind.REMOVED if after == empty else ChangeKind.CHANGED
        words = tuple(split_words(format_flow_value(old.get(key)))), tuple(split_words(format_flow_value(new.get(key))))
        yield KeyChange(key, how, old.get(key), new.get(key), compare_words(*words, budget))


def format_flow_value(value: object) -> str:
    """A value of the front matter on one line, lists and mappings as YAML writes them there."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {format_flow_value(item)}' for key, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(format_flow_value, value))}]"
    return "" if value is None else " ".join(str(value).split())


_MAX_CHANGES_BY_STEP = 8
"""Of so many changes the steps are doubted: they are compared without them as well."""


def compare(old: Sop, new: Sop, skipped: frozenset[str] = IMMATERIAL_KEYS) -> TextDiff:
    """What differs between two texts; it is empty exactly when their digests are equal.

    `skipped` are the keys of the front matter that do not count: those of `text.digest.immaterial`.
    """
    if old.source.data == new.source.data:
        return TextDiff()
    budget = MatchBudget()
    readable = all(sop.readable and sop.front.readable for sop in (old, new))
    before, after = (build_outline(sop, readable=readable, budget=budget) for sop in (old, new))
    if before.frame == after.frame:
        before = after  # where steps begin may be seen otherwise in another layout
    fronts = (old.front.typed, new.front.typed) if readable else ({}, {})
    changes = tuple(compare_front_matter(*fronts, budget))
    found = _OutlineDiff(before, after, budget)
    stepped = any(group.step for side in (before, after) for group in side.groups)
    if stepped and found.changes > _MAX_CHANGES_BY_STEP:  # one of the texts may not have been read as steps
        apart = _OutlineDiff(before.apart(), after.apart(), budget)
        found = min(found, apart, key=lambda one: one.changes)
    keys = tuple(change for change in changes if change.key not in skipped)
    unseen = not found.changes and before.frame != after.frame
    if readable and not keys:
        unseen = unseen or _front_form(fronts[0], skipped) != _front_form(fronts[1], skipped)
    return TextDiff(
        keys=keys,
        administrative=tuple(change for change in changes if change.key in skipped),
        sections=list_section_changes(found.before, found.after, found.pairs, found.blocks),
        steps=list_step_changes(found.before, found.after, found.pairs, found.blocks),
        blocks=tuple(block for own in found.blocks for block in own),
        structure=unseen,
    )


class _OutlineDiff:
    """Two outlines, the pairs of their groups, and what became of the units of each pair."""

    def __init__(self, before: TextOutline, after: TextOutline, budget: MatchBudget) -> None:
        self.before, self.after = before, after
        shared = _unique_anchors(before) & _unique_anchors(after)
        olds = [_group_part(group, shared, grouped=before.grouped) for group in before.groups]
        news = [_group_part(group, shared, grouped=after.grouped) for group in after.groups]
        self.pairs = align(olds, news, budget)
        self.blocks = [tuple(_group_changes(pair, before, after, budget)) for pair in self.pairs]
        self.changes = sum(not block.kept for own in self.blocks for block in own)


def _front_form(typed: dict[str, object], skipped: frozenset[str]) -> bytes:
    return canonical_front({key: value for key, value in typed.items() if key not in skipped})


def _unique_anchors(side: TextOutline) -> set[str]:
    counts = Counter(group.step.anchor for group in side.groups if group.step and group.step.anchor)
    return {anchor for anchor, count in counts.items() if count == 1}


def _group_part(group: UnitGroup, anchors: set[str], *, grouped: bool) -> AlignmentPart:
    step = group.step
    return AlignmentPart(
        key=tuple(unit.key for unit in group.units),
        kind="step" if step and grouped else _unit_kind(group.units[0]),
        bag=count_words(group.units),
        anchor=step.anchor if step and step.anchor in anchors else "",
        movable=step is not None,
    )


def _unit_kind(unit: Unit) -> str:
    """Units may become units of their kind: a paragraph a list item, a heading one of another level."""
    return "heading" if unit.kind.startswith("heading") else unit.kind


def _group_changes(
    pair: AlignmentPair, before: TextOutline, after: TextOutline, budget: MatchBudget
) -> Iterator[BlockChange]:
    """What became of the units of two groups."""
    old = before.groups[pair.old] if pair.old is not None else None
    new = after.groups[pair.new] if pair.new is not None else None
    olds, news = (group.units if group else () for group in (old, new))
    firsts = {id(group.units[0]) for group in (old, new) if group is not None and group.step}
    pairs = [AlignmentPair(0, 0)]
    if len(olds) != 1 or len(news) != 1:
        pairs = align(_unit_parts(olds), _unit_parts(news), budget)
    for at in pairs:
        one = olds[at.old] if at.old is not None else None
        other = news[at.new] if at.new is not None else None
        unit = other or one
        assert unit is not None  # noqa: S101 - a pair has at least one side
        how, runs = _unit_change(one, other, budget)
        yield BlockChange(
            how=how,
            moved=pair.moved or at.moved,
            shape=unit.shape,
            old_shape=(one or unit).shape,
            depth=unit.depth,
            leads=not firsts.isdisjoint({id(one), id(other)}),
            old=_block_place(old, before) if one else None,
            new=_block_place(new, after) if other else None,
            runs=runs,
        )


def _unit_parts(units: Sequence[Unit]) -> list[AlignmentPart]:
    return [AlignmentPart(unit.key, _unit_kind(unit), count_words([unit])) for unit in units]


def _unit_change(old: Unit | None, new: Unit | None, budget: MatchBudget) -> tuple[ChangeKind, tuple[TextRun, ...]]:
    if old is None or new is None:
        how = ChangeKind.ADDED if old is None else ChangeKind.REMOVED
        return how, runs_of_one_kind((new or old).words, how)  # type: ignore[union-attr]  # a pair has at least one side
    if old.key == new.key:
        return ChangeKind.KEPT, runs_of_one_kind(new.words, ChangeKind.KEPT)
    runs = compare_words(old.words, new.words, budget)
    if old.shape == new.shape and all(run.how is ChangeKind.KEPT for run in runs):
        runs = (*runs_of_one_kind(old.words, ChangeKind.REMOVED), *runs_of_one_kind(new.words, ChangeKind.ADDED))
    return ChangeKind.CHANGED, runs


def _block_place(group: UnitGroup | None, side: TextOutline) -> BlockPlace | None:
    if group is None:
        return None
    return BlockPlace(side.sections[group.section], group.step.number if group.step else "")
