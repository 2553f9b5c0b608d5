"""A trace as rows: its edges, and its nodes with title, state and owner."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from sopkit.analysis.applicability import decision_by_control
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.registers import Action, Asset, Exemption, External, Policy, Risk, Role, RowModel, Vendor
from sopkit.reports.trace.edges import REGISTER_OF, NodeKey, NodeKind, SopContents, list_records
from sopkit.reports.trace.tracer import Trace


@dataclass(frozen=True, slots=True)
class TraceNode:
    """One thing in words. `id` finds it again, `name` is what people call it; `path` and `line` are where it stands.

    Evidence is called by its title alone.
    """

    kind: NodeKind
    id: str
    name: str
    title: str
    note: str = ""
    path: str = ""
    line: int = 0


def display_name(kind: NodeKind, name: str) -> str:
    """Kind and name: `SOP BK-001`, `control A.8.13`."""
    return f"{'SOP' if kind is NodeKind.SOP else kind} {name}".rstrip()


class NodeDescriber:
    """Describes the things of a library."""

    def __init__(self, status: LibraryStatus, contents: SopContents) -> None:
        self._status = status
        self._contents = contents
        self._library = status.library
        self._decided = decision_by_control(status.library)
        self._known: dict[NodeKey, TraceNode] = {}

    def node(self, key: NodeKey) -> TraceNode:
        """A thing in words."""
        if key not in self._known:
            makers: dict[NodeKind, Callable[[NodeKey], TraceNode]] = {
                NodeKind.CONTROL: self._control,
                NodeKind.SOP: self._sop,
                NodeKind.STEP: self._step,
                NodeKind.RECORD: self._record,
                NodeKind.EVIDENCE: self._evidence,
            }
            self._known[key] = makers.get(key.kind, self._row)(key)
        return self._known[key]

    def _row(self, key: NodeKey) -> TraceNode:
        register = self._library.registers[REGISTER_OF[key.kind]]
        row = register.by_key[key.id]
        title = next((text for name in ("title", "action", "what") if (text := str(getattr(row, name, "")))), "")
        note = _join_notes(*self._facts(row), row.gone(self._library.as_of) or "")
        return TraceNode(key.kind, key.id, key.id, title, note, register.file, register.place(key.id, "id").line)

    def _facts(self, row: RowModel) -> tuple[str, ...]:
        day = self._library.as_of
        match row:
            case Policy():
                return (self._library.role_title(row.owner),)
            case Risk():
                rated = " x ".join(rating for rating in (row.likelihood, row.impact) if rating)
                return (rated, row.treatment or "", self._library.role_title(row.owner))
            case Asset():
                return (row.criticality or "", self._library.role_title(row.owner))
            case Vendor():
                return (f"tier {row.tier}" if row.tier else "", self._library.role_title(row.owner))
            case Exemption():
                return ("" if row.gone(day) else f"until {row.until}" if row.until else "without end",)
            case Action():
                late = "was due" if row.due and row.due < day else "due"
                return (
                    self._library.role_title(row.owner),
                    f"{late} {row.due}" if row.due and not row.gone(day) else "",
                )
            case External():
                return (row.edition,)
            case Role():
                return ("" if row.held_or_deputised_by(day) else "held by nobody",)
        return ()

    def _control(self, key: NodeKey) -> TraceNode:
        control = self._library.catalogue.get(key.scope).by_id[key.id]
        home = key.scope == self._library.first_framework
        decision = self._decided.get((key.scope, key.id))
        became = self._library.catalogue.successors(key.scope, key.id)
        after = f"now {', '.join(f'{framework}:{one}' for framework, one in became)}" if became else ""
        note = _join_notes("" if home else key.scope, after)
        path, line = "", 0
        if decision is not None:
            row, register = decision.row, self._library.registers["soa"]
            exclusion = f"excluded: {row.reason}" if not row.applicable else ""
            if row.applicable and not row.procedure:
                exclusion = f"needs no procedure: {row.note or row.reason}"
            note = _join_notes(note, exclusion, self._library.role_title(row.owner))
            place = register.tree.place((decision.at, "control"))
            path, line = register.file, place.line if place else 1
        return TraceNode(key.kind, f"{key.scope}:{key.id}", key.id, control.title, note, path, line)

    def _sop(self, key: NodeKey) -> TraceNode:
        sop = self._library.by_path[key.id]
        twice = len(self._library.by_id.get(sop.id, ())) > 1
        owner = self._library.role_title(sop.text("owner"))
        note = _join_notes(self._status.of(sop).state, owner, sop.path if twice else "")
        name = sop.path if twice else sop.name
        return TraceNode(key.kind, name, sop.name, sop.title, note, sop.path, sop.place("id").line)

    def _step(self, key: NodeKey) -> TraceNode:
        sop = self._library.by_path[key.scope]
        step = self._contents.step(key)
        name = f"{sop.name}#{key.id}"
        line = sop.source.place(*step.span).line
        return TraceNode(key.kind, name, name, f"{step.number}. {step.text}", step.actor, sop.path, line)

    def _record(self, key: NodeKey) -> TraceNode:
        sop = self._library.by_path[key.scope]
        record = next(record for record in list_records(sop) if record.id == key.id)
        name = f"{sop.name}/{key.id}"
        note = _join_notes(record.where, f"kept {record.retention}" if record.retention else "")
        return TraceNode(key.kind, name, name, record.name, note, sop.path, sop.place(record.loc).line)

    def _evidence(self, key: NodeKey) -> TraceNode:
        sop = self._library.by_path[key.scope]
        name = f"{sop.name}@{key.id}"
        return TraceNode(key.kind, name, "", self._status.of(sop).evidence, "", sop.path, sop.place("id").line)


def _join_notes(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


class Direction(StrEnum):
    """On which side of the subject an edge is."""

    UPSTREAM = "upstream"
    DOWNSTREAM = "downstream"


@dataclass(frozen=True, slots=True)
class EdgeRow:
    """That one thing leads to another: read `from relation to`."""

    direction: Annotated[Direction, "upstream: on the way to the subject; downstream: on the way from it."]
    depth: Annotated[int, "How many edges away from the subject it is, from 1."]
    from_kind: Annotated[NodeKind, "What the first thing is."]
    from_id: Annotated[str, "Its id, by which it can be traced."]
    from_title: Annotated[str, "Its title."]
    relation: Annotated[str, "What it is to the other."]
    to_kind: Annotated[NodeKind, "What the second thing is."]
    to_id: Annotated[str, "Its id."]
    to_title: Annotated[str, "Its title."]
    path: Annotated[str, "File in which this is said."]
    line: Annotated[int, "Its line."]
    note: Annotated[str, "What is added there, such as why a control is only partly carried out."]


@dataclass(frozen=True, slots=True)
class NodeRow:
    """One thing on the way; the subject is the first."""

    kind: Annotated[NodeKind, "What it is."]
    id: Annotated[str, "Its id, by which it can be traced."]
    name: Annotated[str, "The id as people write it: that of a control without its framework."]
    title: Annotated[str, "Its title."]
    note: Annotated[str, "State, owner and what else is worth knowing."]
    path: Annotated[str, "File in which it stands; empty for a control on which nothing is decided."]
    line: Annotated[int, "Its line, 0 where it stands in no file."]


def edge_rows(trace: Trace, about: NodeDescriber) -> Iterator[EdgeRow]:
    """Each edge once on each side, the nearest first where it lies on several ways."""
    for direction, top in ((Direction.UPSTREAM, trace.upstream), (Direction.DOWNSTREAM, trace.downstream)):
        seen: set[tuple[NodeKey, str, NodeKey]] = set()
        branches, depth = top, 1
        while branches:
            for edge in (branch.edge for branch in branches):
                if (ends := (edge.above, edge.relation, edge.below)) not in seen:
                    seen.add(ends)
                    above, below, (path, line) = about.node(edge.above), about.node(edge.below), edge.place
                    first, second = (above.kind, above.id, above.title), (below.kind, below.id, below.title)
                    yield EdgeRow(direction, depth, *first, edge.relation, *second, path, line, edge.note)
            branches = tuple(further for branch in branches for further in branch.branches)
            depth += 1


def node_rows(trace: Trace, about: NodeDescriber) -> Iterator[NodeRow]:
    """The subject, and each thing that a branch leads to, once."""
    branches = (branch for top in (*trace.upstream, *trace.downstream) for branch in top.walk())
    for key in dict.fromkeys((trace.subject, *(branch.key for branch in branches))):
        node = about.node(key)
        yield NodeRow(node.kind, node.id, node.name, node.title, node.note, node.path, node.line)
