"""The flow of a procedure as a picture, drawn from its steps: who acts in which order, and where the way parts."""

from html import escape
from typing import TYPE_CHECKING

from sopkit.model.body import Procedure
from sopkit.render.flow.drawing import Layout
from sopkit.render.flow.graph import MOST_STEPS, FlowSurroundings, Graph, graph_of
from sopkit.render.flow.layout import WIDE, layout
from sopkit.render.flow.svg import pictures
from sopkit.render.flow.words import deed_of, name_of
from sopkit.tables.text_width import shorten_text

if TYPE_CHECKING:
    from markupsafe import Markup

__all__ = ["FlowSurroundings", "flow"]

_OPEN = 1250
"""Up to this height in pixels the picture is shown at once: a longer one would hide the procedure below it."""
_LEAST = 2
_SHRINKS = 880
"""Up to this width a picture is made smaller to fit a wide window; beyond it would be too small to read."""


def flow(procedure: Procedure, around: FlowSurroundings, label: str, *, shut: bool = False) -> "Markup":
    """The picture of a procedure with its text alternative, or nothing where it would show nothing.

    Nothing is shown for less than two steps, and for a single actor whose steps only follow each other. `label`
    tells the picture from others on the page; one that is `shut` waits until somebody opens it.
    """
    from markupsafe import Markup  # only pages pay for it

    if len(procedure.steps) < _LEAST:
        return Markup()
    if len(procedure.steps) > MOST_STEPS:
        said = escape(around.say("too_many", len(procedure.steps)), quote=False)
        return Markup(f'<p class="flow-note">{said}</p>\n')  # noqa: S704 - escaped
    graph = graph_of(procedure, around)
    if len(graph.lanes) < _LEAST and not graph.jumps:
        return Markup()
    return Markup(_figure(graph, layout(graph), label, shut=shut))  # noqa: S704 - all words in it are escaped


def _figure(graph: Graph, plan: Layout, label: str, *, shut: bool) -> str:
    kinds = "flow" + (" wide" if plan.width > WIDE else " shrinks" if plan.width <= _SHRINKS else "")
    say = graph.say
    name = escape(say("flow", name=shorten_text(label, 80)))
    roles = sum(lane != say("nobody") for lane in graph.lanes)
    counts = [say("steps", len(graph.nodes)), *([say("roles", roles)] if roles else [])]
    shown, read = say("flow_picture", what=", ".join(counts)), say("flow_words")
    drawn = "\n".join(pictures(graph, plan))
    opened = " open" if plan.height <= _OPEN and not shut else ""
    told = "".join(f"<li>{_item(graph, at)}</li>\n" for at in range(len(graph.nodes)))
    return (
        f'<details class="{kinds}"{opened}>\n<summary>{escape(shown, quote=False)}</summary>\n'
        f'<div class="drawing" role="region" aria-label="{name}" tabindex="0">\n{drawn}\n</div>\n'
        f'{_key(graph)}<details class="told">\n<summary>{escape(read, quote=False)}</summary>\n<ul>\n{told}</ul>\n'
        "</details>\n</details>\n"
    )


def _key(graph: Graph) -> str:
    """What the signs mean, as far as they occur."""
    signs = [graph.say("decision")] if any(node.decides for node in graph.nodes) else []
    if any(way.to <= at for at, node in enumerate(graph.nodes) for way in node.ways if way.to >= 0):
        signs.append(graph.say("dashed"))
    if any(way.leaves_for for node in graph.nodes for way in node.ways):
        signs.append(graph.say("leaving"))
    return f'<p class="key">{escape(" · ".join(signs), quote=False)}</p>\n' if signs else ""


def _item(graph: Graph, at: int) -> str:
    node = graph.nodes[at]
    step = escape(name_of(graph, at))
    link = f'<a href="#{escape(node.href)}">{step}</a>' if node.href else step
    return f"{link}{escape(deed_of(graph, at), quote=False)}"
