"""The demo shows every state and every mark once at least, each by a fault that its plan names."""

import re
from collections import Counter
from pathlib import Path

import pytest
from tests.repository import GitRepository, isolated

from sopkit.authoring.demo import AS_OF, demo_plan, make_demo
from sopkit.library import load
from sopkit.lifecycle.library_status import LibraryStatus, read_committed_status
from sopkit.lifecycle.stale import report_stale
from sopkit.lifecycle.status import SopState, StaleReport, StatusFlag
from sopkit.model.demo_plan import PlanCommit
from sopkit.model.practice import Exercise
from sopkit.model.registers import Action, Person
from sopkit.practice.due import find_open_gaps, practice_states
from sopkit.practice.landing import practice_of

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


@pytest.fixture(scope="module")
def status(folder: Path) -> LibraryStatus:
    found = read_committed_status(load(folder, AS_OF), AS_OF, {})
    assert found is not None
    return found


def test_the_practice_records_count_except_the_seeded_one(status: LibraryStatus) -> None:
    practice = practice_of(status)
    assert {(one.folder, one.record.by, one.reason) for one in practice.results if not one.counts} == {
        ("ledger/runs/IH-001", "samir", "role-missing")
    }
    assert [one.path.rpartition("/")[0] for one in practice.altered] == ["ledger/runs/AM-001"]
    kinds = Counter(str(one.record.kind) for one in practice.results if one.counts)
    assert kinds == {
        "population": 44,
        "exercise": 18,
        "attendance": 18,
        "run": 12,
        "feedback": 4,
        "decision": 2,
    }
    assert [one for one in practice.results if one.faults or one.not_independent] == []


def test_the_actions_name_gaps_that_the_exercises_found(status: LibraryStatus) -> None:
    exercises = practice_of(status).counting(Exercise)
    gaps = {f"{result.file.name}#{gap.id}" for result, exercise in exercises for gap in exercise.gaps}
    actions = [row for row in status.library.registers["actions"].rows if isinstance(row, Action) and row.origin]
    assert {row.origin for row in actions} == gaps
    assert not list(find_open_gaps(status, practice_of(status)))


def test_the_cases_of_the_demo_show_what_happens_to_exports(status: LibraryStatus) -> None:
    cases = next(one.cases for one in practice_states(status) if one.sop.id == "AC-001")
    known = {case.id: case for case in cases.cases}
    assert cases.faults == ()
    assert [case.id for case in cases.cases if case.late] == ["ACCESS-202"]
    assert [case.id for case in cases.cases if case.gone] == ["ACCESS-198"]
    assert known["ACCESS-194"].before == ("2026-02-17T12:34:35Z 2026-02-20T11:30:00Z done",)
    assert (known["ACCESS-225"].outcome, known["ACCESS-225"].times["grant-access"][1]) == ("done", "")


def test_no_case_is_called_like_a_person(folder: Path, status: LibraryStatus) -> None:
    people = {row.key for row in status.library.registers["people"].rows if isinstance(row, Person)}
    tables = [path.read_text() for path in folder.glob("ledger/runs/*/*.cases.csv")]
    cells = {cell for table in tables for cell in re.split(r"[\s,]", table)}
    assert len(tables) == 45
    assert not cells & people
