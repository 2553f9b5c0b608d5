"""Which part of one text corresponds to which part of the other: same, similar or moved."""

from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple, TypeVar

T = TypeVar("T", bound=Hashable)

_MAX_QUADRATIC = 300
"""Sequences of up to so many are compared by difflib, which finds what people would."""


class MatchBudget:
    """How much work a comparison may still do, in looks at a pair; spent, it is content with less."""

    def __init__(self, left: int = 3_000_000) -> None:
        self.left = left

    def take(self, cost: int) -> bool:
        """Spend so much, and whether it was there."""
        self.left -= cost
        return self.left >= 0


def find_matches(
    old: Sequence[T], new: Sequence[T], budget: MatchBudget, junk: Callable[[T], bool] | None = None
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
        if (
            a_end - a <= _MAX_QUADRATIC
            and b_end - b <= _MAX_QUADRATIC
            and _quadratic_matches(old[a:a_end], new[b:b_end], budget, junk)
        ):
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


def _quadratic_matches(
    old: Sequence[T], new: Sequence[T], budget: MatchBudget, junk: Callable[[T], bool] | None
) -> bool:
    """Whether difflib may look at all equal pairs, at worst once for each match that it finds."""
    counts = Counter(part for part in new if not (junk and junk(part)))
    pairs = sum(counts[part] for part in old)
    return budget.take((pairs + len(old)) * min(len(old), len(new)) // 8)


def _unique(old: Sequence[T], new: Sequence[T], a: int, a_end: int, b: int, b_end: int) -> list[tuple[int, int]]:
    """The longest rising row of parts that occur once on either side (patience diff)."""
    olds, news = Counter(old[a:a_end]), Counter(new[b:b_end])
    there = {new[at]: at for at in range(b, b_end) if news[new[at]] == 1}
    pairs = [(at, there[old[at]]) for at in range(a, a_end) if olds[old[at]] == 1 and old[at] in there]
    return [pairs[at] for at in longest_increasing_run([other for _, other in pairs])]


def longest_increasing_run(values: Sequence[int]) -> list[int]:
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


_MIN_LIKENESS, _MIN_LIKENESS_MOVED = 0.45, 0.6
_MAX_PAIRS = 2_500
_RENAMABLE_KINDS = {"heading", "line"}
_MIN_WORDS_TO_MOVE = 3
"""Words that a part must have to be called moved: two lines `none` are two lines."""


@dataclass(frozen=True, slots=True)
class AlignmentPart:
    """What is aligned: equal by `key`, alike by its words, only with what is of its kind."""

    key: Hashable
    kind: str
    bag: Counter[str]
    anchor: str = ""
    movable: bool = False  # whether it is looked for elsewhere by its likeness

    @property
    def size(self) -> int:
        """How many words there are."""
        return self.bag.total()


class AlignmentPair(NamedTuple):
    """Indices of a part in the old and the new text; None where it is not."""

    old: int | None
    new: int | None
    moved: bool = False


def align(old: Sequence[AlignmentPart], new: Sequence[AlignmentPart], budget: MatchBudget) -> list[AlignmentPair]:
    """Every part of both texts once, in the order of the new one, what is gone where it stood."""
    same = [*find_matches([part.key for part in old], [part.key for part in new], budget), (len(old), len(new))]
    gone = dict.fromkeys(range(len(old)))
    came = dict.fromkeys(range(len(new)))
    for at, other in same[:-1]:
        del gone[at], came[other]
    moved = _take_pairs(gone, came, _find_moved(old, new, gone, came))
    firm: list[tuple[int, int]] = []
    a = b = 0
    for at, other in same:
        olds = [index for index in range(a, at) if index in gone]
        firm += _pair_similar(old, new, olds, [index for index in range(b, other) if index in came], budget)
        if at < len(old):
            firm.append((at, other))
        a, b = at + 1, other + 1
    for at, other in firm:
        gone.pop(at, None)
        came.pop(other, None)
    moved |= _take_pairs(gone, came, _find_moved_and_changed(old, new, gone, came, budget))
    return list(_merge_pairs(firm, gone, moved, len(old), len(new)))


def _take_pairs(gone: dict[int, None], came: dict[int, None], pairs: Iterator[tuple[int, int]]) -> dict[int, int]:
    """The old part by the new one, both taken out of what is left."""
    moved = {other: at for at, other in list(pairs)}
    for other, at in moved.items():
        del gone[at], came[other]
    return moved


def _merge_pairs(
    firm: list[tuple[int, int]], gone: dict[int, None], moved: dict[int, int], olds: int, news: int
) -> Iterator[AlignmentPair]:
    a = b = 0
    for at, other in [*firm, (olds, news)]:
        yield from (AlignmentPair(index, None) for index in range(a, at) if index in gone)
        for index in range(b, other):
            yield AlignmentPair(moved.get(index), index, index in moved)
        if other < news:
            yield AlignmentPair(at, other)
        a, b = at + 1, other + 1


def _pair_similar(
    old: Sequence[AlignmentPart], new: Sequence[AlignmentPart], olds: list[int], news: list[int], budget: MatchBudget
) -> list[tuple[int, int]]:
    """The best way to pair what lies between two firm pairs without crossing; where that is much, line by line."""
    if not olds or not news:
        return []
    if len(olds) * len(news) > _MAX_PAIRS or not budget.take(20 * len(olds) * len(news)):
        return [
            (a, b)
            for a, b in zip(olds, news, strict=False)
            if budget.take(20) and _likeness(old[a], new[b]) >= _MIN_LIKENESS
        ]
    lone = {kind for kind, count in Counter(old[at].kind for at in olds).items() if count == 1} & {
        kind for kind, count in Counter(new[at].kind for at in news).items() if count == 1
    }
    scores = [[_score(old[a], new[b], lone) for b in news] for a in olds]
    best = [[0.0] * (len(news) + 1) for _ in range(len(olds) + 1)]
    for a in range(len(olds) - 1, -1, -1):
        for b in range(len(news) - 1, -1, -1):
            paired = best[a + 1][b + 1] + scores[a][b] if scores[a][b] else 0.0
            best[a][b] = max(paired, best[a + 1][b], best[a][b + 1])
    found = []
    a = b = 0
    while a < len(olds) and b < len(news):
        if scores[a][b] and best[a][b] == best[a + 1][b + 1] + scores[a][b]:
            found.append((olds[a], news[b]))
            a, b = a + 1, b + 1
        elif best[a][b] == best[a + 1][b]:
            a += 1
        else:
            b += 1
    return found


def _score(old: AlignmentPart, new: AlignmentPart, lone: set[str]) -> float:
    """How alike two parts are; 0 when they are not. What is alone among its kind on both sides may be rewritten."""
    if old.anchor and old.anchor == new.anchor:
        return 2.0
    likeness = _likeness(old, new)
    if likeness >= _MIN_LIKENESS:
        return likeness
    return 0.1 if old.kind == new.kind and old.kind in lone & _RENAMABLE_KINDS else 0.0


def _likeness(old: AlignmentPart, new: AlignmentPart) -> float:
    if old.kind != new.kind:
        return 0.0
    words = old.size + new.size
    return 2 * (old.bag & new.bag).total() / words if words else 1.0


def _find_moved(
    old: Sequence[AlignmentPart], new: Sequence[AlignmentPart], gone: Iterable[int], came: Iterable[int]
) -> Iterator[tuple[int, int]]:
    """What left one place and stands word for word at another."""
    same: defaultdict[Hashable, deque[int]] = defaultdict(deque)
    for at in gone:
        if old[at].size >= _MIN_WORDS_TO_MOVE or old[at].kind == "heading":
            same[old[at].key].append(at)
    for other in came:
        if there := same.get(new[other].key):
            yield there.popleft(), other


def _find_moved_and_changed(
    old: Sequence[AlignmentPart],
    new: Sequence[AlignmentPart],
    gone: Iterable[int],
    came: Iterable[int],
    budget: MatchBudget,
) -> Iterator[tuple[int, int]]:
    """What left one place and stands changed at another: with its anchor, or alike."""
    anchors = {old[at].anchor: at for at in gone if old[at].anchor}
    named = {anchors[new[other].anchor]: other for other in came if new[other].anchor in anchors}
    yield from named.items()
    candidates = {at for at in gone if old[at].movable and at not in named}
    taken = set(named.values())
    for other in came:
        if other in taken or not candidates or not new[other].movable or not budget.take(20 * len(candidates)):
            continue
        best = max(sorted(candidates), key=lambda at: _likeness(old[at], new[other]))
        if _likeness(old[best], new[other]) >= _MIN_LIKENESS_MOVED:
            candidates.remove(best)
            yield best, other
