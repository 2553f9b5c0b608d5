"""Similarity: the nearest known word to a mistyped one, names that look the same, where two sequences differ."""

import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple


def nearest(word: str, known: Iterable[str], n: int = 1, cutoff: float = 0.6) -> list[str]:
    """At most `n` of the known words that resemble `word` by at least `cutoff` (0 to 1), the most alike first."""
    from difflib import get_close_matches  # only for what is wrong

    return get_close_matches(word, list(known), n, cutoff)


def visual_key(name: str) -> str:
    """What the eye keeps of a name: no case, blanks or invisible characters, one form of each letter and dash."""
    if not name.isascii():
        plain = unicodedata.normalize("NFKC", name)
        kinds = zip(plain, map(unicodedata.category, plain), strict=True)
        name = "".join("-" if kind == "Pd" else character for character, kind in kinds if kind != "Cf")
    return "".join(name.split()).casefold()


def describe_difference(one: str, other: str) -> str:
    """By what two names differ that are alike: `case or blanks`, or also the form of characters."""
    plain = "".join(one.split()).casefold() == "".join(other.split()).casefold()
    return "case or blanks" if plain else "case, blanks or the form of characters"


_MAX_WORK = 50_000_000  # pairs of equal items, times the length: a few seconds at most


class SequenceEdit(NamedTuple):
    """Items of the first sequence, and those of the second that stand in their place."""

    start: int
    end: int
    new_start: int
    new_end: int


def diff_sequences(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[SequenceEdit] | None:
    """Where two sequences differ, in order; None where comparing them would take too long."""
    from difflib import SequenceMatcher  # few commands compare texts

    head = _common_length(zip(old, new, strict=False))
    tail = _common_length(zip(reversed(old[head:]), reversed(new[head:]), strict=False))
    one, other = old[head : len(old) - tail], new[head : len(new) - tail]
    counts = Counter(other)
    if sum(count * counts[item] for item, count in Counter(one).items()) * min(len(one), len(other)) > _MAX_WORK:
        return None
    codes = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    return [SequenceEdit(*(head + at for at in places)) for kind, *places in codes if kind != "equal"]


def _common_length(pairs: Iterator[tuple[Hashable, Hashable]]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
