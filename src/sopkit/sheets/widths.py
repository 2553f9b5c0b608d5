"""How wide the columns of a sheet are, so that it can be read and printed."""

from collections.abc import Iterable, Sequence

from sopkit.model.visible import cells
from sopkit.sheets.sheet import Column

_ROOM = 190
"""Characters that a landscape page takes at three quarters of their size."""
_LEAST, _MOST = 7, 70
_LONGEST_WORD = 26
_FILTER = 3
"""Characters that the button of the filter takes."""
_MARGIN = 1.5


def column_widths(columns: Sequence[Column], rows: Iterable[Sequence[str]], printed: int | None = None) -> list[float]:
    """The width of each column for cells as they are shown: that of its texts, less where the page has no room.

    Where the columns that are `printed` have too little room, the widest of them are made narrower until all fit, but
    not than their words are.
    """
    longest = [_words(column.head) + _FILTER for column in columns]
    least = list(longest)
    seen: set[tuple[int, str]] = set()  # the same words stand in a column again and again
    for row in rows:
        for at, text in enumerate(row):
            if (len(text) > least[at] or not text.isascii()) and (at, text) not in seen:
                seen.add((at, text))
                longest[at] = max(longest[at], *map(cells, text.split("\n")))
                least[at] = max(least[at], min(_words(text), _LONGEST_WORD))
    narrow = [max(size, _LEAST) for size in least]
    wide = [min(max(size, low), _MOST) for size, low in zip(longest, narrow, strict=True)]
    cap = _MOST
    while cap > _LEAST and sum(_capped(narrow, wide, cap)[:printed]) > _ROOM:
        cap -= 1
    sizes = [*_capped(narrow, wide, cap)[:printed], *wide[len(wide) if printed is None else printed :]]
    return [size + _MARGIN for size in sizes]


def _capped(narrow: Sequence[int], wide: Sequence[int], cap: int) -> list[int]:
    return [max(low, min(high, cap)) for low, high in zip(narrow, wide, strict=True)]


def _words(text: str) -> int:
    return max(map(cells, text.split()), default=0)
