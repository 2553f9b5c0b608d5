"""The whole examination, as rows and as a document."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

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
from sopkit.tables.document import Document, DocumentType, ReportTable

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


DOCTOR = DocumentType(
    "doctor",
    "sopkit doctor",
    "The set-up of a library, as `sopkit doctor -f json` writes it.",
    {"rows": DoctorRow},
)
"""The published document."""


def doctor_document(report: DoctorReport) -> Document:
    """The report as a document."""
    rows = ReportTable("rows", "Checks", DoctorRow, report.lines)
    return Document(DOCTOR, "Set-up of the library", report.head, report.as_of, (rows,))
