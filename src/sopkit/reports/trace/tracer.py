"""Finds the item that a user names, and everything that leads to it and follows from it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from sopkit.library import Library
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.control_ids import MatchKind, parse_control
from sopkit.model.errors import SopkitError
from sopkit.model.similarity import nearest
from sopkit.model.sop import Sop
from sopkit.reports.trace.edges import (
    KINDS_INSIDE_SOP,
    REGISTER_OF,
    NodeKey,
    NodeKind,
    SopContents,
    TraceEdge,
    TraceGraph,
    duty_edges,
    library_edges,
    list_records,
    sop_edges,
    step_edges,
)

_MAX_CANDIDATES = 6


def find_subject(typed: str, library: Library, contents: SopContents) -> NodeKey:
    """The thing that is meant. SopkitError when there is none, with what is near, or several, with how to name one."""
    written = " ".join(typed.split())
    kind, rest, framework = _split_prefix(written, library)
    found = list(dict.fromkeys(_candidates(rest, kind, framework, library, contents)))
    exact = [(key, name) for key, name in found if name == rest]
    meant = exact or found
    keys = list(dict.fromkeys(key for key, _ in meant))
    if len(keys) == 1:
        return keys[0]
    if keys:
        names = [_full_name(key, library) for key in keys]
        more = f" and {len(names) - _MAX_CANDIDATES} more" if len(names) > _MAX_CANDIDATES else ""
        first = " or ".join(names[:_MAX_CANDIDATES])
        raise SopkitError(f"`{typed}` may be {first}{more}", "name one of them as it is written here")
    known = {name.casefold(): name for name in _known_names(library)}
    near = nearest(rest.casefold(), known, 3)
    advice = (
        f"did you mean {', '.join(known[name] for name in near)}?" if near else "any id of the library can be traced"
    )
    raise SopkitError(f"nothing is called `{typed}`", advice)


def _split_prefix(written: str, library: Library) -> tuple[NodeKind | None, str, str | None]:
    """What stands before a colon: a kind, or a framework."""
    before, colon, rest = written.partition(":")
    word = before.strip().casefold()
    for kind in NodeKind:
        if colon and word in {kind.value, REGISTER_OF.get(kind, f"{kind}s")}:
            return kind, rest.strip(), None
    if colon and before in library.catalogue.ids:
        return NodeKind.CONTROL, rest.strip(), before
    return None, written, None


def _candidates(
    written: str, kind: NodeKind | None, framework: str | None, library: Library, contents: SopContents
) -> Iterator[tuple[NodeKey, str]]:
    """All things that may be meant without regard to case, each with the name by which it was found."""
    folded = written.casefold()
    for key, name in _all_names(library):
        if kind in {None, key.kind} and name.casefold() == folded:
            yield key, name
    if kind in {None, NodeKind.STEP, NodeKind.RECORD}:
        yield from (
            (key, written) for key in _steps_and_records(written, library, contents) if kind in {None, key.kind}
        )
    if kind in {None, NodeKind.CONTROL}:
        # Of the library's first framework where that has the control, else wherever it is one.
        match = parse_control(written, library.catalogue, framework or library.first_framework)
        found: Iterable[tuple[str, str]] = ()
        if match.kind in {MatchKind.FOUND, MatchKind.SUPERSEDED, MatchKind.WITHDRAWN} and match.framework is not None:
            found = ((match.framework, control) for control in match.ids)
        elif framework is None:
            frameworks = library.config.library.frameworks
            found = [choice for choice in match.choices if choice[0] in frameworks] or match.choices
        yield from ((NodeKey(NodeKind.CONTROL, control, name), written) for name, control in found)


def _all_names(library: Library) -> Iterator[tuple[NodeKey, str]]:
    """Rows of registers by their ids, roles by all their names, SOPs by id and path."""
    for kind, register in REGISTER_OF.items():
        for row in library.registers[register].by_key.values():
            yield from ((NodeKey(kind, row.key), name) for name in (row.names if kind is NodeKind.ROLE else (row.key,)))
    for sop in library.sops:
        yield from ((NodeKey(NodeKind.SOP, sop.path), name) for name in (sop.id, sop.path) if name)


def _steps_and_records(written: str, library: Library, contents: SopContents) -> Iterator[NodeKey]:
    """`BK-001#coverage` or `BK-001#3` is a step, `BK-001/restore-record` or `restore-record` a record."""
    name, mark, anchor = written.partition("#")
    if mark:
        for sop in _sops(name, library):
            steps = (
                step.key
                for step in contents.steps(sop.path)
                if anchor.casefold() in {step.key.id.casefold(), step.number.casefold()}
            )
            yield from islice(steps, 1)
        return
    name, mark, record = written.rpartition("/")
    for sop in _sops(name, library) if mark else library.sops:
        for one in list_records(sop):
            if one.id.casefold() == record.casefold():
                yield NodeKey(NodeKind.RECORD, one.id, sop.path)


def _sops(name: str, library: Library) -> list[Sop]:
    folded = name.strip().casefold()
    return [sop for sop in library.sops if folded in {sop.id.casefold(), sop.path.casefold()}]


def _full_name(key: NodeKey, library: Library) -> str:
    """How a thing is named so that nothing else is meant."""
    if key.kind is NodeKind.CONTROL:
        return f"{key.scope}:{key.id}"
    if key.kind in {NodeKind.STEP, NodeKind.RECORD}:
        sop = library.by_path[key.scope]
        return f"{sop.name}{'#' if key.kind is NodeKind.STEP else '/'}{key.id}"
    return f"{key.kind}:{key.id}"


def _known_names(library: Library) -> Iterable[str]:
    yield from (name for _, name in _all_names(library))
    for framework in library.config.library.frameworks:
        yield from library.catalogue.get(framework).by_id
    for sop in library.sops:
        yield from (record.id for record in list_records(sop))


@dataclass(frozen=True, slots=True)
class TraceBranch:
    """An edge on the way, the thing at its far end, and what goes on from there."""

    edge: TraceEdge
    key: NodeKey
    branches: tuple["TraceBranch", ...] = ()

    def walk(self) -> Iterator["TraceBranch"]:
        """This branch and all that go on from it."""
        yield self
        for branch in self.branches:
            yield from branch.walk()


@dataclass(frozen=True, slots=True)
class Trace:
    """What leads to a thing, and what follows from it."""

    subject: NodeKey
    upstream: tuple[TraceBranch, ...]
    downstream: tuple[TraceBranch, ...]


class Tracer:
    """Traces things of one library; SOPs are read when a way leads to them, and only once."""

    def __init__(self, status: LibraryStatus, contents: SopContents) -> None:
        self._status = status
        self._contents = contents
        self._graph = TraceGraph(library_edges(status.library))
        self._opened: set[str] = set()
        self._stepped: set[str] = set()

    def trace(self, subject: NodeKey) -> Trace:
        """The trace of one thing. It ends whatever circles the registers hold."""
        library = self._status.library
        acting: Iterable[Sop] = ()  # who acts: for a role in all SOPs, for an SOP in this one
        if subject.kind in {NodeKind.ROLE, NodeKind.SOP}:
            acting = library.sops if subject.kind is NodeKind.ROLE else (library.by_path[subject.id],)
        for sop in acting:
            self._graph.add(duty_edges(sop, library))
        if subject.kind in {NodeKind.SOP, *KINDS_INSIDE_SOP}:
            path = subject.scope or subject.id
            self._open(path)
            self._read_steps(path)
        up = self._branches(subject, None, (subject,), up=True)
        return Trace(subject, up, self._branches(subject, None, (subject,), up=False))

    def _branches(
        self, key: NodeKey, came: TraceEdge | None, path: tuple[NodeKey, ...], *, up: bool
    ) -> tuple[TraceBranch, ...]:
        found = []
        if not up and key.kind is NodeKind.SOP:
            self._open(key.id)
            if came is not None and self._contents.naming(came.above, key.id):
                self._read_steps(key.id)
        for edge in self._graph.above(key) if up else self._graph.below(key):
            far = edge.above if up else edge.below
            if far in path or (came is not None and not self._goes_on(*((edge, came) if up else (came, edge)))):
                continue
            found.append(TraceBranch(edge, far, self._branches(far, edge, (*path, far), up=up)))
        return tuple(found)

    def _goes_on(self, first: TraceEdge, second: TraceEdge) -> bool:
        """Whether two edges in a row are one way: then it is one in both directions.

        Roles and other SOPs are told where a thing touches them and no further, else all would lead to all. Only the
        steps that name a control belong to the way from it; where none does, the records of the whole SOP do.
        """
        above, middle, below = first.above, first.below, second.below
        if NodeKind.ROLE in {above.kind, middle.kind, below.kind}:
            return False
        if middle.kind is not NodeKind.SOP:
            return True
        if above.kind is NodeKind.SOP or below.kind in {NodeKind.SOP, NodeKind.ACTION}:
            return False
        if below.kind is NodeKind.STEP:
            return below in self._contents.naming(above, middle.id)
        return below.kind is not NodeKind.RECORD or (
            above.kind is NodeKind.CONTROL and not self._contents.naming(above, middle.id)
        )

    def _open(self, path: str) -> None:
        """Read the records of an SOP and what was last shown of it."""
        if path not in self._opened:
            self._opened.add(path)
            self._graph.add(sop_edges(self._status.library.by_path[path], self._status))

    def _read_steps(self, path: str) -> None:
        """Read the steps of an SOP, for which its body is parsed."""
        if path not in self._stepped:
            self._stepped.add(path)
            self._graph.add(step_edges(self._status.library.by_path[path], self._contents.steps(path)))
