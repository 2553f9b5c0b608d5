"""Where everything of a flow picture stands: a column a lane, a row a step, lines in the gutters between columns.

One row holds one box only, so a line may leave and reach a box from its side; it goes up and down in the gutters
and, towards the next step, in the gap between two rows. That is why no line can cross a box.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate

from sopkit.render.flow.drawing import (
    BOLD,
    ENTRY,
    LINE,
    PAD,
    ROW_PAD,
    SMALL,
    SMALL_LINE,
    TEXT,
    Band,
    Box,
    LaneHead,
    Layout,
    WayLine,
    WayRow,
    badge_room,
    number_room,
)
from sopkit.render.flow.graph import LEAVES, Graph, Way
from sopkit.render.flow.tracks import TRACK, Tracks, Trunk, gutters_of, trunk_of
from sopkit.tables.text_width import text_width, wrap_text

INSET, GAP, HEAD_GAP = 7, 26, 22
_END_SIZE = (60, 24)
_SLIM = 150
_ROOM, _NARROWEST, _WIDEST = 720, 128, 300
_PAGE, _WIDE_PAGE = (670, 900), (1000, 590)
"""Width and height in pixels of what an A4 page holds, upright and lying."""
WIDE = 1150
"""From this width on a picture is printed lying: upright its letters would be smaller than 6 points."""
_TALL = 1200
"""Bands above this height are halved, so that the heads are seen on a screen too; a page then holds two."""


def layout(graph: Graph) -> Layout:
    """Where the boxes and lines of a graph stand."""
    lanes = [node.lane for node in graph.nodes]
    if any(way.to == len(lanes) for node in graph.nodes for way in node.ways):
        lanes.append(lanes[-1])
    tracks = gutters_of(graph, lanes)
    columns = _columns(tracks, len(graph.lanes))
    boxes = [_box(graph, at, columns[lane]) for at, lane in enumerate(lanes)]
    total = columns[-1][0] + columns[-1][1] + tracks.room(len(columns))
    placed, bands = _placed(boxes, graph.lanes, columns, total)
    lines = [*_onward(graph, placed, bands, columns), *_jumping(graph, placed, tracks, columns)]
    return Layout(total, tuple(columns), tuple(placed), tuple(lines), tuple(bands))


def _columns(tracks: Tracks, lanes: int) -> list[tuple[int, int]]:
    """Left edge and width of each lane."""
    rooms = [tracks.room(gutter) for gutter in range(lanes + 1)]
    wide = min(max((_ROOM - sum(rooms)) // lanes, _NARROWEST), _WIDEST)
    starts = list(accumulate(rooms))
    return [(starts[lane] + wide * lane, wide) for lane in range(lanes)]


def _box(graph: Graph, at: int, column: tuple[int, int]) -> Box:
    """A box at the top of its column."""
    left, wide = column
    if at == len(graph.nodes):
        return Box(None, graph.nodes[-1].lane, left + (wide - _END_SIZE[0]) // 2, 0, *_END_SIZE)
    node = graph.nodes[at]
    room = wide - 2 * (INSET + PAD)
    here = not node.actor or graph.lanes[node.lane].casefold() == node.actor.casefold()
    who = () if here else wrap_text(node.actor, room, SMALL, 2)
    lines = wrap_text(node.text, room, TEXT, 4 if room < _SLIM else 3)
    said = " · ".join(node.limits)
    beside = bool(said) and number_room(node) + badge_room((said,)) <= room
    badge = ((said,) if beside else wrap_text(said, room - 2 * PAD, SMALL, 2)) if said else ()
    height = 2 * PAD + LINE + SMALL_LINE * len(who) + LINE * len(lines)
    height += SMALL_LINE * len(badge) + PAD if badge and not beside else 0
    rows = []
    if any(way.said or way.to != at + 1 for way in node.ways):
        for way in node.ways:
            row = _row(graph, at, way, room, height)
            height += SMALL_LINE * len(row.lines) + ROW_PAD
            rows.append(row)
        height += ROW_PAD
    return Box(node, node.lane, left + INSET, 0, wide - 2 * INSET, height, lines, badge, beside, who, tuple(rows))


def _row(graph: Graph, at: int, way: Way, room: int, top: int) -> WayRow:
    goal = _goal_of(graph, at, way)
    said = wrap_text(way.said, room, SMALL, 2) if way.said else ("",)
    if way.to == LEAVES:
        goal = wrap_text(goal, room - PAD, SMALL, 1)[0]
    if said[-1] and text_width(f"{said[-1]}  {goal}", SMALL) * BOLD > room:
        said = (*said, "")
    y = top + ROW_PAD + SMALL_LINE * (len(said) - 1) + SMALL_LINE // 2
    return WayRow(way, said, goal, y)


def _goal_of(graph: Graph, at: int, way: Way) -> str:
    """Where a way leads, with a sign for the direction: on, ahead, back, here again, out."""
    if way.to == LEAVES:
        return f"↗ {way.leaves_for}"
    name = graph.say("end").casefold() if way.to == len(graph.nodes) else graph.nodes[way.to].number
    sign = "↓" if way.to == at + 1 else "→" if way.to > at else "↻" if way.to == at else "↑"
    return f"{sign} {name}"


def _placed(
    boxes: Sequence[Box], names: Sequence[str], columns: Sequence[tuple[int, int]], total: int
) -> tuple[list[Box], list[Band]]:
    """The boxes below each other, cut into bands that fit a printed page."""
    wide, high = _WIDE_PAGE if total > WIDE else _PAGE
    page = int(high * max(1, total / wide))
    limit = page if page <= _TALL else page // 2
    said = [wrap_text(name, column - INSET, SMALL * BOLD, 3) for name, (_, column) in zip(names, columns, strict=True)]
    tall = max(map(len, said)) * SMALL_LINE + 2 * ROW_PAD
    placed: list[Box] = []
    bands: list[Band] = []
    top, first, y = 0, 0, tall + HEAD_GAP
    for at, box in enumerate(boxes):
        over = y + box.h > top + limit + (box.h + GAP if box.node is None else 0)
        if over and at > first:
            y += HEAD_GAP - GAP
            bands.append(Band(top, y, first, at, _heads(said, columns, top, tall)))
            top, first, y = y, at, y + tall + HEAD_GAP
        placed.append(box._replace(y=y))
        y += box.h + GAP
    bands.append(Band(top, y - GAP + INSET, first, len(boxes), _heads(said, columns, top, tall)))
    return placed, bands


def _heads(
    said: Sequence[tuple[str, ...]], columns: Sequence[tuple[int, int]], top: int, tall: int
) -> tuple[LaneHead, ...]:
    return tuple(
        LaneHead(lane, x + INSET, top + 2, wide - 2 * INSET, tall, lines)
        for lane, (lines, (x, wide)) in enumerate(zip(said, columns, strict=True))
    )


def _onward(
    graph: Graph, boxes: Sequence[Box], bands: Sequence[Band], columns: Sequence[tuple[int, int]]
) -> Iterator[WayLine]:
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
        yield WayLine(_straight(corners), at, at + 1)


def _jumping(
    graph: Graph, boxes: Sequence[Box], tracks: Tracks, columns: Sequence[tuple[int, int]]
) -> Iterator[WayLine]:
    """The lines to other steps: out of the side, along a gutter, into the side."""
    out = [
        (at, row, trunk_of(node.lane, boxes[row.way.to].lane, at, row.way.to))
        for at, node in enumerate(graph.nodes)
        for row in boxes[at].rows
        if row.way.to not in {LEAVES, at + 1}
    ]
    far: dict[Trunk, int] = {}
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
        yield WayLine(_straight(corners), at, row.way.to, trunk.back, joins)


def _entry(box: Box) -> int:
    """The height at which lines reach a box from its side."""
    return box.y + min(ENTRY, box.h // 2)


def _straight(corners: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The corners without those at which nothing turns."""
    kept: list[tuple[int, int]] = []
    for corner in dict.fromkeys(corners):
        if len(kept) > 1 and any(kept[-2][axis] == kept[-1][axis] == corner[axis] for axis in (0, 1)):
            kept.pop()
        kept.append(corner)
    return tuple(kept)
