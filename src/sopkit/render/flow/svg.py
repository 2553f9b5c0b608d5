"""The picture of a flow as SVG: classes only, no script, no style attribute, no reference to anything else.

Small, because it stands on every page: what is drawn alike is one path, and what a box says is its name. The words
below the picture tell the rest.
"""

from collections.abc import Iterator
from html import escape
from itertools import pairwise

from sopkit.parsing.phrases import Phrases
from sopkit.render.flow.drawing import (
    LINE,
    MOST_NUMBER,
    PAD,
    ROW_PAD,
    SMALL_LINE,
    Band,
    Box,
    Layout,
    WayLine,
    WayRow,
    badge_room,
)
from sopkit.render.flow.graph import Graph
from sopkit.render.flow.words import description
from sopkit.tables.text_width import shorten_text

_TIP, _DOT = 7, 3
_BASE, _SMALL_BASE = 13, 11


def pictures(graph: Graph, plan: Layout) -> Iterator[str]:
    """One SVG for each band of the picture."""
    return ("\n".join(_picture(graph, plan, band)) for band in plan.bands)


def _picture(graph: Graph, plan: Layout, band: Band) -> Iterator[str]:
    high = band.bottom - band.top
    yield (
        f'<svg viewBox="0 {band.top} {plan.width} {high}" width="{plan.width}" height="{high}" role="group"'
        f' aria-label="{escape(_said(graph, band))}">'
    )
    lanes = "".join(f"M{left} {band.top}h{wide}v{high}h-{wide}z" for left, wide in plan.columns)
    yield f'<g aria-hidden="true"><path class="lane" d="{lanes}"/>{_heads(band)}{_lines(plan, band)}</g>'
    yield from (_box(box, graph.say) for box in plan.boxes[band.first : band.last])
    yield "</svg>"


def _said(graph: Graph, band: Band) -> str:
    last = min(band.last, len(graph.nodes))
    if band.first >= last:
        return graph.say("whole_of_none")
    return description(graph, band.first, last)


def _heads(band: Band) -> str:
    names = "".join(
        _text("", head.x + head.w // 2, top + SMALL_LINE * at, words)
        for head in band.heads
        for top in [head.y + (head.h - SMALL_LINE * len(head.lines)) // 2 + _SMALL_BASE]
        for at, words in enumerate(head.lines)
    )
    return f'<g class="name">{names}</g>'


def _lines(plan: Layout, band: Band) -> str:
    """The lines that touch a band: one path for those ahead, one for those back, one for all of their tips."""
    paths = {"line": "", "line back": "", "tip": ""}
    for line in plan.lines:
        corners = line.points[:2] if line.joins else line.points  # the rest is drawn by the line that it runs into
        levels = [y for _, y in corners]
        if min(levels) <= band.bottom and max(levels) >= band.top:
            paths["line back" if line.back else "line"] += _way(corners)
            paths["tip"] += _tip(line, corners, band)
    return "".join(f'<path class="{kind}" d="{drawn}"/>' for kind, drawn in paths.items() if drawn)


def _way(corners: tuple[tuple[int, int], ...]) -> str:
    steps = (f"v{y - above}" if x == before else f"h{x - before}" for (before, above), (x, y) in pairwise(corners))
    return f"M{corners[0][0]} {corners[0][1]}{''.join(steps)}"


def _tip(line: WayLine, corners: tuple[tuple[int, int], ...], band: Band) -> str:
    (x, y), (before, _) = corners[-1], corners[-2]
    if line.joins:
        return f"M{x - _DOT} {y}a{_DOT} {_DOT} 0 1 0 {2 * _DOT} 0a{_DOT} {_DOT} 0 1 0-{2 * _DOT} 0"
    if not band.top <= y <= band.bottom:
        return ""
    half = _TIP // 2 + 1
    if before == x:
        return f"M{x} {y}l-{half}-{_TIP}h{2 * half}z"
    return f"M{x} {y}l{_TIP if before > x else -_TIP}-{half}v{2 * half}z"


def _box(box: Box, say: Phrases) -> str:
    """A box; all in it is placed from where its number stands."""
    if box.node is None:
        shape = f'<rect class="end" x="{box.x}" y="{box.y}" width="{box.w}" height="{box.h}"/>'
        return f'{shape}<g class="name">{_text("", box.x + box.w // 2, box.y + 16, say("end"))}</g>'
    number = shorten_text(box.node.number, MOST_NUMBER) + (" ◇" if box.node.decides else "")
    out = [
        f'<rect x="-{PAD}" y="-{PAD + _BASE}" width="{box.w}" height="{box.h}"/>',
        _text("", 0, 0, number),
    ]
    if box.beside:
        out += _badge(box, box.w - 2 * PAD - badge_room(box.badge), -_BASE - 2)
    y = LINE
    for words in box.who:
        out.append(_text("small", 0, y - _BASE + _SMALL_BASE, words))
        y += SMALL_LINE
    for words in box.lines:
        out.append(_text("", 0, y, words))
        y += LINE
    if box.badge and not box.beside:
        out += _badge(box, 0, y - _BASE + 2)
    for row in box.rows:
        out += _row(box, row)
    place = f'transform="translate({box.x + PAD} {box.y + PAD + _BASE})"'
    if box.node.href:
        return f'<a href="#{escape(box.node.href)}" {place}>{"".join(out)}</a>'
    return f"<g {place}>{''.join(out)}</g>"


def _badge(box: Box, x: int, y: int) -> Iterator[str]:
    high = SMALL_LINE * len(box.badge) + 3
    yield f'<rect class="badge" x="{x}" y="{y}" width="{badge_room(box.badge)}" height="{high}"/>'
    for at, words in enumerate(box.badge):
        yield _text("small", x + PAD, y + 1 + SMALL_LINE * at + _SMALL_BASE, words)


def _row(box: Box, row: WayRow) -> Iterator[str]:
    middle = row.y - PAD - _BASE
    top = middle - SMALL_LINE // 2 - SMALL_LINE * (len(row.lines) - 1)
    yield f'<path class="rule" d="M-{PAD} {top - ROW_PAD // 2}h{box.w}"/>'
    for at, words in enumerate(row.lines):
        if words:
            yield _text("small", 0, top + SMALL_LINE * at + _SMALL_BASE, words)
    yield _text("goal", box.w - 2 * PAD, middle - SMALL_LINE // 2 + _SMALL_BASE, row.goal)


def _text(kind: str, x: int, y: int, words: str) -> str:
    named = f' class="{kind}"' if kind else ""
    across = f' x="{x}"' if x else ""
    down = f' y="{y}"' if y else ""
    return f"<text{named}{across}{down}>{escape(words, quote=False)}</text>"
