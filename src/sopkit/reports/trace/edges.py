"""The graph of a trace: its nodes, and its edges from registers, front matter, claims and the bodies of SOPs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from sopkit.analysis.applicability import controls_with_places, decisions
from sopkit.analysis.control_claims import ControlKey, controls_of_step, implementations_by_control
from sopkit.analysis.responsibilities import Responsibility, responsibilities_in
from sopkit.analysis.responsibilities import ResponsibilityKind as DutyKind
from sopkit.library import Library
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.registers import REFERENCE_COLUMNS, REFERENCE_KEYS, SOP_TARGET, Action, Policy, Risk
from sopkit.model.sop import Sop
from sopkit.model.source import Loc
from sopkit.parsing.register import Register
from sopkit.parsing.sections import step_anchors


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


_KIND_OF = {register: kind for kind, register in REGISTER_OF.items()}
_COLUMN_RELATIONS = {
    ("roles", "reports_to"): "leads",
    ("policies", "owner"): "owns",
    ("assets", "owner"): "owns",
    ("assets", "vendor"): "runs",
    ("risks", "owner"): "owns",
    ("risks", "accepted_by"): "accepted",
    ("vendors", "owner"): "answers for",
    ("exceptions", "sop"): "is not followed under",
    ("exceptions", "risk"): "is taken under",
    ("exceptions", "approver"): "allowed",
    ("external", "owner"): "watches",
    ("actions", "owner"): "is to do",
    ("actions", "verified_by"): "verified",
    ("actions", "sop"): "is mended by",
    ("soa", "owner"): "answers for",
}
"""Register and column to what the row that the column names is to the row in which it stands."""
_KEY_RELATIONS = {
    "owner": "owns",
    "approvers": "approves",
    "contributors": "described",
    "audience": "is trained on",
    "policies": "is carried out by",
    "risks": "is treated by",
    "assets": "is worked on by",
    "vendors": "is dealt with by",
    "requires": "comes before",
    "supersedes": "is replaced by",
    "superseded_by": "replaces",
    "related": "is related to",
}
"""Key of the front matter to what its values are to the SOP."""
_UPSTREAM_KEYS = frozenset({"superseded_by"})
"""Keys whose values follow from the SOP, instead of leading to it."""
_REGISTER_RELATIONS = {Policy: "asks for", Risk: "is treated by", Action: "mends"}
_CLAIM_RELATIONS = {"full": "is carried out by", "partial": "is partly carried out by", "supporting": "is supported by"}


def library_edges(library: Library) -> Iterator[TraceEdge]:
    """All edges but those inside SOPs, and those that tell who acts in one."""
    for name in REGISTER_OF.values():
        yield from _column_edges(library.registers[name], library)
    for name in ("policies", "risks", "actions"):
        yield from _control_edges(library.registers[name], library)
    yield from _statement_edges(library)
    for sop in library.sops:
        yield from _front_matter_edges(sop, library)
    for control, some in implementations_by_control(library).items():
        for one in some:
            above, below = control_key(control), NodeKey(NodeKind.SOP, one.sop.path)
            yield TraceEdge(above, _CLAIM_RELATIONS[one.strength], below, one.sop, one.loc or ("controls",), one.note)


def control_key(control: ControlKey) -> NodeKey:
    """The key of a control."""
    return NodeKey(NodeKind.CONTROL, control[1], control[0])


def _column_edges(register: Register, library: Library) -> Iterator[TraceEdge]:
    places = _row_numbers(register)
    for row in register.rows:
        for column, kind in REFERENCE_COLUMNS.get(register.name, {}).items():
            below = NodeKey(_KIND_OF[register.name], row.key)
            for above in _resolve(str(getattr(row, column)), kind, library):
                yield TraceEdge(
                    above, _COLUMN_RELATIONS[register.name, column], below, register, (places[row.key], column)
                )


def _control_edges(register: Register, library: Library) -> Iterator[TraceEdge]:
    places = _row_numbers(register)
    for row in register.rows:
        if isinstance(row, Policy | Risk | Action):
            key = NodeKey(_KIND_OF[register.name], row.key)
            for control, loc in controls_with_places(row.controls, library):
                ends = (key, control_key(control))
                above, below = ends[::-1] if isinstance(row, Action) else ends
                relation = "is mended by" if isinstance(row, Action) else _REGISTER_RELATIONS[type(row)]
                yield TraceEdge(above, relation, below, register, (places[row.key], *loc))


def _statement_edges(library: Library) -> Iterator[TraceEdge]:
    """Owners and risks that registers/soa.yaml names; a risk whose own row names the control is there already."""
    register, risks = library.registers["soa"], library.registers["risks"].by_key
    for decision in decisions(library):
        for control in decision.controls:
            below = control_key(control)
            for above in _resolve(decision.row.owner, "roles", library):
                yield TraceEdge(above, _COLUMN_RELATIONS["soa", "owner"], below, register, (decision.at, "owner"))
            for name in decision.row.drivers:
                row = risks.get(name)
                treated = isinstance(row, Risk) and control in dict(controls_with_places(row.controls, library))
                if row is not None and not treated:
                    yield TraceEdge(NodeKey(NodeKind.RISK, name), "asks for", below, register, (decision.at, "drivers"))


def _front_matter_edges(sop: Sop, library: Library) -> Iterator[TraceEdge]:
    own = NodeKey(NodeKind.SOP, sop.path)
    for key, kind in REFERENCE_KEYS.items():
        for value, loc in sop.texts(key):
            for other in _resolve(value, kind, library):
                above, below = (own, other) if key in _UPSTREAM_KEYS else (other, own)
                if key == "related":
                    above, below = min(own, other), max(own, other)
                relation = "is replaced by" if key == "superseded_by" else _KEY_RELATIONS[key]
                yield TraceEdge(above, relation, below, sop, loc)
    for name, loc in library.placed_approvers(sop):
        for above in _resolve(name, "roles", library) if loc == ("area",) else ():
            yield TraceEdge(above, _KEY_RELATIONS["approvers"], own, sop, loc)


def _resolve(name: str, kind: str, library: Library) -> Iterator[NodeKey]:
    """The rows or SOPs of a name; none where it leads nowhere, which the linter tells."""
    if kind == SOP_TARGET:
        yield from (NodeKey(NodeKind.SOP, sop.path) for sop in library.by_id.get(name, ()))
    elif kind == "roles":
        if (role := library.role(name)) is not None:
            yield NodeKey(NodeKind.ROLE, role.id)
    elif name in library.registers[kind].by_key:
        yield NodeKey(_KIND_OF[kind], name)


def _row_numbers(register: Register) -> dict[str, int]:
    """The first row of each key."""
    return {key: at for at, key in reversed(list(enumerate(register.rows_at)))}


_DUTY_RELATIONS = {
    DutyKind.ACTS: "acts in",
    DutyKind.DECIDES: "decides in",
    DutyKind.RESPONSIBLE: "is responsible in",
    DutyKind.ACCOUNTABLE: "is accountable in",
    DutyKind.CONSULTED: "is consulted in",
    DutyKind.INFORMED: "is informed in",
    DutyKind.TOLD: "is told in",
}
_MAX_STEP_NUMBERS = 12


@dataclass(frozen=True, slots=True)
class SopRecord:
    """A record that an SOP declares; `loc` is where."""

    id: str
    name: str
    where: str
    retention: str
    loc: Loc


@dataclass(frozen=True, slots=True)
class StepNode:
    """A step, with the controls that it names and the declared records that are its evidence."""

    key: NodeKey
    number: str
    text: str
    actor: str
    span: tuple[int, int]
    controls: frozenset[NodeKey]
    records: tuple[NodeKey, ...]


class SopContents:
    """What stands inside the SOPs of a library; each body is read once, when somebody asks."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._steps: dict[str, tuple[StepNode, ...]] = {}

    def steps(self, path: str) -> tuple[StepNode, ...]:
        """Every step and sub-step of an SOP."""
        if path not in self._steps:
            self._steps[path] = tuple(_read_steps(self._library.by_path[path], self._library))
        return self._steps[path]

    def step(self, key: NodeKey) -> StepNode:
        """The step of a key."""
        return next(step for step in self.steps(key.scope) if step.key == key)

    def naming(self, control: NodeKey, path: str) -> frozenset[NodeKey]:
        """The steps of an SOP that name a control."""
        return frozenset(step.key for step in self.steps(path) if control in step.controls)


