"""`sopkit report trace ID`: what leads to one item and what follows from it, as a tree, Markdown and Mermaid."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.reports.report import Report, ReportOptions, ReportResult
from sopkit.reports.trace.edges import NodeKey, NodeKind, SopContents, TraceEdge
from sopkit.reports.trace.picture import draw_svg
from sopkit.reports.trace.rows import EdgeRow, NodeDescriber, NodeRow, TraceNode, display_name, edge_rows, node_rows
from sopkit.reports.trace.tracer import Trace, TraceBranch, Tracer, find_subject
from sopkit.tables.document import ReportTable
from sopkit.tables.escape import clip, escape_markdown, one_line
from sopkit.tables.text_width import shorten_text

_MAX_TEXT = 200
_MAX_COLUMN = 46
UPSTREAM, DOWNSTREAM = "What leads to it", "What follows from it"


@dataclass(frozen=True, slots=True)
class TreeLine:
    """One line of the tree: a thing with all that it is to the one above it.

    `repeated` says that its branches are listed below an earlier line of the same thing.
    """

    depth: int
    upward: bool
    edges: tuple[TraceEdge, ...]
    node: TraceNode
    repeated: bool

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
        parts = (self.node.title, self.node.note, ", ".join(filter(None, notes)), "as above" if self.repeated else "")
        return "; ".join(clip(one_line(part), _MAX_TEXT) for part in parts if part)


def format_tree(trace: Trace, about: NodeDescriber) -> str:
    """The tree as text, in two columns."""
    subject = about.node(trace.subject)
    parts = [format_subject(subject)]
    for title, branches, upward in ((UPSTREAM, trace.upstream, True), (DOWNSTREAM, trace.downstream, False)):
        lines = [("  " * line.depth + one_line(line.words), line.rest) for line in tree_lines(branches, about, upward)]
        wide = min(max((len(left) for left, _ in lines), default=0), _MAX_COLUMN)
        rows = [f"{left:<{wide}}  {rest}".rstrip() for left, rest in lines] or ["  nothing"]
        parts.append("\n".join([title, *rows]))
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
    about = "; ".join(part for part in (node.title, node.note) if part)
    return f"{one_line(display_name(node.kind, node.name))}{'  ' if about else ''}{one_line(about)}{place}"


def tree_lines(branches: tuple[TraceBranch, ...], about: NodeDescriber, upward: bool) -> Iterator[TreeLine]:  # noqa: FBT001 - two sides
    """The lines of one side. Under a thing that was listed before only what is new is listed."""
    seen: set[tuple[NodeKey, NodeKey]] = set()

    def walk(some: tuple[TraceBranch, ...], depth: int) -> Iterator[TreeLine]:
        by_key: dict[NodeKey, list[TraceBranch]] = {}
        for branch in some:
            by_key.setdefault(branch.key, []).append(branch)
        for key, same in by_key.items():
            ahead = tuple({one.edge: one for branch in same for one in branch.branches}.values())
            new = tuple(one for one in ahead if (key, one.key) not in seen)
            seen.update((key, one.key) for one in new)
            edges = tuple(branch.edge for branch in same)
            yield TreeLine(depth, upward, edges, about.node(key), bool(ahead) and not new)
            yield from walk(new, depth + 1)

    yield from walk(branches, 1)


MAX_MERMAID_EDGES = 400
"""Edges that forges still draw; Mermaid itself refuses more than 500."""

_MAX_LABEL = 80
_PLAIN = frozenset(" .,:/()+=@'%*?!-_")
_SHAPES = {NodeKind.CONTROL: ("([", "])"), NodeKind.RECORD: ("[(", ")]"), NodeKind.EVIDENCE: ("[/", "/]")}


def draw_mermaid(nodes: Sequence[NodeRow], edges: Sequence[EdgeRow]) -> str:
    """The flowchart; no text of a document can end a label or begin anything else in it."""
    things = {(node.kind, node.id): node for node in nodes}
    numbers = {key: number for number, key in enumerate(things)}
    lines = ["flowchart LR"]
    for number, node in enumerate(things.values()):
        before, after = _SHAPES.get(node.kind, ("[", "]"))
        label = "<br>".join(filter(None, (_escape(display_name(node.kind, node.name)), _escape(node.title))))
        lines.append(f'  n{number}{before}"{label}"{after}')
    ends = {(numbers[edge.from_kind, edge.from_id], numbers[edge.to_kind, edge.to_id], edge.relation) for edge in edges}
    lines += [f'  n{above} -->|"{_escape(relation)}"| n{below}' for above, below, relation in sorted(ends)]
    return "\n".join((*lines, *(["  style n0 stroke-width:4px"] if nodes else []))) + "\n"


def _escape(text: str) -> str:
    """The text with all but letters, digits and harmless signs as entity codes."""
    short = shorten_text(text, _MAX_LABEL).replace("$$", "$\u200b$")  # between two dollars it would read formulas
    return "".join(char if char.isalnum() or char in _PLAIN else f"#{ord(char)};" for char in short)


def trace(status: LibraryStatus, options: ReportOptions) -> ReportResult:
    """What leads to one thing and follows from it, from policies and risks to steps, records and evidence."""
    contents = SopContents(status.library)
    about = NodeDescriber(status, contents)
    found = Tracer(status, contents).trace(find_subject(options.subject, status.library, contents))
    edges, nodes = tuple(edge_rows(found, about)), tuple(node_rows(found, about))
    return ReportResult(
        ReportTable("rows", "Edges", EdgeRow, edges),
        (ReportTable("nodes", "Things", NodeRow, nodes, detail=True),),
        forms={
            "table": lambda: format_tree(found, about),
            "markdown": lambda: _format_page(status, found, about, nodes, edges),
            "mermaid": lambda: draw_mermaid(nodes, edges),
            "svg": lambda: draw_svg(nodes, edges),
        },
    )


def _format_page(
    status: LibraryStatus, found: Trace, about: NodeDescriber, nodes: Sequence[NodeRow], edges: Sequence[EdgeRow]
) -> str:
    subject = about.node(found.subject)
    version = f", commit {status.head[:12]}" if status.head else ""
    lines = [f"# Trace of {escape_markdown(format_subject(subject))}", "", f"As of {status.as_of}{version}.", ""]
    lines += format_tree_markdown(found, about)
    if len(edges) <= MAX_MERMAID_EDGES:
        lines += ["```mermaid", draw_mermaid(nodes, edges).rstrip("\n"), "```", ""]
    return "\n".join((*lines, *(f"- {escape_markdown(note)}" for note in status.notes))).rstrip("\n") + "\n"


REPORT = Report(
    "trace",
    "What leads to a risk, control, SOP or anything else with an id, and what follows from it.",
    trace,
    {"rows": EdgeRow, "nodes": NodeRow},
    takes=("subject",),
    forms=("mermaid", "svg"),
)
