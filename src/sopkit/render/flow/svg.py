"""The flow of a procedure as an SVG picture with a text alternative: classes only, no script, no external reference."""

from html import escape
from typing import TYPE_CHECKING

from sopkit.drawing.graph import OUTSIDE, FlowEdge, FlowGraph
from sopkit.drawing.layout import MAX_WIDTH, FlowLayout, PrintBand, compute_flow_layout
from sopkit.drawing.svg import draw_band
from sopkit.model.body import Procedure
from sopkit.render.flow.graph import MAX_STEPS, FlowContext, build_flow_graph
from sopkit.tables.text_width import clean_text, shorten_text

if TYPE_CHECKING:
    from markupsafe import Markup

_MAX_STEP_TEXT = 50
"""Characters of a step that name it; the whole text stands in the procedure."""
_MAX_NAME = 90
_MAX_NUMBER = 20


def step_name(graph: FlowGraph, at: int) -> str:
    """A step by its number."""
    return graph.say("step", number=shorten_text(graph.nodes[at].number, _MAX_NUMBER))


def describe_step(graph: FlowGraph, at: int) -> str:
    """What follows the number: who does what, and where it leads."""
    node = graph.nodes[at]
    who = f", {shorten_text(node.actor, _MAX_NAME)}" if node.actor else ""
    text = shorten_text(node.text, _MAX_STEP_TEXT)
    stop = "" if text.endswith((".", "…", "!", "?")) else "."
    return f"{who}: {text}{stop} {_describe_edges(graph, at)}".rstrip()


def describe_flow(graph: FlowGraph, first: int, last: int) -> str:
    """What the picture of some steps shows as a whole; the first one also says whose steps, and how to use it."""
    say, shown = graph.say, graph.nodes[first:last]
    ends = [clean_text(node.number) for node in (shown[0], shown[-1])]
    back = sum(way.to != OUTSIDE and way.to <= at for at in range(first, last) for way in graph.nodes[at].ways)
    split = sum(len(node.ways) > 1 for node in shown)
    parts = [say("whole" if len(shown) > 1 else "whole_of_one", first=ends[0], last=ends[1])]
    parts += [] if first else [say("by", roles=", ".join(shorten_text(lane, _MAX_NAME) for lane in graph.lanes))]
    parts += [say("parting", split)] if split else []
    parts += [say("turning", back)] if back else []
    said = ", ".join(parts)
    return said if first else f"{said}. {say('use')}"


def _describe_edges(graph: FlowGraph, at: int) -> str:
    """Where a step leads, unless it is just the next one: "If the bundle is enough: step 6. Else: step 4."."""
    if graph.nodes[at].ways == (FlowEdge("", at + 1),) and at + 1 < len(graph.nodes):
        return ""
    return " ".join(_describe_edge(graph, at, way) for way in graph.nodes[at].ways)


def _describe_edge(graph: FlowGraph, at: int, way: FlowEdge) -> str:
    goal, case = _describe_target(graph, at, way), clean_text(way.said)
    if not case:
        return graph.say("then", goal=goal)
    return graph.say("case", case=f"{case[:1].upper()}{case[1:]}", goal=goal)


def _describe_target(graph: FlowGraph, at: int, way: FlowEdge) -> str:
    say = graph.say
    if way.to == OUTSIDE:
        return say("out_to", name=clean_text(way.leaves_for))
    if way.to == len(graph.nodes):
        return say("to_end")
    goal = say("to_step", number=clean_text(graph.nodes[way.to].number))
    return say("again" if way.to == at else "back_to", goal=goal) if way.to <= at else goal


def _draw_svg(graph: FlowGraph, plan: FlowLayout, band: PrintBand) -> str:
    high, last = band.bottom - band.top, min(band.last, len(graph.nodes))
    label = describe_flow(graph, band.first, last) if band.first < last else graph.say("whole_of_none")
    head = (
        f'<svg viewBox="0 {band.top} {plan.width} {high}" width="{plan.width}" height="{high}" role="group"'
        f' aria-label="{escape(label)}">'
    )
    return "\n".join((head, *draw_band(plan, band, graph.say), "</svg>"))


_MAX_OPEN_HEIGHT = 1250
"""Up to this height in pixels the picture is shown at once: a longer one would hide the procedure below it."""
_MIN_STEPS = 2
_MAX_SHRINK_WIDTH = 880
"""Up to this width a picture is made smaller to fit a wide window; beyond it would be too small to read."""


def draw_flow(procedure: Procedure, around: FlowContext, label: str, *, shut: bool = False) -> "Markup":
    """The picture of a procedure with its text alternative, or nothing where it would show nothing.

    Nothing is shown for less than two steps, and for a single actor whose steps only follow each other. `label`
    tells the picture from others on the page; one that is `shut` waits until somebody opens it.
    """
    from markupsafe import Markup  # only pages pay for it

    if len(procedure.steps) < _MIN_STEPS:
        return Markup()
    if len(procedure.steps) > MAX_STEPS:
        said = escape(around.say("too_many", len(procedure.steps)), quote=False)
        return Markup(f'<p class="flow-note">{said}</p>\n')  # noqa: S704 - escaped
    graph = build_flow_graph(procedure, around)
    if len(graph.lanes) < _MIN_STEPS and not graph.jumps:
        return Markup()
    return Markup(_draw_figure(graph, compute_flow_layout(graph), label, shut=shut))  # noqa: S704 - all words in it are escaped


def _draw_figure(graph: FlowGraph, plan: FlowLayout, label: str, *, shut: bool) -> str:
    kinds = "flow" + (" wide" if plan.width > MAX_WIDTH else " shrinks" if plan.width <= _MAX_SHRINK_WIDTH else "")
    say = graph.say
    name = escape(say("flow", name=shorten_text(label, 80)))
    roles = sum(lane != say("nobody") for lane in graph.lanes)
    counts = [say("steps", len(graph.nodes)), *([say("roles", roles)] if roles else [])]
    shown, read = say("flow_picture", what=", ".join(counts)), say("flow_words")
    drawn = "\n".join(_draw_svg(graph, plan, band) for band in plan.bands)
    opened = " open" if plan.height <= _MAX_OPEN_HEIGHT and not shut else ""
    told = "".join(f"<li>{_text_item(graph, at)}</li>\n" for at in range(len(graph.nodes)))
    return (
        f'<details class="{kinds}"{opened}>\n<summary>{escape(shown, quote=False)}</summary>\n'
        f'<div class="drawing" role="region" aria-label="{name}" tabindex="0">\n{drawn}\n</div>\n'
        f'{_legend(graph)}<details class="told">\n<summary>{escape(read, quote=False)}</summary>\n<ul>\n{told}</ul>\n'
        "</details>\n</details>\n"
    )


def _legend(graph: FlowGraph) -> str:
    signs = [graph.say("decision")] if any(node.decides for node in graph.nodes) else []
    if any(way.to <= at for at, node in enumerate(graph.nodes) for way in node.ways if way.to >= 0):
        signs.append(graph.say("dashed"))
    if any(way.leaves_for for node in graph.nodes for way in node.ways):
        signs.append(graph.say("leaving"))
    return f'<p class="key">{escape(" · ".join(signs), quote=False)}</p>\n' if signs else ""


def _text_item(graph: FlowGraph, at: int) -> str:
    node = graph.nodes[at]
    step = escape(step_name(graph, at))
    link = f'<a href="#{escape(node.href)}">{step}</a>' if node.href else step
    return f"{link}{escape(describe_step(graph, at), quote=False)}"
