"""A trace as an indented tree, in plain text and in Markdown."""

from collections.abc import Iterator
from dataclasses import dataclass

from sopkit.tables.escape import clip, escape_markdown, one_line
from sopkit.tracing.about import Describer, Node, called
from sopkit.tracing.graph import Edge, Key
from sopkit.tracing.walk import Branch, Trace

_MOST = 200
_WIDEST = 46
UPSTREAM, DOWNSTREAM = "What leads to it", "What follows from it"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the tree: a thing with all that it is to the one above it.

    `told` says that what goes on from it was told of the same thing before.
    """

    depth: int
    upward: bool
    edges: tuple[Edge, ...]
    node: Node
    told: bool

    @property
    def words(self) -> str:
        """Who is what to whom: `POL-06 asks for it`, `is carried out by SOP BK-001`; of several relations none."""
        name = called(self.node.kind, self.node.name)
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
        return "; ".join(clip(one_line(part), _MOST) for part in said if part)


def tree(trace: Trace, about: Describer) -> str:
    """The tree as text, in two columns."""
    subject = about.node(trace.subject)
    parts = [head(subject)]
    for title, branches, upward in ((UPSTREAM, trace.upstream, True), (DOWNSTREAM, trace.downstream, False)):
        lines = [("  " * line.depth + one_line(line.words), line.rest) for line in lines_of(branches, about, upward)]
        wide = min(max((len(left) for left, _ in lines), default=0), _WIDEST)
        told = [f"{left:<{wide}}  {rest}".rstrip() for left, rest in lines] or ["  nothing"]
        parts.append("\n".join([title, *told]))
    return "\n\n".join(parts)


def tree_markdown(trace: Trace, about: Describer) -> Iterator[str]:
    """The tree as nested lists, below a heading for each side."""
    for title, branches, upward in ((UPSTREAM, trace.upstream, True), (DOWNSTREAM, trace.downstream, False)):
        lines = list(lines_of(branches, about, upward))
        yield from (f"## {title}", "")
        for line in lines:
            yield f"{'  ' * (line.depth - 1)}- {escape_markdown(line.words)}: {escape_markdown(line.rest)}"
        yield from (() if lines else ("Nothing.",))
        yield ""


def head(node: Node) -> str:
    """The subject in one line."""
    place = f" ({node.path}:{node.line})" if node.path else ""
    said = "; ".join(part for part in (node.title, node.note) if part)
    return f"{one_line(called(node.kind, node.name))}{'  ' if said else ''}{one_line(said)}{place}"


def lines_of(branches: tuple[Branch, ...], about: Describer, upward: bool) -> Iterator[Line]:  # noqa: FBT001 - two sides
    """The lines of one side. Under a thing that was told before only what is new is told."""
    shown: set[tuple[Key, Key]] = set()

    def told(some: tuple[Branch, ...], depth: int) -> Iterator[Line]:
        by_key: dict[Key, list[Branch]] = {}
        for branch in some:
            by_key.setdefault(branch.key, []).append(branch)
        for key, same in by_key.items():
            ahead = tuple({one.edge: one for branch in same for one in branch.branches}.values())
            new = tuple(one for one in ahead if (key, one.key) not in shown)
            shown.update((key, one.key) for one in new)
            edges = tuple(branch.edge for branch in same)
            yield Line(depth, upward, edges, about.node(key), bool(ahead) and not new)
            yield from told(new, depth + 1)

    yield from told(branches, 1)
