"""The flow in words, for who cannot see the picture: who does what, and where it goes on."""

from collections.abc import Iterator

from sopkit.lettering import clean, shorten
from sopkit.render.flow.graph import LEAVES, Graph, Node, Way

_MOST = 50
"""Characters of a step that name it; the whole text stands in the procedure."""
_MOST_NAME = 90
_MOST_NUMBER = 20


def name_of(node: Node) -> str:
    """A step by its number."""
    return f"Step {shorten(node.number, _MOST_NUMBER)}"


def deed_of(graph: Graph, at: int) -> str:
    """What follows the number: who does what, and where it leads."""
    node = graph.nodes[at]
    who = f", {shorten(node.actor, _MOST_NAME)}" if node.actor else ""
    text = shorten(node.text, _MOST)
    stop = "" if text.endswith((".", "…", "!", "?")) else "."
    return f"{who}: {text}{stop} {_ways_of(graph, at)}".rstrip()


def _ways_of(graph: Graph, at: int) -> str:
    """Where a step leads, unless it is just the next one: "If the bundle is enough: step 6. Else: step 4."."""
    if graph.nodes[at].ways == (Way("", at + 1),) and at + 1 < len(graph.nodes):
        return ""
    return " ".join(_said(graph, at, way) for way in graph.nodes[at].ways)


def description(graph: Graph, first: int, last: int) -> str:
    """What the picture of some steps shows as a whole; the first one also says how to use it."""
    back = sum(way.to != LEAVES and way.to <= at for at in range(first, last) for way in graph.nodes[at].ways)
    split = sum(len(node.ways) > 1 for node in graph.nodes[first:last])
    parts = [f"{split} step{_s(split)} where the way parts"] if split else []
    parts += [f"{back} way{_s(back)} back"] if back else []
    use = "" if first else ". Each box is a link to its step; the same is told in words below."
    return f"; {' and '.join(parts)}{use}" if parts else use


def lanes_said(graph: Graph) -> str:
    """The lanes in one sentence."""
    return ", ".join(shorten(lane, _MOST_NAME) for lane in graph.lanes)


def _said(graph: Graph, at: int, way: Way) -> str:
    goal = " ".join(_goal(graph, at, way))
    case = clean(way.said)
    return f"{case[:1].upper()}{case[1:]}: {goal}." if case else f"Then {goal}."


def _goal(graph: Graph, at: int, way: Way) -> Iterator[str]:
    if way.to == LEAVES:
        yield f"out to {clean(way.leaves_for)}"
        return
    if way.to == at:
        yield "again"
    elif way.to < at:
        yield "back to"
    yield "the end" if way.to == len(graph.nodes) else f"step {clean(graph.nodes[way.to].number)}"


def _s(count: int) -> str:
    return "" if count == 1 else "s"
