"""What leads to what, as the registers and the front matter of the SOPs say it."""

from collections.abc import Iterator

from sopkit.analysis.applicability import controls_with_places, decisions
from sopkit.analysis.control_claims import ControlKey, implementations_by_control
from sopkit.library import Library
from sopkit.model.registers import REFERENCE_COLUMNS, REFERENCE_KEYS, SOP_TARGET, Action, Policy, Risk
from sopkit.model.sop import Sop
from sopkit.parsing.register import Register
from sopkit.tracing.graph import REGISTER_OF, Edge, Key, Kind

_KIND_OF = {register: kind for kind, register in REGISTER_OF.items()}
_COLUMNS = {
    ("roles", "reports_to"): "leads",
    ("policies", "owner"): "owns",
    ("assets", "owner"): "owns",
    ("assets", "vendor"): "runs",
    ("risks", "owner"): "owns",
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
_KEYS = {
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
_UPWARD = frozenset({"superseded_by"})
"""Keys whose values follow from the SOP, instead of leading to it."""
_ANSWERS = {Policy: "asks for", Risk: "is treated by", Action: "mends"}
_CARRIES = {"full": "is carried out by", "partial": "is partly carried out by", "supporting": "is supported by"}


def edges_of(library: Library) -> Iterator[Edge]:
    """All edges but those inside SOPs, and those that tell who acts in one."""
    for name in REGISTER_OF.values():
        yield from _of_columns(library.registers[name], library)
    for name in ("policies", "risks", "actions"):
        yield from _of_controls(library.registers[name], library)
    yield from _of_statement(library)
    for sop in library.sops:
        yield from _of_keys(sop, library)
    for control, some in implementations_by_control(library).items():
        for one in some:
            above, below = control_key(control), Key(Kind.SOP, one.sop.path)
            yield Edge(above, _CARRIES[one.strength], below, one.sop, one.loc or ("controls",), one.note)


def control_key(control: ControlKey) -> Key:
    """The key of a control."""
    return Key(Kind.CONTROL, control[1], control[0])


def _of_columns(register: Register, library: Library) -> Iterator[Edge]:
    places = _places(register)
    for row in register.rows:
        for column, kind in REFERENCE_COLUMNS.get(register.name, {}).items():
            below = Key(_KIND_OF[register.name], row.key)
            for above in _meant(str(getattr(row, column)), kind, library):
                yield Edge(above, _COLUMNS[register.name, column], below, register, (places[row.key], column))


def _of_controls(register: Register, library: Library) -> Iterator[Edge]:
    places = _places(register)
    for row in register.rows:
        if isinstance(row, Policy | Risk | Action):
            key = Key(_KIND_OF[register.name], row.key)
            for control, loc in controls_with_places(row.controls, library):
                ends = (key, control_key(control))
                above, below = ends[::-1] if isinstance(row, Action) else ends
                relation = "is mended by" if isinstance(row, Action) else _ANSWERS[type(row)]
                yield Edge(above, relation, below, register, (places[row.key], *loc))


def _of_statement(library: Library) -> Iterator[Edge]:
    """Owners and risks that registers/soa.yaml names; a risk whose own row names the control is there already."""
    register, risks = library.registers["soa"], library.registers["risks"].by_key
    for decision in decisions(library):
        for control in decision.controls:
            below = control_key(control)
            for above in _meant(decision.row.owner, "roles", library):
                yield Edge(above, _COLUMNS["soa", "owner"], below, register, (decision.at, "owner"))
            for name in decision.row.drivers:
                row = risks.get(name)
                treated = isinstance(row, Risk) and control in dict(controls_with_places(row.controls, library))
                if row is not None and not treated:
                    yield Edge(Key(Kind.RISK, name), "asks for", below, register, (decision.at, "drivers"))


def _of_keys(sop: Sop, library: Library) -> Iterator[Edge]:
    own = Key(Kind.SOP, sop.path)
    for key, kind in REFERENCE_KEYS.items():
        for value, loc in sop.texts(key):
            for other in _meant(value, kind, library):
                above, below = (own, other) if key in _UPWARD else (other, own)
                if key == "related":
                    above, below = min(own, other), max(own, other)
                relation = "is replaced by" if key == "superseded_by" else _KEYS[key]
                yield Edge(above, relation, below, sop, loc)
    if not sop.texts("approvers") and (area := library.area(sop)) is not None:
        for name in area.approvers:
            for above in _meant(name, "roles", library):
                yield Edge(above, _KEYS["approvers"], own, sop, ("area",))


def _meant(name: str, kind: str, library: Library) -> Iterator[Key]:
    """The rows or SOPs of a name; none where it leads nowhere, which the linter tells."""
    if kind == SOP_TARGET:
        yield from (Key(Kind.SOP, sop.path) for sop in library.by_id.get(name, ()))
    elif kind == "roles":
        if (role := library.role(name)) is not None:
            yield Key(Kind.ROLE, role.id)
    elif name in library.registers[kind].by_key:
        yield Key(_KIND_OF[kind], name)


def _places(register: Register) -> dict[str, int]:
    """The first row of each key."""
    return {key: at for at, key in reversed(list(enumerate(register.rows_at)))}
