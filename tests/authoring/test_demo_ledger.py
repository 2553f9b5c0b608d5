"""The demo shows every state and every mark once at least, each by a fault that its plan names."""

from pathlib import Path

import pytest
from tests.repository import GitRepository, isolated

from sopkit.authoring.demo import AS_OF, demo_plan, make_demo
from sopkit.lifecycle.stale import report_stale
from sopkit.lifecycle.status import SopState, StaleReport, StatusFlag
from sopkit.model.demo_plan import PlanCommit

pytestmark = pytest.mark.slow

OF_OTHER_BASES = {
    SopState.UNPROVEN_OVERDUE,
    SopState.TEXT_CHANGED_SINCE_CLAIM,
    SopState.CLAIM_AFTER_COMMIT,
    SopState.BULK_BUMP,
    SopState.UNPROVEN_FRESH,
}
OF_ATTACKS = {SopState.REMOVED, SopState.LANDED_BEFORE_ANCHOR, StatusFlag.REGISTER_WINDOW}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("demo") / "acme"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in isolated(made.parent).items():
            patch.setenv(name, value)
        make_demo(made)
    return made


def report(folder: Path, anchor: str | None = None) -> StaleReport:
    return report_stale(folder, AS_OF, AS_OF, anchor=anchor, cached=False)


@pytest.mark.slow
def test_each_sop_is_in_the_state_that_the_plan_wants(folder: Path) -> None:
    rows = report(folder).rows
    assert {row.id: str(row.state) for row in rows} == {
        "AC-001": "current",
        "AC-002": "duplicate-id",
        "AC-003": "retired",
        "AM-001": "current",
        "AM-002": "trial",
        "BK-001": "watched-code-changed",
        "BK-002": "approval-missing",
        "CM-001": "entry-tampered",
        "CM-002": "due-soon",
        "HR-001": "current",
        "IH-001": "changed-since-review",
        "IH-002": "never-reviewed",
        "IH-003": "current",
        "SD-001": "current",
        "VM-001": "overdue",
        "VM-002": "draft",
    }
    assert [row.flags for row in rows if row.id == "AC-001"] == [()]
    assert {(row.id, invalid.reason) for row in rows for invalid in row.invalid} == {
        ("BK-002", "commit-future-dated"),
        ("CM-002", "self-approval"),
        ("VM-001", "author-unproved"),
    }


@pytest.mark.slow
def test_every_state_and_mark_is_there(folder: Path) -> None:
    plain = {name for row in report(folder).rows for name in (row.state, *row.flags)}
    anchor = GitRepository(folder).git("rev-parse", "audit-2026-10")
    rewritten = {row.state for row in report(folder, anchor).rows}
    assert plain | rewritten == {*SopState, *StatusFlag} - OF_OTHER_BASES - OF_ATTACKS
    assert rewritten <= {SopState.HISTORY_REWRITTEN, SopState.DUPLICATE_ID, SopState.ENTRY_TAMPERED}
    assert SopState.HISTORY_REWRITTEN not in plain


@pytest.mark.slow
def test_the_anchor_of_the_present_head_is_fine(folder: Path) -> None:
    head = GitRepository(folder).git("rev-parse", "HEAD")
    assert report(folder, head) == report(folder)


def test_the_whole_plan_is_in_order(folder: Path) -> None:
    def when(commit: PlanCommit) -> object:
        made = max(commit.committed or commit.date, commit.date)
        return made if (made - commit.date).days < 365 else commit.date

    moments = [when(commit) for commit in demo_plan().commits if not commit.branch]
    assert moments == sorted(moments)
