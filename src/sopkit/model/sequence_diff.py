"""Where two sequences differ, with a limit on the work."""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

_MAX_WORK = 50_000_000  # pairs of equal items, times the length: a few seconds at most


class SequenceEdit(NamedTuple):
    """Items of the first sequence, and those of the second that stand in their place."""

    start: int
    end: int
    new_start: int
    new_end: int


def diff_sequences(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[SequenceEdit] | None:
    """Where two sequences differ, in order; None where comparing them would take too long."""
    head = _common_length(zip(old, new, strict=False))
    tail = _common_length(zip(reversed(old[head:]), reversed(new[head:]), strict=False))
    one, other = old[head : len(old) - tail], new[head : len(new) - tail]
    counts = Counter(other)
    if sum(count * counts[item] for item, count in Counter(one).items()) * min(len(one), len(other)) > _MAX_WORK:
        return None
    codes = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    return [SequenceEdit(*(head + at for at in places)) for kind, *places in codes if kind != "equal"]


def _common_length(pairs: Iterator[tuple[Hashable, Hashable]]) -> int:
    found = 0
    for one, other in pairs:
        if one != other:
            break
        found += 1
    return found
