"""A trace as text: an indented tree, nested Markdown lists, a Mermaid flowchart."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sopkit.reports.trace.graph import NodeKey, NodeKind, TraceEdge
from sopkit.reports.trace.rows import EdgeRow, NodeDescriber, NodeRow, TraceNode, display_name
from sopkit.reports.trace.tracer import Trace, TraceBranch
from sopkit.tables.escape import clip, escape_markdown, one_line
from sopkit.tables.text_width import shorten_text

_MAX_TEXT = 200
_MAX_COLUMN = 46
UPSTREAM, DOWNSTREAM = "What leads to it", "What follows from it"


@dataclass(frozen=True, slots=True)
class TreeLine:
    """One line of the tree: a thing with all that it is to the one above it.

    `told` says that what goes on from it was told of the same thing before.
    """

    depth: int
    upward: bool
    edges: tuple[TraceEdge, ...]
    node: TraceNode
    told: bool

    @property
    def words(self) -> str:
        """Who is what to whom: `POL-06 asks for it`, `is carried out by SOP BK-001`; of several relations none."""
        name = display_name(self.node.kind, self.node.name)
        if len(self.edges) > 1:
            return name
        relation = self.edges[0].relation
        return f"{name} {relation} it" if self.upward else f"{relation} {name}"

    @property
    def rest(self) -> str:
        """Title and what else is known."""
        notes = [edge.note for edge in self.edges]
        if len(self.edges) > 1:
            notes = [f"{edge.relation}{f' ({edge.note})' if edge.note else ''}" for edge in self.edges]
        said = (self.node.title, self.node.note, ", ".join(filter(None, notes)), "as above" if self.told else "")
        return "; ".join(clip(one_line(part), _MAX_TEXT) for part in said if part)


def format_tree(trace: Trace, about: NodeDescriber) -> str:
    """The tree as text, in two columns."""
    subject = about.node(trace.subject)
    parts = [format_subject(subject)]
    for title, branches, upward in ((UPSTREAM, trace.upstream, True), (DOWNSTREAM, trace.downstream, False)):
        lines = [("  " * line.depth + one_line(line.words), line.rest) for line in tree_lines(branches, about, upward)]
        wide = min(max((len(left) for left, _ in lines), default=0), _MAX_COLUMN)
        told = [f"{left:<{wide}}  {rest}".rstrip() for left, rest in lines] or ["  nothing"]
        parts.append("\n".join([title, *told]))
    return "\n\n".join(parts)


def format_tree_markdown(trace: Trace, about: NodeDescriber) -> Iterator[str]:
    """The tree as nested lists, below a heading for each side."""
    for title, branches, upward in ((UPSTREAM, trace.upstream, True), (DOWNSTREAM, trace.downstream, False)):
        lines = list(tree_lines(branches, about, upward))
        yield from (f"## {title}", "")
        for line in lines:
            yield f"{'  ' * (line.depth - 1)}- {escape_markdown(line.words)}: {escape_markdown(line.rest)}"
        yield from (() if lines else ("Nothing.",))
        yield ""


def format_subject(node: TraceNode) -> str:
    """The subject in one line."""
    place = f" ({node.path}:{node.line})" if node.path else ""
    said = "; ".join(part for part in (node.title, node.note) if part)
    return f"{one_line(display_name(node.kind, node.name))}{'  ' if said else ''}{one_line(said)}{place}"


def tree_lines(branches: tuple[TraceBranch, ...], about: NodeDescriber, upward: bool) -> Iterator[TreeLine]:  # noqa: FBT001 - two sides
    """The lines of one side. Under a thing that was told before only what is new is told."""
    shown: set[tuple[NodeKey, NodeKey]] = set()

    def told(some: tuple[TraceBranch, ...], depth: int) -> Iterator[TreeLine]:
        by_key: dict[NodeKey, list[TraceBranch]] = {}
        for branch in some:
            by_key.setdefault(branch.key, []).append(branch)
        for key, same in by_key.items():
            ahead = tuple({one.edge: one for branch in same for one in branch.branches}.values())
            new = tuple(one for one in ahead if (key, one.key) not in shown)
            shown.update((key, one.key) for one in new)
            edges = tuple(branch.edge for branch in same)
            yield TreeLine(depth, upward, edges, about.node(key), bool(ahead) and not new)
            yield from told(new, depth + 1)

    yield from told(branches, 1)


MAX_MERMAID_EDGES = 400
"""Edges that forges still draw; Mermaid itself refuses more than 500."""

_MAX_LABEL = 80
_PLAIN = frozenset(" .,:/()+=@'%*?!-_")
_SHAPES = {NodeKind.CONTROL: ("([", "])"), NodeKind.RECORD: ("[(", ")]"), NodeKind.EVIDENCE: ("[/", "/]")}


def draw_mermaid(nodes: Sequence[NodeRow], edges: Sequence[EdgeRow]) -> str:
    """The flowchart; no text of a document can end a label or begin anything else in it."""
    return "\n".join(_mermaid_lines(nodes, edges)) + "\n"


def _mermaid_lines(nodes: Sequence[NodeRow], edges: Sequence[EdgeRow]) -> Iterator[str]:
    names = {(node.kind, node.id): f"n{at}" for at, node in enumerate(nodes)}
    yield "flowchart LR"
    for node in nodes:
        before, after = _SHAPES.get(node.kind, ("[", "]"))
        label = "<br>".join(filter(None, (_escape(display_name(node.kind, node.name)), _escape(node.title))))
        yield f'  {names[node.kind, node.id]}{before}"{label}"{after}'
    drawn = {(edge.from_kind, edge.from_id, edge.relation, edge.to_kind, edge.to_id) for edge in edges}
    for from_kind, from_id, relation, to_kind, to_id in sorted(drawn, key=lambda one: _edge_order(one, names)):
        yield f'  {names[from_kind, from_id]} -->|"{_escape(relation)}"| {names[to_kind, to_id]}'
    if nodes:
        yield "  style n0 stroke-width:4px"


def _edge_order(
    edge: tuple[NodeKind, str, str, NodeKind, str], names: dict[tuple[NodeKind, str], str]
) -> tuple[int, int, str]:
    return int(names[edge[0], edge[1]][1:]), int(names[edge[3], edge[4]][1:]), edge[2]


def _escape(text: str) -> str:
    """The text with all but letters, digits and harmless signs as entity codes."""
    short = shorten_text(text, _MAX_LABEL).replace("$$", "$\u200b$")  # between two dollars it would read formulas
    return "".join(char if char.isalnum() or char in _PLAIN else f"#{ord(char)};" for char in short)
