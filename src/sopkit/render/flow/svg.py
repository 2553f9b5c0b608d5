"""The flow of a procedure as an SVG picture with a text alternative: classes only, no script, no external reference."""

from collections.abc import Iterator
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from sopkit.model.body import Procedure
from sopkit.parsing.lexicon import Phrases
from sopkit.render.flow.graph import MAX_STEPS, OUTSIDE, FlowContext, FlowEdge, FlowGraph, build_flow_graph
from sopkit.render.flow.layout import (
    LINE,
    MAX_STEP_NUMBER,
    MAX_WIDTH,
    PAD,
    ROW_PAD,
    SMALL_LINE,
    EdgeLine,
    EdgeRowBox,
    FlowBox,
    FlowLayout,
    PrintBand,
    badge_width,
    compute_flow_layout,
)
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
    is_plain = node.ways == (FlowEdge("", at + 1),) and at + 1 < len(graph.nodes)  # it just leads to the next step
    ways = "" if is_plain else " ".join(_describe_edge(graph, at, way) for way in node.ways)
    return f"{who}: {text}{stop} {ways}".rstrip()


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
    text = ", ".join(parts)
    return text if first else f"{text}. {say('use')}"


def _describe_edge(graph: FlowGraph, at: int, way: FlowEdge) -> str:
    """Where a way leads, such as "If the bundle is enough: step 6."."""
    say, case = graph.say, clean_text(way.condition)
    if way.to == OUTSIDE:
        goal = say("out_to", name=clean_text(way.leaves_for))
    elif way.to == len(graph.nodes):
        goal = say("to_end")
    else:
        goal = say("to_step", number=clean_text(graph.nodes[way.to].number))
        if way.to <= at:
            goal = say("again" if way.to == at else "back_to", goal=goal)
    return say("case", case=f"{case[:1].upper()}{case[1:]}", goal=goal) if case else say("then", goal=goal)


_TIP, _DOT = 7, 3
_BASE, _SMALL_BASE = 13, 11


def draw_svgs(graph: FlowGraph, plan: FlowLayout) -> Iterator[str]:
    """One SVG for each band of the picture."""
    return ("\n".join(_draw_band(graph, plan, band)) for band in plan.bands)


def _draw_band(graph: FlowGraph, plan: FlowLayout, band: PrintBand) -> Iterator[str]:
    high, last = band.bottom - band.top, min(band.last, len(graph.nodes))
    title = describe_flow(graph, band.first, last) if band.first < last else graph.say("whole_of_none")
    yield (
        f'<svg viewBox="0 {band.top} {plan.width} {high}" width="{plan.width}" height="{high}" role="group"'
        f' aria-label="{escape(title)}">'
    )
    lanes = "".join(f"M{left} {band.top}h{wide}v{high}h-{wide}z" for left, wide in plan.columns)
    yield f'<g aria-hidden="true"><path class="lane" d="{lanes}"/>{_draw_headers(band)}{_draw_lines(plan, band)}</g>'
    yield from (_draw_box(box, graph.say) for box in plan.boxes[band.first : band.last])
    yield "</svg>"


