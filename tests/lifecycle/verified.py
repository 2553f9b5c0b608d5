"""The ledger of a library as verify reports it, for tests."""

from datetime import date
from pathlib import Path

from tests.lifecycle.ledger import TODAY, approval, review

from sopkit.git.repository import open_repository
from sopkit.lifecycle.verify import verify_repository
from sopkit.lifecycle.verify_report import VerifyReport

FOLDER = "ledger/sops/AC-001"
(REVIEW,) = review()
(APPROVAL,) = approval()


def checked(root: Path, *names: str, as_of: str = "2026-11-24", anchor: str = "") -> VerifyReport:
    repository = open_repository(root)
    assert repository is not None
    day = date.fromisoformat(as_of)
    return verify_repository(repository, day, TODAY, names=names, anchor=anchor)


def found(report: VerifyReport) -> list[tuple[str, str]]:
    """Code and file of each finding."""
    return [(str(one.code), one.path) for one in report.findings]
