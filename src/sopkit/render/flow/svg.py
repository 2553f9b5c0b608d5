"""The picture of a flow as SVG: classes only, no script, no style attribute, no reference to anything else."""

from collections.abc import Iterator
from html import escape

from sopkit.lettering import clean, shorten
from sopkit.render.flow.drawing import (
    ENTRY,
    LINE,
    MOST_NUMBER,
    PAD,
    ROW_PAD,
    SMALL_LINE,
    Band,
    Box,
    LaneHead,
    Layout,
    WayLine,
    WayRow,
    badge_room,
    number_room,
)
from sopkit.render.flow.graph import Graph
from sopkit.render.flow.words import description, lanes_said, told

_MOST_TITLE = 1000
_TIP = 7
_BASE, _SMALL_BASE = 13, 11


def pictures(graph: Graph, plan: Layout, prefix: str) -> Iterator[str]:
    """One SVG for each band of the picture; `prefix` makes its ids differ from those of other pictures."""
    for number, band in enumerate(plan.bands, 1):
        yield "\n".join(_picture(graph, plan, band, f"{prefix}-{number}"))


def _picture(graph: Graph, plan: Layout, band: Band, name: str) -> Iterator[str]:
    high = band.bottom - band.top
    last = min(band.last, len(graph.nodes))
    yield (
        f'<svg viewBox="0 {band.top} {plan.width} {high}" width="{plan.width}" height="{high}" role="group"'
        f' aria-labelledby="{name}-title" aria-describedby="{name}-desc">'
    )
    yield f'<title id="{name}-title">{escape(_title(graph, band.first, last))}</title>'
    yield f'<desc id="{name}-desc">{escape(description(graph, band.first, last))}</desc>'
    yield '<g aria-hidden="true">'
    for left, wide in plan.columns:
        yield f'<rect class="lane" x="{left}" y="{band.top}" width="{wide}" height="{high}"/>'
    for head in band.heads:
        yield from _head(head)
    for line in plan.lines:
        levels = [y for _, y in (line.points[:2] if line.joins else line.points)]
        if min(levels) <= band.bottom and max(levels) >= band.top:
            yield from _line(line, band)
    yield "</g>"
    for at in range(band.first, band.last):
        yield from _box(graph, at, plan.boxes[at])
    yield "</svg>"


def _title(graph: Graph, first: int, last: int) -> str:
    if first >= last:
        return "The end of the flow"
    numbers = f"{clean(graph.nodes[first].number)} to {clean(graph.nodes[last - 1].number)}"
    return f"Flow, steps {numbers}, by {lanes_said(graph)}"


def _head(head: LaneHead) -> Iterator[str]:
    top = head.y + (head.h - SMALL_LINE * len(head.lines)) // 2
    for at, words in enumerate(head.lines):
        yield _text("name", head.x + head.w // 2, top + SMALL_LINE * at + _SMALL_BASE, words)


def _line(line: WayLine, band: Band) -> Iterator[str]:
    kind = "line back" if line.back else "line"
    corners = line.points[:2] if line.joins else line.points  # the rest is drawn by the line that it runs into
    yield f'<path class="{kind}" d="M{"L".join(f"{x} {y}" for x, y in corners)}"/>'
    (x, y), (before, _) = corners[-1], corners[-2]
    if line.joins:
        yield f'<circle class="tip" cx="{x}" cy="{y}" r="3"/>'
        return
    if not band.top <= y <= band.bottom:
        return
    half = _TIP // 2
    if before == x:
        yield f'<path class="tip" d="M{x} {y}l{-half - 1} {-_TIP}h{2 * half + 2}z"/>'
    else:
        away = _TIP if before > x else -_TIP
        yield f'<path class="tip" d="M{x} {y}l{away} {-half - 1}v{2 * half + 2}z"/>'


def _box(graph: Graph, at: int, box: Box) -> Iterator[str]:
    if box.node is None:
        yield f'<rect class="end" x="{box.x}" y="{box.y}" width="{box.w}" height="{box.h}" rx="{box.h // 2}"/>'
        yield _text("name", box.x + box.w // 2, box.y + 16, "End")
        return
    node = box.node
    yield f'<a href="#{escape(node.href)}">' if node.href else '<g role="img">'
    yield f"<title>{escape(told(graph, at, _MOST_TITLE), quote=False)}</title>"
    yield '<g aria-hidden="true">'
    yield f'<rect class="box" x="{box.x}" y="{box.y}" width="{box.w}" height="{box.h}" rx="4"/>'
    left, y = box.x + PAD, box.y + PAD
    yield _text("count", left, y + _BASE, shorten(node.number, MOST_NUMBER))
    if node.decides:
        yield f'<path class="choice" d="M{left + number_room(node) - 9} {box.y + ENTRY - 5}l5 5l-5 5l-5 -5z"/>'
    if box.beside:
        yield from _badge(box, box.x + box.w - PAD - badge_room(box.badge), y - 2)
    y += LINE
    for words in box.who:
        yield _text("small", left, y + _SMALL_BASE, words)
        y += SMALL_LINE
    for words in box.lines:
        yield _text("", left, y + _BASE, words)
        y += LINE
    if box.badge and not box.beside:
        yield from _badge(box, left, y + 2)
    for row in box.rows:
        yield from _row(box, row)
    yield "</g></a>" if node.href else "</g></g>"


def _badge(box: Box, x: int, y: int) -> Iterator[str]:
    high = SMALL_LINE * len(box.badge) + 3
    yield f'<rect class="badge" x="{x}" y="{y}" width="{badge_room(box.badge)}" height="{high}" rx="8"/>'
    for at, words in enumerate(box.badge):
        yield _text("small", x + PAD, y + 1 + SMALL_LINE * at + _SMALL_BASE, words)


def _row(box: Box, row: WayRow) -> Iterator[str]:
    top = row.y - SMALL_LINE // 2 - SMALL_LINE * (len(row.lines) - 1)
    yield f'<path class="rule" d="M{box.x} {top - ROW_PAD // 2}h{box.w}"/>'
    for at, words in enumerate(row.lines):
        if words:
            yield _text("small", box.x + PAD, top + SMALL_LINE * at + _SMALL_BASE, words)
    yield _text("goal", box.x + box.w - PAD, row.y - SMALL_LINE // 2 + _SMALL_BASE, row.goal)


def _text(kind: str, x: int, y: int, words: str) -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x}" y="{y}">{escape(words, quote=False)}</text>'
