"""SOP012: unknown roles, roles that nobody holds on the day, and approvers of the area."""

from datetime import date
from pathlib import Path

import pytest
from tests.build import PATH, complete, library

from sopkit.lint.engine import LintOptions, lint
from sopkit.lint.select import Profile
from sopkit.model.finding import Severity

NOBODY = "nobody holds the role `auditor` on {}; name a holder in the register"
AREA = '[areas.access-control]\ntitle = "Access"\nprefix = "AC"\napprovers = ["ciso-office"]\n'


@pytest.mark.parametrize(
    ("profile", "day", "expected"),
    [
        (Profile.REVIEW, date(2025, 12, 31), []),
        (Profile.REVIEW, date(2026, 1, 1), [(Severity.WARNING, NOBODY.format("2026-01-01"))]),
        (Profile.AUDIT, date(2026, 1, 1), [(Severity.ERROR, NOBODY.format("2026-01-01"))]),
    ],
)
def test_a_role_is_held_to_the_last_day(
    profile: Profile, day: date, expected: list[tuple[Severity, str]], tmp_path: Path
) -> None:
    files = {PATH: complete("---\nowner: auditor\n---\n")}
    findings = lint(library(tmp_path, files, as_of=day), LintOptions(profile=profile, select=("SOP012",))).findings
    assert [(one.severity, one.message) for one in findings] == expected


def test_an_owner_to_be_decided_is_told_elsewhere_and_the_approvers_are_judged(tmp_path: Path) -> None:
    files = {PATH: complete("---\nowner: '[decide: who]'\napprovers: [auditor, nobody, security-lead]\n---\n")}
    findings = lint(library(tmp_path, files), LintOptions(select=("SOP012",))).findings
    assert [one.message.partition("`")[2].partition("`")[0] for one in findings] == ["auditor", "nobody"]


@pytest.mark.parametrize(
    ("without", "expected"),
    [
        (
            ("approvers",),
            ["approver of the area `ciso-office` is no role of the register; add it to registers/roles.yaml"],
        ),
        ((), []),
    ],
)
def test_approvers_of_the_area_count_where_an_sop_names_none(
    without: tuple[str, ...], expected: list[str], tmp_path: Path
) -> None:
    files = {PATH: complete("", without=without), "sopkit.toml": AREA}
    findings = lint(library(tmp_path, files), LintOptions(select=("SOP012",))).findings
    assert [one.message for one in findings] == expected


def test_a_marked_decision_is_nobody_yet(tmp_path: Path) -> None:
    marked = "---\nowner: '[decide: who answers for it]'\napprovers: ['[decide: who approves]']\n---\n"
    loaded = library(tmp_path, {PATH: complete(marked)})
    assert lint(loaded, LintOptions(select=("SOP012",))).findings == ()
    codes = [one.code for one in lint(loaded, LintOptions(select=("SOP104",))).findings]
    assert codes == ["SOP104", "SOP104"]


@pytest.mark.parametrize(("status", "count"), [("draft", 0), ("trial", 1), ("active", 1)])
def test_a_draft_is_not_asked_for_holders(status: str, count: int, tmp_path: Path) -> None:
    files = {PATH: complete(f"---\nstatus: {status}\nowner: auditor\n---\n")}
    here = library(tmp_path, files, as_of=date(2026, 1, 1))
    assert len(lint(here, LintOptions(select=("SOP012",))).findings) == count
