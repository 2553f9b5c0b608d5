"""What leads to what inside an SOP: its steps, the records that they leave, the evidence of its last review."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sopkit.claimed import supports_of
from sopkit.duties import Duty, duties_in
from sopkit.duties import Kind as DutyKind
from sopkit.library import Library
from sopkit.lifecycle.standing import Standings
from sopkit.model.sop import Sop, Step
from sopkit.text.anchors import step_anchors
from sopkit.tracing.graph import Edge, Key, Kind
from sopkit.tracing.said import control_key

_DUTIES = {
    DutyKind.ACTS: "acts in",
    DutyKind.DECIDES: "decides in",
    DutyKind.RESPONSIBLE: "is responsible in",
    DutyKind.ACCOUNTABLE: "is accountable in",
    DutyKind.CONSULTED: "is consulted in",
    DutyKind.INFORMED: "is informed in",
    DutyKind.TOLD: "is told in",
}
_MOST = 12

Naming = Mapping[Key, frozenset[Key]]
"""The steps that name a control, by the control."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record that an SOP declares; `at` is its place in the list, or None where there is one record and no list."""

    id: str
    name: str
    where: str
    retention: str
    at: int | None


def edges_inside(sop: Sop, standings: Standings, naming: Naming) -> Iterator[Edge]:
    """The steps that leave records or carry a control, the records, and what was last shown of the SOP."""
    own = Key(Kind.SOP, sop.path)
    kept = records_of(sop)
    carrying = {key for keys in naming.values() for key in keys}
    for anchor, step in steps_of(sop):
        key = Key(Kind.STEP, anchor, sop.path)
        left = [record for record in kept if any(_plain(record.name) in _plain(text) for text in step.evidence)]
        if left or key in carrying:
            yield Edge(own, "does it in", key, sop, (step.start, step.end))
        for record in left:
            yield Edge(key, "leaves", Key(Kind.RECORD, record.id, sop.path), sop, (step.start, step.end))
    for record in kept:
        loc = ("records",) if record.at is None else ("records", record.at)
        yield Edge(own, "leaves", Key(Kind.RECORD, record.id, sop.path), sop, loc)
    standing = standings.of(sop)
    if standing.last is not None:
        shown = Key(Kind.EVIDENCE, standing.last.isoformat(), sop.path)
        yield Edge(own, "was last shown by", shown, sop, ("id",))


def naming_in(sop: Sop, library: Library) -> Naming:
    """The steps of an SOP that name a control, by the control."""
    lines = {
        control_key((one.framework, one.control)): {step.line for step in one.steps}
        for one in supports_of(sop, library)
    }
    if not any(lines.values()):
        return {}
    at = {sop.source.place(step.start).line: Key(Kind.STEP, anchor, sop.path) for anchor, step in steps_of(sop)}
    return {control: frozenset(at[line] for line in some if line in at) for control, some in lines.items() if some}


def steps_of(sop: Sop) -> tuple[tuple[str, Step], ...]:
    """Every step and sub-step with the name by which it can be linked to."""
    return tuple((step.anchor or name, step) for _, step, name in step_anchors(sop.body))


def records_of(sop: Sop) -> tuple[Record, ...]:
    """The records that the front matter declares, each id once."""
    rows = sop.front.values.get("records")
    listed = isinstance(rows, list)
    found: dict[str, Record] = {}
    for at, row in enumerate(rows if isinstance(rows, list) else [rows]):
        if isinstance(row, Mapping):
            texts = [_text(row.get(key)) for key in ("id", "name", "where", "retention")]
            name = texts[0] or texts[1]
            if name:
                found.setdefault(name, Record(name, texts[1] or name, texts[2], texts[3], at if listed else None))
    return tuple(found.values())


def edges_of_duties(sop: Sop, library: Library) -> Iterator[Edge]:
    """Who acts, decides or is told in an SOP, each role once for each of these, with the steps."""
    some: dict[tuple[str, DutyKind], list[Duty]] = {}
    for duty in duties_in(sop, library):
        for role in duty.roles if duty.kind in _DUTIES else ():
            some.setdefault((role, duty.kind), []).append(duty)
    for (role, kind), duties in some.items():
        if role in library.roles.by_key:
            loc, below = duties[0].place, Key(Kind.SOP, sop.path)
            yield Edge(Key(Kind.ROLE, role), _DUTIES[kind], below, sop, loc, _where(duties))
    sop.forget_body()


def _where(duties: Sequence[Duty]) -> str:
    """`steps 2, 6, 7`; of many the first."""
    named = list(dict.fromkeys(duty.where for duty in duties if duty.where))
    more = f" and {len(named) - _MOST} more" if len(named) > _MOST else ""
    return ", ".join(named[:_MOST]) + more


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _text(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
