"""What a thing is called, and what is worth telling of it."""

from collections.abc import Callable
from dataclasses import dataclass

from sopkit.analysis.applicability import decision_by_control
from sopkit.lifecycle.library_status import LibraryStatus
from sopkit.model.registers import Action, Asset, Exemption, External, Policy, Risk, Role, RowModel, Vendor
from sopkit.tracing.graph import REGISTER_OF, Key, Kind
from sopkit.tracing.inside import Insides, records_of


@dataclass(frozen=True, slots=True)
class Node:
    """One thing in words. `id` finds it again, `name` is what people call it; `path` and `line` are where it stands.

    Evidence is called by its title alone.
    """

    kind: Kind
    id: str
    name: str
    title: str
    note: str = ""
    path: str = ""
    line: int = 0


def called(kind: Kind, name: str) -> str:
    """Kind and name: `SOP BK-001`, `control A.8.13`."""
    return f"{'SOP' if kind is Kind.SOP else kind} {name}".rstrip()


class Describer:
    """Describes the things of a library."""

    def __init__(self, standings: LibraryStatus, insides: Insides) -> None:
        self._standings = standings
        self._insides = insides
        self._library = standings.library
        self._decided = decision_by_control(standings.library)
        self._known: dict[Key, Node] = {}

    def node(self, key: Key) -> Node:
        """A thing in words."""
        if key not in self._known:
            makers: dict[Kind, Callable[[Key], Node]] = {
                Kind.CONTROL: self._control,
                Kind.SOP: self._sop,
                Kind.STEP: self._step,
                Kind.RECORD: self._record,
                Kind.EVIDENCE: self._evidence,
            }
            self._known[key] = makers.get(key.kind, self._row)(key)
        return self._known[key]

    def _row(self, key: Key) -> Node:
        register = self._library.registers[REGISTER_OF[key.kind]]
        row = register.by_key[key.id]
        title = next((said for name in ("title", "action", "what") if (said := str(getattr(row, name, "")))), "")
        note = _joined(*self._facts(row), row.gone(self._library.as_of) or "")
        return Node(key.kind, key.id, key.id, title, note, register.file, register.place(key.id, "id").line)

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
                return ("" if any(one.holds(day) for one in (*row.holders, *row.deputies)) else "held by nobody",)
        return ()

    def _control(self, key: Key) -> Node:
        control = self._library.catalogue.get(key.scope).by_id[key.id]
        home = key.scope == self._library.first_framework
        decision = self._decided.get((key.scope, key.id))
        note = "" if home else key.scope
        path, line = "", 0
        if decision is not None:
            row, register = decision.row, self._library.registers["soa"]
            said = f"excluded: {row.reason}" if not row.applicable else ""
            said = f"needs no procedure: {row.note or row.reason}" if row.applicable and not row.procedure else said
            note = _joined(note, said, self._library.role_title(row.owner))
            place = register.tree.place((decision.at, "control"))
            path, line = register.file, place.line if place else 1
        return Node(key.kind, f"{key.scope}:{key.id}", key.id, control.title, note, path, line)

    def _sop(self, key: Key) -> Node:
        sop = self._library.by_path[key.id]
        twice = len(self._library.by_id.get(sop.id, ())) > 1
        note = _joined(
            self._standings.of(sop).state, self._library.role_title(sop.text("owner")), sop.path if twice else ""
        )
        return Node(
            key.kind, sop.path if twice else sop.name, sop.name, sop.title, note, sop.path, sop.place("id").line
        )

    def _step(self, key: Key) -> Node:
        sop = self._library.by_path[key.scope]
        step = self._insides.step(key)
        name = f"{sop.name}#{key.id}"
        line = sop.source.place(*step.span).line
        return Node(key.kind, name, name, f"{step.number}. {step.text}", step.actor, sop.path, line)

    def _record(self, key: Key) -> Node:
        sop = self._library.by_path[key.scope]
        record = next(record for record in records_of(sop) if record.id == key.id)
        name = f"{sop.name}/{key.id}"
        kept = f"kept {record.retention}" if record.retention else ""
        return Node(
            key.kind, name, name, record.name, _joined(record.where, kept), sop.path, sop.place(record.loc).line
        )

    def _evidence(self, key: Key) -> Node:
        sop = self._library.by_path[key.scope]
        name = f"{sop.name}@{key.id}"
        return Node(key.kind, name, "", self._standings.of(sop).evidence, "", sop.path, sop.place("id").line)


def _joined(*said: str) -> str:
    return "; ".join(part for part in said if part)
