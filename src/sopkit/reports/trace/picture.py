"""A trace as one SVG file: layout in columns by distance from the subject, and drawing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from statistics import fmean

from sopkit.model.errors import SopkitError
from sopkit.reports.trace.rows import Direction, EdgeRow, NodeRow, display_name
from sopkit.tables.text_width import clean_text, shorten_text, wrap_text

WIDE, GAP, EDGE = 220, 64, 16
PAD, LINE, SMALL_LINE = 8, 17, 15
TEXT, SMALL = 13, 11
_BOLD = 1.15
_BETWEEN = 14

BoxKey = tuple[Direction | None, str, str]
"""A thing on one side of the subject: the side (None for the subject), kind and id."""

BoxPair = tuple[BoxKey, BoxKey]
"""The left and the right end of an edge."""


@dataclass(frozen=True, slots=True)
class TraceBox:
    """One thing as it is drawn; `y` is its top edge.

    `relations` is what it is to those between it and the subject, `note` what else is known.
    """

    side: Direction | None
    node: NodeRow
    x: int
    y: int
    h: int
    relations: tuple[str, ...]
    head: tuple[str, ...]
    lines: tuple[str, ...]
    note: tuple[str, ...]

    @property
    def middle(self) -> int:
        """The height of its middle."""
        return self.y + self.h // 2


@dataclass(frozen=True, slots=True)
class TraceConnector:
    """The edges between two boxes."""

    left: TraceBox
    right: TraceBox


@dataclass(frozen=True, slots=True)
class TraceLayout:
    """Everything of a picture, in pixels from its upper left corner; the subject is the first box."""

    width: int
    height: int
    boxes: tuple[TraceBox, ...]
    lines: tuple[TraceConnector, ...]


def compute_trace_layout(nodes: Sequence[NodeRow], edges: Sequence[EdgeRow]) -> TraceLayout:
    """The picture of a trace. An edge is left out where a longer way leads from one end to the other."""
    subject: BoxKey = (None, nodes[0].kind, nodes[0].id)

    def place(edge: EdgeRow, kind: str, name: str) -> BoxKey:
        return subject if (kind, name) == subject[1:] else (edge.direction, kind, name)

    ends = {edge: (place(edge, edge.from_kind, edge.from_id), place(edge, edge.to_kind, edge.to_id)) for edge in edges}
    columns = _column_numbers(subject, ends.values())
    drawn = {edge: pair for edge, pair in ends.items() if not _has_longer_path(pair, columns, ends.values())}
    known = {(str(node.kind), node.id): node for node in nodes}
    relations: dict[BoxKey, dict[str, None]] = {}
    for edge, (left, right) in drawn.items():
        relations.setdefault(left if edge.direction is Direction.UPSTREAM else right, {})[edge.relation] = None
    drafts = {key: _draft_box(key[0], known[key[1:]], relations.get(key, {})) for key in columns}
    boxes = _place_boxes(drafts, columns, drawn.values())
    lines = tuple(TraceConnector(boxes[left], boxes[right]) for left, right in dict.fromkeys(drawn.values()))
    wide = max(box.x for box in boxes.values()) + WIDE + EDGE
    return TraceLayout(wide, max(box.y + box.h for box in boxes.values()) + EDGE, tuple(boxes.values()), lines)


def _column_numbers(subject: BoxKey, pairs: Iterable[BoxPair]) -> dict[BoxKey, int]:
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


def _has_longer_path(pair: BoxPair, columns: Mapping[BoxKey, int], pairs: Iterable[BoxPair]) -> bool:
    """Whether another way than the edge itself leads from its left end to its right end."""
    if columns[pair[1]] - columns[pair[0]] == 1:
        return False
    after: dict[BoxKey, list[BoxKey]] = {}
    for left, right in pairs:
        if (left, right) != pair:
            after.setdefault(left, []).append(right)
    reached, ahead = {pair[0]}, [pair[0]]
    while ahead:
        further = [place for place in after.get(ahead.pop(), ()) if place not in reached]
        reached.update(further)
        ahead += further
    return pair[1] in reached


def _draft_box(side: Direction | None, node: NodeRow, relations: Iterable[str]) -> TraceBox:
    room = WIDE - 2 * PAD
    words = ", ".join(relations)
    relation = wrap_text(words, room, SMALL, 1) if words else ()
    head = wrap_text(display_name(node.kind, node.name), room, TEXT * _BOLD, 2)
    lines = wrap_text(node.title, room, TEXT, 3) if node.title else ()
    note = wrap_text(node.note, room, SMALL, 2) if node.note else ()
    high = 2 * PAD + LINE * (len(head) + len(lines)) + SMALL_LINE * (len(relation) + len(note))
    return TraceBox(side, node, 0, 0, high, relation, head, lines, note)


def _place_boxes(
    drafts: Mapping[BoxKey, TraceBox], columns: Mapping[BoxKey, int], pairs: Iterable[BoxPair]
) -> dict[BoxKey, TraceBox]:
    """The boxes in their columns, each as near to the height of its inner neighbours as the others let it."""
    inner: dict[BoxKey, list[BoxKey]] = {}
    for left, right in pairs:
        outer, nearer = (left, right) if left[0] is Direction.UPSTREAM else (right, left)
        inner.setdefault(outer, []).append(nearer)
    left_most = min(columns.values())
    placed: dict[BoxKey, TraceBox] = {}
    for column in sorted(set(columns.values()), key=abs):
        wanted = {
            place: fmean([placed[one].middle for one in inner[place]]) if place in inner else 0.0
            for place in drafts
            if columns[place] == column
        }
        x = EDGE + (column - left_most) * (WIDE + GAP)
        placed |= _stack_boxes(
            {place: replace(drafts[place], x=x) for place in sorted(wanted, key=wanted.__getitem__)}, wanted
        )
    top = min(box.y for box in placed.values()) - EDGE
    return {place: replace(placed[place], y=placed[place].y - top) for place in drafts}


def _stack_boxes(boxes: Mapping[BoxKey, TraceBox], wanted: Mapping[BoxKey, float]) -> dict[BoxKey, TraceBox]:
    """The boxes of a column from top to bottom, moved together so that on the whole they stand where they want to."""
    found: dict[BoxKey, TraceBox] = {}
    bottom: float | None = None
    for place, box in boxes.items():
        y = wanted[place] - box.h / 2
        y = y if bottom is None else max(y, bottom + _BETWEEN)
        found[place], bottom = replace(box, y=int(y)), y + box.h
    shift = sum(wanted[place] - box.middle for place, box in found.items()) / len(found)
    return {place: replace(box, y=box.y + int(shift)) for place, box in found.items()}


MAX_NODES = 200
"""Things that one picture can show; more are read in a table."""
_TIP = 7
_STYLE = """\
  svg { color-scheme: light dark; background: #fff; font-family: system-ui, -apple-system, "Segoe UI", sans-serif; }
  text { fill: #1b1f24; font-size: 13px; unicode-bidi: isolate; }
  .head { font-weight: 700; }
  .small { fill: #57606a; font-size: 11px; }
  .box { fill: #f5f7f9; stroke: #57606a; }
  .subject { fill: #fff; stroke: #0b5cad; stroke-width: 3; }
  .line { fill: none; stroke: #57606a; stroke-width: 1.5; }
  .tip { fill: #57606a; }
  @media (prefers-color-scheme: dark) {
    svg { background: #14171a; }
    text { fill: #e6e8ea; }
    .small { fill: #a0a8b0; }
    .box { fill: #1b1f24; stroke: #a0a8b0; }
    .subject { fill: #14171a; stroke: #7db7ff; }
    .line { stroke: #a0a8b0; }
    .tip { fill: #a0a8b0; }
  }
"""


def draw_svg(nodes: Sequence[NodeRow], edges: Sequence[EdgeRow]) -> str:
    """The picture. SopkitError when there are more things than one picture can show."""
    if len(nodes) > MAX_NODES:
        raise SopkitError(
            f"{len(nodes)} things are more than one picture can show",
            "trace something narrower, or take -f table or csv",
        )
    plan = compute_trace_layout(nodes, edges)
    title = f"Trace of {display_name(nodes[0].kind, nodes[0].name)}: {nodes[0].title}".rstrip(": ")
    size = f'viewBox="0 0 {plan.width} {plan.height}" width="{plan.width}" height="{plan.height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title" aria-describedby="desc">',
        f'<title id="title">{_escape(shorten_text(title, 200))}</title>',
        f'<desc id="desc">{_escape(_description(edges))}</desc>',
        f"<style>\n{_STYLE}</style>",
    ]
    for line in plan.lines:
        x, end, start, stop = line.left.x + WIDE, line.right.x, line.left.middle, line.right.middle
        bend = max((end - x) // 2, GAP // 2)
        curve = f"M{x} {start}C{x + bend} {start} {end - bend - _TIP} {stop} {end - _TIP} {stop}"
        lines.append(f'<path class="line" d="{curve}"/>')
        lines.append(f'<path class="tip" d="M{end} {stop}l{-_TIP} -4v8z"/>')
    for at, box in enumerate(plan.boxes):
        lines += _draw_box(box, "box subject" if at == 0 else "box")
    return "\n".join((*lines, "</svg>")) + "\n"


def _description(edges: Sequence[EdgeRow]) -> str:
    """Every edge in words, for who cannot see the picture."""
    sentences = [
        f"{shorten_text(edge.from_id, 80)} {edge.relation} {shorten_text(edge.to_id, 80)}{f' ({part})' if part else ''}"
        for edge in edges
        for part in [shorten_text(edge.to_title if edge.direction is Direction.DOWNSTREAM else edge.from_title, 80)]
    ]
    return ". ".join(sentences) + "." if sentences else "Nothing leads to it, and nothing follows from it."


def _draw_box(box: TraceBox, kind: str) -> Iterator[str]:
    rest = "; ".join(part for part in (box.node.title, box.node.note) if part)
    yield f"<g><title>{_escape(f'{display_name(box.node.kind, box.node.name)}: {rest}')}</title>"
    yield f'<rect class="{kind}" x="{box.x}" y="{box.y}" width="{WIDE}" height="{box.h}" rx="6"/>'
    x, y = box.x + PAD, box.y + PAD
    # What it is to the subject stands where the way begins or ends.
    texts = [("head", box.head), ("", box.lines), ("small", box.note)]
    if box.side is Direction.DOWNSTREAM:
        texts.insert(0, ("small", box.relations))
    elif box.side is Direction.UPSTREAM:
        texts.append(("small", tuple(f"{relation} →" for relation in box.relations)))
    for name, lines in texts:
        base, high = (SMALL, SMALL_LINE) if name == "small" else (TEXT, LINE)
        css = f' class="{name}"' if name else ""
        for words in lines:
            yield f'<text{css} x="{x}" y="{y + base}">{_escape(words)}</text>'
            y += high
    yield "</g>"


def _escape(words: str) -> str:
    return escape(clean_text(words), quote=False)
