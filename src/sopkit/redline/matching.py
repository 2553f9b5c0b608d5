"""Which parts of two sequences are the same, in time that grows with their length."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from difflib import SequenceMatcher
from typing import TypeVar

T = TypeVar("T", bound=Hashable)

_SMALL = 300
"""Sequences of up to so many are compared by difflib, which finds what people would."""


class Budget:
    """How much work a comparison may still do, in looks at a pair; spent, it is content with less."""

    def __init__(self, left: int = 3_000_000) -> None:
        self.left = left

    def take(self, cost: int) -> bool:
        """Spend so much, and whether it was there."""
        self.left -= cost
        return self.left >= 0


def matches(
    old: Sequence[T], new: Sequence[T], budget: Budget, junk: Callable[[T], bool] | None = None
) -> list[tuple[int, int]]:
    """Pairs of indices of equal parts, both rising; `junk` joins parts that match and is no reason to match."""
    found: list[tuple[int, int]] = []
    todo = [(0, len(old), 0, len(new))]
    while todo:
        a, a_end, b, b_end = todo.pop()
        while a < a_end and b < b_end and old[a] == new[b]:
            found.append((a, b))
            a, b = a + 1, b + 1
        while a < a_end and b < b_end and old[a_end - 1] == new[b_end - 1]:
            a_end, b_end = a_end - 1, b_end - 1
            found.append((a_end, b_end))
        if a == a_end or b == b_end or not budget.take(a_end - a + b_end - b):
            continue
        if a_end - a <= _SMALL and b_end - b <= _SMALL and _affordable(old[a:a_end], new[b:b_end], budget, junk):
            matcher = SequenceMatcher(junk, old[a:a_end], new[b:b_end], autojunk=False)
            found += [
                (a + block.a + at, b + block.b + at)
                for block in matcher.get_matching_blocks()
                for at in range(block.size)
            ]
            continue
        anchors = _unique(old, new, a, a_end, b, b_end)
        ends = [*anchors, (a_end, b_end)] if anchors else []
        for next_a, next_b in ends:
            todo.append((a, next_a, b, next_b))
            a, b = next_a + 1, next_b + 1
        found += anchors
    return sorted(found)


def _affordable(old: Sequence[T], new: Sequence[T], budget: Budget, junk: Callable[[T], bool] | None) -> bool:
    """Whether difflib may look at all equal pairs, at worst once for each match that it finds."""
    counts = Counter(part for part in new if not (junk and junk(part)))
    pairs = sum(counts[part] for part in old)
    return budget.take((pairs + len(old)) * min(len(old), len(new)) // 8)


def _unique(old: Sequence[T], new: Sequence[T], a: int, a_end: int, b: int, b_end: int) -> list[tuple[int, int]]:
    """The longest rising row of parts that occur once on either side (patience diff)."""
    olds, news = Counter(old[a:a_end]), Counter(new[b:b_end])
    there = {new[at]: at for at in range(b, b_end) if news[new[at]] == 1}
    pairs = [(at, there[old[at]]) for at in range(a, a_end) if olds[old[at]] == 1 and old[at] in there]
    return [pairs[at] for at in longest_rise([other for _, other in pairs])]


def longest_rise(values: Sequence[int]) -> list[int]:
    """Indices of the longest strictly rising row among some values."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for at, value in enumerate(values):
        place = bisect_left(tails, value)
        before.append(ends[place - 1] if place else -1)
        tails[place : place + 1] = [value]
        ends[place : place + 1] = [at]
    row = []
    at = ends[-1] if ends else -1
    while at >= 0:
        row.append(at)
        at = before[at]
    return row[::-1]
