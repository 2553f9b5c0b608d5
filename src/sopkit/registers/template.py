"""The text of a new register: an example row in comments, or a statement of applicability for a framework."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sopkit.library import Library
from sopkit.model.config import ScalesTable
from sopkit.model.control_ids import parse_control
from sopkit.model.errors import SopkitError
from sopkit.model.frameworks import Control, Framework
from sopkit.model.registers import REGISTERS, Applicability, Risk, RowModel
from sopkit.parsing.register import Register, read_register
from sopkit.registers.columns import columns_of
from sopkit.registers.edits import BEFORE_FIRST, NewRow, apply_changes, require_valid, yaml_value

EXAMPLES: dict[str, dict[str, object]] = {
    "people": {
        "key": "ann",
        "name": "Ann Lee",
        "emails": ["ann@company.example"],
        "logins": {"github": "annlee"},
        "from": date(2026, 1, 1),
    },
    "roles": {
        "id": "security-lead",
        "title": "Security lead",
        "aliases": ["CISO"],
        "holders": [{"person": "ann", "from": date(2026, 1, 1)}],
        "deputies": [{"person": "ben"}],
        "reports_to": "management",
    },
    "policies": {
        "id": "access-control-policy",
        "title": "Access control policy",
        "owner": "security-lead",
        "location": "policies/access-control.md",
        "controls": {"iso27001-2022": ["A.5.15", "A.5.18"]},
    },
    "assets": {
        "id": "identity-provider",
        "title": "Identity provider",
        "kind": "platform",
        "owner": "it-operations-lead",
        "classification": "internal",
        "criticality": "critical",
        "rto": "PT4H",
        "vendor": "okta",
    },
    "risks": {
        "id": "RSK-001",
        "title": "A lost laptop exposes data of customers",
        "owner": "it-operations-lead",
        "likelihood": "possible",
        "impact": "major",
        "treatment": "mitigate",
        "controls": {"iso27001-2022": ["A.8.1", "A.8.24"]},
        "residual": "low",
        "accepted_by": "it-operations-lead",
        "accepted_on": date(2026, 6, 30),
        "review": date(2027, 6, 30),
    },
    "vendors": {
        "id": "okta",
        "title": "Okta",
        "tier": 1,
        "owner": "it-operations-lead",
        "data": "identities of staff",
        "review": date(2027, 6, 30),
    },
    "glossary": {
        "term": "restore test",
        "meaning": "a restore made to prove that it works",
        "aliases": ["test restore"],
        "avoid": ["recovery drill"],
    },
    "exceptions": {
        "id": "EXC-001",
        "sop": "AC-001",
        "what": "contractors get access after a day, not after four hours",
        "risk": "RSK-001",
        "approver": "security-lead",
        "from": date(2026, 9, 1),
        "until": date(2027, 3, 31),
        "reason": "their accounts are made by hand until the new portal is there",
    },
    "external": {
        "id": "nist-800-61",
        "title": "Incident Response Recommendations (SP 800-61)",
        "edition": "Rev. 3",
        "publisher": "NIST",
        "owner": "security-lead",
        "checked": date(2026, 9, 28),
    },
    "actions": {
        "id": "ACT-001",
        "source": "audit",
        "controls": {"iso27001-2022": ["A.8.13"]},
        "cause": "no restore was tested in the last year",
        "action": "test a restore and record it",
        "owner": "security-lead",
        "due": date(2027, 1, 29),
        "sop": "BK-001",
    },
    "soa": {
        "control": "A.5.1",
        "applicable": True,
        "reason": "everybody needs rules from one source",
        "drivers": ["RSK-001", "contracts with customers"],
        "owner": "security-lead",
    },
}
"""A row of each register, invented."""


def register_template(name: str, scales: ScalesTable) -> str:
    """The text of a register without rows."""
    words = (REGISTERS[name].__doc__ or "").strip()
    lines = [
        f"# Register of {name}. Each row: {words[:1].lower()}{words[1:]}",
        "# Write your rows below this example, which is a comment:",
        "#",
    ]
    cells = EXAMPLES[name]
    columns = [column for column in columns_of(name) if column.name in cells]
    typed = [f"{column.name}: {yaml_value(cells[column.name])}" for column in columns]
    width = max(map(len, typed))
    for at, (column, text) in enumerate(zip(columns, typed, strict=True)):
        allowed = column.allowed(scales)
        about = f"One of {', '.join(allowed)}." if allowed else column.about
        lines.append(f"# {'- ' if not at else '  '}{text.ljust(width)}  # {about}")
    return "\n".join(lines) + "\n"


_STATEMENT_HEAD = """\
# Statement of applicability of {title}. Decide for each control: `applicable: true` or false, the reason,
# who answers for it; add `procedure: false` where it rests on a policy or on configuration alone. Drivers are risks,
# laws and contracts; open risks that name the control stand there already.
"""


@dataclass(frozen=True, slots=True)
class StatementUpdate:
    """The bytes of a register before (None: there was no file) and after, and how many rows came to it."""

    before: bytes | None
    after: bytes
    added: int


def extend_statement(library: Library, framework_id: str) -> StatementUpdate:
    """The statement with every control of a framework, in its order; what is there stays as it is.

    Raises SopkitError for a register that is broken or cannot be changed.
    """
    framework = library.catalogue.get(framework_id)
    register = library.registers["soa"]
    before = register.source.data if register.path else None
    require_valid(register, "mend the register first")
    if before is None:
        register = read_register("soa", register.file, _STATEMENT_HEAD.format(title=framework.title).encode())
    rows = _missing_rows(library, register, framework)
    after = apply_changes(register, {}, rows, _merge_rows(register.rows, rows)) if rows else register.source.data
    return StatementUpdate(before, after, len(rows))


def _missing_rows(library: Library, register: Register, framework: Framework) -> list[NewRow]:
    """A new row for each control without one, each behind the control before it."""
    there = {
        name: index
        for index, row in reversed(list(enumerate(register.rows)))
        for name in _control_ids(library, framework.id, row.key)
    }
    drivers: dict[str, dict[str, None]] = defaultdict(dict)
    for risk in library.registers["risks"].rows:
        if isinstance(risk, Risk) and risk.gone(library.as_of) is None:
            for claim in risk.controls.get(framework.id, ()):
                for name in parse_control(claim.id, library.catalogue, framework.id).ids:
                    drivers[name].setdefault(risk.id)
    after = BEFORE_FIRST if register.rows else None
    rows = []
    for control in framework.controls:
        if control.id in there:
            after = there[control.id]
        elif not control.withdrawn:
            cells = {
                "control": _control_spelling(library, framework, control),
                "applicable": None,
                "reason": "",
                "drivers": list(drivers.get(control.id, ())),
                "owner": "",
            }
            rows.append(NewRow(cells, after, control.title))
    return rows if there else [replace(row, after=None) for row in rows]  # of another framework: behind what is there


def _merge_rows(there: Sequence[RowModel], new: Sequence[NewRow]) -> list[RowModel]:
    behind: dict[int | None, list[RowModel]] = defaultdict(list)
    for row in new:
        cells = {name: value for name, value in row.cells.items() if value is not None}
        behind[row.after].append(Applicability.model_validate(cells))
    merged = list(behind[BEFORE_FIRST])
    for index, old in enumerate(there):
        merged += [old, *behind[index]]
    return [*merged, *behind[None]]


def _control_ids(library: Library, framework: str, written: str) -> tuple[str, ...]:
    """The controls of a framework that an id in the statement means."""
    match = library.control(written)
    return match.ids if match.framework == framework else ()


def _control_spelling(library: Library, framework: Framework, control: Control) -> str:
    """The id of a control, with its framework before it where the id alone means nothing, or something else."""
    for written in (control.id, *(f"{name} {control.id}" for name in (*framework.cited_as, framework.id))):
        if _control_ids(library, framework.id, written) == (control.id,):
            return written
    raise SopkitError(
        f"{control.id} of {framework.id} cannot be told from controls of the other frameworks",
        f"make {framework.id} the first of library.frameworks, or give it a name under cited_as",
    )
