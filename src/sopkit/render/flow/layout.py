"""The layout of a flow picture in pixels: a column per lane, a row per step, edges on tracks in between."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from sopkit.render.flow.graph import OUTSIDE, FlowEdge, FlowGraph, FlowNode
from sopkit.tables.text_width import shorten_text, text_width, wrap_text

TEXT, SMALL, LINE, SMALL_LINE = 13, 11, 17, 14
PAD, ROW_PAD, ENTRY = 6, 4, 14
BOLD = 1.15
MAX_STEP_NUMBER = 8


class EdgeRowBox(NamedTuple):
    """One way out as written in its box: its words, the place that it names, and how far down its line leaves."""

    way: FlowEdge
    lines: tuple[str, ...]
    goal: str
    y: int


class FlowBox(NamedTuple):
    """A step (or the end, whose `node` is None) with all that is written in it; `y` is its top edge.

    `beside` tells that the badge has room beside the number.
    """

    node: FlowNode | None
    lane: int
    x: int
    y: int
    w: int
    h: int
    lines: tuple[str, ...] = ()
    badge: tuple[str, ...] = ()
    beside: bool = False
    who: tuple[str, ...] = ()
    rows: tuple[EdgeRowBox, ...] = ()


class LaneHeader(NamedTuple):
    """The name of a lane above its column."""

    lane: int
    x: int
    y: int
    w: int
    h: int
    lines: tuple[str, ...]


class EdgeLine(NamedTuple):
    """The line of a way: its corners, the last one at the edge of the box that it leads to.

    `back` leads to an earlier step or to the same; `joins` runs into a line that comes from farther away.
    """

    points: tuple[tuple[int, int], ...]
    source: int
    target: int
    back: bool = False
    joins: bool = False


@dataclass(frozen=True, slots=True)
class PrintBand:
    """A part of the picture that stays on one printed page, under a head of its own: boxes `first` up to `last`."""

    top: int
    bottom: int
    first: int
    last: int
    heads: tuple[LaneHeader, ...]


@dataclass(frozen=True, slots=True)
class FlowLayout:
    """Everything of a picture, in pixels from its upper left corner."""

    width: int
    columns: tuple[tuple[int, int], ...]
    boxes: tuple[FlowBox, ...]
    lines: tuple[EdgeLine, ...]
    bands: tuple[PrintBand, ...]

    @property
    def height(self) -> int:
        """From the first head to the foot."""
        return self.bands[-1].bottom


def number_width(node: FlowNode) -> int:
    """The pixels that the number of a step takes with the sign of a decision."""
    return int(text_width(shorten_text(node.number, MAX_STEP_NUMBER), TEXT) * BOLD) + (20 if node.decides else 4)


def badge_width(lines: tuple[str, ...]) -> int:
    """The pixels that a badge takes."""
    return int(max(text_width(words, SMALL) for words in lines)) + 2 * PAD


TRACK = 10
"""Pixels from one track to the next."""
_MARGIN = 8
_EMPTY_GUTTER = 4


@dataclass(frozen=True, slots=True)
class EdgeBundle:
    """Lines in one gutter to the same box: they share a track, but those that lead back are apart, being dashed."""

    gutter: int
    target: int
    back: bool


@dataclass(frozen=True, slots=True)
class GutterTracks:
    """The track of each trunk, counted from the left of its gutter, and how many each gutter has."""

    slots: dict[EdgeBundle, int] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)

    def room(self, gutter: int) -> int:
        """The width of a gutter in pixels."""
        count = self.counts.get(gutter, 0)
        return TRACK * count + _MARGIN if count else _EMPTY_GUTTER


def bundle_of(lane: int, goal_lane: int, at: int, to: int) -> EdgeBundle:
    """The trunk of a line: beside the lane it leads to, on the side from which it comes.

    In one and the same lane what leads ahead goes on the right, what leads back on the left.
    """
    back = to <= at
    left = lane < goal_lane or (lane == goal_lane and back)
    return EdgeBundle(goal_lane if left else goal_lane + 1, to, back)


def assign_tracks(graph: FlowGraph, lanes: Sequence[int]) -> GutterTracks:
    """The tracks of a graph whose boxes stand in these lanes: short lines nearest to the boxes that they lead to."""
    spans: dict[EdgeBundle, tuple[int, int]] = {}
    edges = [(at, way.to) for at, node in enumerate(graph.nodes) for way in node.ways]
    for at, to in [(at, to) for at, to in edges if to not in {OUTSIDE, at + 1}]:
        trunk = bundle_of(lanes[at], lanes[to], at, to)
        low, high = spans.get(trunk, (to, to))
        spans[trunk] = (min(low, at), max(high, at))
    tracks = GutterTracks()
    for gutter in sorted({trunk.gutter for trunk in spans}):
        own = [trunk for trunk in spans if trunk.gutter == gutter]
        from_left = _lowest_free_tracks([trunk for trunk in own if lanes[trunk.target] < gutter], spans)
        from_right = _lowest_free_tracks([trunk for trunk in own if lanes[trunk.target] >= gutter], spans)
        count = max(from_left.values(), default=-1) + max(from_right.values(), default=-1) + 2
        tracks.counts[gutter] = count
        tracks.slots.update(from_left)
        tracks.slots.update({trunk: count - 1 - slot for trunk, slot in from_right.items()})
    return tracks


def _lowest_free_tracks(
    trunks: Sequence[EdgeBundle], spans: dict[EdgeBundle, tuple[int, int]]
) -> dict[EdgeBundle, int]:
    """The lowest track for each that no other takes in the same rows."""
    taken: list[list[tuple[int, int]]] = []
    slots: dict[EdgeBundle, int] = {}
    for trunk in sorted(trunks, key=lambda trunk: (spans[trunk][1] - spans[trunk][0], spans[trunk], trunk.back)):
        low, high = spans[trunk]
        free = (slot for slot, rows in enumerate(taken) if all(high < first or last < low for first, last in rows))
        slot = next(free, len(taken))
        if slot == len(taken):
            taken.append([])
        taken[slot].append((low, high))
        slots[trunk] = slot
    return slots


INSET, GAP, HEAD_GAP = 7, 26, 22
_END_SIZE = (60, 24)
_MIN_COLUMN = 150
_ROOM, _NARROWEST, _WIDEST = 720, 128, 300
_PAGE, _WIDE_PAGE = (670, 900), (1000, 590)
"""Width and height in pixels of what an A4 page holds, upright and lying."""
MAX_WIDTH = 1150
"""From this width on a picture is printed lying: upright its letters would be smaller than 6 points."""
_MAX_BAND_HEIGHT = 1200
"""Bands above this height are halved, so that the heads are seen on a screen too; a page then holds two."""


def compute_flow_layout(graph: FlowGraph) -> FlowLayout:
    """Where the boxes and lines of a graph stand."""
    lanes = [node.lane for node in graph.nodes]
    if any(way.to == len(lanes) for node in graph.nodes for way in node.ways):
        lanes.append(lanes[-1])
    tracks = assign_tracks(graph, lanes)
    rooms = [tracks.room(gutter) for gutter in range(len(graph.lanes) + 1)]
    wide = min(max((_ROOM - sum(rooms)) // len(graph.lanes), _NARROWEST), _WIDEST)
    columns = [(left + wide * lane, wide) for lane, left in enumerate(accumulate(rooms[:-1]))]
    boxes = [_box(graph, at, columns[lane]) for at, lane in enumerate(lanes)]
    total = columns[-1][0] + columns[-1][1] + tracks.room(len(columns))
    placed, bands = _place_boxes(boxes, graph.lanes, columns, total)
    lines = [*_line_to_next(graph, placed, bands, columns), *_line_of_jump(graph, placed, tracks, columns)]
    return FlowLayout(total, tuple(columns), tuple(placed), tuple(lines), tuple(bands))


def _box(graph: FlowGraph, at: int, column: tuple[int, int]) -> FlowBox:
    left, wide = column
    if at == len(graph.nodes):
        return FlowBox(None, graph.nodes[-1].lane, left + (wide - _END_SIZE[0]) // 2, 0, *_END_SIZE)
    node = graph.nodes[at]
    room = wide - 2 * (INSET + PAD)
    here = not node.actor or graph.lanes[node.lane].casefold() == node.actor.casefold()
    who = () if here else wrap_text(node.actor, room, SMALL, 2)
    lines = wrap_text(node.text, room, TEXT, 4 if room < _MIN_COLUMN else 3)
    limits = " · ".join(node.limits)
    beside = bool(limits) and number_width(node) + badge_width((limits,)) <= room
    badge = ((limits,) if beside else wrap_text(limits, room - 2 * PAD, SMALL, 2)) if limits else ()
    height = 2 * PAD + LINE + SMALL_LINE * len(who) + LINE * len(lines)
    height += SMALL_LINE * len(badge) + PAD if badge and not beside else 0
    rows = []
    if any(way.condition or way.to != at + 1 for way in node.ways):
        for way in node.ways:
            row = _row(graph, at, way, room, height)
            height += SMALL_LINE * len(row.lines) + ROW_PAD
            rows.append(row)
        height += ROW_PAD
    return FlowBox(node, node.lane, left + INSET, 0, wide - 2 * INSET, height, lines, badge, beside, who, tuple(rows))


def _row(graph: FlowGraph, at: int, way: FlowEdge, room: int, top: int) -> EdgeRowBox:
    """A way as its box says it, with a sign for the direction: on, ahead, back, here again, out."""
    if way.to == OUTSIDE:
        goal = wrap_text(f"↗ {way.leaves_for}", room - PAD, SMALL, 1)[0]
    else:
        name = graph.say("end").casefold() if way.to == len(graph.nodes) else graph.nodes[way.to].number
        sign = "↓" if way.to == at + 1 else "→" if way.to > at else "↻" if way.to == at else "↑"
        goal = f"{sign} {name}"
    lines = wrap_text(way.condition, room, SMALL, 2) if way.condition else ("",)
    if lines[-1] and text_width(f"{lines[-1]}  {goal}", SMALL) * BOLD > room:
        lines = (*lines, "")
    y = top + ROW_PAD + SMALL_LINE * (len(lines) - 1) + SMALL_LINE // 2
    return EdgeRowBox(way, lines, goal, y)


def _place_boxes(
    boxes: Sequence[FlowBox], names: Sequence[str], columns: Sequence[tuple[int, int]], total: int
) -> tuple[list[FlowBox], list[PrintBand]]:
    """The boxes below each other, cut into bands that fit a printed page."""
    wide, high = _WIDE_PAGE if total > MAX_WIDTH else _PAGE
    page = int(high * max(1, total / wide))
    limit = page if page <= _MAX_BAND_HEIGHT else page // 2
    heads = [wrap_text(name, column - INSET, SMALL * BOLD, 3) for name, (_, column) in zip(names, columns, strict=True)]
    tall = max(map(len, heads)) * SMALL_LINE + 2 * ROW_PAD
    placed: list[FlowBox] = []
    bands: list[PrintBand] = []
    top, first, y = 0, 0, tall + HEAD_GAP
    for at, box in enumerate(boxes):
        over = y + box.h > top + limit + (box.h + GAP if box.node is None else 0)
        if over and at > first:
            y += HEAD_GAP - GAP
            bands.append(PrintBand(top, y, first, at, _lane_headers(heads, columns, top, tall)))
            top, first, y = y, at, y + tall + HEAD_GAP
        placed.append(box._replace(y=y))
        y += box.h + GAP
    bands.append(PrintBand(top, y - GAP + INSET, first, len(boxes), _lane_headers(heads, columns, top, tall)))
    return placed, bands


def _lane_headers(
    heads: Sequence[tuple[str, ...]], columns: Sequence[tuple[int, int]], top: int, tall: int
) -> tuple[LaneHeader, ...]:
    return tuple(
        LaneHeader(lane, x + INSET, top + 2, wide - 2 * INSET, tall, lines)
        for lane, (lines, (x, wide)) in enumerate(zip(heads, columns, strict=True))
    )


def _line_to_next(
    graph: FlowGraph, boxes: Sequence[FlowBox], bands: Sequence[PrintBand], columns: Sequence[tuple[int, int]]
) -> Iterator[EdgeLine]:
    """The lines to the next step: through the gap below, and beside the heads where a band ends."""
    heads = {band.first: band.heads[0] for band in bands[1:]}
    for at, node in enumerate(graph.nodes):
        if not any(way.to == at + 1 for way in node.ways):
            continue
        box, after = boxes[at], boxes[at + 1]
        start, end = box.x + box.w // 2, after.x + after.w // 2
        middle = box.y + box.h + GAP // 2 - 2
        corners = [(start, box.y + box.h), (start, middle)]
        if head := heads.get(at + 1):
            beside = columns[after.lane][0] + INSET // 2
            middle = head.y + head.h + HEAD_GAP // 2 - 4
            corners += [(beside, corners[-1][1]), (beside, middle)]
        corners += [(end, middle), (end, after.y)]
        yield EdgeLine(_simplify(corners), at, at + 1)


def _line_of_jump(
    graph: FlowGraph, boxes: Sequence[FlowBox], tracks: GutterTracks, columns: Sequence[tuple[int, int]]
) -> Iterator[EdgeLine]:
    """The lines to other steps: out of the side, along a gutter, into the side."""
    out = [
        (at, row, bundle_of(node.lane, boxes[row.way.to].lane, at, row.way.to))
        for at, node in enumerate(graph.nodes)
        for row in boxes[at].rows
        if row.way.to not in {OUTSIDE, at + 1}
    ]
    far: dict[EdgeBundle, int] = {}
    for at, row, trunk in out:
        far[trunk] = max(far.get(trunk, 0), abs(boxes[at].y + row.y - _entry(boxes[row.way.to])))
    for at, row, trunk in out:
        box, goal = boxes[at], boxes[row.way.to]
        start = 0 if not trunk.gutter else sum(columns[trunk.gutter - 1])
        x = start + TRACK * tracks.slots[trunk] + TRACK - 1
        side = box.x + box.w if trunk.gutter > box.lane else box.x
        into = goal.x + goal.w if trunk.gutter > goal.lane else goal.x
        level = box.y + row.y
        corners = [(side, level), (x, level), (x, _entry(goal)), (into, _entry(goal))]
        joins = abs(level - _entry(goal)) < far[trunk]
        yield EdgeLine(_simplify(corners), at, row.way.to, trunk.back, joins)


def _entry(box: FlowBox) -> int:
    """The height at which lines reach a box from its side."""
    return box.y + min(ENTRY, box.h // 2)


def _simplify(corners: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    kept: list[tuple[int, int]] = []
    for corner in dict.fromkeys(corners):
        if len(kept) > 1 and any(kept[-2][axis] == kept[-1][axis] == corner[axis] for axis in (0, 1)):
            kept.pop()
        kept.append(corner)
    return tuple(kept)
