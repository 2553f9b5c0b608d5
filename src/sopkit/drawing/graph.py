"""The graph of a flow picture: steps in lanes, and where each leads."""

from dataclasses import dataclass, field
from typing import NamedTuple

from sopkit.parsing.phrases import Phrases, phrases_of

OUTSIDE = -1


class FlowEdge(NamedTuple):
    """A way out of a step: `to` is the index of a step, the number of steps for the end, or OUTSIDE.

    `said` is the case in which it is taken; `leaves_for` names the target, else the number of its step does.
    """

    said: str
    to: int
    leaves_for: str = ""


class FlowNode(NamedTuple):
    """A step as it is drawn. `actor` is empty when nobody is named; `lane` counts from 0."""

    number: str
    text: str
    actor: str
    lane: int
    href: str = ""
    limits: tuple[str, ...] = ()
    decides: bool = False
    ways: tuple[FlowEdge, ...] = ()


@dataclass(frozen=True, slots=True)
class FlowGraph:
    """The steps in order, and the names of the lanes in order of first appearance; of one, nobody is named."""

    nodes: tuple[FlowNode, ...] = ()
    lanes: tuple[str, ...] = ()
    say: Phrases = field(default_factory=lambda: phrases_of(""))

    @property
    def jumps(self) -> bool:
        """Whether some step leads elsewhere than to the next one."""
        return any(way.to != at + 1 for at, node in enumerate(self.nodes) for way in node.ways)
