"""A trace as one SVG file, drawn as a flow: a row per item, a column per distance from the subject."""

from collections.abc import Iterable, Sequence
from html import escape

from sopkit.drawing.graph import FlowEdge, FlowGraph, FlowNode
from sopkit.drawing.layout import compute_flow_layout
from sopkit.drawing.svg import draw_band
from sopkit.model.errors import SopkitError
from sopkit.reports.trace.rows import Direction, EdgeRow, NodeRow, display_name
from sopkit.tables.text_width import clean_text, shorten_text

MAX_NODES = 200
"""Items that one picture can show; more are read in a table."""
_MAX_TARGET = 13

_STYLE = """\
  svg { color-scheme: light dark; background: #fff; font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; }
  text { fill: #1b1f24; unicode-bidi: isolate; }
  .name { font-size: 11px; font-weight: 600; text-anchor: middle; }
  .small, .goal { font-size: 11px; }
  .goal { font-weight: 600; text-anchor: end; }
  .lane { fill: #f5f7f9; }
  rect { fill: #fff; stroke: #57606a; rx: 4px; }
  .badge, .rule { stroke: #d8dee4; rx: 8px; }
  .line { fill: none; stroke: #57606a; stroke-width: 1.5; stroke-linejoin: round; }
  .back { stroke-dasharray: 5 4; }
  .tip { fill: #57606a; }
  @media (prefers-color-scheme: dark) {
    svg { background: #14171a; }
    text { fill: #e6e8ea; }
    .lane { fill: #1b1f24; }
    rect { fill: #14171a; stroke: #a0a8b0; }
    .badge, .rule { stroke: #30363c; }
    .line { stroke: #a0a8b0; }
    .tip { fill: #a0a8b0; }
  }
"""

Place = tuple[Direction | None, str, str]
"""An item on one side of the subject: the side (None for the subject), kind and id."""


def draw_svg(nodes: Sequence[NodeRow], edges: Sequence[EdgeRow]) -> str:
    """The picture. Raises SopkitError for more items than one picture can show."""
    if len(nodes) > MAX_NODES:
        raise SopkitError(
            f"{len(nodes)} things are more than one picture can show",
            "trace something narrower, or take -f table or csv",
        )
    graph = trace_graph(nodes, edges)
    plan = compute_flow_layout(graph, paged=False)
    title = f"Trace of {display_name(nodes[0].kind, nodes[0].name)}: {nodes[0].title}".rstrip(": ")
    size = f'viewBox="0 0 {plan.width} {plan.height}" width="{plan.width}" height="{plan.height}"'
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title" aria-describedby="desc">',
        f'<title id="title">{_escape(shorten_text(title, 200))}</title>',
        f'<desc id="desc">{_escape(_description(edges))}</desc>',
        f"<style>\n{_STYLE}</style>",
    )
    return "\n".join((*head, *draw_band(plan, plan.bands[0], graph.say), "</svg>")) + "\n"


def trace_graph(nodes: Sequence[NodeRow], edges: Sequence[EdgeRow]) -> FlowGraph:
    """The items in an order in which edges lead down, except in a circle; a dot marks the subject."""
    subject: Place = (None, nodes[0].kind, nodes[0].id)
    after: dict[Place, list[Place]] = {subject: []}
    relations: dict[Place, dict[tuple[str, Place], None]] = {}
    for edge in edges:
        left, right = _ends(edge, subject)
        after.setdefault(left, []).append(right)
        after.setdefault(right, [])
        relations.setdefault(left, {})[edge.relation, right] = None
    columns = _columns(subject, [(left, right) for left, some in after.items() for right in some])
    order = {place: at for at, place in enumerate(_downward(sorted(columns, key=columns.__getitem__), after))}
    rows = {(str(node.kind), node.id): node for node in nodes}
    first = min(columns.values())
    found = tuple(
        FlowNode(
            number="●" if place == subject else "",
            text=f"{row.name} {row.title}".strip(),
            actor=row.note,
            lane=columns[place] - first,
            limits=(display_name(row.kind, ""),),
            ways=tuple(
                FlowEdge(relation, order[target], _short_name(rows[target[1:]]))
                for relation, target in relations.get(place, ())
            ),
        )
        for place in order
        for row in (rows[place[1:]],)
    )
    kinds = [
        {node.limits[0]: None for node in found if node.lane == lane}
        for lane in range(1 + max(columns.values()) - first)
    ]
    return FlowGraph(found, tuple(map(", ".join, kinds)))


def _short_name(row: NodeRow) -> str:
    """The name without the SOP of a step or record, short enough for one line of a box."""
    name = row.name or row.title
    return shorten_text(name[max(name.rfind("#"), name.rfind("/"), 0) :], _MAX_TARGET)


def _ends(edge: EdgeRow, subject: Place) -> tuple[Place, Place]:
    one, two = (edge.direction, edge.from_kind, edge.from_id), (edge.direction, edge.to_kind, edge.to_id)
    return (subject if one[1:] == subject[1:] else one), (subject if two[1:] == subject[1:] else two)


def _columns(subject: Place, pairs: Sequence[tuple[Place, Place]]) -> dict[Place, int]:
    """The column of each item, counted from the subject, to the left below 0; the longest way counts."""
    found = {subject: 0}
    for _ in pairs:  # no way is longer than all edges together
        before = dict(found)
        for left, right in pairs:
            if right[0] is Direction.DOWNSTREAM and left in found:
                found[right] = max(found.get(right, 0), found[left] + 1)
            elif left[0] is Direction.UPSTREAM and right in found:
                found[left] = min(found.get(left, 0), found[right] - 1)
        if found == before:
            break
    return found


def _downward(places: Sequence[Place], after: dict[Place, list[Place]]) -> Iterable[Place]:
    """Every place before those to which it leads, and near to them."""
    done: dict[Place, None] = {}
    seen: set[Place] = set()

    def visit(place: Place) -> None:
        if place not in seen:
            seen.add(place)
            for target in reversed(after[place]):
                visit(target)
            done[place] = None

    for place in reversed(places):
        visit(place)
    return reversed(done)


def _description(edges: Sequence[EdgeRow]) -> str:
    """Every edge in words, for readers who cannot see the picture."""
    said = [
        f"{shorten_text(edge.from_id, 80)} {edge.relation} {shorten_text(edge.to_id, 80)}{f' ({part})' if part else ''}"
        for edge in edges
        for part in [shorten_text(edge.to_title if edge.direction is Direction.DOWNSTREAM else edge.from_title, 80)]
    ]
    return ". ".join(said) + "." if said else "Nothing leads to it, and nothing follows from it."


def _escape(words: str) -> str:
    return escape(clean_text(words), quote=False)
