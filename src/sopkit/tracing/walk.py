"""What leads to one thing, and what follows from it."""

from collections.abc import Iterator
from dataclasses import dataclass

from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.tracing.graph import INSIDE, Edge, Graph, Key, Kind
from sopkit.tracing.inside import Insides, edges_inside, edges_of_duties, edges_of_steps
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

    def __init__(self, standings: LibraryStatus, insides: Insides) -> None:
        self._standings = standings
        self._insides = insides
        self._graph = Graph(edges_of(standings.library))
        self._opened: set[str] = set()
        self._stepped: set[str] = set()

    def trace(self, subject: Key) -> Trace:
        """The trace of one thing. It ends whatever circles the registers hold."""
        self._read_duties(subject)
        if subject.kind in {Kind.SOP, *INSIDE}:
            path = subject.scope or subject.id
            self._open(path)
            self._read_steps(path)
        up = self._branches(subject, None, (subject,), up=True)
        return Trace(subject, up, self._branches(subject, None, (subject,), up=False))

    def _branches(self, key: Key, came: Edge | None, path: tuple[Key, ...], *, up: bool) -> tuple[Branch, ...]:
        found = []
        if not up and key.kind is Kind.SOP:
            self._open(key.id)
            if came is not None and self._insides.naming(came.above, key.id):
                self._read_steps(key.id)
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
            return below in self._insides.naming(above, middle.id)
        return below.kind is not Kind.RECORD or (
            above.kind is Kind.CONTROL and not self._insides.naming(above, middle.id)
        )

    def _open(self, path: str) -> None:
        """Read the records of an SOP and what was last shown of it."""
        if path not in self._opened:
            self._opened.add(path)
            self._graph.add(edges_inside(self._standings.library.by_path[path], self._standings))

    def _read_steps(self, path: str) -> None:
        """Read the steps of an SOP, for which its body is parsed."""
        if path not in self._stepped:
            self._stepped.add(path)
            self._graph.add(edges_of_steps(self._standings.library.by_path[path], self._insides.steps(path)))

    def _read_duties(self, subject: Key) -> None:
        """Read who acts in which SOP: for a role in all of them, for an SOP in this one."""
        library = self._standings.library
        sops = library.sops if subject.kind is Kind.ROLE else library.sops[:0]
        for sop in (library.by_path[subject.id],) if subject.kind is Kind.SOP else sops:
            self._graph.add(edges_of_duties(sop, library))
