"""A trace as a picture: one SVG file with no script and no reference to anything else."""

from collections.abc import Iterator, Sequence
from html import escape

from sopkit.model.errors import SopkitError
from sopkit.tables.text_width import clean_text, shorten_text
from sopkit.tracing.about import called
from sopkit.tracing.layout import GAP, LINE, PAD, SMALL, SMALL_LINE, TEXT, WIDE, Box, Layout, Line, layout
from sopkit.tracing.told import Direction, EdgeRow, NodeRow

MOST = 200
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


def svg(nodes: Sequence[NodeRow], edges: Sequence[EdgeRow]) -> str:
    """The picture. SopkitError when there are more things than one picture can show."""
    if len(nodes) > MOST:
        raise SopkitError(
            f"{len(nodes)} things are more than one picture can show",
            "trace something narrower, or take -f table or csv",
        )
    return "\n".join(_picture(nodes, edges, layout(nodes, edges))) + "\n"


def _picture(nodes: Sequence[NodeRow], edges: Sequence[EdgeRow], plan: Layout) -> Iterator[str]:
    title = f"Trace of {called(nodes[0].kind, nodes[0].name)}: {nodes[0].title}".rstrip(": ")
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {plan.width} {plan.height}" width="{plan.width}"'
        f' height="{plan.height}" role="img" aria-labelledby="title" aria-describedby="desc">'
    )
    yield f'<title id="title">{_text(shorten_text(title, 200))}</title>'
    yield f'<desc id="desc">{_text(_description(edges))}</desc>'
    yield f"<style>\n{_STYLE}</style>"
    for line in plan.lines:
        yield from _line(line)
    for at, box in enumerate(plan.boxes):
        yield from _box(box, "box subject" if at == 0 else "box")
    yield "</svg>"


def _description(edges: Sequence[EdgeRow]) -> str:
    """Every edge in words, for who cannot see the picture."""
    said = [
        f"{shorten_text(edge.from_id, 80)} {edge.relation} {shorten_text(edge.to_id, 80)}{f' ({part})' if part else ''}"
        for edge in edges
        for part in [shorten_text(edge.to_title if edge.direction is Direction.DOWNSTREAM else edge.from_title, 80)]
    ]
    return ". ".join(said) + "." if said else "Nothing leads to it, and nothing follows from it."


def _line(line: Line) -> Iterator[str]:
    left, right = line.left, line.right
    x, end = left.x + WIDE, right.x
    bend = max((end - x) // 2, GAP // 2)
    curve = (
        f"M{x} {left.middle}C{x + bend} {left.middle} {end - bend - _TIP} {right.middle} {end - _TIP} {right.middle}"
    )
    yield f'<path class="line" d="{curve}"/>'
    yield f'<path class="tip" d="M{end} {right.middle}l{-_TIP} -4v8z"/>'


def _box(box: Box, kind: str) -> Iterator[str]:
    whole = "; ".join(part for part in (box.node.title, box.node.note) if part)
    yield f"<g><title>{_text(f'{called(box.node.kind, box.node.name)}: {whole}')}</title>"
    yield f'<rect class="{kind}" x="{box.x}" y="{box.y}" width="{WIDE}" height="{box.h}" rx="6"/>'
    x, y = box.x + PAD, box.y + PAD
    for name, lines, high in _parts(box):
        for words in lines:
            base = y + (SMALL if name == "small" else TEXT)
            named = f' class="{name}"' if name else ""
            yield f'<text{named} x="{x}" y="{base}">{_text(words)}</text>'
            y += high
    yield "</g>"


def _parts(box: Box) -> Iterator[tuple[str, Sequence[str], int]]:
    """The lines of a box by class, with their height: what it is to the subject stands where the way begins or ends."""
    if box.side is Direction.DOWNSTREAM:
        yield "small", box.said, SMALL_LINE
    yield "head", box.head, LINE
    yield "", box.lines, LINE
    yield "small", box.note, SMALL_LINE
    if box.side is Direction.UPSTREAM:
        yield "small", [f"{words} →" for words in box.said], SMALL_LINE


def _text(words: str) -> str:
    return escape(clean_text(words), quote=False)
