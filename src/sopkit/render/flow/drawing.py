"""What a flow picture is made of, in pixels: the sizes of its letters and gaps, and its boxes, lines and heads.

They are tuples, because every page makes dozens of them.
"""

from dataclasses import dataclass
from typing import NamedTuple

from sopkit.render.flow.graph import Node, Way
from sopkit.tables.text_width import shorten_text, text_width

TEXT, SMALL, LINE, SMALL_LINE = 13, 11, 17, 14
PAD, ROW_PAD, ENTRY = 6, 4, 14
BOLD = 1.15
MOST_NUMBER = 8


class WayRow(NamedTuple):
    """One way out as written in its box: its words, the place that it names, and how far down its line leaves."""

    way: Way
    lines: tuple[str, ...]
    goal: str
    y: int


class Box(NamedTuple):
    """A step (or the end, whose `node` is None) with all that is written in it; `y` is its top edge.

    `beside` tells that the badge has room beside the number.
    """

    node: Node | None
    lane: int
    x: int
    y: int
    w: int
    h: int
    lines: tuple[str, ...] = ()
    badge: tuple[str, ...] = ()
    beside: bool = False
    who: tuple[str, ...] = ()
    rows: tuple[WayRow, ...] = ()


class LaneHead(NamedTuple):
    """The name of a lane above its column."""

    lane: int
    x: int
    y: int
    w: int
    h: int
    lines: tuple[str, ...]


class WayLine(NamedTuple):
    """The line of a way: its corners, the last one at the edge of the box that it leads to.

    `back` leads to an earlier step or to the same; `joins` runs into a line that comes from farther away.
    """

    points: tuple[tuple[int, int], ...]
    source: int
    target: int
    back: bool = False
    joins: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """A part of the picture that stays on one printed page, under a head of its own: boxes `first` up to `last`."""

    top: int
    bottom: int
    first: int
    last: int
    heads: tuple[LaneHead, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything of a picture, in pixels from its upper left corner."""

    width: int
    columns: tuple[tuple[int, int], ...]
    boxes: tuple[Box, ...]
    lines: tuple[WayLine, ...]
    bands: tuple[Band, ...]

    @property
    def height(self) -> int:
        """From the first head to the foot."""
        return self.bands[-1].bottom


def number_room(node: Node) -> int:
    """The pixels that the number of a step takes with the sign of a decision."""
    return int(text_width(shorten_text(node.number, MOST_NUMBER), TEXT) * BOLD) + (20 if node.decides else 4)


def badge_room(lines: tuple[str, ...]) -> int:
    """The pixels that a badge takes."""
    return int(max(text_width(words, SMALL) for words in lines)) + 2 * PAD
