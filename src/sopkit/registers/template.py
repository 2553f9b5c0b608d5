"""The text of a new, empty register: an example row in comments."""

from collections.abc import Iterator
from datetime import date

from sopkit.model.config import ScalesTable
from sopkit.model.registers import REGISTERS
from sopkit.registers.columns import columns_of
from sopkit.registers.edits import yaml_value

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
    return "".join(
        f"{line}\n"
        for line in (f"# Register of {name}. Each row: {words[:1].lower()}{words[1:]}", *_example_lines(name, scales))
    )


def _example_lines(name: str, scales: ScalesTable) -> Iterator[str]:
    yield "# Write your rows below this example, which is a comment:"
    yield "#"
    cells = EXAMPLES[name]
    columns = [column for column in columns_of(name) if column.name in cells]
    typed = [f"{column.name}: {yaml_value(cells[column.name])}" for column in columns]
    width = max(map(len, typed))
    for at, (column, text) in enumerate(zip(columns, typed, strict=True)):
        allowed = column.allowed(scales)
        about = f"One of {', '.join(allowed)}." if allowed else column.about
        yield f"# {'- ' if not at else '  '}{text.ljust(width)}  # {about}"