def _draw_headers(band: PrintBand) -> str:
    names = "".join(
        _draw_text("", head.x + head.w // 2, top + SMALL_LINE * at, words)
        for head in band.heads
        for top in [head.y + (head.h - SMALL_LINE * len(head.lines)) // 2 + _SMALL_BASE]
        for at, words in enumerate(head.lines)
    )
    return f'<g class="name">{names}</g>'


def _draw_lines(plan: FlowLayout, band: PrintBand) -> str:
    """The lines that touch a band: one path for those ahead, one for those back, one for all of their tips."""
    paths = {"line": "", "line back": "", "tip": ""}
    for line in plan.lines:
        corners = line.points[:2] if line.joins else line.points  # the rest is drawn by the line that it runs into
        levels = [y for _, y in corners]
        if min(levels) <= band.bottom and max(levels) >= band.top:
            pairs = pairwise(corners)
            steps = (f"v{y - above}" if x == before else f"h{x - before}" for (before, above), (x, y) in pairs)
            drawn = f"M{corners[0][0]} {corners[0][1]}{''.join(steps)}"
            paths["line back" if line.back else "line"] += drawn
            paths["tip"] += _draw_arrow(line, corners, band)
    return "".join(f'<path class="{kind}" d="{drawn}"/>' for kind, drawn in paths.items() if drawn)


def _draw_arrow(line: EdgeLine, corners: tuple[tuple[int, int], ...], band: PrintBand) -> str:
    (x, y), (before, _) = corners[-1], corners[-2]
    if line.joins:
        return f"M{x - _DOT} {y}a{_DOT} {_DOT} 0 1 0 {2 * _DOT} 0a{_DOT} {_DOT} 0 1 0-{2 * _DOT} 0"
    if not band.top <= y <= band.bottom:
        return ""
    half = _TIP // 2 + 1
    if before == x:
        return f"M{x} {y}l-{half}-{_TIP}h{2 * half}z"
    return f"M{x} {y}l{_TIP if before > x else -_TIP}-{half}v{2 * half}z"


def _draw_box(box: FlowBox, say: Phrases) -> str:
    """A box; all in it is placed from where its number stands."""
    if box.node is None:
        shape = f'<rect class="end" x="{box.x}" y="{box.y}" width="{box.w}" height="{box.h}"/>'
        return f'{shape}<g class="name">{_draw_text("", box.x + box.w // 2, box.y + 16, say("end"))}</g>'
    number = shorten_text(box.node.number, MAX_STEP_NUMBER) + (" ◇" if box.node.decides else "")
    out = [
        f'<rect x="-{PAD}" y="-{PAD + _BASE}" width="{box.w}" height="{box.h}"/>',
        _draw_text("", 0, 0, number),
    ]
    if box.beside:
        out += _draw_badge(box, box.w - 2 * PAD - badge_width(box.badge), -_BASE - 2)
    y = LINE
    for words in box.who:
        out.append(_draw_text("small", 0, y - _BASE + _SMALL_BASE, words))
        y += SMALL_LINE
    for words in box.lines:
        out.append(_draw_text("", 0, y, words))
        y += LINE
    if box.badge and not box.beside:
        out += _draw_badge(box, 0, y - _BASE + 2)
    for row in box.rows:
        out += _draw_edge_row(box, row)
    place = f'transform="translate({box.x + PAD} {box.y + PAD + _BASE})"'
    if box.node.href:
        return f'<a href="#{escape(box.node.href)}" {place}>{"".join(out)}</a>'
    return f"<g {place}>{''.join(out)}</g>"


def _draw_badge(box: FlowBox, x: int, y: int) -> Iterator[str]:
    high = SMALL_LINE * len(box.badge) + 3
    yield f'<rect class="badge" x="{x}" y="{y}" width="{badge_width(box.badge)}" height="{high}"/>'
    for at, words in enumerate(box.badge):
        yield _draw_text("small", x + PAD, y + 1 + SMALL_LINE * at + _SMALL_BASE, words)


def _draw_edge_row(box: FlowBox, row: EdgeRowBox) -> Iterator[str]:
    middle = row.y - PAD - _BASE
    top = middle - SMALL_LINE // 2 - SMALL_LINE * (len(row.lines) - 1)
    yield f'<path class="rule" d="M-{PAD} {top - ROW_PAD // 2}h{box.w}"/>'
    for at, words in enumerate(row.lines):
        if words:
            yield _draw_text("small", 0, top + SMALL_LINE * at + _SMALL_BASE, words)
    yield _draw_text("goal", box.w - 2 * PAD, middle - SMALL_LINE // 2 + _SMALL_BASE, row.goal)


def _draw_text(kind: str, x: int, y: int, words: str) -> str:
    named = f' class="{kind}"' if kind else ""
    across = f' x="{x}"' if x else ""
    down = f' y="{y}"' if y else ""
    return f"<text{named}{across}{down}>{escape(words, quote=False)}</text>"


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
        text = escape(around.say("too_many", len(procedure.steps)), quote=False)
        return Markup(f'<p class="flow-note">{text}</p>\n')  # noqa: S704 - escaped
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
    drawn = "\n".join(draw_svgs(graph, plan))
    opened = " open" if plan.height <= _MAX_OPEN_HEIGHT and not shut else ""
    items = ""
    for at, node in enumerate(graph.nodes):
        step = escape(step_name(graph, at))
        link = f'<a href="#{escape(node.href)}">{step}</a>' if node.href else step
        items += f"<li>{link}{escape(describe_step(graph, at), quote=False)}</li>\n"
    return (
        f'<details class="{kinds}"{opened}>\n<summary>{escape(shown, quote=False)}</summary>\n'
        f'<div class="drawing" role="region" aria-label="{name}" tabindex="0">\n{drawn}\n</div>\n'
        f'{_legend(graph)}<details class="told">\n<summary>{escape(read, quote=False)}</summary>\n<ul>\n{items}</ul>\n'
        "</details>\n</details>\n"
    )


def _legend(graph: FlowGraph) -> str:
    signs = [graph.say("decision")] if any(node.decides for node in graph.nodes) else []
    if any(way.to <= at for at, node in enumerate(graph.nodes) for way in node.ways if way.to >= 0):
        signs.append(graph.say("dashed"))
    if any(way.leaves_for for node in graph.nodes for way in node.ways):
        signs.append(graph.say("leaving"))
    return f'<p class="key">{escape(" · ".join(signs), quote=False)}</p>\n' if signs else ""
