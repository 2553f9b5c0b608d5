"""The whole examination, as lines and as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from sopkit import __version__
from sopkit.doctor.clone import look_at_branch, look_at_committer, look_at_configuration, look_at_git, look_at_history
from sopkit.doctor.facts import Facts, gather
from sopkit.doctor.forge import look_at_code_owners, look_at_protection
from sopkit.doctor.installed import look_at_installed
from sopkit.doctor.lines import Line, State
from sopkit.doctor.pipelines import look_at_pipelines
from sopkit.doctor.registers import look_at_approval, look_at_library, look_at_people, look_at_roles

SCHEMA = "sopkit/doctor/1"
"""Name of the published schema."""

CHECKS = (
    look_at_git,
    look_at_history,
    look_at_branch,
    look_at_configuration,
    look_at_committer,
    look_at_library,
    look_at_people,
    look_at_roles,
    look_at_approval,
    look_at_code_owners,
    look_at_pipelines,
    look_at_protection,
    look_at_installed,
)
"""What is looked at, in the order of the report."""


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """What was found; `head` is empty where no commit is checked out."""

    head: str
    as_of: date
    lines: tuple[Line, ...]

    def failed(self, fail_on: State) -> bool:
        """Whether any line is as bad as `fail_on`."""
        return any(line.state.rank >= fail_on.rank for line in self.lines)


def examine(root: Path, as_of: date, environment: Mapping[str, str]) -> DoctorReport:
    """Look at the set-up of the library in a folder, which need not be one; writes nothing."""
    return judge(gather(root, as_of, environment))


def judge(facts: Facts) -> DoctorReport:
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
        "state": {"enum": [str(state) for state in State], "description": "How it stands."},
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
