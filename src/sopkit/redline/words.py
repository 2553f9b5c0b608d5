"""What happened to the words of one block."""

from collections.abc import Iterator, Sequence

from sopkit.redline.matching import Budget, matches
from sopkit.redline.model import How, Run
from sopkit.redline.units import Word

_LEAST_KEPT = 0.25
"""A block of which less of the words stays is told as one text out and another in."""


def whole(words: Sequence[Word], how: How) -> tuple[Run, ...]:
    """All words with one fate."""
    return tuple(_joined((how, word) for word in words))


def word_runs(old: Sequence[Word], new: Sequence[Word], budget: Budget) -> tuple[Run, ...]:
    """The words that stayed, left and came, in reading order; what left stands before what came in its place."""
    pairs = matches(old, new, budget, junk=_blank)
    kept = sum(_says(new[at]) for _, at in pairs)
    if kept < _LEAST_KEPT * max(sum(map(_says, old)), sum(map(_says, new))):
        return (*whole(old, How.REMOVED), *whole(new, How.ADDED))
    return tuple(_joined(_fates(old, new, _worthy(pairs, old, new))))


def _worthy(pairs: list[tuple[int, int]], old: Sequence[Word], new: Sequence[Word]) -> list[tuple[int, int]]:
    """The pairs without blanks and marks that stand alone between changes: they only chop up what is read."""
    found: list[tuple[int, int]] = []
    row: list[tuple[int, int]] = []
    for pair in [*pairs, (len(old) + 1, len(new) + 1)]:
        if row and pair != (row[-1][0] + 1, row[-1][1] + 1):
            first, last = row[0] == (0, 0), row[-1] == (len(old) - 1, len(new) - 1)
            if first or last or any(_says(new[at]) for _, at in row):
                found += row
            row = []
        row.append(pair)
    return found


def _fates(old: Sequence[Word], new: Sequence[Word], pairs: list[tuple[int, int]]) -> Iterator[tuple[How, Word]]:
    a = b = 0
    for at, other in [*pairs, (len(old), len(new))]:
        yield from ((How.REMOVED, word) for word in old[a:at])
        yield from ((How.ADDED, word) for word in new[b:other])
        if other < len(new):
            yield How.KEPT, new[other]
        a, b = at + 1, other + 1


def _joined(fates: Iterator[tuple[How, Word]]) -> Iterator[Run]:
    how = How.KEPT
    style: tuple[str, ...] = ()
    texts: list[str] = []
    for fate, word in fates:
        if texts and (fate, word.style) != (how, style):
            yield Run(how, "".join(texts), style)
            texts = []
        how, style = fate, word.style
        texts.append(word.text)
    if texts:
        yield Run(how, "".join(texts), style)


def _blank(word: Word) -> bool:
    return not word.text.strip()


def _says(word: Word) -> bool:
    return any(map(str.isalnum, word.text))
