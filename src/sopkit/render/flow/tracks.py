"""The tracks in the gutters between lanes, on which lines go up and down without lying on each other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sopkit.render.flow.graph import LEAVES, Graph

TRACK = 10
"""Pixels from one track to the next."""
_MARGIN = 8
_EMPTY = 4


@dataclass(frozen=True, slots=True)
class Trunk:
    """Lines in one gutter to the same box: they share a track, but those that lead back are apart, being dashed."""

    gutter: int
    target: int
    back: bool


@dataclass(frozen=True, slots=True)
class Tracks:
    """The track of each trunk, counted from the left of its gutter, and how many each gutter has."""

    slots: dict[Trunk, int] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)

    def room(self, gutter: int) -> int:
        """The width of a gutter in pixels."""
        count = self.counts.get(gutter, 0)
        return TRACK * count + _MARGIN if count else _EMPTY


def trunk_of(lane: int, goal_lane: int, at: int, to: int) -> Trunk:
    """The trunk of a line: beside the lane it leads to, on the side from which it comes.

    In one and the same lane what leads ahead goes on the right, what leads back on the left.
    """
    back = to <= at
    left = lane < goal_lane or (lane == goal_lane and back)
    return Trunk(goal_lane if left else goal_lane + 1, to, back)


def gutters_of(graph: Graph, lanes: Sequence[int]) -> Tracks:
    """The tracks of a graph whose boxes stand in these lanes: short lines nearest to the boxes that they lead to."""
    spans: dict[Trunk, tuple[int, int]] = {}
    for at, to in _jumps(graph):
        trunk = trunk_of(lanes[at], lanes[to], at, to)
        low, high = spans.get(trunk, (to, to))
        spans[trunk] = (min(low, at), max(high, at))
    tracks = Tracks()
    for gutter in sorted({trunk.gutter for trunk in spans}):
        own = [trunk for trunk in spans if trunk.gutter == gutter]
        from_left = _coloured([trunk for trunk in own if lanes[trunk.target] < gutter], spans)
        from_right = _coloured([trunk for trunk in own if lanes[trunk.target] >= gutter], spans)
        count = max(from_left.values(), default=-1) + max(from_right.values(), default=-1) + 2
        tracks.counts[gutter] = count
        tracks.slots.update(from_left)
        tracks.slots.update({trunk: count - 1 - slot for trunk, slot in from_right.items()})
    return tracks


def _jumps(graph: Graph) -> Iterator[tuple[int, int]]:
    for at, node in enumerate(graph.nodes):
        for way in node.ways:
            if way.to not in {LEAVES, at + 1}:
                yield at, way.to


def _coloured(trunks: Sequence[Trunk], spans: dict[Trunk, tuple[int, int]]) -> dict[Trunk, int]:
    """The lowest track for each that no other takes in the same rows."""
    taken: list[list[tuple[int, int]]] = []
    slots: dict[Trunk, int] = {}
    for trunk in sorted(trunks, key=lambda trunk: (spans[trunk][1] - spans[trunk][0], spans[trunk], trunk.back)):
        low, high = spans[trunk]
        free = (slot for slot, rows in enumerate(taken) if all(high < first or last < low for first, last in rows))
        slot = next(free, len(taken))
        if slot == len(taken):
            taken.append([])
        taken[slot].append((low, high))
        slots[trunk] = slot
    return slots
