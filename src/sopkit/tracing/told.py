"""A trace as rows: its edges, and the things between them."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from sopkit.tracing.about import Describer
from sopkit.tracing.graph import Key, Kind
from sopkit.tracing.walk import Branch, Trace


class Direction(StrEnum):
    """On which side of the subject an edge is."""

    UPSTREAM = "upstream"
    DOWNSTREAM = "downstream"


@dataclass(frozen=True, slots=True)
class EdgeRow:
    """That one thing leads to another: read `from relation to`."""

    direction: Annotated[Direction, "upstream: on the way to the subject; downstream: on the way from it."]
    depth: Annotated[int, "How many edges away from the subject it is, from 1."]
    from_kind: Annotated[Kind, "What the first thing is."]
    from_id: Annotated[str, "Its id, by which it can be traced."]
    from_title: Annotated[str, "Its title."]
    relation: Annotated[str, "What it is to the other."]
    to_kind: Annotated[Kind, "What the second thing is."]
    to_id: Annotated[str, "Its id."]
    to_title: Annotated[str, "Its title."]
    path: Annotated[str, "File in which this is said."]
    line: Annotated[int, "Its line."]
    note: Annotated[str, "What is added there, such as why a control is only partly carried out."]


@dataclass(frozen=True, slots=True)
class NodeRow:
    """One thing on the way; the subject is the first."""

    kind: Annotated[Kind, "What it is."]
    id: Annotated[str, "Its id, by which it can be traced."]
    name: Annotated[str, "The id as people write it: that of a control without its framework."]
    title: Annotated[str, "Its title."]
    note: Annotated[str, "State, owner and what else is worth knowing."]
    path: Annotated[str, "File in which it stands; empty for a control on which nothing is decided."]
    line: Annotated[int, "Its line, 0 where it stands in no file."]


def edge_rows(trace: Trace, about: Describer) -> Iterator[EdgeRow]:
    """Each edge once on each side, the nearest first where it lies on several ways."""
    for direction, branches in ((Direction.UPSTREAM, trace.upstream), (Direction.DOWNSTREAM, trace.downstream)):
        seen: set[tuple[Key, str, Key]] = set()
        for depth, branch in _by_depth(branches):
            edge = branch.edge
            if (ends := (edge.above, edge.relation, edge.below)) not in seen:
                seen.add(ends)
                above, below, (path, line) = about.node(edge.above), about.node(edge.below), edge.place
                first, second = (above.kind, above.id, above.title), (below.kind, below.id, below.title)
                yield EdgeRow(direction, depth, *first, edge.relation, *second, path, line, edge.note)


def node_rows(trace: Trace, about: Describer) -> Iterator[NodeRow]:
    """The subject, and each thing that a branch leads to, once."""
    branches = (branch for top in (*trace.upstream, *trace.downstream) for branch in top.walk())
    for key in dict.fromkeys((trace.subject, *(branch.key for branch in branches))):
        node = about.node(key)
        yield NodeRow(node.kind, node.id, node.name, node.title, node.note, node.path, node.line)


def _by_depth(branches: tuple[Branch, ...]) -> Iterator[tuple[int, Branch]]:
    depth = 1
    while branches:
        yield from ((depth, branch) for branch in branches)
        branches = tuple(further for branch in branches for further in branch.branches)
        depth += 1
