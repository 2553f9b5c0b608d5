"""Which part of one text became which part of the other: the same, alike, or moved."""

from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sopkit.redline.matching import Budget, matches
from sopkit.redline.units import Unit

_ALIKE, _ALIKE_ELSEWHERE = 0.45, 0.6
_MOST_PAIRS = 2_500
_RENAMED = {"heading", "line"}
_LEAST_TO_MOVE = 3
"""Words that a part must have to be called moved: two lines `none` are two lines."""


@dataclass(frozen=True, slots=True)
class Part:
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


class Pair(NamedTuple):
    """Indices of a part in the old and the new text; None where it is not."""

    old: int | None
    new: int | None
    moved: bool = False


def bag_of(units: Sequence[Unit]) -> Counter[str]:
    """The words of some units, whatever their case and order."""
    return Counter(word.text.casefold() for unit in units for word in unit.words if any(map(str.isalnum, word.text)))


def align(old: Sequence[Part], new: Sequence[Part], budget: Budget) -> list[Pair]:
    """Every part of both texts once, in the order of the new one, what is gone where it stood."""
    same = [*matches([part.key for part in old], [part.key for part in new], budget), (len(old), len(new))]
    gone = dict.fromkeys(range(len(old)))
    came = dict.fromkeys(range(len(new)))
    for at, other in same[:-1]:
        del gone[at], came[other]
    moved = _taken(gone, came, _elsewhere(old, new, gone, came))
    firm: list[tuple[int, int]] = []
    a = b = 0
    for at, other in same:
        olds = [index for index in range(a, at) if index in gone]
        firm += _alike(old, new, olds, [index for index in range(b, other) if index in came], budget)
        if at < len(old):
            firm.append((at, other))
        a, b = at + 1, other + 1
    for at, other in firm:
        gone.pop(at, None)
        came.pop(other, None)
    moved |= _taken(gone, came, _changed_elsewhere(old, new, gone, came, budget))
    return list(_merged(firm, gone, moved, len(old), len(new)))


def _taken(gone: dict[int, None], came: dict[int, None], pairs: Iterator[tuple[int, int]]) -> dict[int, int]:
    """The old part by the new one, both taken out of what is left."""
    moved = {other: at for at, other in list(pairs)}
    for other, at in moved.items():
        del gone[at], came[other]
    return moved


def _merged(
    firm: list[tuple[int, int]], gone: dict[int, None], moved: dict[int, int], olds: int, news: int
) -> Iterator[Pair]:
    a = b = 0
    for at, other in [*firm, (olds, news)]:
        yield from (Pair(index, None) for index in range(a, at) if index in gone)
        for index in range(b, other):
            yield Pair(moved.get(index), index, index in moved)
        if other < news:
            yield Pair(at, other)
        a, b = at + 1, other + 1


def _alike(
    old: Sequence[Part], new: Sequence[Part], olds: list[int], news: list[int], budget: Budget
) -> list[tuple[int, int]]:
    """The best way to pair what lies between two firm pairs without crossing; where that is much, line by line."""
    if not olds or not news:
        return []
    if len(olds) * len(news) > _MOST_PAIRS or not budget.take(20 * len(olds) * len(news)):
        return [
            (a, b) for a, b in zip(olds, news, strict=False) if budget.take(20) and _likeness(old[a], new[b]) >= _ALIKE
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


def _score(old: Part, new: Part, lone: set[str]) -> float:
    """How alike two parts are; 0 when they are not. What is alone among its kind on both sides may be rewritten."""
    if old.anchor and old.anchor == new.anchor:
        return 2.0
    likeness = _likeness(old, new)
    if likeness >= _ALIKE:
        return likeness
    return 0.1 if old.kind == new.kind and old.kind in lone & _RENAMED else 0.0


def _likeness(old: Part, new: Part) -> float:
    if old.kind != new.kind:
        return 0.0
    words = old.size + new.size
    return 2 * (old.bag & new.bag).total() / words if words else 1.0


def _elsewhere(
    old: Sequence[Part], new: Sequence[Part], gone: Iterable[int], came: Iterable[int]
) -> Iterator[tuple[int, int]]:
    """What left one place and stands word for word at another."""
    same: defaultdict[Hashable, deque[int]] = defaultdict(deque)
    for at in gone:
        if old[at].size >= _LEAST_TO_MOVE or old[at].kind == "heading":
            same[old[at].key].append(at)
    for other in came:
        if there := same.get(new[other].key):
            yield there.popleft(), other


def _changed_elsewhere(
    old: Sequence[Part], new: Sequence[Part], gone: Iterable[int], came: Iterable[int], budget: Budget
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
        if _likeness(old[best], new[other]) >= _ALIKE_ELSEWHERE:
            candidates.remove(best)
            yield best, other
