"""The flow in words, for who cannot see the picture: who does what, and where it goes on."""

from sopkit.render.flow.graph import LEAVES, Graph, Way
from sopkit.tables.text_width import clean_text, shorten_text

_MOST = 50
"""Characters of a step that name it; the whole text stands in the procedure."""
_MOST_NAME = 90
_MOST_NUMBER = 20


def name_of(graph: Graph, at: int) -> str:
    """A step by its number."""
    return graph.say("step", number=shorten_text(graph.nodes[at].number, _MOST_NUMBER))


def deed_of(graph: Graph, at: int) -> str:
    """What follows the number: who does what, and where it leads."""
    node = graph.nodes[at]
    who = f", {shorten_text(node.actor, _MOST_NAME)}" if node.actor else ""
    text = shorten_text(node.text, _MOST)
    stop = "" if text.endswith((".", "…", "!", "?")) else "."
    return f"{who}: {text}{stop} {_ways_of(graph, at)}".rstrip()


def description(graph: Graph, first: int, last: int) -> str:
    """What the picture of some steps shows as a whole; the first one also says whose steps, and how to use it."""
    say, shown = graph.say, graph.nodes[first:last]
    ends = [clean_text(node.number) for node in (shown[0], shown[-1])]
    back = sum(way.to != LEAVES and way.to <= at for at in range(first, last) for way in graph.nodes[at].ways)
    split = sum(len(node.ways) > 1 for node in shown)
    parts = [say("whole" if len(shown) > 1 else "whole_of_one", first=ends[0], last=ends[1])]
    parts += [] if first else [say("by", roles=", ".join(shorten_text(lane, _MOST_NAME) for lane in graph.lanes))]
    parts += [say("parting", split)] if split else []
    parts += [say("turning", back)] if back else []
    said = ", ".join(parts)
    return said if first else f"{said}. {say('use')}"


def _ways_of(graph: Graph, at: int) -> str:
    """Where a step leads, unless it is just the next one: "If the bundle is enough: step 6. Else: step 4."."""
    if graph.nodes[at].ways == (Way("", at + 1),) and at + 1 < len(graph.nodes):
        return ""
    return " ".join(_said(graph, at, way) for way in graph.nodes[at].ways)


def _said(graph: Graph, at: int, way: Way) -> str:
    goal, case = _goal(graph, at, way), clean_text(way.said)
    if not case:
        return graph.say("then", goal=goal)
    return graph.say("case", case=f"{case[:1].upper()}{case[1:]}", goal=goal)


def _goal(graph: Graph, at: int, way: Way) -> str:
    say = graph.say
    if way.to == LEAVES:
        return say("out_to", name=clean_text(way.leaves_for))
    if way.to == len(graph.nodes):
        return say("to_end")
    goal = say("to_step", number=clean_text(graph.nodes[way.to].number))
    return say("again" if way.to == at else "back_to", goal=goal) if way.to <= at else goal
