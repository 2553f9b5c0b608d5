"""Which items two sequences share, worked out within bounds whatever they hold."""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

_MOST_WORK = 50_000_000  # pairs of equal items, times the length: a few seconds at most


class Edit(NamedTuple):
    """Items of the first sequence, and those of the second that stand in their place."""

    start: int
    end: int
    new_start: int
    new_end: int


def edits(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Edit] | None:
    """Where two sequences differ, in order; None where comparing them would take too long."""
    head = _shared(zip(old, new, strict=False))
    tail = _shared(zip(reversed(old[head:]), reversed(new[head:]), strict=False))
    one, other = old[head : len(old) - tail], new[head : len(new) - tail]
    counts = Counter(other)
    if sum(count * counts[item] for item, count in Counter(one).items()) * min(len(one), len(other)) > _MOST_WORK:
        return None
    codes = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    return [Edit(*(head + at for at in places)) for kind, *places in codes if kind != "equal"]


def _shared(pairs: Iterator[tuple[Hashable, Hashable]]) -> int:
    found = 0
    for one, other in pairs:
        if one != other:
            break
        found += 1
    return found
