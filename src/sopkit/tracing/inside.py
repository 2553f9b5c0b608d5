"""What leads to what inside an SOP: its steps, the records that they leave, the evidence of its last review."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sopkit.analysis.control_claims import controls_of_step, may_name_controls
from sopkit.analysis.responsibilities import Responsibility, responsibilities_in
from sopkit.analysis.responsibilities import ResponsibilityKind as DutyKind
from sopkit.library import Library
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.sop import Sop
from sopkit.model.source import Loc
from sopkit.parsing.anchors import step_anchors
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


@dataclass(frozen=True, slots=True)
class Record:
    """A record that an SOP declares; `loc` is where."""

    id: str
    name: str
    where: str
    retention: str
    loc: Loc


@dataclass(frozen=True, slots=True)
class StepTold:
    """A step, with the controls that it names and the declared records that are its evidence."""

    key: Key
    number: str
    text: str
    actor: str
    span: tuple[int, int]
    controls: frozenset[Key]
    records: tuple[Key, ...]


class Insides:
    """What stands inside the SOPs of a library; each body is read once, when somebody asks."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._steps: dict[str, tuple[StepTold, ...]] = {}

    def steps(self, path: str) -> tuple[StepTold, ...]:
        """Every step and sub-step of an SOP."""
        if path not in self._steps:
            self._steps[path] = tuple(_steps(self._library.by_path[path], self._library))
        return self._steps[path]

    def step(self, key: Key) -> StepTold:
        """The step of a key."""
        return next(step for step in self.steps(key.scope) if step.key == key)

    def naming(self, control: Key, path: str) -> frozenset[Key]:
        """The steps of an SOP that name a control."""
        if path not in self._steps and not may_name_controls(self._library.by_path[path]):
            return frozenset()
        return frozenset(step.key for step in self.steps(path) if control in step.controls)


def edges_inside(sop: Sop, standings: LibraryStatus) -> Iterator[Edge]:
    """The records of an SOP, and what was last shown of it."""
    own = Key(Kind.SOP, sop.path)
    for record in records_of(sop):
        yield Edge(own, "leaves", Key(Kind.RECORD, record.id, sop.path), sop, record.loc)
    standing = standings.of(sop)
    if standing.last is not None:
        shown = Key(Kind.EVIDENCE, standing.last.isoformat(), sop.path)
        yield Edge(own, "was last shown by", shown, sop, ("id",))


def edges_of_steps(sop: Sop, steps: Sequence[StepTold]) -> Iterator[Edge]:
    """The steps that leave records or name a control."""
    own = Key(Kind.SOP, sop.path)
    for step in steps:
        if step.controls or step.records:
            yield Edge(own, "is done in", step.key, sop, step.span)
        for record in step.records:
            yield Edge(step.key, "leaves", record, sop, step.span)


def records_of(sop: Sop) -> tuple[Record, ...]:
    """The records that the front matter declares, each id once."""
    found: dict[str, Record] = {}
    for row, loc in sop.mappings("records"):
        name, title, where, retention = (_text(row.get(key)) for key in ("id", "name", "where", "retention"))
        if name or title:
            found.setdefault(name or title, Record(name or title, title or name, where, retention, loc))
    return tuple(found.values())


def _steps(sop: Sop, library: Library) -> Iterator[StepTold]:
    kept = [(_plain(record.name), Key(Kind.RECORD, record.id, sop.path)) for record in records_of(sop)]
    for _, step, name in step_anchors(sop.body):
        shown = [_plain(text) for text in step.evidence]
        yield StepTold(
            key=Key(Kind.STEP, step.anchor or name, sop.path),
            number=step.number,
            text=step.text,
            actor=step.actor,
            span=(step.start, step.end),
            controls=frozenset(map(control_key, controls_of_step(step, library))),
            records=tuple(key for words, key in kept if any(words in text for text in shown)),
        )
    sop.forget_body()


def edges_of_duties(sop: Sop, library: Library) -> Iterator[Edge]:
    """Who acts, decides or is told in an SOP, each role once for each of these, with the steps."""
    some: dict[tuple[str, DutyKind], list[Responsibility]] = {}
    for duty in responsibilities_in(sop, library):
        for role in duty.roles if duty.kind in _DUTIES else ():
            some.setdefault((role, duty.kind), []).append(duty)
    for (role, kind), duties in some.items():
        if role in library.roles.by_key:
            loc, below = duties[0].place, Key(Kind.SOP, sop.path)
            yield Edge(Key(Kind.ROLE, role), _DUTIES[kind], below, sop, loc, _where(duties))
    sop.forget_body()


def _where(duties: Sequence[Responsibility]) -> str:
    """`steps 2, 6, 7`; of many the first."""
    named = list(dict.fromkeys(duty.where for duty in duties if duty.where))
    more = f" and {len(named) - _MOST} more" if len(named) > _MOST else ""
    return ", ".join(named[:_MOST]) + more


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _text(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
