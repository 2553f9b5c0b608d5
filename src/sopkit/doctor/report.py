"""The whole examination, as rows and as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from sopkit import __version__
from sopkit.doctor.environment import (
    check_branch,
    check_code_owners,
    check_committer,
    check_configuration,
    check_extras,
    check_git,
    check_history,
    check_pipelines,
    check_protection,
)
from sopkit.doctor.facts import DoctorFacts, DoctorRow, DoctorState, gather_facts
from sopkit.doctor.registers import check_approval, check_library, check_people, check_roles

SCHEMA = "sopkit/doctor/1"
"""Name of the published schema."""

CHECKS = (
    check_git,
    check_history,
    check_branch,
    check_configuration,
    check_committer,
    check_library,
    check_people,
    check_roles,
    check_approval,
    check_code_owners,
    check_pipelines,
    check_protection,
    check_extras,
)
"""What is looked at, in the order of the report."""


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """What was found; `head` is empty where no commit is checked out."""

    head: str
    as_of: date
    lines: tuple[DoctorRow, ...]

    def failed(self, fail_on: DoctorState) -> bool:
        """Whether any line is as bad as `fail_on`."""
        return any(line.state.rank >= fail_on.rank for line in self.lines)


def examine_library(root: Path, as_of: date, environment: Mapping[str, str]) -> DoctorReport:
    """Look at the set-up of the library in a folder, which need not be one; writes nothing."""
    return run_checks(gather_facts(root, as_of, environment))


def run_checks(facts: DoctorFacts) -> DoctorReport:
    """The lines of every check over the facts."""
    return DoctorReport(facts.git.head, facts.as_of, tuple(line for check in CHECKS for line in check(facts)))


def doctor_json(report: DoctorReport) -> dict[str, object]:
    """The one object that `sopkit doctor -f json` writes."""
    return {
        "schema": SCHEMA,
        "tool": f"sopkit {__version__}",
        "head": report.head,
        "as_of": report.as_of.isoformat(),
        "rows": [asdict(line) for line in report.lines],
    }


def doctor_schema() -> dict[str, object]:
    """JSON Schema of that object."""
    text: dict[str, object] = {"type": "string"}
    row = {
        "check": text | {"description": "What was looked at."},
        "state": {"enum": [str(state) for state in DoctorState], "description": "How it stands."},
        "message": text | {"description": "What was found."},
        "mend": text | {"description": "What to do; empty when nothing is to be done."},
        "path": text | {"description": "The file, from the top of the repository; empty when it is no file."},
        "line": {"type": "integer", "minimum": 0, "description": "Its line from 1; 0 is the whole file."},
    }
    return {
        "description": "The set-up of a library, as `sopkit doctor -f json` writes it.",
        "type": "object",
        "required": ["schema", "tool", "head", "as_of", "rows"],
        "additionalProperties": False,
        "properties": {
            "schema": {"const": SCHEMA},
            "tool": text,
            "head": text | {"description": "Commit that is checked out; empty when there is none."},
            "as_of": {"type": "string", "format": "date"},
            "rows": {
                "type": "array",
                "items": {"type": "object", "required": list(row), "additionalProperties": False, "properties": row},
            },
        },
    }
