"""The layout of a flow picture as SVG: classes only, no script, no external reference."""

from collections.abc import Iterator
from html import escape
from itertools import pairwise

from sopkit.drawing.layout import (
    LINE,
    MAX_STEP_NUMBER,
    PAD,
    ROW_PAD,
    SMALL_LINE,
    EdgeLine,
    EdgeRowBox,
    FlowBox,
    FlowLayout,
    PrintBand,
    badge_width,
)
from sopkit.parsing.phrases import Phrases
from sopkit.tables.text_width import shorten_text

_TIP, _DOT = 7, 3
_BASE, _SMALL_BASE = 13, 11


def draw_band(plan: FlowLayout, band: PrintBand, say: Phrases) -> Iterator[str]:
    """The lanes, lines and boxes of a band, to be put into an `svg` element."""
    high = band.bottom - band.top
    lanes = "".join(f"M{left} {band.top}h{wide}v{high}h-{wide}z" for left, wide in plan.columns)
    yield f'<g aria-hidden="true"><path class="lane" d="{lanes}"/>{_draw_headers(band)}{_draw_lines(plan, band)}</g>'
    yield from (_draw_box(box, say) for box in plan.boxes[band.first : band.last])


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
            paths["line back" if line.back else "line"] += _draw_line(corners)
            paths["tip"] += _draw_arrow(line, corners, band)
    return "".join(f'<path class="{kind}" d="{drawn}"/>' for kind, drawn in paths.items() if drawn)


def _draw_line(corners: tuple[tuple[int, int], ...]) -> str:
    steps = (f"v{y - above}" if x == before else f"h{x - before}" for (before, above), (x, y) in pairwise(corners))
    return f"M{corners[0][0]} {corners[0][1]}{''.join(steps)}"


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
