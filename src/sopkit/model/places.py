"""Where the keys and values of a piece of YAML stand, worked out when somebody asks."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sopkit.model.source import Place, Source

Loc = tuple[str | int, ...]
"""The way to a value: keys of mappings and indices of lists."""


def _same(index: int) -> int:
    return index


@dataclass
class Places:
    """Places by `Loc`. `spans` are ranges of characters as the YAML parser counts them; `offset` makes them bytes."""

    source: Source = field(default_factory=lambda: Source(b""))
    offset: Callable[[int], int] = _same
    spans: dict[Loc, tuple[int, int]] = field(default_factory=dict)

    def __contains__(self, loc: Loc) -> bool:
        """Whether something stands at `loc` in the text."""
        return loc in self.spans

    def __getitem__(self, loc: Loc) -> Place:
        """Where the thing at `loc` stands. KeyError when there is none."""
        return self.of(*self.spans[loc])

    def get(self, loc: Loc) -> Place | None:
        """Where the thing at `loc` stands, or None."""
        span = self.spans.get(loc)
        return self.of(*span) if span is not None else None

    def nearest(self, loc: Loc) -> Place | None:
        """Where the thing at `loc` stands, or the nearest thing around it."""
        for size in range(len(loc), -1, -1):
            if (span := self.spans.get(loc[:size])) is not None:
                return self.of(*span)
        return None

    def of(self, first: int, last: int) -> Place:
        """The place of a range of characters, without the blanks at its end that the parser counts in."""
        start, end = self.offset(first), self.offset(last)
        return self.source.place(start, start + len(self.source.data[start:end].rstrip()))
