"""Where the things of a trace stand in its picture: in columns by how far they are from the subject."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sopkit.tables.text_width import wrap_text
from sopkit.tracing.about import called
from sopkit.tracing.told import Direction, EdgeRow, NodeRow

WIDE, GAP, EDGE = 220, 64, 16
PAD, LINE, SMALL_LINE = 8, 17, 15
TEXT, SMALL = 13, 11
_BOLD = 1.15
_BETWEEN = 14

Place = tuple[Direction | None, str, str]
"""A thing on one side of the subject: the side (None for the subject), kind and id."""

Pair = tuple[Place, Place]
"""The left and the right end of an edge."""


@dataclass(frozen=True, slots=True)
class Box:
    """One thing as it is drawn; `y` is its top edge.

    `said` is what it is to those between it and the subject, `note` what else is known.
    """

    side: Direction | None
    node: NodeRow
    x: int
    y: int
    h: int
    said: tuple[str, ...]
    head: tuple[str, ...]
    lines: tuple[str, ...]
    note: tuple[str, ...]

    @property
    def middle(self) -> int:
        """The height of its middle."""
        return self.y + self.h // 2


@dataclass(frozen=True, slots=True)
class Line:
    """The edges between two boxes."""

    left: Box
    right: Box


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything of a picture, in pixels from its upper left corner; the subject is the first box."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def layout(nodes: Sequence[NodeRow], edges: Sequence[EdgeRow]) -> Layout:
    """The picture of a trace. An edge is left out where a longer way leads from one end to the other."""
    subject: Place = (None, nodes[0].kind, nodes[0].id)
    ends = {edge: _ends(edge, subject) for edge in edges}
    columns = _columns(subject, ends.values())
    kept = {edge: pair for edge, pair in ends.items() if not _longer_way(pair, columns, ends.values())}
    known = {(str(node.kind), node.id): node for node in nodes}
    drafts = {place: _draft(place[0], known[place[1:]], _relations(place, kept)) for place in columns}
    boxes = _placed(drafts, columns, kept.values())
    lines = tuple(Line(boxes[left], boxes[right]) for left, right in dict.fromkeys(kept.values()))
    wide = max(box.x for box in boxes.values()) + WIDE + EDGE
    return Layout(wide, max(box.y + box.h for box in boxes.values()) + EDGE, tuple(boxes.values()), lines)


def _ends(edge: EdgeRow, subject: Place) -> Pair:
    def place(kind: str, name: str) -> Place:
        return subject if (kind, name) == subject[1:] else (edge.direction, kind, name)

    return place(edge.from_kind, edge.from_id), place(edge.to_kind, edge.to_id)


def _columns(subject: Place, pairs: Iterable[Pair]) -> dict[Place, int]:
    """How many columns to the right of the subject each thing stands, to the left below 0; the longest way counts."""
    found = {subject: 0}
    some = list(pairs)
    for _ in some:  # no way is longer than all edges together
        before = dict(found)
        for left, right in some:
            if right[0] is Direction.DOWNSTREAM and left in found:
                found[right] = max(found.get(right, 0), found[left] + 1)
            elif left[0] is Direction.UPSTREAM and right in found:
                found[left] = min(found.get(left, 0), found[right] - 1)
        if found == before:
            break
    return found


def _longer_way(pair: Pair, columns: Mapping[Place, int], pairs: Iterable[Pair]) -> bool:
    """Whether another way than the edge itself leads from its left end to its right end."""
    if columns[pair[1]] - columns[pair[0]] == 1:
        return False
    after: dict[Place, list[Place]] = {}
    for left, right in pairs:
        if (left, right) != pair:
            after.setdefault(left, []).append(right)
    reached, ahead = {pair[0]}, [pair[0]]
    while ahead:
        further = [place for place in after.get(ahead.pop(), ()) if place not in reached]
        reached.update(further)
        ahead += further
    return pair[1] in reached


def _relations(place: Place, kept: Mapping[EdgeRow, Pair]) -> tuple[str, ...]:
    """What a thing is to those between it and the subject, each relation once; nothing for the subject."""
    if place[0] is None:
        return ()
    own = 0 if place[0] is Direction.UPSTREAM else 1
    return tuple(dict.fromkeys(edge.relation for edge, pair in kept.items() if pair[own] == place))


def _draft(side: Direction | None, node: NodeRow, relations: Sequence[str]) -> Box:
    room = WIDE - 2 * PAD
    said = wrap_text(", ".join(relations), room, SMALL, 1) if relations else ()
    head = wrap_text(called(node.kind, node.name), room, TEXT * _BOLD, 2)
    lines = wrap_text(node.title, room, TEXT, 3) if node.title else ()
    note = wrap_text(node.note, room, SMALL, 2) if node.note else ()
    high = 2 * PAD + LINE * (len(head) + len(lines)) + SMALL_LINE * (len(said) + len(note))
    return Box(side, node, 0, 0, high, said, head, lines, note)


def _placed(drafts: Mapping[Place, Box], columns: Mapping[Place, int], pairs: Iterable[Pair]) -> dict[Place, Box]:
    """The boxes in their columns, each as near to the height of its inner neighbours as the others let it."""
    inner: dict[Place, list[Place]] = {}
    for left, right in pairs:
        outer, nearer = (left, right) if left[0] is Direction.UPSTREAM else (right, left)
        inner.setdefault(outer, []).append(nearer)
    left_most = min(columns.values())
    placed: dict[Place, Box] = {}
    for column in sorted(set(columns.values()), key=abs):
        wanted = {place: _wish(inner.get(place, ()), placed) for place in drafts if columns[place] == column}
        x = EDGE + (column - left_most) * (WIDE + GAP)
        placed |= _stacked(
            {place: replace(drafts[place], x=x) for place in sorted(wanted, key=wanted.__getitem__)}, wanted
        )
    top = min(box.y for box in placed.values()) - EDGE
    return {place: replace(placed[place], y=placed[place].y - top) for place in drafts}


def _wish(nearer: Sequence[Place], placed: Mapping[Place, Box]) -> float:
    return sum(placed[place].middle for place in nearer) / len(nearer) if nearer else 0


def _stacked(boxes: Mapping[Place, Box], wanted: Mapping[Place, float]) -> dict[Place, Box]:
    """The boxes of a column from top to bottom, moved together so that on the whole they stand where they want to."""
    found: dict[Place, Box] = {}
    bottom: float | None = None
    for place, box in boxes.items():
        y = wanted[place] - box.h / 2
        y = y if bottom is None else max(y, bottom + _BETWEEN)
        found[place], bottom = replace(box, y=int(y)), y + box.h
    shift = sum(wanted[place] - box.middle for place, box in found.items()) / len(found)
    return {place: replace(box, y=box.y + int(shift)) for place, box in found.items()}
