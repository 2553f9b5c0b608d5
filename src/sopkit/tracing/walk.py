"""What leads to one thing, and what follows from it."""

from collections.abc import Iterator
from dataclasses import dataclass

from sopkit.lifecycle.standing import Standings
from sopkit.tracing.graph import Edge, Graph, Key, Kind
from sopkit.tracing.inside import Naming, edges_inside, edges_of_duties, naming_in
from sopkit.tracing.said import edges_of


@dataclass(frozen=True, slots=True)
class Branch:
    """An edge on the way, the thing at its far end, and what goes on from there."""

    edge: Edge
    key: Key
    branches: tuple["Branch", ...] = ()

    def walk(self) -> Iterator["Branch"]:
        """This branch and all that go on from it."""
        yield self
        for branch in self.branches:
            yield from branch.walk()


@dataclass(frozen=True, slots=True)
class Trace:
    """What leads to a thing, and what follows from it."""

    subject: Key
    upstream: tuple[Branch, ...]
    downstream: tuple[Branch, ...]


class Tracer:
    """Traces things of one library; what it reads on the way it keeps."""

    def __init__(self, standings: Standings) -> None:
        self.standings = standings
        self._naming: dict[str, Naming] = {}
        self._graph = Graph(edges_of(standings.library), self._inside)
        self._duties_read = False

    def trace(self, subject: Key) -> Trace:
        """The trace of one thing. It ends whatever circles the registers hold."""
        self._read_duties(subject)
        up = self._branches(subject, None, (subject,), up=True)
        return Trace(subject, up, self._branches(subject, None, (subject,), up=False))

    def _branches(self, key: Key, came: Edge | None, path: tuple[Key, ...], *, up: bool) -> tuple[Branch, ...]:
        found = []
        for edge in self._graph.above(key) if up else self._graph.below(key):
            far = edge.above if up else edge.below
            if far in path or (came is not None and not self._goes_on(*((edge, came) if up else (came, edge)))):
                continue
            found.append(Branch(edge, far, self._branches(far, edge, (*path, far), up=up)))
        return tuple(found)

    def _goes_on(self, first: Edge, second: Edge) -> bool:
        """Whether two edges in a row are one way: then it is one in both directions.

        Roles and other SOPs are told where a thing touches them and no further, else all would lead to all. Only the
        steps that name a control belong to the way from it; where none does, the records of the whole SOP do.
        """
        above, middle, below = first.above, first.below, second.below
        if Kind.ROLE in {above.kind, middle.kind, below.kind}:
            return False
        if middle.kind is not Kind.SOP:
            return True
        if above.kind is Kind.SOP or below.kind in {Kind.SOP, Kind.ACTION}:
            return False
        if below.kind is Kind.STEP:
            return below in self._steps_naming(above, middle.id)
        return below.kind is not Kind.RECORD or (
            above.kind is Kind.CONTROL and not self._steps_naming(above, middle.id)
        )

    def _steps_naming(self, control: Key, path: str) -> frozenset[Key]:
        if path not in self._naming:
            self._naming[path] = naming_in(self.standings.library.by_path[path], self.standings.library)
        return self._naming[path].get(control, frozenset())

    def _inside(self, path: str) -> Iterator[Edge]:
        sop = self.standings.library.by_path[path]
        self._steps_naming(Key(Kind.SOP, path), path)
        yield from edges_inside(sop, self.standings, self._naming[path])
        sop.forget_body()

    def _read_duties(self, subject: Key) -> None:
        """Who acts in which SOP is read for a role in all of them, for an SOP in this one."""
        library = self.standings.library
        if subject.kind is Kind.ROLE and not self._duties_read:
            self._duties_read = True
            self._graph.add(edge for sop in library.sops for edge in edges_of_duties(sop, library))
        elif subject.kind is Kind.SOP:
            self._graph.add(edges_of_duties(library.by_path[subject.id], library))
