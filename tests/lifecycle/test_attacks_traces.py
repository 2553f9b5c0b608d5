"""Attacks on the ledger: making entries or SOPs vanish without a trace. Each is told."""

import pytest
from tests.lifecycle.ledger import (
    BASE,
    ROLES,
    TEXT,
    added,
    approval,
    base,
    entry,
    gist,
    judged,
    name_of,
    review,
    row,
    said,
)
from tests.lifecycle.sops import PATH, sop
from tests.lifecycle.verified import checked, found
from tests.repository import BEN, CAT, GitRepository

from sopkit.model.errors import SopkitError

pytestmark = pytest.mark.slow

WITHDRAWAL = entry("withdrawal", "cat", "2024-04-01", TEXT)
(WITHDRAWN,) = WITHDRAWAL


def left_out(repository: GitRepository) -> str:
    """A withdrawal that a fast-forward to a merge takes off the line; gives the merge."""
    base(repository)
    start = repository.git("rev-parse", "HEAD")
    repository.commit("2024-04-01", WITHDRAWAL, author=CAT)
    repository.switch("side", start)
    repository.commit("2024-04-02", {"other": "1"})
    merge = repository.merge("2024-04-03", "main", options=("--no-ff", "-s", "ours"))
    repository.git("branch", "-f", "main", "side")
    return merge


def test_a_merge_that_leaves_a_withdrawal_out(repository: GitRepository) -> None:
    merge = left_out(repository)
    assert said(repository) == BASE.but("entry-tampered")
    what = "left out of a merge and counts for nothing; bring it back from the side that was merged"
    assert row(repository.root).reason == f"{name_of(WITHDRAWAL)} was {what}"
    report = checked(repository.root)
    assert found(report) == [("entry-tampered", WITHDRAWN)]
    assert report.findings[0].message == f"{what} merged on 2024-04-03 by Ann Lee, commit {merge[:12]}"


def test_an_entry_that_is_brought_back(repository: GitRepository) -> None:
    left_out(repository)
    repository.git("checkout", "-q", "HEAD^2", "--", WITHDRAWN)
    repository.commit("2024-04-04", author=CAT)
    assert said(repository) == BASE.but("approval-missing")


def test_a_merge_of_another_project(repository: GitRepository) -> None:
    base(repository)
    repository.git("switch", "-q", "--orphan", "other")
    repository.commit("2024-04-01", WITHDRAWAL | {"other": "1"}, author=CAT)
    repository.switch("main")
    options = ("--no-ff", "--allow-unrelated-histories", "-s", "ours")
    repository.merge("2024-04-02", "other", options=options)
    assert said(repository) == BASE


def test_an_old_branch_without_the_newest_entries(repository: GitRepository) -> None:
    base(repository)
    repository.switch("side", "HEAD^")
    repository.commit("2024-04-01", {"other": "1"})
    repository.switch("main")
    repository.merge("2024-04-02", "side")
    assert said(repository) == BASE


def test_a_tag_that_is_named_as_the_kept_id_begins(repository: GitRepository) -> None:
    base(repository)
    kept = repository.commit("2024-04-01", WITHDRAWAL, author=CAT)
    repository.git("reset", "-q", "--hard", "HEAD^")
    repository.git("tag", kept[:10])
    report = checked(repository.root, anchor=kept[:10])
    assert (report.anchored, found(report)) == (False, [("history-rewritten", "")])


def test_an_approved_sop_that_is_removed(repository: GitRepository) -> None:
    base(repository)
    gone = repository.commit("2024-04-01", {PATH: None})
    found_row = row(repository.root)
    assert gist(found_row) == BASE.but("removed", due="", changed="2024-04-01")
    what = f"was removed on 2024-04-01 by Ann Lee (commit {gone[:12]}), and it was not retired; put it back, or see"
    assert found_row.reason == f"{PATH} {what} sopkit history AC-001"
    assert (found_row.path, found_row.commit, found_row.in_force) == (PATH, gone, "")
    report = checked(repository.root)
    assert found(report) == [("removed", PATH)]
    assert report.findings[0].message == f"AC-001: {found_row.reason}"
    assert (judged(repository.root).failed(), judged(repository.root).failed(["removed"])) == (False, True)