def sop_edges(sop: Sop, status: LibraryStatus) -> Iterator[TraceEdge]:
    """The records of an SOP, and what was last shown of it."""
    own = NodeKey(NodeKind.SOP, sop.path)
    for record in list_records(sop):
        yield TraceEdge(own, "leaves", NodeKey(NodeKind.RECORD, record.id, sop.path), sop, record.loc)
    sop_status = status.of(sop)
    if sop_status.last is not None:
        evidence = NodeKey(NodeKind.EVIDENCE, sop_status.last.isoformat(), sop.path)
        yield TraceEdge(own, "was last shown by", evidence, sop, ("id",))


def step_edges(sop: Sop, steps: Sequence[StepNode]) -> Iterator[TraceEdge]:
    """The steps that leave records or name a control."""
    own = NodeKey(NodeKind.SOP, sop.path)
    for step in steps:
        if step.controls or step.records:
            yield TraceEdge(own, "is done in", step.key, sop, step.span)
        for record in step.records:
            yield TraceEdge(step.key, "leaves", record, sop, step.span)


def list_records(sop: Sop) -> tuple[SopRecord, ...]:
    """The records that the front matter declares, each id once."""
    found: dict[str, SopRecord] = {}
    for row, loc in sop.mappings("records"):
        values = (row.get(key) for key in ("id", "name", "where", "retention"))
        name, title, where, retention = (" ".join(value.split()) if isinstance(value, str) else "" for value in values)
        if name or title:
            found.setdefault(name or title, SopRecord(name or title, title or name, where, retention, loc))
    return tuple(found.values())


