"""The nodes and edges of a trace, and the graph that finds edges by either end."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from sopkit.model.sop import Sop
from sopkit.model.source import Loc
from sopkit.parsing.register import Register


class NodeKind(StrEnum):
    """What a thing is, in the order in which a trace shows them."""

    ROLE = "role"
    POLICY = "policy"
    RISK = "risk"
    VENDOR = "vendor"
    ASSET = "asset"
    CONTROL = "control"
    SOP = "sop"
    STEP = "step"
    RECORD = "record"
    EVIDENCE = "evidence"
    EXCEPTION = "exception"
    ACTION = "action"
    EXTERNAL = "external"


REGISTER_OF = {
    NodeKind.ROLE: "roles",
    NodeKind.POLICY: "policies",
    NodeKind.RISK: "risks",
    NodeKind.VENDOR: "vendors",
    NodeKind.ASSET: "assets",
    NodeKind.EXCEPTION: "exceptions",
    NodeKind.ACTION: "actions",
    NodeKind.EXTERNAL: "external",
}
"""The register in which things of a kind are rows."""

KINDS_INSIDE_SOP = frozenset({NodeKind.STEP, NodeKind.RECORD, NodeKind.EVIDENCE})
"""What belongs to one SOP."""


class NodeKey(NamedTuple):
    """One thing. `id` is the key of a row, the path of an SOP, or what tells it from others in its scope.

    `scope` is the framework of a control, or the path of the SOP to which a step, a record or evidence belongs.
    """

    kind: NodeKind
    id: str
    scope: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class TraceEdge:
    """That one thing leads to another: read `above relation below`. `text` and `loc` are where it is said."""

    above: NodeKey
    relation: str
    below: NodeKey
    text: Sop | Register
    loc: Loc | tuple[int, int] = ()
    note: str = ""

    @property
    def place(self) -> tuple[str, int]:
        """File and line."""
        if isinstance(self.text, Sop):
            return self.text.path, self.text.place(self.loc).line
        place = self.text.tree.place(self.loc)
        return self.text.file, place.line if place else 1


class TraceGraph:
    """Edges by both of their ends."""

    def __init__(self, edges: Iterable[TraceEdge]) -> None:
        self._below: dict[NodeKey, list[TraceEdge]] = {}
        self._above: dict[NodeKey, list[TraceEdge]] = {}
        self._seen: set[tuple[NodeKey, str, NodeKey]] = set()
        self.add(edges)

    def below(self, key: NodeKey) -> tuple[TraceEdge, ...]:
        """What follows from a thing, in the order of the kinds."""
        return tuple(sorted(self._below.get(key, ()), key=lambda edge: _ORDER[edge.below.kind]))

    def above(self, key: NodeKey) -> tuple[TraceEdge, ...]:
        """What leads to a thing, in the order of the kinds."""
        return tuple(sorted(self._above.get(key, ()), key=lambda edge: _ORDER[edge.above.kind]))

    def add(self, edges: Iterable[TraceEdge]) -> None:
        """Take in more edges; of two that say the same the first stays, and nothing leads to itself."""
        for edge in edges:
            ends = (edge.above, edge.relation, edge.below)
            if edge.above != edge.below and ends not in self._seen:
                self._seen.add(ends)
                self._below.setdefault(edge.above, []).append(edge)
                self._above.setdefault(edge.below, []).append(edge)


_ORDER = {kind: place for place, kind in enumerate(NodeKind)}