def test_a_removed_sop_whose_entries_were_altered(repository: GitRepository) -> None:
    base(repository)
    ((path, _),) = approval().items()
    repository.commit("2024-04-01", {PATH: None, path: None})
    assert row(repository.root).flags == ("entry-tampered", "removed")


@pytest.mark.parametrize("basis", ["git", "claims"])
def test_an_active_sop_that_is_removed_without_a_ledger(repository: GitRepository, basis: str) -> None:
    claims = '[front_matter]\nclaims = { reviewed = "reviewed" }\n'
    repository.commit("2024-01-15", {"sopkit.toml": f'{claims}[review]\nbasis = "{basis}"\n'})
    drafts = {f"sops/{name}.md": sop(id=f"AC-00{name}", status="draft") for name in (2, 3)}
    repository.commit("2024-02-01", {PATH: sop(), **drafts})
    repository.commit("2024-03-01", {PATH: None, "sops/2.md": None})
    states = [(one.id, str(one.state)) for one in judged(repository.root).rows]
    assert states == [("AC-001", "removed"), ("AC-003", "draft")]
    repository.commit("2024-03-02", {"sops/moved.md": sop()})
    assert "removed" not in {str(one.state) for one in judged(repository.root).rows}


def test_an_approved_sop_with_another_id(repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-04-01", {PATH: TEXT.replace("AC-001", "AC-0O1")})
    old, new = judged(repository.root).rows
    assert [(old.id, str(old.state)), (new.id, str(new.state))] == [("AC-001", "removed"), ("AC-0O1", "never-reviewed")]
    assert old.reason.startswith(f"{PATH} got the id AC-0O1 on 2024-04-01 by Ann Lee")


def test_an_approved_sop_that_the_configuration_leaves_out(repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-04-01", {"sopkit.toml": '[library]\nsops = ["sops/**/*.md", "!sops/ac-001.md"]\n'})
    said_so = "AC-001 has entries, and no file that `[library] sops` names ever had that id: not judged"
    assert judged(repository.root).notes == (said_so,)


def test_a_retired_sop_that_is_removed(repository: GitRepository) -> None:
    base(repository)
    repository.commit("2024-04-01", approval("2024-04-01", outcome="retire"), author=CAT)
    gone = repository.commit("2024-04-02", {PATH: None})
    found_row = row(repository.root)
    assert gist(found_row) == BASE.but("retired", "removed", due="", changed="2024-04-02")
    assert found_row.reason == f"it was retired; {PATH} was removed on 2024-04-02 by Ann Lee (commit {gone[:12]})"
    assert found(checked(repository.root)) == []


def test_a_ledger_that_becomes_a_link(repository: GitRepository) -> None:
    base(repository)
    (repository.root / "ledger").rename(repository.root / "elsewhere")
    (repository.root / "ledger").symlink_to("elsewhere")
    repository.commit("2024-04-01")
    assert said(repository) == BASE.but("entry-tampered")


def test_an_entry_of_the_anchor_that_the_line_goes_round(repository: GitRepository) -> None:
    base(repository)
    start = repository.git("rev-parse", "HEAD")
    kept = repository.commit("2024-04-01", WITHDRAWAL, author=CAT)
    repository.commit("2024-04-02", {WITHDRAWN: None})
    repository.switch("side", start)
    repository.commit("2024-04-03", {"other": "1"})
    repository.merge("2024-04-04", "main")
    assert said(repository) == BASE
    report = checked(repository.root, anchor=kept)
    assert (report.anchored, found(report)) == (True, [("history-rewritten", WITHDRAWN)])
    reason = row(repository.root, anchor=kept).reason
    assert reason.startswith(f"{WITHDRAWN} of commit {kept} never landed; ")


def test_an_anchor_whose_entries_landed(repository: GitRepository) -> None:
    base(repository)
    kept = repository.git("rev-parse", "HEAD")
    repository.commit("2024-04-01", {"other": "1"})
    assert (str(row(repository.root, anchor=kept).state), found(checked(repository.root, anchor=kept))) == (
        "current",
        [],
    )


@pytest.mark.parametrize(
    ("day", "false"),
    [("2024-04-10", True), ("2024-04-09", True), ("2024-04-08", False), ("2024-12-24", True)],
)
def test_an_entry_that_claims_to_have_landed_before_the_anchor(
    repository: GitRepository, day: str, false: bool
) -> None:
    base(repository)
    kept = repository.commit("2024-04-01", {"other": "1"})
    late = repository.commit("2024-04-09", review("2024-04-09"), author=BEN)
    repository.commit("2025-01-01", {"other": "2"})
    ((path, _),) = review("2024-04-09").items()
    report = checked(repository.root, anchor=f"{kept}@{day}")
    state = str(row(repository.root, anchor=f"{kept}@{day}").state)
    assert (report.anchored, report.failed(), state) == (True, false, "landed-before-anchor" if false else "current")
    assert found(report) == ([("landed-before-anchor", path)] if false else [])
    if false:
        assert report.findings[0].message == (
            f"commit {late[:12]} by Ben Roy claims to have landed on 2024-04-09, and the commit kept on {day}, "
            f"{kept[:12]}, does not contain it: its date is false"
        )


def test_a_register_that_claims_to_have_landed_before_the_anchor(repository: GitRepository) -> None:
    base(repository)
    kept = repository.commit("2024-04-09", {"other": "1"})
    repository.commit("2024-04-08", {"registers/roles.yaml": ROLES.replace("cat", "ben")})
    assert found(checked(repository.root, anchor=f"{kept}@2024-04-09")) == [
        ("landed-before-anchor", "registers/roles.yaml")
    ]


def test_an_anchor_on_a_day_that_is_none(repository: GitRepository) -> None:
    base(repository)
    for read in (checked, row):
        with pytest.raises(SopkitError, match="'yesterday' is not a date"):
            read(repository.root, anchor=f"{repository.head()}@yesterday")  # type: ignore[operator]


def test_a_review_that_many_false_dates_make_early(repository: GitRepository) -> None:
    base(repository)
    first, *_ = [repository.commit(f"2025-0{month}-01", {"month": str(month)}) for month in (5, 6, 7)]
    repository.commit("2025-02-25", review("2025-02-25"), author=BEN)
    for turn in range(4):
        repository.commit("2025-02-26", {"turn": str(turn)})
    report = judged(repository.root, "2025-12-01")
    assert [(str(one.state), str(one.due)) for one in report.rows] == [("current", "2026-02-25")]
    words = f"3 commits are dated later than today or than what landed after it; the first is {first[:12]} by Ann Lee"
    assert report.notes == (f"{words}, which counts as landed on 2024-03-02: find out whose clock was wrong",)


def test_a_least_evidence_that_was_lower_for_one_commit(repository: GitRepository) -> None:
    strict = '[approval]\nmin_evidence = { medium = "E3" }\n'
    added(repository, **{"sopkit.toml": strict})
    repository.commit("2024-03-01", review(), author=BEN)
    repository.commit("2024-03-02", {"sopkit.toml": ""})
    ((path, data),) = approval().items()
    repository.commit("2024-03-02", {path: data}, author=CAT)
    repository.commit("2024-03-03", {"sopkit.toml": strict})
    assert said(repository) == BASE._replace(flags=("register-window",))
    assert found(checked(repository.root)) == [("evidence-low", path), ("register-window", path)]