def _read_steps(sop: Sop, library: Library) -> Iterator[StepNode]:
    records = [(_fold_text(record.name), NodeKey(NodeKind.RECORD, record.id, sop.path)) for record in list_records(sop)]
    for _, step, name in step_anchors(sop.body):
        evidence = [_fold_text(text) for text in step.evidence]
        yield StepNode(
            key=NodeKey(NodeKind.STEP, step.anchor or name, sop.path),
            number=step.number,
            text=step.text,
            actor=step.actor,
            span=(step.start, step.end),
            controls=frozenset(map(control_key, controls_of_step(step, library))),
            records=tuple(key for words, key in records if any(words in text for text in evidence)),
        )
    sop.forget_body()


def duty_edges(sop: Sop, library: Library) -> Iterator[TraceEdge]:
    """Who acts, decides or is informed in an SOP, each role once for each of these, with the first steps."""
    some: dict[tuple[str, DutyKind], list[Responsibility]] = {}
    for duty in responsibilities_in(sop, library):
        for role in duty.roles if duty.kind in _DUTY_RELATIONS else ():
            some.setdefault((role, duty.kind), []).append(duty)
    for (role, kind), duties in some.items():
        if role in library.roles.by_key:
            above, below = NodeKey(NodeKind.ROLE, role), NodeKey(NodeKind.SOP, sop.path)
            steps = list(dict.fromkeys(duty.where for duty in duties if duty.where))
            more = f" and {len(steps) - _MAX_STEP_NUMBERS} more" if len(steps) > _MAX_STEP_NUMBERS else ""
            note = ", ".join(steps[:_MAX_STEP_NUMBERS]) + more
            yield TraceEdge(above, _DUTY_RELATIONS[kind], below, sop, duties[0].place, note)
    sop.forget_body()


def _fold_text(text: str) -> str:
    return " ".join(text.casefold().split())
